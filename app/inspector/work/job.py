"""One piece of long work: how far it is, whether it shall end, and what came of it."""

from __future__ import annotations

import time
from threading import Event
from typing import Literal

from tacit.core.present import count, duration, percent

_BREATH_EVERY, _BREATH = 0.004, 0.0005  # seconds
_SURE_AFTER = 1.0  # seconds of work, before which nobody can say how long it takes

State = Literal["running", "stopping", "done", "stopped", "failed"]


class Job:
    """One piece of work. What is told of it may be told from any thread.

    Attributes:
        name: what it is called.
        total: how much there is to do, 0 where nobody knows.
        can_stop: whether it ends when it is asked to.
        asked: whether a person asked for it, so that quitting asks before it ends that.
        whole: whether it came to its end, though it may have been asked to stop when that was too late.
        result: what came of it, or why it failed, for reading later; lines.
    """

    def __init__(self, name: str, total: int, can_stop: bool, leaving: Event, *, asked: bool = True) -> None:
        self._began = time.monotonic()
        self._ended: float | None = None
        self._breathed = self._began
        self._failed = False
        self._stop = Event()
        self._leaving = leaving
        self._done = 0
        self._far = ""
        self.name = name
        self.total = total
        self.can_stop = can_stop
        self.asked = asked
        self.whole = False
        self.result: tuple[str, ...] = ()

    def step(self, done: int, total: int | None = None, far: str = "") -> None:
        """Say how much is done; ``far`` says it in words, where plain counts would say less."""
        self._done, self._far = done, far
        if total is not None:
            self.total = total

    def goes_on(self, done: int | None = None, total: int | None = None) -> bool:
        """Whether to go on, asked often by pure Python in a thread; it lets the keys have their turn.

        The interpreter's lock is handed over only now and then by itself, and each time somebody waits for
        it a key comes later.
        """
        now = time.monotonic()
        if now - self._breathed >= _BREATH_EVERY:
            time.sleep(_BREATH)
            self._breathed = time.monotonic()
        if done is not None:
            self.step(done, total)
        return not self.stopped()

    def stop(self) -> None:
        """End it as soon as what is done so far is whole."""
        self._stop.set()

    def stopped(self) -> bool:
        """Whether it shall end; asked in the thread that works."""
        return self._stop.is_set() or self._leaving.is_set()

    @property
    def leaving(self) -> bool:
        """Whether the whole program ends, so that nobody waits for it any more."""
        return self._leaving.is_set()

    def end(self, why: str = "") -> None:
        """It is over; ``why`` says what it failed for."""
        self._ended = time.monotonic()
        self._failed = bool(why)
        if why:
            self.result = (why,)

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._began

    @property
    def state(self) -> State:
        """Where it stands."""
        if self._ended is None:
            return "stopping" if self._stop.is_set() else "running"
        if self._failed:
            return "failed"
        return "stopped" if self._stop.is_set() and not self.whole else "done"

    @property
    def share(self) -> float | None:
        """How much of it is done, from 0 to 1; ``None`` where nobody knows."""
        if self.state == "done":
            return 1.0
        return min(self._done / self.total, 1.0) if self.total else None

    @property
    def far(self) -> str:
        """How far it is: ``12 of 280``, ``1,204``, or in words of its own."""
        if self._far:
            return self._far
        if self.total:
            return f"{count(self._done)} of {count(self.total)}"
        return count(self._done) if self._done else ""

    @property
    def times(self) -> str:
        """``4 s, 9 s left``."""
        passed = (self._ended or time.monotonic()) - self._began
        if self._ended is None and 0 < self._done < self.total and passed >= _SURE_AFTER:
            left = passed * (self.total - self._done) / self._done
            return f"{_seconds(passed)}, {_seconds(left)} left"
        return _seconds(passed)

    def texts(self, key: str) -> list[str]:
        """How far it is, in ever fewer words; ``key`` is how the key that stops it is written."""
        end = "stopping" if self.state == "stopping" else f"{key} stops" if self.can_stop else ""
        share = percent(self.share) if self.share is not None else ""
        choices = [(self.name, self.far, self.times, end), (self.name, self.far, end)]
        choices += [(self.name, share, self.times, end), (self.name, share, end), (share, end)]
        return [" · ".join(filter(None, one)) for one in [*choices, (share or self.name,)]]


def _seconds(seconds: float) -> str:
    """Whole seconds, so that what stands on the screen does not flicker."""
    return f"{seconds:.0f} s" if seconds < 60 else duration(seconds)
