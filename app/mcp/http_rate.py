"""How often something may happen."""

from __future__ import annotations

import time
from collections.abc import Callable


class Bucket:
    """Lets ``burst`` through at once and ``rate`` a second in the long run."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._left = float(burst)
        self._at = clock()

    def take(self, patience: float = 0.0) -> float | None:
        """Seconds to wait before it may happen, 0 for none; ``None`` where that is longer than ``patience``.

        Whoever is told to wait has its turn: nobody who comes later is let through before.
        """
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        wait = max(0.0, (1.0 - self._left) / self._rate)
        if wait > patience:
            return None
        self._left -= 1.0
        return wait
