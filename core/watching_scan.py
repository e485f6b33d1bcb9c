# ruff: noqa: PTH116
"""What lies in the watched places, as the system tells it: no file is opened here.

The scan is the truth of the watcher. Links are followed, loops of them end, and what cannot be asked is
left out; it is there again with a later scan.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tacit.core.readers.discovery import PASSED_OVER, SIDE_FILES


class Print(NamedTuple):
    """What a file is known by: size in bytes, times of its text and of its permissions in ns, inode."""

    size: int
    modified: int
    changed: int
    inode: int


def scan(paths: Iterable[str]) -> dict[str, Print]:
    """Every file at or below the paths that might be a transcript; what is not there is left out."""
    found: dict[str, Print] = {}
    seen: set[tuple[int, int]] = set()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            continue
        if not stat.S_ISDIR(status.st_mode):
            _take(found, path, status)
        elif (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            waiting += _below(path, found)
    return found


def wanted(path: str, roots: Iterable[str]) -> bool:
    """Whether a scan of the roots would come by this path."""
    for root in roots:
        if path == root:
            return True
        if path.startswith(f"{root}/"):
            return PASSED_OVER.isdisjoint(path[len(root) :].split("/")[:-1])
    return False


def watched(paths: Sequence[str]) -> tuple[str, ...]:
    """The places to look into, which need not exist: those named, else the usual ones of all agents."""
    from tacit.core.readers.registry import load_readers

    if paths:
        places: Iterable[str] = paths
    else:
        readers = load_readers().readers
        places = (str(root) for one in readers for root in one.roots(Path.home(), os.environ))
    return tuple(sorted({os.path.realpath(os.path.abspath(place)) for place in places}))  # noqa: PTH100


def identity(path: str) -> tuple[int, int] | None:
    """Which file or folder lies there; ``None`` where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def written(store: str) -> tuple[int, ...]:
    """Which store lies in a folder, as two numbers, and when it was last written to; empty without one."""
    try:
        status = os.stat(f"{store}/data.mdb")
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_mtime_ns


def _below(folder: str, found: dict[str, Print]) -> list[str]:
    """Take the files of a folder; the folders in it."""
    folders = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    if entry.is_dir():
                        if entry.name not in PASSED_OVER:
                            folders.append(entry.path)
                    else:
                        _take(found, entry.path, entry.stat())
                except OSError:
                    continue
    except OSError:
        return folders
    return folders


def _take(found: dict[str, Print], path: str, status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode) and status.st_size and not path.endswith(SIDE_FILES):
        found[path] = Print(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
