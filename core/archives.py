"""Tar archives that nobody vouches for, read member by member in little memory, packed or not.

What a member is called, and what belongs to it beside that, stands in headers that may be of any length, also
where a few bytes of the file unpack to gigabytes: so no more than :data:`HEADERS` bytes of them are read in
one go. Of what was read nothing is kept.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol

from tacit.core.readers.packed import BZIP2, GZIP, XZ, ZSTANDARD

HEADERS = 1 << 20
"""Bytes that may stand before a member."""


class Archive:
    """An open archive."""

    def __init__(self, file: IO[bytes]) -> None:
        self._plain = _Plain(_unpacking(file))
        plain: Any = self._plain  # a stream is only read
        self._tar = tarfile.open(fileobj=plain, mode="r|", tarinfo=_Member)  # noqa: SIM115 - as the file's

    def members(self) -> Iterator[tarfile.TarInfo]:
        """Each member. Its file can be had as long as the next one was not asked for."""
        while (member := self._tar.next()) is not None:
            self._tar.members.clear()  # type: ignore[attr-defined]  # else all of them are kept
            self._plain.most = self._tar.offset + HEADERS
            yield member

    def file(self, member: tarfile.TarInfo) -> IO[bytes] | None:
        """What a member holds; ``None`` of what is no file."""
        return self._tar.extractfile(member)


@contextmanager
def reading(file: IO[bytes]) -> Iterator[Archive]:
    """An archive, packed with gzip, bzip2, xz or Zstandard, or not.

    Raises:
        ValueError: it is none, or damaged, inside of the block too; the message says why.
        OSError: a file cannot be read or written.
    """
    try:
        yield Archive(file)
    except RecursionError:
        raise ValueError("it has no end of headers") from None
    except tarfile.TarError as error:
        raise ValueError(str(error)) from error


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Plain:
    """What a packed archive holds. ``most`` is up to where it may be read for now."""

    def __init__(self, packed: _Stream) -> None:
        self._packed = packed
        self._at = 0
        self.most = HEADERS

    def read(self, size: int) -> bytes:
        try:
            piece = self._packed.read(size)
        except MemoryError:
            raise
        except Exception as error:  # each way of packing has its own
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise tarfile.ReadError(str(error) or "it is damaged") from error
        self._at += len(piece)
        if self._at > self.most:
            raise tarfile.ReadError("a header in it is too large")
        return piece


class _Member(tarfile.TarInfo):
    """A member whose header must be right: by itself tarfile takes one that is not for the end."""

    @classmethod
    def frombuf(cls, buf: Any, encoding: Any, errors: Any) -> Any:
        """A header as a member."""
        try:
            return super().frombuf(buf, encoding, errors)
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            raise tarfile.ReadError(str(error)) from None


def _unpacking(file: IO[bytes]) -> _Stream:
    """A file as the stream that was packed into it; streams one behind the other are one."""
    magic = file.read(len(XZ))
    file.seek(0)
    if magic.startswith(GZIP):
        import gzip

        return gzip.GzipFile(fileobj=file)
    if magic.startswith(BZIP2):
        import bz2

        return bz2.BZ2File(file)
    if magic.startswith(XZ):
        import lzma

        return lzma.LZMAFile(file)
    if magic.startswith(ZSTANDARD):
        import zstandard

        return zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    return file
