"""The engine protocol over plain dictionaries: too simple to be wrong, so what LMDB is compared with."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from tacit.store.errors import StoreError, StoreFull, StoreReadOnly


class Space:
    """An ordered map: a dictionary and its keys in order."""

    def __init__(self, values: dict[bytes, bytes] | None = None) -> None:
        self.values = dict(values or {})
        self.keys = sorted(self.values)

    def put(self, key: bytes, value: bytes) -> None:
        """Insert or replace."""
        if key not in self.values:
            insort(self.keys, key)
        self.values[key] = value

    def delete(self, key: bytes) -> bool:
        """Remove; whether it was there."""
        if self.values.pop(key, None) is None:
            return False
        del self.keys[bisect_left(self.keys, key)]
        return True


def copied(spaces: dict[str, Space]) -> dict[str, Space]:
    """The same spaces, to be changed apart."""
    return {name: Space(space.values) for name, space in spaces.items()}


class MemoryTransaction:
    """Works on spaces of its own: those of the engine when it reads, copies of them when it writes."""

    def __init__(
        self,
        engine: MemoryEngine,
        spaces: dict[str, Space],
        write: bool,
        parent: MemoryTransaction | None = None,
    ) -> None:
        self._engine = engine
        self._spaces = spaces
        self._write = write
        self._parent = parent
        self._child: MemoryTransaction | None = None
        self._written = 0
        self._ended = False

    def get(self, space: str, key: bytes) -> bytes | None:
        """The value, or ``None``."""
        self._live()
        held = self._spaces.get(space)
        return None if held is None else held.values.get(key)

    def put(self, space: str, key: bytes, value: bytes) -> None:
        """Insert or replace."""
        self._writable(space).put(key, value)
        self._written += len(key) + len(value)

    def delete(self, space: str, key: bytes) -> bool:
        """Remove; whether it was there."""
        self._written += len(key)
        return self._writable(space).delete(key)

    def scan(
        self, space: str, low: bytes = b"", high: bytes | None = None, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """(key, value) with ``low`` <= key < ``high``; every step looks for the next key anew."""
        while True:
            self._live()
            held = self._spaces.get(space, Space())
            first = bisect_left(held.keys, low)
            last = len(held.keys) if high is None else bisect_left(held.keys, high)
            if first >= last:
                return
            key = held.keys[last - 1 if reverse else first]
            yield key, held.values[key]
            low, high = (low, key) if reverse else (key + b"\0", high)

    def child(self) -> MemoryTransaction:
        """One that works on copies of its own, which its commit puts in place of these."""
        self._live()
        if not self._write:
            raise StoreReadOnly("This transaction only reads.")
        self._child = MemoryTransaction(self._engine, copied(self._spaces), True, self)
        return self._child

    def written(self) -> int:
        """Bytes of keys and values put and deleted so far."""
        return self._written

    def commit(self) -> None:
        """Make it what the engine or the parent holds, if there is room."""
        self._live()
        try:
            if self._parent is not None:
                self._engine.fits(self._spaces)
                self._parent._spaces = self._spaces
                self._parent._written += self._written
            elif self._write:
                self._engine.take(self._spaces)
        finally:
            self.abort()

    def abort(self) -> None:
        """Drop it, and the child in it."""
        if self._ended:
            return
        self._ended = True
        if self._child is not None:
            self._child.abort()
        if self._parent is None:
            self._engine.ended(self._write)
        else:
            self._parent._child = None

    def _live(self) -> None:
        if self._ended:
            raise StoreError("A transaction was used after its end.")
        if self._child is not None:
            raise StoreError("A transaction was used while its child lives.")

    def _writable(self, space: str) -> Space:
        self._live()
        if not self._write:
            raise StoreReadOnly("This transaction only reads.")
        return self._spaces[space]


class MemoryEngine:
    """The spaces as they were last committed. ``room`` is how many bytes of keys and values fit."""

    def __init__(self, spaces: Iterable[str], room: int | None = None) -> None:
        self._spaces = {name: Space() for name in spaces}
        self._room = room
        self._lock = threading.Lock()

    def begin(self, write: bool = False) -> MemoryTransaction:
        """Start a transaction; one that writes waits for the one before."""
        if not write:
            return MemoryTransaction(self, self._spaces, False)
        self._lock.acquire()
        return MemoryTransaction(self, copied(self._spaces), True)

    def roomy(self) -> bool:
        """Whether there is room without end."""
        return self._room is None

    def close(self) -> None:
        """There is nothing to let go of."""

    def take(self, spaces: dict[str, Space]) -> None:
        """Hold these from now on."""
        self.fits(spaces)
        self._spaces = spaces

    def fits(self, spaces: dict[str, Space]) -> None:
        """Refuse what there is no room for."""
        size = sum(len(key) + len(value) for space in spaces.values() for key, value in space.values.items())
        if self._room is not None and size > self._room:
            raise StoreFull("There is no room for this in the model.")

    def ended(self, write: bool) -> None:
        """Let the next writer begin."""
        if write:
            self._lock.release()
