"""Opening an environment of LMDB, and what its errors mean."""

from __future__ import annotations

import errno
import time
from typing import Any

import lmdb

from tacit.store.disk import FULL
from tacit.store.errors import SameId, StoreBusy, StoreDamaged, StoreError, StoreFull, StoreReadOnly

GIB = 1 << 30
MAP_SIZES = (64 * GIB, 16 * GIB, 4 * GIB, 1 * GIB)
"""Tried in this order; fixed, because growing a map that others have open has corrupted data."""

MAX_READERS = 1024
ATTEMPTS = 5


def open_environment(
    path: str, *, readonly: bool, lock: bool = True, map_sizes: tuple[int, ...] = MAP_SIZES
) -> Any:
    """The environment at ``path``, with the largest map the address space has room for.

    Raises:
        PermissionError: the files may not be used this way.
        SameId: another process stands in the lock table under the id of this one.
        StoreError: LMDB refuses them.
    """
    last: Exception | None = None
    for attempt in range(ATTEMPTS):
        for size in map_sizes:
            try:
                env = lmdb.open(
                    path,
                    map_size=size,
                    readonly=readonly,
                    lock=lock,
                    mode=0o700,
                    create=False,
                    max_readers=MAX_READERS,
                    lib_version=0,
                )
            except lmdb.MemoryError as error:
                last = error
            except lmdb.LockError as error:
                last = error
                time.sleep(0.01 * (attempt + 1))
                break
            except lmdb.Error as error:
                if _code(error) in {errno.EACCES, errno.EPERM, errno.EROFS}:
                    raise PermissionError(_code(error), str(error), path) from error
                raise translated(error) from error
            else:
                return env
        else:
            break
    if isinstance(last, lmdb.LockError):
        raise SameId(*_crowded(path)) from last
    raise StoreError(
        f"The store {path} cannot be opened: {last}.", "Free some memory, or try again."
    ) from last


def crowded(path: str) -> StoreBusy:
    """The error for a lock table that has no place for this process."""
    return StoreBusy(*_crowded(path))


def _crowded(path: str) -> tuple[str, str]:
    """Message and hint."""
    return (
        f"The lock table of the store {path} cannot be used.",
        "Try again: too many programs read it at once, or one in another container has our process id.",
    )


def translated(error: Exception, *, committing: bool = False) -> StoreError:
    """The error of LMDB in our own words."""
    if committing and _code(error) == errno.EIO:  # also what LMDB says of a page written only in part
        return StoreFull(
            f"The store could not be written, probably because the disk is full ({error}).",
            "Free some space, or check the disk, and try again.",
        )
    if isinstance(error, lmdb.MapFullError) or _code(error) in FULL:
        return StoreFull(
            f"There is no room for this in the store ({error}).", "Free some space on the disk and try again."
        )
    if isinstance(error, lmdb.ReadonlyError) or _code(error) in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return StoreReadOnly(
            f"The store may not be written to ({error}).", "Check the permissions of its folder."
        )
    broken = (lmdb.CorruptedError, lmdb.PageNotFoundError, lmdb.InvalidError, lmdb.PanicError)
    if isinstance(error, (*broken, lmdb.VersionMismatchError, lmdb.DiskError)) or _code(error) == errno.EIO:
        return StoreDamaged(
            f"The file of the store is damaged ({error}).",
            "Move its folder away and import the transcripts again.",
        )
    return StoreError(f"The store cannot be used: {error}.", "Run `memory doctor`.")


def _code(error: Exception) -> int:
    code = getattr(error, "code", 0)
    return code if isinstance(code, int) else 0
