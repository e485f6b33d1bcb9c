"""A lock of ours behind LMDB's own, which does not keep writers of different containers apart.

LMDB's lock notes who holds it by the number of a thread. Containers that share a store count their threads
each for themselves: when a thread dies that waited for the lock, and its number is that of the one that holds
it elsewhere, the system takes the holder for dead and gives the lock to the next, beside it. A ``flock``
belongs to an open file and knows no numbers.
"""

from __future__ import annotations

import fcntl
import os

from tacit.store.holder import FILE


class SecondLock:
    """It is taken after LMDB's lock was won, and given back after the transaction has ended.

    Where no file may be made or locked there is none, and LMDB's has to do.

    Args:
        store: the folder of the store.
    """

    __slots__ = ("_fd", "_path")

    def __init__(self, store: str) -> None:
        self._path = f"{store}/{FILE}"
        self._fd = -1

    def enter(self) -> bool:
        """Take it, waiting without end; whether nobody had it."""
        try:
            if self._fd < 0:
                self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            return False
        except OSError:
            return True
        return True

    def leave(self) -> None:
        """Give it back."""
        if self._fd >= 0:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_UN)
            except OSError:
                return

    def close(self) -> None:
        """Let go of the file. In a forked child the parent keeps what it holds."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
