"""A transaction of LMDB behind the engine protocol."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import lmdb

from tacit.store.errors import StoreError, StoreReadOnly
from tacit.store.keys import successor
from tacit.store.lmdb_environment import translated

DIRECTORY = b"\0"
"""Before the names of spaces in the tree; every space has another byte."""


class Ended:
    """Stands where a transaction was."""

    def abort(self) -> None:
        """Nothing is left to drop."""

    def __getattr__(self, name: str) -> Any:
        raise StoreError("A transaction was used after its end.", "Read within the `with` block.")


ENDED = Ended()


class LmdbTransaction:
    """A transaction of LMDB. One that writes notices when what a scan goes through changes under it."""

    __slots__ = ("_changes", "_ended", "_env", "_parent", "_pid", "_places", "_saved", "_txn", "_written")

    def __init__(
        self,
        env: Any,
        txn: Any,
        places: dict[str, bytes],
        saved: Callable[[dict[str, bytes]], None],
        parent: LmdbTransaction | None = None,
        *,
        ended: Callable[[], None] | None = None,
    ) -> None:
        self._env = env
        self._txn = txn
        self._places = places
        self._saved = saved
        self._parent = parent
        self._ended = ended
        self._changes = 0
        self._written = 0
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
        self._written += len(key) + len(value)

    def delete(self, space: str, key: bytes) -> bool:
        """Remove; whether it was there."""
        try:
            removed: bool = self._txn.delete(self._places[space] + key)
        except lmdb.Error as error:
            raise translated(error) from error
        self._changes += removed
        self._written += len(key)
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

    def child(self) -> LmdbTransaction:
        """A part that can be taken back alone. Scans of this one look anew after it."""
        try:
            txn = self._env.begin(write=True, parent=self._txn)
        except lmdb.InvalidParameterError as error:
            raise StoreReadOnly("This transaction only reads.", "Begin one that writes.") from error
        except lmdb.Error as error:
            raise translated(error) from error
        self._changes += 1
        return LmdbTransaction(self._env, txn, self._places, _nothing, self)

    def written(self) -> int:
        """Bytes of keys and values put and deleted so far."""
        return self._written

    def commit(self) -> None:
        """Make it durable, or a part of its parent; the transaction is gone either way."""
        try:
            if self._parent is not None:
                self._txn.get(DIRECTORY)  # refused where a write failed; commit would break the parent too
            self._txn.commit()
        except lmdb.Error as error:
            self.abort()
            raise translated(error, committing=True) from error
        self._end()
        self._saved(self._places)
        if self._parent is not None:
            self._parent._written += self._written

    def abort(self) -> None:
        """Drop it. In a forked child that is the parent's business."""
        if self._pid == os.getpid():
            self._txn.abort()
            self._txn = ENDED  # an aborted read keeps its place among the readers until it is freed
            self._end()

    def _end(self) -> None:
        """Let others write, once."""
        ended, self._ended = self._ended, None
        if ended is not None:
            ended()


def _nothing(places: dict[str, bytes]) -> None:
    """What a child's commit leaves to its parent's."""
