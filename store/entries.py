"""What a record leaves outside its table: index entries and counter amounts."""

from __future__ import annotations

from tacit.store.errors import Corrupt
from tacit.store.schema import R, Table

MAX_KEY = 510
"""The longest key of an engine: 511 bytes of LMDB less one for the space.

A longer index key or group is cut, so that long ones share a place.
"""


def index_entries(table: Table[R], key: bytes, record: R) -> set[tuple[str, bytes]]:
    """(space, entry key) of every index entry; the value is always the record key."""
    room = MAX_KEY - len(key)
    found: set[tuple[str, bytes]] = set()
    for index in table.indexes:
        space = table.spaces[index.name]
        for part in index.keys(record):
            found.add((space, part[:room] + key))
    return found


def amounts(table: Table[R], record: R) -> dict[bytes, int]:
    """Counter key to what the record adds to it."""
    sums: dict[bytes, int] = {}
    for counter in table.counters:
        stem = table.stems[counter.name]
        for group, amount in counter.groups(record):
            place = (stem + group)[:MAX_KEY]
            sums[place] = sums.get(place, 0) + amount
    return sums


def misplaced(space: str, entry: bytes) -> Corrupt:
    """The error for an entry that does not end in the record key it leads to."""
    return Corrupt(space, entry.hex(), "the entry and the record it names do not fit")
