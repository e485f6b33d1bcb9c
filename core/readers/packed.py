"""Single files that an agent or a person packed with gzip or Zstandard, as what they hold.

Codex packs rollouts that it archives. Such a file is unpacked in memory, up to :data:`MOST` bytes of it; the
part of a torn one that can be had is taken, as of any transcript that is half written.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from tacit.core.readers.base import HEAD, Unreadable

MOST = 1 << 30
"""Bytes a packed file may hold."""

GZIP = b"\x1f\x8b"
ZSTANDARD = b"\x28\xb5\x2f\xfd"
BZIP2, XZ = b"BZh", b"\xfd7zXZ\x00"
_USTAR, _END = slice(257, 262), bytes(1024)
_PIECE = 1 << 20
_PACKED = 1 << 14
"""Bytes read of a file at a time: behind each member the rest of them is copied, and members may be tiny."""


def is_packed(head: bytes) -> bool:
    """Whether a file that begins so is packed."""
    return head.startswith((GZIP, ZSTANDARD))


def is_tar(head: bytes) -> bool:
    """Whether a file begins so that it is a tar, also one of nothing, or is packed with bzip2 or xz.

    A tar of nothing is its end, two blocks of zeros. Little else than a tar is packed with those two.
    """
    return head.startswith((BZIP2, XZ, _END)) or head[_USTAR] == b"ustar"


def head_of(head: bytes) -> bytes:
    """The first bytes (at most :data:`~tacit.core.readers.base.HEAD`) of what a packed file holds."""
    found = bytearray()
    for piece in _unpacked(BytesIO(head), head):
        found += piece
        if len(found) >= HEAD:
            break
    return bytes(found[:HEAD])


def unpacked(path: Path) -> bytes:
    """All that a packed file holds.

    Raises:
        Unreadable: it holds more than :data:`MOST` bytes, or nothing can be had of it.
        OSError: it cannot be read.
    """
    found = bytearray()
    with path.open("rb") as file:
        magic = file.read(len(ZSTANDARD))
        file.seek(0)
        for piece in _unpacked(file, magic):
            found += piece
            if len(found) > MOST:
                raise Unreadable(path, "too large")
    if not found:
        raise Unreadable(path, "damaged")
    return bytes(found)


def _unpacked(file: BinaryIO, magic: bytes) -> Iterator[bytes]:
    """The pieces of what it holds, none larger than a megabyte, up to where it is torn."""
    if magic.startswith(ZSTANDARD):
        yield from _unzstd(file)
        return
    try:
        yield from _gunzip(file)
    except zlib.error:
        return


def _gunzip(file: BinaryIO) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    while packed := file.read(_PACKED):
        while packed:
            yield member.decompress(packed, _PIECE)
            packed = member.unconsumed_tail
            if member.eof:
                packed, member = member.unused_data, zlib.decompressobj(wbits=31)


def _unzstd(file: BinaryIO) -> Iterator[bytes]:
    import zstandard

    reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    try:
        while piece := reader.read(_PIECE):
            yield piece
    except zstandard.ZstdError:
        return
