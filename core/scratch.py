"""Folders for what must lie on the disk for a moment: nobody else may look into them, and none stays.

What lies there may hold secrets that nothing has replaced yet. A process holds a lock on the folders it
made; one that nobody holds was left by a process that was killed, and whoever comes next removes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PREFIX = "unpacked-"
_SHARE = 0.5


@contextmanager
def scratch(cache: str) -> Iterator[Path]:
    """A folder of this process alone, removed in the end; those that nobody holds are removed at once.

    Args:
        cache: the folder to make it in.
    """
    above = Path(cache)
    above.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(above, fcntl.LOCK_EX):
        _sweep(above)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=above))
        mine = os.open(folder, os.O_RDONLY)
        fcntl.flock(mine, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(mine)


def nameless(cache: str) -> IO[bytes]:
    """A file that nobody else can open, gone once it is closed and no longer mapped.

    Args:
        cache: a folder of the file system to make it in.

    Raises:
        OSError: none can be made there.
    """
    Path(cache).mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=cache, buffering=0)


def room(folder: str | Path) -> int:
    """How many bytes may be put there: half of those that are free."""
    return int(shutil.disk_usage(folder).free * _SHARE)


def sweep(cache: str) -> None:
    """Remove what killed processes left, if anything; nothing is made and nothing fails."""
    above = Path(cache)
    try:
        if any(above.glob(f"{PREFIX}*")):
            with _locked(above, fcntl.LOCK_EX):
                _sweep(above)
    except OSError:
        return


def _sweep(above: Path) -> None:
    for left in above.glob(f"{PREFIX}*"):
        try:
            with _locked(left, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(left, ignore_errors=True)
        except OSError:  # somebody holds it
            continue


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, how)
        yield
    finally:
        os.close(held)
