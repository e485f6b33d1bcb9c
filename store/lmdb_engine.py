"""LMDB behind the engine protocol. The reasons for its settings stand in the architecture page."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from resource import RLIM_INFINITY, RLIMIT_FSIZE, getrlimit
from typing import Any, TypeVar
from zlib import crc32

import lmdb
from msgspec import Struct

from tacit.store.disk import free
from tacit.store.errors import StoreDamaged, StoreError
from tacit.store.lmdb_environment import ATTEMPTS, crowded, translated
from tacit.store.lmdb_transaction import DIRECTORY, LmdbTransaction
from tacit.store.second_lock import SecondLock

T = TypeVar("T")

READER_CHECK_EVERY = 256
"""Reads between looks for readers that died; every write looks, as it may take the pages they held."""

META_PAGES = 2
ROOMY = 256 << 20
"""Bytes: far more than jobs write that share a commit."""


class Sizes(Struct, frozen=True):
    """Bytes: the file as far as it is counted, the map it can fill, and the pages of it that hold data.

    The rest of the file are pages that the next writes take first. Everything lies in LMDB's main tree,
    so its pages and the two headers are all that is alive.
    """

    file: int
    map: int
    live: int


class LmdbEngine:
    """One open environment, closed by :meth:`close`, or when this cannot be made of it.

    Threads share it; a forked child may not use it.

    Every space lies in the one main tree behind a byte of its own, which a directory under the byte
    zero names. Named databases would be the obvious way, but py-lmdb opens those of a writable
    environment in a write transaction: a suspended writer would keep everybody else from reading.
    """

    def __init__(self, path: str, env: Any, spaces: Iterable[str], readonly: bool) -> None:
        self.path = path
        self.pid = os.getpid()
        self.readonly = readonly
        self._env = env
        self._spaces = dict.fromkeys(spaces).keys()
        self._begun = 0
        self._page = int(env.stat()["psize"])
        self._lock = SecondLock(path)
        try:
            txn = self._retried(env.begin, look=True)
            try:
                self._places = read_directory(path, txn)
            finally:
                txn.abort()
        except BaseException:
            env.close()  # else it stays open as long as anybody keeps the error
            raise

    def begin(self, write: bool = False) -> LmdbTransaction:
        """Start a transaction; a write waits without end for the lock of all processes."""
        if self.pid != os.getpid():
            raise StoreError(
                f"The store {self.path} was opened before this process was forked.",
                "Open it again in the child process.",
            )
        if not write:
            txn = self._retried(self._env.begin, look=False)
            return LmdbTransaction(self._env, txn, self._complete(txn, write=False), self._remember)
        txn = self._alone()
        try:
            places = self._complete(txn, write=True)
        except BaseException:
            self._lock.leave()
            raise
        return LmdbTransaction(self._env, txn, places, self._remember, ended=self._lock.leave)

    def sizes(self) -> Sizes:
        """How large file and map are, and how much of the file is in use."""
        tree = self._env.stat()
        pages = tree["branch_pages"] + tree["leaf_pages"] + tree["overflow_pages"] + META_PAGES
        return Sizes(self._length(), int(self._env.info()["map_size"]), pages * self._page)

    def roomy(self) -> bool:
        """Whether map, disk and the limit for files leave :data:`ROOMY` bytes."""
        try:
            used = self._length()
            limit = getrlimit(RLIMIT_FSIZE)[0]
            left = (int(self._env.info()["map_size"]) - used, free(self.path))
        except (OSError, lmdb.Error):
            return False
        return min(left) >= ROOMY and (limit == RLIM_INFINITY or limit - used >= ROOMY)

    def fill_file(self) -> None:
        """Let the file be as long as its header says.

        Pages at the end that were taken and freed within one transaction are counted by LMDB but
        not written. Such a file is sound, yet looks cut off to the check before the next open.
        """
        path = f"{self.path}/data.mdb"
        try:
            if os.stat(path).st_size >= self._length():  # noqa: PTH116
                return
            txn = self._alone()
            try:
                if os.stat(path).st_size < self._length():  # noqa: PTH116
                    os.truncate(path, self._length())
            finally:
                txn.abort()
                self._lock.leave()
        except (OSError, lmdb.Error, StoreError):
            return  # the check before the next open looks closer at a file that seems too short

    def close(self) -> None:
        """Let go of the files."""
        self._env.close()
        self._lock.close()

    def forked(self) -> None:
        """In a child: let go of the lock that the parent may hold, which would else outlive the parent."""
        self._lock.close()

    def _alone(self) -> Any:
        """A transaction that writes, of the newest state, while nobody else writes."""
        while True:
            txn = self._retried(lambda: self._env.begin(write=True), look=True)
            try:
                if self._lock.enter() or txn.id() == int(self._env.info()["last_txnid"]) + 1:
                    return txn
            except BaseException:
                txn.abort()
                self._lock.leave()
                raise
            txn.abort()  # somebody wrote since it began
            self._lock.leave()

    def _complete(self, txn: Any, *, write: bool) -> dict[str, bytes]:
        """The byte of every space, which another process may have given it since."""
        if self._places.keys() >= self._spaces:
            return self._places
        return self._directory(txn, complete=write)

    def _length(self) -> int:
        return (int(self._env.info()["last_pgno"]) + 1) * self._page

    def _remember(self, places: dict[str, bytes]) -> None:
        self._places = places

    def _directory(self, txn: Any, *, complete: bool) -> dict[str, bytes]:
        """The directory as it is, or with a byte for every space that had none."""
        try:
            places = read_directory(self.path, txn)
            for name in self._spaces if complete else ():
                if name not in places:
                    place = bytes((max((held[0] for held in places.values()), default=0) + 1,))
                    txn.put(DIRECTORY + name.encode(), place + _sum(name, place))
                    places[name] = place
        except StoreDamaged:
            txn.abort()
            raise
        except lmdb.Error as error:
            txn.abort()
            raise translated(error) from error
        return places

    def _retried(self, begin: Callable[[], T], *, look: bool) -> T:
        """Begin, after a ``look`` for readers that died."""
        self._begun += 1
        look = look or self._begun % READER_CHECK_EVERY == 0
        for attempt in range(ATTEMPTS):
            try:
                if look:
                    self._env.reader_check()
                return begin()
            except lmdb.MapResizedError:
                self._env.set_mapsize(0)
            except lmdb.ReadersFullError:
                look = True
                time.sleep(0.01 * attempt)
            except lmdb.LockError:
                time.sleep(0.01 * attempt)
            except lmdb.Error as error:
                raise translated(error) from error
        raise crowded(self.path)


def read_directory(path: str, txn: Any) -> dict[str, bytes]:
    """The byte of every space.

    Raises:
        StoreDamaged: an entry does not match its checksum.
    """
    places: dict[str, bytes] = {}
    try:
        for key, value in txn.cursor().iternext():
            if key[:1] != DIRECTORY:
                break
            name = key[1:].decode(errors="replace")
            if value[1:] != _sum(name, value[:1]):
                raise StoreDamaged(
                    f"The directory of the store {path} is damaged at {name!r}.",
                    "Move its folder away and import the transcripts again.",
                )
            places[name] = value[:1]
    except lmdb.Error as error:
        raise translated(error) from error
    return places


def _sum(name: str, place: bytes) -> bytes:
    return crc32(place, crc32(name.encode())).to_bytes(4, "big")
