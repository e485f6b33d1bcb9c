"""What a record leaves outside its table: index entries and counter amounts."""

from __future__ import annotations

from collections.abc import Iterable

from tacit.store.errors import Corrupt
from tacit.store.schema import Counter, Index, R, Table

MAX_KEY = 510
"""The longest key of an engine: 511 bytes of LMDB less one for the space.

A longer index key or group is cut, so that long ones share a place.
"""


def index_entries(
    table: Table[R], key: bytes, record: R, indexes: Iterable[Index[R]] | None = None
) -> set[tuple[str, bytes]]:
    """(space, entry key) of every index entry, or those of some; the value is always the record key."""
    room = MAX_KEY - len(key)
    found: set[tuple[str, bytes]] = set()
    for index in table.indexes if indexes is None else indexes:
        space = table.spaces[index.name]
        for part in index.keys(record):
            found.add((space, part[:room] + key))
    return found


def amounts(table: Table[R], record: R, counters: Iterable[Counter[R]] | None = None) -> dict[bytes, int]:
    """Counter key to what the record adds to it, for every counter or for some."""
    sums: dict[bytes, int] = {}
    for counter in table.counters if counters is None else counters:
        stem = table.stems[counter.name]
        for group, amount in counter.groups(record):
            place = (stem + group)[:MAX_KEY]
            sums[place] = sums.get(place, 0) + amount
    return sums


def misplaced(space: str, entry: bytes) -> Corrupt:
    """The error for an entry that does not end in the record key it leads to."""
    return Corrupt(space, entry.hex(), "the entry and the record it names do not fit")
