"""A file as one buffer, and slices of that: a small one is held, of a large one a copy is mapped.

A map of a file that is cut off meanwhile ends the process with ``SIGBUS``, and whoever writes a transcript
may empty it at any moment. So nothing is mapped but a copy without a name, which nobody else can open: it
costs room in Tacit's cache while anybody holds a slice of it, and little memory.
"""

from __future__ import annotations

import errno
import mmap
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from tacit.core.places import places
from tacit.core.readers.base import NO_ROOM, ReadTally, Unreadable, reason_of
from tacit.core.readers.packed import is_packed, unpacked
from tacit.core.scratch import nameless, room

_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LARGE = 8_000_000
"""Bytes from which on a file is copied to the disk instead of to memory."""

_PIECE = 1 << 20
_COPIED_AT_ONCE = 1 << 30


class MappedFile:
    """A file as one read-only buffer, which lives as long as anybody holds a slice of it.

    Raises:
        Unreadable: it is empty, in another encoding, or cannot be read.
        OSError: there is no room for a copy of it (``ENOSPC``, ``EDQUOT``): later there may be.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                packed = is_packed(file.read(4))
                file.seek(0)
                self._map = unpacked(path) if packed else held(file)
        except OSError as error:
            if reason_of(error) == NO_ROOM:
                raise
            raise Unreadable(path, "unreadable") from error
        if not self._map:
            raise Unreadable(path, "empty file")
        if self._map[:2] in _OTHER_BOMS:
            raise Unreadable(path, "wrong encoding")
        self.view = memoryview(self._map)
        self.size = len(self._map)
        self.start = len(_BOM) if self._map[:3] == _BOM else 0

    def spans(self) -> Iterator[tuple[int, int, bool]]:
        """Offset, length and whether a newline ends it, of every line."""
        offset = self.start
        while offset < self.size:
            end = self._map.find(b"\n", offset)
            if end < 0:
                yield offset, self.size - offset, False
                return
            yield offset, end - offset, True
            offset = end + 1


def opened(paths: Iterable[Path], tally: ReadTally) -> Iterator[tuple[Path, MappedFile]]:
    """The files that belong to a transcript, each with its path; one that cannot be read is counted.

    Their bytes count as those of the transcript; ``read_to`` is its own again when all were looked at.
    """
    read_to = tally.read_to
    for path in paths:
        try:
            file = MappedFile(path)
        except Unreadable as flaw:
            tally.skip(flaw.reason)
            continue
        tally.bytes += file.size
        yield path, file
    tally.read_to = read_to


def held(file: IO[bytes]) -> mmap.mmap | bytes:
    """All that an open file holds by now, whatever becomes of the file.

    Raises:
        OSError: it cannot be read, or there is no room for a copy of it.
    """
    size = os.fstat(file.fileno()).st_size
    if size < _LARGE:
        return file.read()
    cache = places().cache
    with nameless(cache) as copy:
        if size > room(cache):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if not _copy(file.fileno(), copy.fileno(), size):
            return b""
        return mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ)


def _copy(source: int, to: int, size: int) -> int:
    """Copy so many bytes, or those that are still there; how many they were."""
    done = os.lseek(source, 0, os.SEEK_SET)
    with suppress(OSError, AttributeError):  # no such call here, or none from this file system to that
        while done < size and (n := os.copy_file_range(source, to, min(size - done, _COPIED_AT_ONCE))):
            done += n
    os.lseek(source, done, os.SEEK_SET)
    os.lseek(to, done, os.SEEK_SET)
    while done < size and (piece := os.read(source, min(size - done, _PIECE))):
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(to, rest) :]
        done += len(piece)
    return done
