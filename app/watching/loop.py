"""The watcher: looks, has what changed and is quiet imported, and sleeps."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.app.apart.caller import Failed
from tacit.app.watching.looking import Looking
from tacit.app.watching.upkeep import Upkeep
from tacit.core.errors import TacitError

if TYPE_CHECKING:
    from tacit.app.watching.record import Record
    from tacit.app.watching.signals import Signals
    from tacit.app.watching.turn import Turns
    from tacit.core.watching_scan import Print

_AT_ONCE = 10_000
"""Files of one turn."""

_RESTS = 10
"""So many times as long as a turn took the next one waits, but not longer than twice what quiet means."""

_TRIES = 3
_FIRST_DELAY = 5.0
_MOST_INTERVALS = 20
"""The seconds after a failure until it is tried again; they double, up to so many intervals."""


class Course(Struct, frozen=True):
    """What to watch and how.

    ``store`` finds the folder of the store as the settings have it now, or raises ``TacitError``.
    ``paths`` are the places, none for the usual ones, ``interval`` the seconds between two scans.
    """

    store: Callable[[], str]
    paths: tuple[str, ...]
    interval: float
    once: bool = False


class Watcher:
    """One run; call :meth:`run` once."""

    def __init__(self, course: Course, turns: Turns, record: Record, signals: Signals) -> None:
        self._course = course
        self._turns = turns
        self._record = record
        self._signals = signals
        self._looking = Looking(course.paths, course.interval, record.telling.without_hints)
        self._upkeep = Upkeep(course.interval)
        self._store = ""
        self._not_before = -math.inf
        self._delay = 0.0
        self._most = _AT_ONCE

    def run(self) -> int:
        """Watch until a signal ends it, or once; the exit code.

        Raises:
            TacitError: the store cannot be used at the start; with ``once`` whenever that shows.
        """
        self._store = self._course.store()
        self._looking.begin()
        self._find_store()
        self._record.began(self._looking.places, self._store)
        if self._course.once:
            self._once()
        while not self._signals.ending and not self._course.once:
            self._round()
        self._looking.hints.close()
        self._record.ended(self._signals.ending)
        return 130 if self._signals.ending == signal.SIGINT else 0

    def _find_store(self) -> None:
        """See that the store can be used, or make it; whoever does that may be killed on the way.

        Raises:
            TacitError: it cannot be used.
        """
        for left in reversed(range(_TRIES)):
            try:
                self._turns.turn(self._store, create=True)
            except Failed:
                if not left:
                    raise
            else:
                return

    def _once(self) -> None:
        """Import all that changed, whether or not somebody is writing to it."""
        self._look()
        while not self._signals.ending and (due := self._looking.due(everything=True)):
            self._import(due)
        self._have_upkeep()

    def _round(self) -> None:
        """Look, do what is due, sleep."""
        if self._signals.again:
            self._signals.again = False
            self._read_settings()
        self._look()
        if time.monotonic() >= self._not_before:
            try:
                self._work()
            except TacitError as error:
                self._fail(error)
        until = min(self._looking.growth.next(), self._upkeep.at())
        self._looking.wait(max(until, self._not_before), self._signals)

    def _look(self) -> None:
        if self._looking.look(self._store):
            growth = self._looking.growth
            self._record.scanned(len(growth), len(growth.waiting), events=self._looking.hints.working)

    def _work(self) -> None:
        due = self._looking.due()
        if due:
            self._import(due)
        elif time.monotonic() >= self._upkeep.at():
            self._have_upkeep()

    def _import(self, due: dict[str, Print]) -> None:
        """Have as many imported as are taken at once."""
        asked = dict(islice(due.items(), self._most))
        began = time.monotonic()
        try:
            end = self._turns.turn(self._store, list(asked))
        except Failed as error:
            self._suspect(asked, error)
            return
        if end is None:
            return
        now, left = time.monotonic(), set(end.taken.left)
        done = {path: seen for path, seen in asked.items() if path not in left}
        growth = self._looking.growth
        growth.taken(done, end.taken.report.seconds, now, end.taken.refused)
        self._upkeep.imported(now, owed=end.owed)
        self._record.imported(end.taken, len(growth), len(growth.waiting))
        self._delay, self._most = 0.0, min(2 * self._most, _AT_ONCE)
        whole = len(done) == len(due)
        pause = min(_RESTS * (now - began), 2 * self._looking.pace.quiet)
        self._not_before = now + pause if whole else now

    def _suspect(self, asked: dict[str, Print], error: Failed) -> None:
        """Find the file that brings the import down, and pass it over.

        Raises:
            TacitError: it is no file's fault.
        """
        if len(asked) > 1:
            self._most = len(asked) // 2
            return
        self._turns.turn(self._store)
        self._looking.growth.taken(asked, 0.0, time.monotonic(), asked)
        self._record.passed_over(next(iter(asked)), error)

    def _have_upkeep(self) -> None:
        end = self._turns.turn(self._store, upkeep=True)
        self._upkeep.done(time.monotonic())
        if end is not None and end.upkept:
            self._record.upkept(end.not_embedded)

    def _fail(self, error: TacitError) -> None:
        """Say so, and wait longer every time."""
        self._record.failed(error)
        first, most = min(_FIRST_DELAY, self._course.interval), _MOST_INTERVALS * self._course.interval
        self._delay = min(max(2 * self._delay, first), most)
        self._not_before = time.monotonic() + self._delay

    def _read_settings(self) -> None:
        """Begin as if it were new, with what the settings say now."""
        try:
            self._store = self._course.store()
            self._looking.begin()
        except TacitError as error:
            self._record.telling.settings(str(error))
            return
        self._not_before, self._delay = -math.inf, 0.0
        self._record.began(self._looking.places, self._store)
