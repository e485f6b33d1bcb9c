"""Long work that a person asked for: what quitting would end, how far it is, and how Esc ends it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

from tacit.core.present import count

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.memory import Memory

_TOLD_EVERY = 0.25  # seconds
_SURE_AFTER = 1.0  # seconds of work, before which nobody can say how long it takes


class Job:
    """One piece of work. ``total`` is 0 where nobody knows it; ``can_stop`` whether Esc ends it."""

    def __init__(self, inspector: Inspector, name: str, total: int, can_stop: bool) -> None:
        self._inspector = inspector
        self._started = time.monotonic()
        self._stop = Event()
        self._done = 0
        self.name = name
        self.total = total
        self.can_stop = can_stop

    def step(self, done: int) -> None:
        """Say how much is done; from any thread."""
        self._done = done

    def stop(self) -> None:
        """End it as soon as what is done so far is whole."""
        self._stop.set()

    def stopped(self) -> bool:
        """Whether it shall end; asked in the thread that works."""
        return self._stop.is_set() or self._inspector.leaving.is_set()

    def texts(self) -> list[str]:
        """How far it is, in ever fewer words."""
        passed = time.monotonic() - self._started
        far = f"{count(self._done)} of {count(self.total)}" if self.total else ""
        if not far and self._done:
            far = count(self._done)
        times = f"{passed:.0f} s"
        if 0 < self._done < self.total and passed >= _SURE_AFTER:
            times += f", {passed * (self.total - self._done) / self._done:.0f} s left"
        end = "stopping" if self._stop.is_set() else "Esc stops" if self.can_stop else ""
        choices = [(self.name, far, times, end), (self.name, far, end), (far, end), (far or self.name,)]
        return [" · ".join(filter(None, one)) for one in choices]


class Jobs:
    """What runs now, the newest last.

    ``learning`` says that one of them learns from what waits, so that nobody else here does it too, and
    ``resting`` that a person stopped that: what waits is left to ``memory learn``.
    """

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self._all: list[Job] = []
        self._told = ""
        self.learning = False
        self.resting = False

    @contextmanager
    def running(self, name: str, *, total: int = 0, can_stop: bool = False) -> Iterator[Job]:
        """A job from its beginning to its end, told in the rule of the screen in front."""
        job = Job(self._inspector, name, total, can_stop)
        self._all.append(job)
        timer = self._inspector.set_interval(_TOLD_EVERY, self._inspector.tell_jobs)
        self._inspector.tell_jobs()
        try:
            yield job
        finally:
            timer.stop()
            self._all.remove(job)
            self._inspector.tell_jobs()

    def learn(self, memory: Memory) -> None:
        """See to it that what waits is learned from, or review what is due; it runs in a thread."""
        if memory.readonly or self.learning:
            return
        if memory.waiting() and not self.resting:
            memory.learn_soon()
        elif memory.review_due():
            memory.review()

    def mind(self, memory: Memory) -> None:
        """Say once why what waits is not learned from."""
        if memory.trouble and memory.trouble != self._told:
            why = f"What waits is not learned from for now: {memory.trouble}"
            self._inspector.notify(why, severity="warning")
        self._told = memory.trouble

    def __bool__(self) -> bool:
        return bool(self._all)

    @property
    def names(self) -> Sequence[str]:
        """What runs, by name."""
        return [job.name for job in self._all]

    @property
    def can_stop(self) -> bool:
        """Whether Esc would end something."""
        return any(job.can_stop for job in self._all)

    def stop(self) -> None:
        """End what can be ended."""
        for job in self._all:
            if job.can_stop:
                job.stop()
        self._inspector.tell_jobs()

    def texts(self) -> list[str]:
        """What is told of the newest one, in ever fewer words; nothing where nothing runs."""
        return self._all[-1].texts() if self._all else []
