"""Which files have changed since they were imported, and when it is time to import them again.

A file that grows is read whole each time, so it is left alone until nobody has written to it for a moment,
but not for ever, and the longer reading it took the longer it rests. Times are seconds of the monotonic
clock, so a suspended machine or a clock that is set does no harm.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from msgspec import Struct

from tacit.core.watching_scan import Print

_RESTS = 10
"""So many times as long as its import took a file rests."""

_LONGEST_REST = 3_600.0
"""Seconds between two tries of a file that nothing could be made of, at most."""


class Pace(Struct, frozen=True):
    """Seconds: for how long nobody has written to a file that is read, and how long that is waited for."""

    quiet: float = 2.0
    longest: float = 15.0


class _Waiting:
    """A file that changed: when that was seen ``first`` and ``last``, and as what it was seen."""

    __slots__ = ("first", "last", "seen")

    def __init__(self, first: float, last: float, seen: Print) -> None:
        self.first = first
        self.last = last
        self.seen = seen


class Growth:
    """The files of a watcher: what they were when they were imported, and which of them wait for it."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._known: dict[str, Print] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._rests: dict[str, float] = {}
        self._refused: dict[str, int] = {}

    def __len__(self) -> int:
        """How many files there are."""
        return len(self._known.keys() | self._waiting.keys())

    @property
    def waiting(self) -> list[str]:
        """Those that are not as they were imported."""
        return list(self._waiting)

    def see(
        self, found: Mapping[str, Print], now: float, wall: float, gone: Collection[str] | None = None
    ) -> None:
        """Take in what a scan found.

        Args:
            found: the files as they are.
            now: seconds of the monotonic clock.
            wall: seconds since 1970, to tell a file that is written to from one that lay there for long.
            gone: files that are not there any more; ``None`` for all that were not found.
        """
        for path in [*self._known, *self._waiting] if gone is None else gone:
            if path not in found:
                self._drop(path)
        for path, seen in found.items():
            waits = self._waiting.get(path)
            if waits is not None:
                if waits.seen != seen:
                    waits.seen, waits.last = seen, now
            elif self._known.get(path) != seen:
                fresh = wall - seen.modified / 1e9 < self._pace.quiet
                self._waiting[path] = _Waiting(now, now if fresh else -math.inf, seen)

    def due(self, now: float) -> dict[str, Print]:
        """The files that it is time to import, as they were last seen."""
        return {path: one.seen for path, one in self._waiting.items() if self._at(path, one) <= now}

    def next(self) -> float:
        """When the next file is due, if nobody writes to it."""
        return min((self._at(path, one) for path, one in self._waiting.items()), default=math.inf)

    def taken(
        self, done: Mapping[str, Print], seconds: float, now: float, refused: Collection[str] = ()
    ) -> None:
        """Note what was imported.

        Args:
            done: the files as they were when that began.
            seconds: what it took for all of them.
            now: when it was over.
            refused: those among them that nothing could be made of; they are tried ever more seldom.
        """
        total = sum(seen.size for seen in done.values()) or 1
        for path, seen in done.items():
            self._known[path] = seen
            self._waiting.pop(path, None)
            rest = _RESTS * seconds * seen.size / total
            if path in refused:
                tries = self._refused[path] = self._refused.get(path, 0) + 1
                rest = max(rest, min(self._pace.quiet * 2.0 ** min(tries - 1, 20), _LONGEST_REST))
            else:
                self._refused.pop(path, None)
            if rest > self._pace.quiet:
                self._rests[path] = now + rest
            else:
                self._rests.pop(path, None)

    def forget(self) -> None:
        """Know of no file any more whether it was imported: the store says it."""
        self._known.clear()

    def _at(self, path: str, one: _Waiting) -> float:
        calm = min(one.last + self._pace.quiet, one.first + self._pace.longest)
        return max(calm, self._rests.get(path, -math.inf))

    def _drop(self, path: str) -> None:
        for table in (self._known, self._waiting, self._rests, self._refused):
            table.pop(path, None)
