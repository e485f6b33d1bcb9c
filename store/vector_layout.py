r"""How vectors lie in their space of the store.

==================================  ================================================================
key                                 value
==================================  ================================================================
``s``, space (4 bytes)              the vector space: name, dimensions, token, next row, rows there;
                                    without a name it is being dropped
``p``, table, record key, space     the record's rows: row, number, sum, over and over
``r``, space, row (8 bytes)         table, record key, number, sum, then the vector as f16
==================================  ================================================================

A table is one byte, its place in the schema. Rows of a space are all of one length, so that many are
taken apart at once; like the numbers of a tally they end in a checksum over key and value.
"""

from __future__ import annotations

from struct import Struct as Layout
from zlib import crc32

from msgspec import Struct
from msgspec.msgpack import Decoder

from tacit.store.codec import UNREADABLE, encode, seal, unseal
from tacit.store.errors import Corrupt
from tacit.store.keys import u32, u64

SPACES, PLACES, ROWS = b"s", b"p", b"r"

KEY = 8
"""Bytes of the key of a record."""

SUM = 8
"""Bytes of the checksum of a text."""

HEAD = Layout(f">B{KEY}sI{SUM}s")
CHECK = Layout(">I")
_PLACE = Layout(f">QI{SUM}s")


class Header(Struct, frozen=True, array_like=True):
    """What the store notes of a vector space.

    ``token`` is random: a space made anew under the same number is another one. ``next`` is the number of
    the row that comes next, ``count`` how many there are. A space without a ``name`` is being dropped:
    its places and rows are nobody's, and it goes when they are gone.
    """

    name: str
    dimensions: int
    token: bytes
    next: int
    count: int


class Place(Struct, frozen=True):
    """Where a record has a vector: row, number of the text in the record, checksum of the text."""

    row: int
    number: int
    sum: bytes


class Row(Struct, frozen=True):
    """A vector: which text of which record (``table`` by its place in the schema), its f16 bytes."""

    row: int
    table: int
    key: bytes
    number: int
    sum: bytes
    vector: bytes


_header = Decoder(Header).decode


def space_key(number: int) -> bytes:
    """Where a vector space is noted."""
    return SPACES + u32(number)


def place_key(table: int, key: bytes, space: int | None = None) -> bytes:
    """Where the rows of a record are noted, in one space or, as a prefix, in all."""
    stem = PLACES + bytes((table,)) + key
    return stem if space is None else stem + u32(space)


def row_key(space: int, row: int | None = None) -> bytes:
    """Where a row lies; without one the prefix of all rows of the space."""
    stem = ROWS + u32(space)
    return stem if row is None else stem + u64(row)


def pack_header(name: str, key: bytes, header: Header) -> bytes:
    """The value of a vector space; ``name`` is that of the schema's part, as everywhere here."""
    return seal(name, key, encode(header))


def unpack_header(name: str, key: bytes, sealed: bytes) -> Header:
    """What is noted of a vector space.

    Raises:
        Corrupt: it is damaged.
    """
    try:
        return _header(unseal(name, key, sealed))
    except UNREADABLE as error:
        raise Corrupt(name, key.hex(), f"it is no vector space ({error})") from error


def pack_places(name: str, key: bytes, places: list[Place]) -> bytes:
    """The value of a record's places."""
    return seal(name, key, b"".join(_PLACE.pack(one.row, one.number, one.sum) for one in places))


def unpack_places(name: str, key: bytes, sealed: bytes) -> list[Place]:
    """The places of a record.

    Raises:
        Corrupt: they are damaged.
    """
    packed = unseal(name, key, sealed)
    if len(packed) % _PLACE.size or len(key) != len(PLACES) + 1 + KEY + 4:
        raise Corrupt(name, key.hex(), f"it makes no sense: {len(packed)} bytes")
    return [Place(*found) for found in _PLACE.iter_unpack(packed)]


def pack_row(name: str, space: int, row: Row) -> bytes:
    """The value of a row."""
    packed = HEAD.pack(row.table, row.key, row.number, row.sum) + row.vector
    return packed + CHECK.pack(checksum(name, row_key(space, row.row), packed))


def unpack_row(name: str, key: bytes, sealed: bytes) -> Row:
    """The row under a key.

    Raises:
        Corrupt: it is damaged.
    """
    packed = sealed[: -CHECK.size]
    if sealed[-CHECK.size :] != CHECK.pack(checksum(name, key, packed)):
        raise Corrupt(name, key.hex(), "its checksum does not fit")
    if len(packed) <= HEAD.size or len(key) != len(ROWS) + 12:
        raise Corrupt(name, key.hex(), f"it makes no sense: {len(packed)} bytes")
    table, record, number, total = HEAD.unpack_from(packed)
    return Row(int.from_bytes(key[-8:], "big"), table, record, number, total, packed[HEAD.size :])


def head(sealed: bytes) -> tuple[int, int]:
    """Table and number of the text of a row, unchecked."""
    return sealed[0], int.from_bytes(sealed[1 + KEY : 5 + KEY], "big")


def checksum(name: str, key: bytes, packed: bytes) -> int:
    """What a row ends in."""
    return crc32(packed, crc32(key, crc32(name.encode())))
