"""A write that is only rehearsed: what a job would do, seen by its own reads, and never stored.

What it puts and deletes stays in memory over a snapshot. So no lock is held, nobody waits, a store that is
only read can be asked too, and it is the same code that would really write.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from typing import TypeVar

from tacit.store.engine import Transaction
from tacit.store.errors import StoreError
from tacit.store.store import Store
from tacit.store.transaction import Write

T = TypeVar("T")

_LOOKS_EVERY = 256
"""Gets, puts and deletes between two calls of the pulse."""

_ROOM = 256 << 20
"""Bytes of memory that a rehearsal may take, about."""

_ENTRY = 128  # bytes that an entry takes besides its key and value, about


def rehearse(
    store: Store, job: Callable[[Write], T], *, at: int, actor: str, pulse: Callable[[], None] | None = None
) -> T:
    """What a job for :meth:`Store.write` would return; nothing is stored.

    Args:
        store: it may be open for reading only.
        job: what would be done; what it reads afterwards is as it would be then.
        at: milliseconds UTC.
        actor: who would do it.
        pulse: called now and then; what it raises ends the job.

    Raises:
        StoreError: the store is open without its lock, so that no snapshot of it stands still; or the job
            writes more than :data:`_ROOM`, which a real write would put on the disk.
        Exception: whatever the job raised.
    """
    if store.unlocked:
        raise StoreError(
            f"The store {store.path} is open without its lock, so nothing can be rehearsed on it.",
            "Check the permissions of its folder.",
        )
    with store.read() as read:
        return job(Write(Overlay(read.kv, pulse), at, actor, "", store.schema, set(store.left_out)))


class Overlay:
    """A transaction that keeps what is written in memory, over one that reads.

    Args:
        below: what was there before.
        pulse: called now and then; what it raises comes out of the call that was made here.
        room: bytes of memory that may be taken, about.
    """

    def __init__(
        self, below: Transaction, pulse: Callable[[], None] | None = None, room: int = _ROOM
    ) -> None:
        self._below = below
        self._pulse = pulse
        self._room = room
        self._until = _LOOKS_EVERY
        self._spaces: dict[str, _Space] = {}
        self._written = 0

    def get(self, space: str, key: bytes) -> bytes | None:
        """The value as it was put here, else as it lies below."""
        self._beat()
        own = self._spaces.get(space)
        if own is not None and key in own.values:
            return own.values[key]
        return self._below.get(space, key)

    def put(self, space: str, key: bytes, value: bytes) -> None:
        """Insert or replace, in memory.

        Raises:
            StoreError: there is no room left for that.
        """
        self._beat()
        self._written += len(key) + len(value)
        self._keep(space, key, value)

    def delete(self, space: str, key: bytes) -> bool:
        """Remove, in memory; whether it was there."""
        there = self.get(space, key) is not None
        if there:
            self._written += len(key)
            self._keep(space, key, None)
        return there

    def scan(
        self, space: str, low: bytes = b"", high: bytes | None = None, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """Both in one order; what lies ahead is seen as it became."""
        below = self._below.scan(space, low, high, reverse=reverse)
        lower = next(below, None)
        while True:
            self._beat()
            own = self._spaces.get(space)
            key = None if own is None else own.nearest(low, high, reverse)
            if key is None and lower is None:
                return
            if own is None or key is None or (lower is not None and _first(lower[0], key, reverse)):
                assert lower is not None
                found: tuple[bytes, bytes | None] = lower
                lower = next(below, None)
            else:
                found = key, own.values[key]
                lower = next(below, None) if lower is not None and lower[0] == key else lower
            low, high = (low, found[0]) if reverse else (found[0] + b"\0", high)
            if found[1] is not None:
                yield found[0], found[1]

    def child(self) -> Transaction:
        """Nobody shares a rehearsal.

        Raises:
            StoreError: always.
        """
        raise StoreError("A rehearsed transaction has no parts.")

    def written(self) -> int:
        """Bytes of keys and values put and deleted so far."""
        return self._written

    def commit(self) -> None:
        """Nothing is ever stored.

        Raises:
            StoreError: always.
        """
        raise StoreError("A rehearsed transaction is never stored.")

    def abort(self) -> None:
        """Forget what was written."""
        self._spaces.clear()

    def _keep(self, space: str, key: bytes, value: bytes | None) -> None:
        self._room -= self._spaces.setdefault(space, _Space()).put(key, value)
        if self._room < 0:
            raise StoreError(
                "So much would be written that it cannot be tried out in memory.",
                "Try it with less of it at a time.",
            )

    def _beat(self) -> None:
        self._until -= 1
        if self._until <= 0 and self._pulse is not None:
            self._until = _LOOKS_EVERY
            self._pulse()


class _Space:
    """What was put and deleted (``None``) in one space, and its keys in order."""

    __slots__ = ("keys", "values")

    def __init__(self) -> None:
        self.values: dict[bytes, bytes | None] = {}
        self.keys: list[bytes] = []

    def put(self, key: bytes, value: bytes | None) -> int:
        """Keep it; how many bytes of memory more that takes, about."""
        if key in self.values:
            grown = -len(self.values[key] or b"")
        else:
            insort(self.keys, key)
            grown = _ENTRY + len(key)
        self.values[key] = value
        return grown + len(value or b"")

    def nearest(self, low: bytes, high: bytes | None, reverse: bool) -> bytes | None:
        """The first key in [``low``, ``high``), or the last."""
        if reverse:
            place = (len(self.keys) if high is None else bisect_left(self.keys, high)) - 1
            return self.keys[place] if place >= 0 and self.keys[place] >= low else None
        place = bisect_left(self.keys, low)
        inside = place < len(self.keys) and (high is None or self.keys[place] < high)
        return self.keys[place] if inside else None


def _first(one: bytes, other: bytes, reverse: bool) -> bool:
    """Whether one key comes strictly before another."""
    return one > other if reverse else one < other
