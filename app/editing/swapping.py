"""A new file in the place of an old one, and never in that of one that somebody saved in between.

Whatever is compared before a file is replaced may be saved once more until it is. So the two change places in
one step, where the system can do that, and what lay there is looked at afterwards.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

_EXCHANGE = 2
_HERE = -100
_UNKNOWN = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}


@contextmanager
def alone(folder: str) -> Iterator[None]:
    """No other process of this program replaces a file of the folder meanwhile."""
    held = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def swap(new: str, place: str, before: bytes | None, after: bytes) -> bool:
    """Move a new file to its place, if what lies there is still what it was; whether that is done.

    Args:
        new: the path of the new file, in the same folder; nothing is left of it if it is done.
        place: where it belongs.
        before: what lay there; ``None`` is no file.
        after: what the new file says.

    Raises:
        OSError: the files cannot be moved.
    """
    if before is None:
        return _enter(new, place)
    if _says(place) != before:
        return False
    if not _exchange(new, place):
        os.replace(new, place)  # noqa: PTH105 - text
        return True
    found = _says(new)
    if found == before:
        os.unlink(new)  # noqa: PTH108 - text
        return True
    _put_back(new, place, after, found)
    return False


def _put_back(new: str, place: str, ours: bytes | None, theirs: bytes | None) -> None:
    """Let what was saved last lie in its place again, also if it is saved once more meanwhile.

    Args:
        new: where ``theirs`` lies now.
        place: where ``ours`` lies, if nobody saved since.
        ours: what the place said.
        theirs: what belongs there.
    """
    while _exchange(new, place) and (found := _says(new)) != ours:
        ours, theirs = theirs, found


def take_away(place: str, aside: str, before: bytes) -> bool:
    """Remove a file, if it is still what it was; whether that is done.

    Raises:
        OSError: it cannot be moved.
    """
    os.rename(place, aside)  # noqa: PTH104 - text
    done = _says(aside) == before
    if done or not _enter(aside, place):  # else it was saved again, in the moment between
        os.unlink(aside)  # noqa: PTH108 - text
    return done


def _enter(new: str, place: str) -> bool:
    """Move a file to where none lies; whether that is done."""
    try:
        os.link(new, place)
    except FileExistsError:
        return False
    except OSError:  # a file system without second names
        if os.path.lexists(place):
            return False
        os.rename(new, place)  # noqa: PTH104 - text
        return True
    os.unlink(new)  # noqa: PTH108 - text
    return True


def _says(path: str) -> bytes | None:
    """What a file says; ``None`` of what cannot be read, which is nothing that was read before."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def _exchange(one: str, other: str) -> bool:
    """Let two files change places in one step; whether the system can do that here."""
    import ctypes

    rename = _renameat2()
    if rename is None:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNKNOWN:
        return False
    raise OSError(code, os.strerror(code), other)


@lru_cache(1)
def _renameat2() -> Any:
    import ctypes

    found = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if found is not None:
        found.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    return found
