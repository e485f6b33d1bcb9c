"""Recent answers, kept while nothing that they are made of has changed.

An answer is known by what was asked and by the position of the change log that it was read at, so a write
of any process makes it another question. Answers go when they are old, and the longest unused ones when
there are too many.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

from tacit.core.clock import Clock

A = TypeVar("A")

ENTRIES = 128
BYTES = 4_000_000
SPAN = 60_000
"""Milliseconds an answer is kept: what it says of days passed is that much behind at most."""


class Cache(Generic[A]):
    """Answers by what was asked. Threads may share it.

    Args:
        clock: what time it is.
        entries: answers kept at most.
        size: bytes they may have together, as whoever puts them in counts them.
        span: milliseconds after which one is not given any more.
    """

    def __init__(self, clock: Clock, entries: int = ENTRIES, size: int = BYTES, span: int = SPAN) -> None:
        self._clock, self._entries, self._most, self._span = clock, entries, size, span
        self._held: OrderedDict[Hashable, tuple[int, int, A]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, asked: Hashable) -> A | None:
        """The answer, if it is there and young enough."""
        with self._lock:
            found = self._held.get(asked)
            if found is None:
                return None
            if not 0 <= self._clock() - found[0] < self._span:
                self._drop(asked)
                return None
            self._held.move_to_end(asked)
            return found[2]

    def put(self, asked: Hashable, answer: A, size: int) -> None:
        """Keep an answer of so many bytes, unless that is more than all may have."""
        with self._lock:
            self._drop(asked)
            if size > self._most:
                return
            self._held[asked] = (self._clock(), size, answer)
            self._size += size
            while self._size > self._most or len(self._held) > self._entries:
                self._drop(next(iter(self._held)))

    def _drop(self, asked: Hashable) -> None:
        found = self._held.pop(asked, None)
        if found is not None:
            self._size -= found[1]
