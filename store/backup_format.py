r"""The layout of a backup: one compressed, checksummed stream of everything a store cannot derive.

====================  ==========================================================================
part                  meaning
====================  ==========================================================================
``tacit backup 1\n``  magic and version of the format
length, JSON, CRC-32  a small plain header: whose backup it is, of when, and the spaces in it
frames                space, raw length, packed length, records, CRC-32 of these and of what
                      follows: records of one space, packed with zstd
footer                the space 65535, records and raw bytes of all frames, then a BLAKE2b digest
                      of every byte before it
====================  ==========================================================================

A record in a frame is the length of its key, the length of its value, key and value; values are the
sealed ones of the store. Keys ascend within a space and spaces in the order of the header, so nothing
can be in it twice. All numbers are big-endian.
"""

from __future__ import annotations

from hashlib import blake2b
from struct import Struct as Layout
from typing import Annotated
from zlib import crc32

from msgspec import Meta, Struct

from tacit.store.schema import COUNTERS, Schema

MAGIC = b"tacit backup 1\n"
MAGIC_STEM = b"tacit backup "

LENGTH = Layout(">I")
FRAME = Layout(">HIII")
RECORD = Layout(">HI")
TOTALS = Layout(">QQ")
END = 0xFFFF
DIGEST = 32

BLOCK = 1 << 20
"""Raw bytes of a frame; only a single larger record makes a longer one."""

MOST_VALUE = 1 << 26
"""Bytes of the longest value."""

MOST_HEADER = 1 << 16
MOST_RECORDS = 1 << 31
MOST_RAW = 1 << 36
"""Raw bytes of all frames: as much as the map of a store."""

Small = Annotated[str, Meta(max_length=64)]
Natural = Annotated[int, Meta(ge=0, le=1 << 53)]


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup says of itself.

    ``store`` is the id of its store, ``schema`` the version its records had, ``created`` milliseconds
    UTC, ``reason`` who or what asked for it; ``counts`` are numbers for a list that this room does not
    interpret.
    """

    store: Small
    schema: Annotated[int, Meta(ge=0, le=1 << 31)]
    tacit: Small
    created: Annotated[int, Meta(ge=0, le=250_000_000_000_000)]
    reason: Annotated[str, Meta(pattern="^[a-z][a-z-]{0,31}$")]
    counts: Annotated[dict[Small, Natural], Meta(max_length=32)] = {}
    spaces: Annotated[tuple[Small, ...], Meta(max_length=255)] = ()


def primary_spaces(schema: Schema) -> list[str]:
    """The spaces that nothing else tells: all but index entries, counters and vectors."""
    derived = {COUNTERS}.union(*(table.spaces.values() for table in schema.tables))
    if schema.vectors is not None:
        derived.add(schema.vectors.space)
    return [name for name in schema.spaces() if name not in derived]


def packed_room(raw: int) -> int:
    """The most bytes that zstd makes of so many."""
    return raw + (raw >> 7) + 1024


def frame_sum(head: bytes, packed: bytes) -> bytes:
    """The checksum of a frame."""
    return LENGTH.pack(crc32(packed, crc32(head)))


def digest() -> blake2b:
    """A fresh digest of a stream."""
    return blake2b(digest_size=DIGEST)
