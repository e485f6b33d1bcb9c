"""From paths to sources: every transcript once, sub-agent files with their session, the rest with a reason.

The order is sorted by path. Nothing here fails on what lies in a folder: loops of links end, and what
cannot be opened is a skip.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from tacit.core.readers.base import HEAD, Reader, Source

PASSED_OVER = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"})
"""Folders that are not looked into."""

SIDE_FILES = (".meta.json",)
"""How the names of files end that are no transcripts and lie beside them."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


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
            if root.is_dir():
                yield from search.folder(root, named=False)
        return
    for path in paths:
        yield from search.path(path)


class _Search:
    """One search: remembers what it has seen, by device and inode."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        self._readers = readers
        self._seen: set[tuple[int, int]] = set()

    def path(self, path: Path) -> Iterator[Found]:
        """A path the user named."""
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield Found(path, reason=_why(error), named=True)
            return
        if stat.S_ISDIR(mode):
            yield from self.folder(path, named=True)
        else:
            yield from self._file(path, named=True)

    def folder(self, folder: Path, named: bool) -> Iterator[Found]:
        """Everything under a folder, links followed; told if there is no transcript in it."""
        usable = False
        for found in self._walk(folder):
            usable = usable or found.source is not None
            yield found
        if not usable:
            yield Found(
                folder,
                reason="no new transcript in this folder" if self._readers else "no reader",
                named=named,
            )

    def _walk(self, folder: Path) -> Iterator[Found]:
        try:
            if not self._first_time(folder.stat()):
                return
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield Found(folder, reason=_why(error))
            return
        for entry in entries:
            path = folder / entry.name
            if _is_folder(entry):
                if entry.name not in PASSED_OVER:
                    yield from self._walk(path)
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
            yield Found(path, reason=_why(error), named=named)
            return
        reason = _no_text(head, status)
        reader = None if reason else next((one for one in self._readers if one.recognises(path, head)), None)
        if reader is None:
            yield Found(path, reason=reason or "not a transcript", named=named)
            return
        main = reader.main_of(path, head)
        if main is None:
            yield Found(path, Source(path, self._companions(reader, path)), reader, named=named)
        elif not main.is_file():
            yield Found(path, reason="sub-agent without its session", named=named)
        elif named:
            yield from self._file(main, named=True)

    def _companions(self, reader: Reader, path: Path) -> tuple[Path, ...]:
        """The sub-agent files of a transcript; they are not met again on their own."""
        return tuple(extra for extra in reader.companions(path) if extra.is_file())


def _head(path: Path, status: os.stat_result) -> bytes:
    """The first bytes of a regular file; nothing of a pipe or a device, which might never answer."""
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    with path.open("rb") as file:
        return file.read(HEAD)


def _no_text(head: bytes, status: os.stat_result) -> str:
    """Why the head cannot be that of any transcript, if so."""
    if status.st_size == 0 or not head.strip():
        return "empty file"
    if head.startswith(_UTF16):
        return "wrong encoding"
    return "binary file" if b"\0" in head else ""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _why(error: OSError) -> str:
    """The skip's reason, one word or a few."""
    reasons = {
        errno.ENOENT: "no such file",
        errno.ELOOP: "loop of links",
        errno.EACCES: "unreadable",
        errno.EPERM: "unreadable",
        errno.EINVAL: "not a regular file",
    }
    return reasons.get(error.errno or 0, "unreadable")
