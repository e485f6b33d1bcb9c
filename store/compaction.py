"""Compaction: the data file written anew, with nothing in it that was removed.

LMDB's file never shrinks, and its freed pages keep what stood in them. A whole new file is written
beside the old one, synced, and put in its place, while nobody else has the store open: a living
process would go on writing to a file that is gone. ``lock.mdb`` is left to LMDB alone. A process that
dies on the way leaves the old file or the new one, and perhaps a half-written one beside it that the
next compaction removes.
"""

from __future__ import annotations

import os
from itertools import islice
from resource import RLIM_INFINITY, RLIMIT_FSIZE, getrlimit
from typing import Any

import lmdb
from msgspec import Struct

from tacit.store import guard, presence, sound
from tacit.store.disk import free, sync_folder
from tacit.store.errors import StoreError, StoreFull
from tacit.store.lmdb_engine import META_PAGES, read_directory
from tacit.store.lmdb_environment import MAP_SIZES, open_environment, translated
from tacit.store.lock_owners import LOCKS, owners
from tacit.store.schema import COMPACT, META

NEW = "data.new"
COMPANY = "other processes have the store open"
_SPARE = 64 << 20
"""Bytes the new file may be longer than the old one; it never comes to that."""

_AT_ONCE = 50_000
"""Entries of one transaction."""

HERE = "another part of this process has the store open"


class Compaction(Struct, frozen=True):
    """What a compaction did. ``before`` and ``after`` are the file's bytes.

    ``why`` is empty when it was done, else what prevents it; ``processes`` are those that do, where
    the system tells.
    """

    before: int
    after: int
    why: str = ""
    processes: tuple[int, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the file was written anew."""
        return not self.why


def compact(path: str, map_sizes: tuple[int, ...] = MAP_SIZES) -> Compaction:
    """Write the data file anew, if nobody has the store open; not even whoever calls this.

    Raises:
        StoreError: there is no room for a second file, or it cannot be written; nothing was changed.
    """
    before = size(path)
    mine = presence.alone(path)
    if mine is None:
        return Compaction(before, before, COMPANY, company(path))
    try:
        remove_leftovers(path)
        _replace(path, map_sizes)
        sound.record(path)
    finally:
        presence.leave(mine)
    return Compaction(before, size(path))


def company(path: str, locks: str = LOCKS) -> tuple[int, ...]:
    """The processes that have the store open, where the system tells (Linux)."""
    found = owners(f"{path}/{presence.FILE}", locks) or frozenset()
    return tuple(sorted(found - {os.getpid()}))


def remove_leftovers(path: str) -> None:
    """Remove what a compaction left that was killed. Whoever calls this has the store to himself."""
    try:
        os.unlink(f"{path}/{NEW}")  # noqa: PTH108
    except FileNotFoundError:
        return


def _replace(path: str, map_sizes: tuple[int, ...]) -> None:
    """Write what is in use into a new file and put it in the place of the old one."""
    new = f"{path}/{NEW}"
    guard.check_data(path)
    try:
        os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        _write_anew(path, new, map_sizes)
        os.rename(new, f"{path}/{guard.DATA}")  # noqa: PTH104
        sync_folder(path)
    except OSError as error:
        remove_leftovers(path)
        raise StoreError(
            f"The store {path} cannot be written anew: {error.strerror or error}.",
            "Check the permissions of its folder.",
        ) from error
    except BaseException:
        remove_leftovers(path)
        raise


def _write_anew(path: str, new: str, map_sizes: tuple[int, ...]) -> None:
    """Fill a new file with every entry but the mark that asked for it.

    LMDB's own compacting copy would keep the branches of its tree as they are, and a branch may name a
    key long after its record is gone.
    """
    source = open_environment(path, readonly=False, map_sizes=map_sizes)
    try:
        _check_room(path, source)
        target = lmdb.open(
            new, subdir=False, map_size=size(path) + _SPARE, lock=False, sync=False, lib_version=0
        )
        try:
            _copy(path, source, target)
            target.sync(True)
        finally:
            target.close()
    except lmdb.Error as error:
        raise translated(error, committing=True) from error
    finally:
        source.close()


def _check_room(path: str, source: Any) -> None:
    """See that what is alive fits on the disk once more, and in a file of ours.

    A compaction that is due is tried by everybody who opens the store; none shall fill the disk first.

    Raises:
        StoreFull: it does not fit.
    """
    tree = source.stat()
    needed = (tree["branch_pages"] + tree["leaf_pages"] + tree["overflow_pages"] + META_PAGES) * tree["psize"]
    limit = getrlimit(RLIMIT_FSIZE)[0]
    if needed + guard.ROOM > free(path) or (limit != RLIM_INFINITY and needed > limit):
        raise StoreFull(
            f"There is no room to write the store {path} anew ({needed:,} bytes).",
            "Free some space on the disk and try again.",
        )


def _copy(path: str, source: Any, target: Any) -> None:
    """Append every entry in order, some megabytes a transaction; the last one makes them durable."""
    with source.begin() as txn:
        mark = read_directory(path, txn).get(META, b"") + COMPACT
        entries = ((key, value) for key, value in txn.cursor() if key != mark)
        while True:
            with target.begin(write=True) as anew:
                taken, _ = anew.cursor().putmulti(islice(entries, _AT_ONCE), append=True)
            if taken < _AT_ONCE:
                break
        expected = txn.stat()["entries"] - (txn.get(mark) is not None)
    if target.stat()["entries"] != expected:
        raise StoreError(f"The store {path} could not be copied whole.", "Run `memory doctor`.")


def size(path: str) -> int:
    """Bytes of the data file."""
    return os.stat(f"{path}/{guard.DATA}").st_size  # noqa: PTH116
