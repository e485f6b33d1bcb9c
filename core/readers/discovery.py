"""From paths to sources: every transcript once, sub-agent files with their session, the rest with a reason.

The order is sorted by path. Nothing here fails on what lies in a folder: loops of links end, and what
cannot be opened is a skip.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from tacit.core.failing import place_of
from tacit.core.readers.base import HEAD, Reader, Source, reason_of
from tacit.core.readers.packed import head_of, is_packed

PASSED_OVER = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"})
"""Folders that are not looked into."""

DEEPEST = 100
"""Folders within each other that are looked into."""

NO_TRANSCRIPT = "no new transcript in this folder"
"""Why a folder is passed over; of what lies in it each file has a reason of its own."""

SIDE_FILES = (".meta.json", "-shm", "-journal")
"""How the names of files end that are no transcripts and lie beside them."""

ONE_WAY = "an export that is not taken back"
"""Why what Tacit wrote for other programs is passed over."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OF_EXPORTS = re.compile(
    rb'\{"type":"(?:pattern|note)","id":"[pn]-[0-9a-z]{12}"|\{"type":"session","schema":\d'
    rb"|.\xa4type\xa6header\xa6format\xactacit-export"
)
"""How the one file begins of an export as JSON Lines or MessagePack."""

DATABASE = (b"SQLite format 3\0", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
"""How a database of SQLite begins, and the log of what was written to one last."""


class Found(Struct, frozen=True):
    """A source with its reader, or a path that is skipped and why.

    ``named``: the user gave this very path, so that a skip of it must be told and not only counted.
    """

    path: Path
    source: Source | None = None
    reader: Reader | None = None
    reason: str = ""
    named: bool = False


def find_sources(
    paths: Sequence[Path] | None,
    readers: Sequence[Reader],
    home: Path,
    environ: Mapping[str, str],
) -> Iterator[Found]:
    """Every source under the paths; without paths, under the folders the agents usually use.

    Never the working directory unless it is named.
    """
    search = _Search(readers)
    if paths is None:
        roots = sorted({root for reader in readers for root in reader.roots(home, environ)})
        for root in roots:
            if root.exists():
                yield from search.path(root, named=False)
        return
    for path in paths:
        yield from search.path(path)


class _Search:
    """One search: remembers what it has seen, by device and inode."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        self._readers = readers
        self._root = Path("/")
        self._seen: set[tuple[int, int]] = set()

    def path(self, path: Path, named: bool = True) -> Iterator[Found]:
        """A file or a folder; ``named``: by the user."""
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield Found(path, reason=reason_of(error), named=named)
            return
        if stat.S_ISDIR(mode):
            yield from self.folder(path, named)
        else:
            yield from self._file(path, named)

    def folder(self, folder: Path, named: bool) -> Iterator[Found]:
        """Everything under a folder, links followed; told if there is no transcript in it."""
        usable = False
        self._root = folder.resolve()
        for found in self._walk(folder):
            usable = usable or found.source is not None
            yield found
        if not usable:
            yield Found(
                folder,
                reason=NO_TRANSCRIPT if self._readers else "no reader",
                named=named,
            )

    def _walk(self, folder: Path, depth: int = 1) -> Iterator[Found]:
        try:
            if not self._first_time(folder.stat()):
                return
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield Found(folder, reason=reason_of(error))
            return
        for entry in entries:
            path = folder / entry.name
            if _is_folder(entry):
                if depth >= DEEPEST:
                    yield Found(path, reason="too deep")
                elif entry.is_symlink() and self._root.is_relative_to(path.resolve()):
                    continue  # it leads up and out of the folder, and would have all above it looked into
                elif entry.name not in PASSED_OVER:
                    yield from self._walk(path, depth + 1)
            elif not entry.name.endswith(SIDE_FILES):
                yield from self._file(path, named=False)

    def _first_time(self, status: os.stat_result) -> bool:
        key = (status.st_dev, status.st_ino)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _file(self, path: Path, named: bool) -> Iterator[Found]:
        try:
            status = path.stat()
            if not self._first_time(status):
                return
            head = _head(path, status)
        except OSError as error:
            yield Found(path, reason=reason_of(error), named=named)
            return
        reason = _no_text(head, status)
        reader, stumbled = (None, "") if reason else self._reader_of(path, head)
        if reader is None:
            yield Found(path, reason=reason or stumbled or "not a transcript", named=named)
            return
        try:
            main = reader.main_of(path, head)
            extra = self._companions(reader, path) if main is None else ()
        except Exception as error:  # a reader may be anybody's
            yield Found(path, reason=_stumbled(reader, error), named=named)
            return
        if main is None:
            yield Found(path, Source(path, extra), reader, named=named)
        elif not main.is_file():
            yield Found(path, reason="without its session", named=named)
        elif named:
            yield from self._file(main, named=True)

    def _reader_of(self, path: Path, head: bytes) -> tuple[Reader | None, str]:
        """The first reader that recognises a file, and which one, maybe anybody's, raised instead."""
        stumbled = ""
        for reader in self._readers:
            try:
                if reader.recognises(path, head):
                    return reader, ""
            except Exception as error:
                stumbled = _stumbled(reader, error)
        return None, stumbled

    def _companions(self, reader: Reader, path: Path) -> tuple[Path, ...]:
        """The sub-agent files of a transcript; they are not met again on their own."""
        return tuple(extra for extra in reader.companions(path) if extra.is_file())


def _stumbled(reader: Reader, error: Exception) -> str:
    return f"reader {reader.name} could not look at it: {place_of(error)}"


def _head(path: Path, status: os.stat_result) -> bytes:
    """The first bytes of a regular file, or of what a packed one holds.

    Nothing of a pipe or a device, which might never answer, nor of what the kernel shows as files without a
    size, as under /proc.
    """
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    if status.st_size == 0:
        return b""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return head_of(head) if is_packed(head) else head


def _no_text(head: bytes, status: os.stat_result) -> str:
    """Why the head cannot be that of any transcript, if so."""
    if _OF_EXPORTS.match(head):
        return ONE_WAY
    if status.st_size == 0 or not head.strip():
        return "empty file"
    if head.startswith(_UTF16):
        return "wrong encoding"
    return "binary file" if b"\0" in head and not head.startswith(DATABASE) else ""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
