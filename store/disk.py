"""What the disk is asked besides reading and writing."""

from __future__ import annotations

import errno
import fcntl
import os

FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
"""The system's numbers for: there is no room, on the disk, within a quota, for a file of that size."""


def free(path: str) -> int:
    """Bytes that this user may still write to the disk that holds ``path``."""
    stat = os.statvfs(path)
    return stat.f_bavail * stat.f_frsize


def lock(handle: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock an open file or folder without waiting; whether it is locked for us.

    It ends when the handle is closed, by the end of the process at the latest. A file system without
    locks lets everybody through.
    """
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def sync_folder(path: str) -> None:
    """Make the names in a folder durable: what was made, renamed or removed in it."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
