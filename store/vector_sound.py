"""Whether the vectors of a store agree with each other and with the records, and what to take out if not.

What is found wrong is taken out: it is embedded again from the texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tacit.store.engine import Transaction
from tacit.store.errors import StoreError
from tacit.store.keys import successor
from tacit.store.schema import Vectors
from tacit.store.vector_layout import (
    PLACES,
    ROWS,
    SPACES,
    Header,
    Place,
    pack_header,
    row_key,
    unpack_header,
    unpack_places,
    unpack_row,
)

if TYPE_CHECKING:
    from tacit.store.transaction import Write

Fault = tuple[str, bytes]
"""What is wrong, and the key of the entry that has to go for it."""

_COUNT = "wrong number of vectors"


def faults(kv: Transaction, part: Vectors) -> Iterator[Fault]:
    """Everything wrong, in one pass over places and rows; of a space that is being dropped nothing is."""
    headers: dict[int, Header] = {}
    for key, sealed in kv.scan(part.space, SPACES, successor(SPACES)):
        try:
            headers[int.from_bytes(key[1:], "big")] = unpack_header(part.name, key, sealed)
        except StoreError:
            yield "damaged vector space", key
    for key, _ in _others(kv, part):
        yield "damaged vector", key
    yield from _of_places(kv, part, headers)
    yield from _of_rows(kv, part, headers)


def settle(write: Write, part: Vectors) -> int:
    """Take out all that is wrong, and count anew; how many entries went."""
    removed = 0
    while True:  # what is taken out may leave others behind that belong to it
        found = {key: what for what, key in faults(write.kv, part) if what != _COUNT}
        if not found:
            break
        for key, what in islice(found.items(), 1):  # one line in the log, and one call to heal, is enough
            write.set_aside(part, key, what)
        removed += 1 + sum(write.kv.delete(part.space, key) for key in islice(found, 1, None))
    for key, sealed in write.kv.scan(part.space, SPACES, successor(SPACES)):
        header = unpack_header(part.name, key, sealed)
        rows = [row for row, _ in write.kv.scan(part.space, ROWS + key[1:], successor(ROWS + key[1:]))]
        last = int.from_bytes(rows[-1][-8:], "big") if rows else 0
        right = replace(header, count=len(rows), next=max(header.next, last + 1))
        if right != header:
            write.kv.put(part.space, key, pack_header(part.name, key, right))
    return removed


def _others(kv: Transaction, part: Vectors) -> Iterator[tuple[bytes, bytes]]:
    """What lies under no key of ours."""
    for key, value in kv.scan(part.space):
        if key[:1] not in {SPACES, PLACES, ROWS}:
            yield key, value


def _of_places(kv: Transaction, part: Vectors, headers: dict[int, Header]) -> Iterator[Fault]:
    for key, sealed in kv.scan(part.space, PLACES, successor(PLACES)):
        try:
            places = unpack_places(part.name, key, sealed)
        except StoreError:
            yield "damaged vector", key
            continue
        table, space = key[1], int.from_bytes(key[-4:], "big")
        if space not in headers:
            yield "vector of no space", key
        elif not headers[space].name:
            continue
        elif table >= len(part.tables) or kv.get(part.tables[table].space, key[2:-4]) is None:
            yield "vector of no record", key
        elif any(not _is_there(kv, part, key, one) for one in places):
            yield "missing vector", key


def _is_there(kv: Transaction, part: Vectors, where: bytes, place: Place) -> bool:
    """Whether the row of a place lies there and says the same."""
    key = row_key(int.from_bytes(where[-4:], "big"), place.row)
    sealed = kv.get(part.space, key)
    try:
        row = None if sealed is None else unpack_row(part.name, key, sealed)
    except StoreError:
        return False
    return row is not None and (row.table, row.key, row.number, row.sum) == (
        where[1], where[2:-4], place.number, place.sum
    )  # fmt: skip


def _of_rows(kv: Transaction, part: Vectors, headers: dict[int, Header]) -> Iterator[Fault]:
    counts = dict.fromkeys(headers, 0)
    lasts = dict.fromkeys(headers, 0)
    for key, sealed in kv.scan(part.space, ROWS, successor(ROWS)):
        space, number = int.from_bytes(key[1:5], "big"), int.from_bytes(key[5:], "big")
        if space not in headers:
            yield "vector of no space", key
            continue
        if not headers[space].name:
            continue
        counts[space] += 1
        lasts[space] = number
        wrong = _fault(kv, part, key, sealed, headers[space])
        if wrong:
            yield wrong, key
    for space, header in headers.items():
        if header.name and (counts[space] != header.count or lasts[space] >= header.next):
            yield _COUNT, SPACES + space.to_bytes(4, "big")


def _fault(kv: Transaction, part: Vectors, key: bytes, sealed: bytes, header: Header) -> str:
    """What is wrong with a row, if anything is."""
    try:
        row = unpack_row(part.name, key, sealed)
    except StoreError:
        return "damaged vector"
    if len(row.vector) != 2 * header.dimensions:
        return "damaged vector"
    try:
        where = PLACES + bytes((row.table,)) + row.key + key[1:5]
        noted = kv.get(part.space, where)
        places = [] if noted is None else unpack_places(part.name, where, noted)
    except StoreError:
        places = []
    return "" if any(one.row == row.row for one in places) else "stray vector"
