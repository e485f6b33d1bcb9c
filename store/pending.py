"""Counter and tally deltas of a transaction, gathered in memory and written once before it commits."""

from __future__ import annotations

from struct import Struct
from struct import error as StructError  # noqa: N812 - it is an exception

from tacit.store.codec import seal_numbers, unseal_numbers
from tacit.store.engine import Transaction
from tacit.store.errors import Corrupt
from tacit.store.keys import u64
from tacit.store.schema import COUNTERS, Tallies

_SUM = Struct(">q")
_layouts: dict[int, Struct] = {}


class Pending:
    """What a transaction still has to add up."""

    __slots__ = ("counters", "tallies")

    def __init__(self) -> None:
        self.counters: dict[bytes, int] = {}
        self.tallies: dict[Tallies, dict[int, list[int]]] = {}

    def count(self, key: bytes, delta: int) -> None:
        """Add to a counter."""
        self.counters[key] = self.counters.get(key, 0) + delta

    def add(self, tallies: Tallies, owner: int, deltas: tuple[int, ...]) -> None:
        """Add to a tally.

        Raises:
            ValueError: not as many deltas as the tally has fields.
        """
        if len(deltas) != tallies.fields:
            raise ValueError(f"{tallies.name} has {tallies.fields} fields, not {len(deltas)}")
        held = self.tallies.setdefault(tallies, {}).get(owner)
        if held is None:
            self.tallies[tallies][owner] = list(deltas)
        else:
            for place, delta in enumerate(deltas):
                held[place] += delta

    def forget(self, stems: tuple[bytes, ...]) -> None:
        """Drop what was gathered for the counters whose keys begin so."""
        for key in [key for key in self.counters if stems and key.startswith(stems)]:
            del self.counters[key]

    def flush(self, kv: Transaction) -> None:
        """Write everything gathered; what was written when this raises is gathered no more.

        Raises:
            Corrupt: a tally would leave 0..2**32-1, so it was wrong before.
        """
        for key in sorted(self.counters):
            delta = self.counters[key]
            if delta:
                put_sum(kv, key, read_sum(kv, key) + delta)
            del self.counters[key]
        for tallies, owners in self.tallies.items():
            for owner in sorted(owners):
                _settle(kv, tallies, owner, owners[owner])
                del owners[owner]


def read_sum(kv: Transaction, key: bytes) -> int:
    """The stored sum of a counter's group, 0 when absent."""
    sealed = kv.get(COUNTERS, key)
    return 0 if sealed is None else unpack_sum(key, sealed)


def unpack_sum(key: bytes, sealed: bytes) -> int:
    """The sum in a stored value."""
    return int(_unpacked(_SUM, COUNTERS, key, sealed)[0])


def put_sum(kv: Transaction, key: bytes, total: int) -> None:
    """Store a sum; zero is no row."""
    if total:
        kv.put(COUNTERS, key, seal_numbers(COUNTERS, key, _SUM.pack(total)))
    else:
        kv.delete(COUNTERS, key)


def read_tally(kv: Transaction, tallies: Tallies, owner: int) -> tuple[int, ...]:
    """The stored counters of an owner, zeros when absent."""
    key = u64(owner)
    sealed = kv.get(tallies.space, key)
    return (0,) * tallies.fields if sealed is None else unpack_tally(tallies, key, sealed)


def unpack_tally(tallies: Tallies, key: bytes, sealed: bytes) -> tuple[int, ...]:
    """The counters in a stored value."""
    return _unpacked(_layout(tallies.fields), tallies.name, key, sealed)


def _unpacked(layout: Struct, name: str, key: bytes, sealed: bytes) -> tuple[int, ...]:
    packed = unseal_numbers(name, key, sealed)
    if len(packed) != layout.size:
        raise Corrupt(name, key.hex(), f"it makes no sense: {len(packed)} bytes, not {layout.size}")
    return layout.unpack(packed)


def _settle(kv: Transaction, tallies: Tallies, owner: int, deltas: list[int]) -> None:
    if not any(deltas):
        return
    key = u64(owner)
    old = read_tally(kv, tallies, owner)
    new = [count + delta for count, delta in zip(old, deltas, strict=True)]
    if not any(new):
        kv.delete(tallies.space, key)
        return
    try:
        packed = _layout(tallies.fields).pack(*new)
    except StructError as error:
        raise Corrupt(tallies.name, key.hex(), f"it would become {new}") from error
    kv.put(tallies.space, key, seal_numbers(tallies.name, key, packed))


def _layout(fields: int) -> Struct:
    layout = _layouts.get(fields)
    if layout is None:
        layout = _layouts[fields] = Struct(f">{fields}I")
    return layout
