"""The shared lock that every process holds on a store while it is open.

Who wants to replace the data file, or the whole folder, takes it exclusively and knows that nobody else
is there.
"""

from __future__ import annotations

import fcntl
import os
import time

from tacit.store.errors import StoreBusy
from tacit.store.guard import absent

FILE = "presence"
_LOOK = 0.02
"""Seconds between two tries."""


def enter(path: str, timeout: float) -> int:
    """Take the shared lock; the file descriptor that holds it, or -1 where no file may be made.

    Raises:
        StoreBusy: somebody has had the store to themselves for ``timeout`` seconds.
        StoreMissing: its folder went away meanwhile.
    """
    busy = StoreBusy(f"The store {path} is being rewritten by another process.", "Try again when it is done.")
    return wait(path, FILE, fcntl.LOCK_SH, timeout, busy)


def alone(path: str) -> int | None:
    """Take the lock exclusively, without waiting, to have the store to oneself.

    Whoever opens it meanwhile waits in :func:`enter`. Give it back with :func:`leave`.

    Returns:
        The file descriptor that holds it; ``None`` when anybody else has the store open, another part
        of this process included, or where no file may be made.
    """
    try:
        return _taken(f"{path}/{FILE}", fcntl.LOCK_EX)
    except OSError:
        return None


def leave(handle: int) -> None:
    """Give the lock back."""
    if handle >= 0:
        os.close(handle)


def wait(path: str, name: str, kind: int, timeout: float, busy: StoreBusy) -> int:
    """Lock a file in the folder of a store; the file descriptor that holds it, or -1 where none may be made.

    The file is opened anew for every try: the folder may be replaced by another meanwhile, and is not
    there for a moment then.

    Args:
        path: the folder.
        name: the file in it, made when it is not there.
        kind: of lock, ``LOCK_SH`` or ``LOCK_EX``.
        timeout: seconds.
        busy: raised when the time is over.

    Raises:
        StoreMissing: the time is over, and the folder is not there.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            handle = _taken(f"{path}/{name}", kind)
        except FileNotFoundError:
            handle = None
        except OSError:
            return -1
        if handle is not None:
            return handle
        if time.monotonic() >= deadline:
            raise busy if os.path.lexists(path) else absent(path)
        time.sleep(_LOOK)


def _taken(file: str, kind: int) -> int | None:
    """The descriptor that holds the lock, of the file that lies there now; ``None`` where somebody has it.

    Raises:
        FileNotFoundError: the folder is not there.
        OSError: no file may be made, or none can be locked.
    """
    handle = _open(file)
    mine = False
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
        mine = os.path.samestat(os.fstat(handle), os.stat(file))  # noqa: PTH116 - pathlib is slow to load
    except (BlockingIOError, FileNotFoundError):
        return None
    finally:
        if not mine:
            os.close(handle)
    return handle if mine else None


def _open(file: str) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        raise
    except OSError as refused:
        try:
            return os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            raise refused from None
