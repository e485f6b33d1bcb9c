"""Where damaged bytes go, out of everybody's way: nothing is thrown away that somebody could still read.

A key is the name of the table, event column, tally or map, a zero byte, and the key of what lay there.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.msgpack import Decoder

from tacit.store.codec import UNREADABLE, encode, seal, unseal
from tacit.store.engine import Transaction
from tacit.store.entries import MAX_KEY
from tacit.store.errors import Corrupt
from tacit.store.schema import QUARANTINE


class Damaged(Struct, frozen=True, array_like=True):
    """Some damaged bytes as they were found: when (milliseconds UTC), why they are damaged, and they."""

    at: int
    why: str
    raw: bytes


_decode = Decoder(Damaged).decode


def keep(kv: Transaction, name: str, key: bytes, found: Damaged) -> None:
    """Put damaged bytes into the quarantine."""
    place = f"{name}\0".encode() + key
    place = place[:MAX_KEY]
    kv.put(QUARANTINE, place, seal(QUARANTINE, place, encode(found)))


def kept(kv: Transaction) -> Iterator[tuple[str, bytes, Damaged | None]]:
    """(name, key, what lay there) of everything in quarantine; ``None`` where that was damaged again."""
    for place, sealed in kv.scan(QUARANTINE):
        yield opened(place, sealed)


def opened(place: bytes, sealed: bytes) -> tuple[str, bytes, Damaged | None]:
    """(name, key, what lay there) of one entry; ``None`` where that was damaged again."""
    name, _, key = place.partition(b"\0")
    try:
        found = _decode(unseal(QUARANTINE, place, sealed))
    except (Corrupt, *UNREADABLE):
        found = None
    return name.decode(errors="replace"), key, found


def empty(kv: Transaction) -> int:
    """Throw everything away that is in quarantine; how much there was."""
    places = [place for place, _ in kv.scan(QUARANTINE)]
    for place in places:
        kv.delete(QUARANTINE, place)
    return len(places)
