"""When a watcher has done what was put off: reviews that take long, and embedding, which loads a model."""

from __future__ import annotations

import math

_BETWEEN = 6
_IDLE = 1
_PATIENCE = 20


class Upkeep:
    """Once nothing came for a while, and where something always comes now and then; in intervals of scans."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._done = -math.inf
        self._owed = math.inf
        self._busy = -math.inf

    def imported(self, now: float, *, owed: bool) -> None:
        """Something was imported; whether anything was put off."""
        self._busy = now
        self._owed = min(self._owed, now) if owed else math.inf

    def done(self, now: float) -> None:
        """All was done."""
        self._done = now
        self._owed = math.inf

    def at(self) -> float:
        """When it is time."""
        if self._owed == math.inf:
            return math.inf
        calm = min(self._busy + _IDLE * self._interval, self._owed + _PATIENCE * self._interval)
        return max(calm, self._done + _BETWEEN * self._interval)
