"""LMDB behind the engine protocol. The reasons for its settings stand in the architecture page."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar
from zlib import crc32

import lmdb

from tacit.store.errors import StoreBusy, StoreDamaged, StoreError
from tacit.store.keys import successor
from tacit.store.lmdb_environment import ATTEMPTS, translated

T = TypeVar("T")

DIRECTORY = b"\0"
READER_CHECK_EVERY = 256


class Ended:
    """Stands where a transaction was."""

    def abort(self) -> None:
        """Nothing is left to drop."""

    def __getattr__(self, name: str) -> Any:
        raise StoreError("A transaction was used after its end.", "Read within the `with` block.")


ENDED = Ended()


class LmdbTransaction:
    """A transaction of LMDB. One that writes notices when what a scan goes through changes under it."""

    __slots__ = ("_changes", "_pid", "_places", "_saved", "_txn")

    def __init__(self, txn: Any, places: dict[str, bytes], saved: Callable[[dict[str, bytes]], None]) -> None:
        self._txn = txn
        self._places = places
        self._saved = saved
        self._changes = 0
        self._pid = os.getpid()

    def get(self, space: str, key: bytes) -> bytes | None:
        """The value, or ``None``; also where the space was never written to."""
        place = self._places.get(space)
        if place is None:
            return None
        try:
            value: bytes | None = self._txn.get(place + key)
        except lmdb.Error as error:
            raise translated(error) from error
        return value

    def put(self, space: str, key: bytes, value: bytes) -> None:
        """Insert or replace."""
        try:
            self._txn.put(self._places[space] + key, value)
        except lmdb.Error as error:
            raise translated(error) from error
        self._changes += 1

    def delete(self, space: str, key: bytes) -> bool:
        """Remove; whether it was there."""
        try:
            removed: bool = self._txn.delete(self._places[space] + key)
        except lmdb.Error as error:
            raise translated(error) from error
        self._changes += removed
        return removed

    def scan(
        self, space: str, low: bytes = b"", high: bytes | None = None, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """(key, value) with ``low`` <= key < ``high``, in order or backwards."""
        place = self._places.get(space)
        if place is None:
            return iter(())
        end = successor(place) if high is None else place + high
        return (self._down if reverse else self._up)(place + low, end or b"\xff")

    def _up(self, low: bytes, high: bytes) -> Iterator[tuple[bytes, bytes]]:
        try:
            while True:
                cursor = self._txn.cursor()
                if not cursor.set_range(low):
                    return
                seen = self._changes
                for key, value in cursor.iternext():
                    if key >= high:
                        return
                    yield key[1:], value
                    if self._changes != seen:
                        low = key + b"\0"
                        break
                else:
                    return
        except lmdb.Error as error:
            raise translated(error) from error

    def _down(self, low: bytes, high: bytes) -> Iterator[tuple[bytes, bytes]]:
        try:
            while True:
                cursor = self._txn.cursor()
                if not (cursor.prev() if cursor.set_range(high) else cursor.last()):
                    return
                seen = self._changes
                for key, value in cursor.iterprev():
                    if key < low:
                        return
                    yield key[1:], value
                    if self._changes != seen:
                        high = key
                        break
                else:
                    return
        except lmdb.Error as error:
            raise translated(error) from error

    def commit(self) -> None:
        """Make it durable; the transaction is gone either way."""
        try:
            self._txn.commit()
        except lmdb.Error as error:
            raise translated(error, committing=True) from error
        self._saved(self._places)

    def abort(self) -> None:
        """Drop it. In a forked child that is the parent's business."""
        if self._pid == os.getpid():
            self._txn.abort()
            self._txn = ENDED  # an aborted read keeps its place among the readers until it is freed


class LmdbEngine:
    """One open environment. Threads share it; a forked child may not use it.

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
        txn = self._retried(env.begin)
        try:
            self._places = read_directory(path, txn)
        finally:
            txn.abort()

    def begin(self, write: bool = False) -> LmdbTransaction:
        """Start a transaction; a write waits without end for the lock of all processes."""
        if self.pid != os.getpid():
            raise StoreError(
                f"The store {self.path} was opened before this process was forked.",
                "Open it again in the child process.",
            )
        txn = self._retried(lambda: self._env.begin(write=write))
        places = self._places
        if not places.keys() >= self._spaces:  # another process may have given them places since
            places = self._directory(txn, complete=write)
        return LmdbTransaction(txn, places, self._remember)

    def fill_file(self) -> None:
        """Let the file be as long as its header says.

        Pages at the end that were taken and freed within one transaction are counted by LMDB but
        not written. Such a file is sound, yet looks cut off to the check before the next open.
        """
        path = f"{self.path}/data.mdb"
        try:
            if os.stat(path).st_size >= self._length():  # noqa: PTH116
                return
            with self._env.begin(write=True):
                if os.stat(path).st_size < self._length():  # noqa: PTH116
                    os.truncate(path, self._length())
        except (OSError, lmdb.Error):
            return  # the check before the next open looks closer at a file that seems too short

    def close(self) -> None:
        """Let go of the files."""
        self._env.close()

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

    def _retried(self, begin: Callable[[], T]) -> T:
        self._begun += 1
        if self._begun % READER_CHECK_EVERY == 0 and not self.readonly:
            self._env.reader_check()
        for attempt in range(ATTEMPTS):
            try:
                return begin()
            except lmdb.MapResizedError:
                self._env.set_mapsize(0)
            except lmdb.ReadersFullError:
                self._env.reader_check()
                time.sleep(0.01 * attempt)
            except lmdb.LockError:
                time.sleep(0.01 * attempt)
            except lmdb.Error as error:
                raise translated(error) from error
        raise StoreBusy(
            f"The lock table of the store {self.path} cannot be used.",
            "Try again: too many programs read it at once, or one in another container has our process id.",
        )


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
