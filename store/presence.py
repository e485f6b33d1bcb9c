"""The shared lock that every process holds on a store while it is open.

Who wants to replace the data file takes it exclusively and knows that nobody else is there.
"""

from __future__ import annotations

import fcntl
import os
import time

from tacit.store.errors import StoreBusy

FILE = "presence"


def enter(path: str, timeout: float) -> int:
    """Take the shared lock; the file descriptor that holds it, or -1 where no file may be made.

    Raises:
        StoreBusy: somebody has had the store to themselves for ``timeout`` seconds.
    """
    try:
        handle = _open(f"{path}/{FILE}")
    except OSError:
        return -1
    deadline = time.monotonic() + timeout
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(handle)
                raise StoreBusy(
                    f"The store {path} is being rewritten by another process.", "Try again when it is done."
                ) from None
            time.sleep(0.05)
        except OSError:
            os.close(handle)
            return -1
        else:
            return handle


def alone(path: str) -> int | None:
    """Take the lock exclusively, without waiting, to have the store to oneself.

    Whoever opens it meanwhile waits in :func:`enter`. Give it back with :func:`leave`.

    Returns:
        The file descriptor that holds it; ``None`` when anybody else has the store open, another part
        of this process included, or where no file may be made.
    """
    try:
        handle = _open(f"{path}/{FILE}")
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def leave(handle: int) -> None:
    """Give the lock back."""
    if handle >= 0:
        os.close(handle)


def _open(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
