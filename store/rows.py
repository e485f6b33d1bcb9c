"""Event columns: fixed-width rows of an owner, packed a few hundred to a value.

A million rows are read many times faster this way than as single records. Rows go to the owner's first
chunk while it has room, then to the last one; who wants to take rows out again remembers the chunk
numbers they went to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tacit.store.codec import seal, unseal
from tacit.store.engine import Transaction
from tacit.store.errors import Corrupt
from tacit.store.keys import u32, u64
from tacit.store.schema import Rows


def chunks(kv: Transaction, rows: Rows, owner: int) -> Iterator[bytes]:
    """The packed rows of an owner, chunk by chunk.

    Raises:
        Corrupt: a chunk is damaged.
    """
    low = u64(owner)
    for key, sealed in kv.scan(rows.space, low, low + b"\xff" * 5):
        yield unpacked(rows, key, sealed)


def add(kv: Transaction, rows: Rows, owner: int, packed: bytes) -> list[int]:
    """Add rows; the number of the chunk each one went to.

    Raises:
        ValueError: ``packed`` is no whole number of rows.
    """
    count, rest = divmod(len(packed), rows.width)
    if rest:
        raise ValueError(f"{len(packed)} bytes are no whole rows of {rows.width}")
    if not count:
        return []
    number, held = _open_chunk(kv, rows, owner)
    went: list[int] = []
    start = 0
    while start < count:
        room = rows.chunk - len(held) // rows.width
        if room <= 0:
            number, held = _last(kv, rows, owner)
            room = rows.chunk - len(held) // rows.width
        taken = min(room, count - start)
        held += packed[start * rows.width : (start + taken) * rows.width]
        key = u64(owner) + u32(number)
        kv.put(rows.space, key, seal(rows.name, key, held))
        went.extend([number] * taken)
        start += taken
    return went


def remove(kv: Transaction, rows: Rows, owner: int, numbers: set[int], match: Callable[[bytes], bool]) -> int:
    """Take the matching rows out of these chunks; how many there were."""
    removed = 0
    for number in sorted(numbers):
        key = u64(owner) + u32(number)
        sealed = kv.get(rows.space, key)
        if sealed is None:
            continue
        packed = unpacked(rows, key, sealed)
        width = rows.width
        parts = [packed[at : at + width] for at in range(0, len(packed), width)]
        kept = [part for part in parts if not match(part)]
        if len(kept) == len(parts):
            continue
        removed += len(parts) - len(kept)
        if kept:
            kv.put(rows.space, key, seal(rows.name, key, b"".join(kept)))
        else:
            kv.delete(rows.space, key)
    return removed


def _open_chunk(kv: Transaction, rows: Rows, owner: int) -> tuple[int, bytes]:
    """The chunk that rows are added to. Most owners have one only, which is found without a scan."""
    first = u64(owner) + u32(0)
    sealed = kv.get(rows.space, first)
    if sealed is not None:
        held = unpacked(rows, first, sealed)
        if len(held) < rows.chunk * rows.width:
            return 0, held
    return _last(kv, rows, owner)


def _last(kv: Transaction, rows: Rows, owner: int) -> tuple[int, bytes]:
    """The last chunk, or the one behind it when that is full."""
    low = u64(owner)
    for key, sealed in kv.scan(rows.space, low, low + b"\xff" * 5, reverse=True):
        number, held = int.from_bytes(key[8:], "big"), unpacked(rows, key, sealed)
        return (number, held) if len(held) < rows.chunk * rows.width else (number + 1, b"")
    return 0, b""


def unpacked(rows: Rows, key: bytes, sealed: bytes) -> bytes:
    """The packed rows in a stored chunk.

    Raises:
        Corrupt: it is damaged.
    """
    packed = unseal(rows.name, key, sealed)
    if len(packed) % rows.width:
        raise Corrupt(rows.name, key.hex(), f"it holds no whole rows of {rows.width} bytes")
    return packed
