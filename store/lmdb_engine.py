"""LMDB behind the engine protocol. The reasons for its settings stand in the architecture page."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar
from zlib import crc32

import lmdb

from tacit.store.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreReadOnly
from tacit.store.keys import successor

T = TypeVar("T")

GIB = 1 << 30
MAP_SIZES = (64 * GIB, 16 * GIB, 4 * GIB, 1 * GIB)
MAX_READERS = 1024
DIRECTORY = b"\0"
ATTEMPTS = 5
READER_CHECK_EVERY = 256

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


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
            if _code(error) == errno.EIO:  # also what LMDB says when a page was only written in part
                raise StoreFull(
                    f"The store could not be written, probably because the disk is full ({error}).",
                    "Free some space, or check the disk, and try again.",
                ) from error
            raise translated(error) from error
        self._saved(self._places)

    def abort(self) -> None:
        """Drop it. In a forked child that is the parent's business."""
        if self._pid == os.getpid():
            self._txn.abort()


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
        self._spaces = tuple(spaces)
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
        if write and not places.keys() >= set(self._spaces):
            places = self._completed(txn)
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

    def _completed(self, txn: Any) -> dict[str, bytes]:
        """The directory, with a byte for every space that had none."""
        try:
            places = read_directory(self.path, txn)
            for name in self._spaces:
                if name not in places:
                    place = bytes((max((held[0] for held in places.values()), default=0) + 1,))
                    txn.put(DIRECTORY + name.encode(), place + _sum(name, place))
                    places[name] = place
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


def open_environment(
    path: str, *, readonly: bool, lock: bool = True, map_sizes: tuple[int, ...] = MAP_SIZES
) -> Any:
    """The environment at ``path``, with the largest map the address space has room for.

    Raises:
        PermissionError: the files may not be used this way.
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
                if lock and not readonly:
                    env.reader_check()
                return env
        else:
            break
    raise StoreError(
        f"The store {path} cannot be opened: {last}.", "Free some memory, or try again."
    ) from last


def translated(error: Exception) -> StoreError:
    """The error of LMDB in our own words."""
    if isinstance(error, lmdb.MapFullError) or _code(error) in _FULL:
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
