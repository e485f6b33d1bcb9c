"""What a watcher sees: the places it looks into, which files in them changed, and when to look again."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tacit.app.watching.hints import Hints
from tacit.core.watching_growth import Growth, Pace
from tacit.core.watching_scan import Print, scan, wanted, watched, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from tacit.app.watching.signals import Signals

_MANY = 500
"""So many hints at once are none any more: everything is looked at."""

_SHARE = 300
"""A scan rests so many times as long as it took of the processor's time."""

_CHECKS = 20
"""After so many intervals the store is asked anew what was read, if somebody wrote to it meanwhile."""


class Looking:
    """The files of the watched places.

    Args:
        paths: what was named; the usual places of all agents if nothing was.
        interval: seconds between two scans.
        told: hears once why the system gives no hints.
    """

    def __init__(self, paths: Sequence[str], interval: float, told: Callable[[str], None]) -> None:
        quiet = min(2.0, interval)
        self.pace = Pace(quiet, 7.5 * quiet)
        self.growth = Growth(self.pace)
        self.hints = Hints(told)
        self.places: tuple[str, ...] = ()
        self._paths = paths
        self._interval = interval
        self._next = -math.inf
        self._checked = -math.inf
        self._mark: tuple[int, ...] = ()

    def begin(self) -> None:
        """Find out where to look, and look everywhere soon."""
        self.places = watched(self._paths)
        self._next = -math.inf

    def look(self, store: str) -> bool:
        """Look at everything when it is time, else at what waits; whether it was everything."""
        if time.monotonic() < self._next:
            self._see(self.growth.waiting)
            return False
        used = time.process_time()
        self.hints.aim(self.places)
        self._mind(store)
        found = scan(self.places)
        now = time.monotonic()
        self.growth.see(found, now, time.time())
        self._next = now + max(self._interval, _SHARE * (time.process_time() - used))
        return True

    def due(self, *, everything: bool = False) -> dict[str, Print]:
        """What it is time to import, or all that changed; what was written to last comes first."""
        found = self.growth.due(math.inf if everything else time.monotonic())
        return dict(sorted(found.items(), key=lambda item: (-item[1].modified, item[0])))

    def wait(self, until: float, signals: Signals) -> None:
        """Sleep until then, until it is time to look at everything, or until something changes."""
        seconds = max(0.01, min(until, self._next) - time.monotonic())
        changed = self.hints.wait(seconds, signals)
        if len(changed) > _MANY:
            self._next = -math.inf
        elif changed:
            self._see([path for path in changed if wanted(path, self.places)])

    def _see(self, paths: Sequence[str]) -> None:
        if paths:
            self.growth.see(scan(paths), time.monotonic(), time.time(), paths)

    def _mind(self, store: str) -> None:
        """Let the store say anew what was read, where it is another one or has been written to."""
        mark, now = written(store), time.monotonic()
        if mark[:2] != self._mark[:2] or (
            mark != self._mark and now - self._checked >= _CHECKS * self._interval
        ):
            self.growth.forget()
            self._mark, self._checked = mark, now
