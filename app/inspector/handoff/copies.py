"""Copies of records for an editor: in a folder only the person may enter, and gone when the editor is.

Those of an inspector that was killed meanwhile are removed by the next one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from tacit.core.places import places

NAME = "changes-are-not-kept.json"
"""How the name of a copy ends."""


@contextlib.contextmanager
def copy_of(name: str, pieces: Iterable[bytes]) -> Iterator[Path]:
    """A file with these bytes, for as long as it is needed; with it goes all that a program put beside it.

    Raises:
        OSError: it cannot be written.
    """
    folder = _folder() / str(os.getpid())
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        path = folder / f"{name}-{NAME}"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Remove what inspectors that are no more left behind."""
    try:
        left = [one for one in _folder().iterdir() if not _lives(one.name)]
    except OSError:
        return
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    return Path(places().cache) / "copies"


def _lives(pid: str) -> bool:
    if not pid.isascii() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
