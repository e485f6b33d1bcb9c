"""Writing files so that a reader finds each one whole: the old one or the new one.

A file is made beside its place under a temporary name and renamed. One whose bytes would not change
is not touched at all, so that mirrors, backups and version control see only what is new. Nothing is
synced: what an export holds can be exported again.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path

from tacit.core.errors import TacitError

_PREFIX, _SUFFIX = ".tacit-", ".tmp"
_BLOCK = 1 << 20


def make_folder(path: Path) -> None:
    """Make a private folder unless it is there.

    Raises:
        TacitError: something else has its name, or a link does: it is not followed.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    if not is_folder(path):
        raise TacitError(f"{path} is not a folder.", "Move it away or export to another directory.")


def is_folder(path: Path) -> bool:
    """Whether a folder lies there, itself and not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def is_regular(path: Path) -> bool:
    """Whether a regular file lies there, itself and not a link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def open_regular(path: Path) -> BufferedReader | None:
    """Open a regular file for reading; ``None`` where there is none. Links and pipes are not opened."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    return os.fdopen(handle, "rb")


def replace_file(path: Path, chunks: Iterable[bytes]) -> bool:
    """Give a file these bytes, never holding them all.

    The chunks are compared with what is there; from the first difference on they go to a new file
    that takes the old one's place at the end. If the chunks fail half-way, the old file stays.

    Returns:
        Whether the file changed.
    """
    parts = iter(chunks)
    old = open_regular(path)
    if old is None:
        _write_new(path, None, 0, parts)
        return True
    with old:
        same = 0
        for part in parts:
            if old.read(len(part)) != part:
                _write_new(path, old, same, _then(part, parts))
                return True
            same += len(part)
        if old.read(1):
            _write_new(path, old, same, parts)
            return True
    return False


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of exports that were killed."""
    for path in folder.iterdir():
        if path.name.startswith(_PREFIX) and path.name.endswith(_SUFFIX):
            with contextlib.suppress(OSError):
                path.unlink()


def _then(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _write_new(path: Path, old: BufferedReader | None, same: int, parts: Iterator[bytes]) -> None:
    """Write the first ``same`` bytes of the old file and then the parts, and put it in place."""
    handle, temporary = tempfile.mkstemp(_SUFFIX, _PREFIX, path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as new:
            if old is not None:
                old.seek(0)
                while same:
                    block = old.read(min(same, _BLOCK))
                    new.write(block)
                    same -= len(block)
            new.writelines(parts)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
