"""The vectors of a store: rows that go with the records whose texts they stand for.

A vector space is a name and a number of dimensions; a store may hold several. In each a record of a
watched table has at most one row for every text of it: number 0 is its own, others are its parts'. Rows
get ever-growing numbers, so whoever followed a space goes on after the last one he saw. A row stays
until its record leaves its table or gets other rows; ``sum`` tells whether it still stands for the text.

Vectors can be made anew from the texts. So a backup does not hold them, and damaged ones are dropped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tacit.store.aside import Aside
from tacit.store.engine import Transaction
from tacit.store.errors import Corrupt
from tacit.store.keys import successor
from tacit.store.reading import Read
from tacit.store.schema import Vectors
from tacit.store.transaction import Write
from tacit.store.vector_layout import (
    KEY,
    ROWS,
    SPACES,
    SUM,
    Header,
    Place,
    Row,
    pack_header,
    pack_places,
    pack_row,
    place_key,
    row_key,
    space_key,
    unpack_header,
    unpack_places,
    unpack_row,
)

T = TypeVar("T")


class Space(Struct, frozen=True):
    """A vector space of a store. ``token`` tells it from another one that had its number before."""

    number: int
    name: str
    dimensions: int
    token: bytes


class Stored(Struct, frozen=True):
    """A stored vector: its row, which text of which record it stands for, and its f16 bytes."""

    row: int
    table: str
    key: bytes
    number: int
    sum: bytes
    vector: bytes


Item = tuple[int, bytes, bytes]
"""Number of a text in its record, checksum of the text (8 bytes), its unit vector as little-endian f16."""


def spaces(read: Read) -> tuple[Space, ...]:
    """The vector spaces of a store, in the order they were made."""
    return tuple(_space(number, header) for number, header in _headers(read) if header.name)


def dropping(read: Read) -> tuple[Space, ...]:
    """The spaces that somebody began to drop, and of which something is left."""
    return tuple(_space(number, header) for number, header in _headers(read) if not header.name)


def make_space(write: Write, name: str, dimensions: int) -> Space:
    """The space of this name, made if there is none.

    Raises:
        ValueError: there is one with other dimensions.
    """
    part = part_of(write)
    known = 0
    for number, header in _headers(write):
        known = number
        if header.name == name:
            if header.dimensions != dimensions:
                raise ValueError(f"{name} has {header.dimensions} dimensions, not {dimensions}")
            return _space(number, header)
    for key, _ in write.kv.scan(part.space, ROWS, successor(ROWS), reverse=True):
        known = max(known, int.from_bytes(key[1:5], "big"))  # of a space that was lost
        break
    header = Header(name, dimensions, os.urandom(8), 1, 0)
    _note(write, part, known + 1, header)
    return _space(known + 1, header)


def give_up(write: Write, space: Space) -> None:
    """Let a space be dropped: it is gone for everybody, and its rows wait to be taken out."""
    header = _header_of(write, space)
    if header is not None:
        _note(write, part_of(write), space.number, replace(header, name=""))


def put_vectors(  # noqa: PLR0917 - the row's whole address
    write: Write, space: Space, table: str, key: bytes, items: Iterable[Item], keep: Collection[int] = ()
) -> bool:
    """Give a record these rows in place of those it has, but for the numbers in ``keep``, which stay.

    Returns:
        Whether it was done: not when record or space have gone meanwhile.

    Raises:
        ValueError: a vector or a checksum is not as long as it must be.
    """
    part, header = part_of(write), _header_of(write, space)
    place = _table(part, table)
    if header is None or write.kv.get(part.tables[place].space, key) is None:
        return False
    where = place_key(place, key, space.number)
    had = _places(write, part, where)
    kept = [one for one in had if one.number in keep]
    removed = _remove(write, part, space.number, [one.row for one in had if one.number not in keep])
    number = header.next
    for text, total, vector in items:
        if len(vector) != 2 * space.dimensions or len(total) != SUM or len(key) != KEY:
            raise ValueError(f"{len(vector)} bytes are no vector of {space.dimensions} dimensions in f16")
        row = Row(number, place, key, text, total, vector)
        write.kv.put(part.space, row_key(space.number, number), pack_row(part.name, space.number, row))
        kept.append(Place(number, text, total))
        number += 1
    if kept:
        write.kv.put(part.space, where, pack_places(part.name, where, kept))
    elif had:
        write.kv.delete(part.space, where)
    if removed or number != header.next:
        count = header.count - removed + number - header.next
        _note(write, part, space.number, replace(header, next=number, count=count))
    return True


def leave(write: Aside, table: str, key: bytes) -> int:
    """Take out the rows a record has in any space; how many there were. The store calls this."""
    part = part_of(write)
    stem = place_key(_table(part, table), key)
    removed = 0
    for where, _ in list(write.kv.scan(part.space, stem, successor(stem))):
        number = int.from_bytes(where[-4:], "big")
        gone = _remove(write, part, number, [one.row for one in _places(write, part, where)])
        write.kv.delete(part.space, where)
        header = _header(write, part, number)
        if gone and header is not None:
            _note(write, part, number, replace(header, count=header.count - gone))
        removed += gone
    return removed


def sums_of(read: Read, space: Space, table: str, key: bytes) -> dict[int, bytes]:
    """Number of the text to its checksum, of the rows a record has."""
    return {one.number: one.sum for one in places_of(read, space, table, key)}


def places_of(read: Read, space: Space, table: str, key: bytes) -> list[Place]:
    """The rows a record has."""
    part = part_of(read)
    return _places(read, part, place_key(_table(part, table), key, space.number))


def count(read: Read, space: Space) -> int:
    """How many rows a space has, 0 when it is gone."""
    header = _header_of(read, space)
    return 0 if header is None else header.count


def last_row(read: Read, space: Space) -> int | None:
    """The highest row number given out so far; ``None`` when the space is gone."""
    header = _header_of(read, space)
    return None if header is None else header.next - 1


def rows_after(read: Read, space: Space, row: int = 0) -> Iterator[Stored]:
    """The rows with a higher number, in order; damaged ones are left out and noted."""
    for key, _ in raw_rows(read, space, row):
        found = row_of(read, space, int.from_bytes(key[-8:], "big"))
        if found is not None:
            yield found


def raw_rows(read: Read, space: Space, row: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """(key, value) of the rows with a higher number, as they lie in the store."""
    part = part_of(read)
    return read.kv.scan(part.space, row_key(space.number, row + 1), successor(row_key(space.number)))


def row_of(read: Read, space: Space, row: int) -> Stored | None:
    """The row of this number; ``None`` when it is gone, or damaged, which is noted."""
    part = part_of(read)
    found = _unpacked(read, part, row_key(space.number, row), unpack_row)
    if found is None:
        return None
    return Stored(row, part.tables[found.table].name, found.key, found.number, found.sum, found.vector)


def part_of(read: Read) -> Vectors:
    """What the schema says of vectors.

    Raises:
        LookupError: it has none.
    """
    found = None if read.schema is None else read.schema.vectors
    if found is None:
        raise LookupError("the schema of this store has no vectors")
    return found


def _space(number: int, header: Header) -> Space:
    return Space(number, header.name, header.dimensions, header.token)


def _headers(read: Read) -> Iterator[tuple[int, Header]]:
    part = part_of(read)
    for key, _ in read.kv.scan(part.space, SPACES, successor(SPACES)):
        header = _unpacked(read, part, key, unpack_header)
        if header is not None:
            yield int.from_bytes(key[1:], "big"), header


def _header(read: Read, part: Vectors, number: int) -> Header | None:
    key = space_key(number)
    return _unpacked(read, part, key, unpack_header)


def _header_of(read: Read, space: Space) -> Header | None:
    """What is noted of a space, if it is still that one, and stays."""
    header = _header(read, part_of(read), space.number)
    return header if header is not None and header.name and header.token == space.token else None


def _note(write: Aside, part: Vectors, number: int, header: Header) -> None:
    key = space_key(number)
    write.kv.put(part.space, key, pack_header(part.name, key, header))


def _places(read: Read, part: Vectors, where: bytes) -> list[Place]:
    there = isinstance(read, Aside) and read.kv.get(part.space, where) is not None
    found = _unpacked(read, part, where, unpack_places)
    if found is None:
        return _looked_for(read, part, where) if there else []
    return found


def _looked_for(read: Read, part: Vectors, where: bytes) -> list[Place]:
    """The rows of a record whose places are damaged: all rows are gone through, so that none is left."""
    table, key, space = where[1], where[2:-4], where[-4:]
    found = []
    for at, sealed in read.kv.scan(part.space, ROWS + space, successor(ROWS + space)):
        try:
            row = unpack_row(part.name, at, sealed)
        except Corrupt:
            continue
        if (row.table, row.key) == (table, key):
            found.append(Place(row.row, row.number, row.sum))
    return found


def _remove(write: Aside, part: Vectors, space: int, rows: Iterable[int]) -> int:
    return sum(write.kv.delete(part.space, row_key(space, row)) for row in rows)


def _unpacked(read: Read, part: Vectors, key: bytes, unpack: Callable[[str, bytes, bytes], T]) -> T | None:
    """What lies under a key; ``None`` when nothing does, or it is damaged, which is noted."""

    def look(kv: Transaction) -> T | None:
        sealed = kv.get(part.space, key)
        return None if sealed is None else unpack(part.name, key, sealed)

    try:
        return read.looked(look)
    except Corrupt as error:
        if isinstance(read, Aside):
            read.set_aside(part, key, error.why)
        else:
            read.left_out.add((part.name, key.hex()))
        return None


def _table(part: Vectors, name: str) -> int:
    for place, table in enumerate(part.tables):
        if table.name == name:
            return place
    raise LookupError(f"no vectors are kept of {name}")
