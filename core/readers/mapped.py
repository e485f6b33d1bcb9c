"""A file as one buffer, and slices of that: a small one is copied, a large one mapped, a packed one unpacked.

A map of a file that is cut off meanwhile ends the process with ``SIGBUS``, and some agents empty a session's
file to write all of it anew: theirs are copied up to :data:`_LARGE`. What only grows at its end is never cut
off by its agent, so that of it little is held in memory.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tacit.core.readers.base import Unreadable
from tacit.core.readers.packed import is_packed, unpacked

_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LARGE = 64_000_000
"""Bytes from which on a file is mapped that its agent writes anew."""

_SMALL = 8_000_000
"""Bytes from which on one is mapped that its agent appends to."""


class MappedFile:
    """A file as one read-only buffer, which lives as long as anybody holds a slice of it.

    Args:
        path: the file.
        rewritten: whether whoever writes it writes all of it anew, and not only at its end.
    """

    def __init__(self, path: Path, *, rewritten: bool = False) -> None:
        try:
            with path.open("rb") as file:
                self._map = _copied(file, _LARGE if rewritten else _SMALL) or mmap.mmap(
                    file.fileno(), 0, access=mmap.ACCESS_READ
                )
            if is_packed(self._map[:4]):
                self._map = unpacked(path)
        except ValueError as error:
            raise Unreadable(path, "empty file") from error
        except OSError as error:
            raise Unreadable(path, "unreadable") from error
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


def _copied(file: BinaryIO, limit: int) -> mmap.mmap | bytes:
    """All that is in a file of less than so many bytes; nothing of a larger one."""
    return b"" if os.fstat(file.fileno()).st_size >= limit else file.read()
