"""The thread of an open memory that learns from what waits, when there is a moment's quiet for it.

What learning needs is loaded on the thread, so that whoever wakes it first is not kept waiting for that.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from tacit.core.errors import TacitError
from tacit.core.failing import place_of

if TYPE_CHECKING:
    from tacit.store.store import Store

IDLE = 0.1
"""Seconds without a new episode after which it begins: whoever stores many at once is not kept waiting."""

PATIENCE = 5.0
"""Seconds after which it begins although more and more come."""

QUIET = 5.0
"""Seconds from learning to the review of what was learned."""

SHARE = 10
"""A review takes at most one in so many seconds, however large the store is."""

GRACE = 2.0
"""Seconds that closing waits for it; what it has not stored by then still waits the next time."""


class Worker:
    """Drains the queue and reviews, on a daemon thread that starts when it is first woken.

    It has the store open for itself, so closing a memory never pulls the store away from under it.

    Attributes:
        trouble: what it could not go on for, until it could; empty for nothing.
        pid: whose thread it is; a forked child has none of it.
    """

    def __init__(self, opener: Callable[[], Store]) -> None:
        self.trouble = ""
        self.pid = os.getpid()
        self._opener = opener
        self._quiet = QUIET
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stop = False
        self._failed: Callable[[Store], None] | None = None
        self._first: float | None = None
        self._last = 0.0
        self._review_at: float | None = None

    def wake(self) -> None:
        """Say that something waits."""
        with self._changed:
            if self._stop:
                return
            self._last = time.monotonic()
            if self._first is None:
                self._first = self._last
            if self._thread is None:
                thread = threading.Thread(target=self._work, name="tacit-learner", daemon=True)
                with suppress(RuntimeError):  # there is none to be had: it waits
                    thread.start()
                    self._thread = thread
                    atexit.register(self.close)
            self._changed.notify_all()

    def close(self) -> None:
        """End it after the episode at hand. What it was about to store still waits then."""
        if self.pid != os.getpid():
            return  # nobody may hold its lock in a forked child
        with self._changed:
            self._stop = True
            thread, self._thread = self._thread, None
            self._changed.notify_all()
        if thread is not None:
            atexit.unregister(self.close)
            thread.join(GRACE)

    def _stopping(self) -> bool:
        return self._stop

    def _work(self) -> None:
        """What goes wrong ends no program: it is told, and after a while tried again."""
        while (job := self._next()) is not None:
            try:
                with self._opener() as store:
                    while job is not None:
                        job(store)
                        if job == self._failed:
                            self.trouble, self._failed = "", None
                        job = self._next()
            except TacitError as error:
                self._postpone(job, error.message)
            except Exception as error:  # the thread has nobody to raise to
                self._postpone(job, place_of(error))

    def _next(self) -> Callable[[Store], None] | None:
        """What is to be done next, when it is time for it; ``None`` to end."""
        with self._changed:
            while not self._stop:
                now = time.monotonic()
                due = self._due()
                if due is None or now < due:
                    self._changed.wait(None if due is None else due - now)
                elif self._first is not None:
                    self._first = None
                    return self._learn
                else:
                    self._review_at = None
                    return self._review
        return None

    def _due(self) -> float | None:
        """When something is to be done; what waits comes before the review."""
        if self._first is not None:
            return min(self._last + IDLE, self._first + PATIENCE)
        return self._review_at

    def _learn(self, store: Store) -> None:
        from tacit.core.learn.queue import drain

        drain(store, cancelled=self._stopping)
        self._review_in(self._quiet)

    def _review(self, store: Store) -> None:
        from tacit.core.learn.extractors.registry import REGISTRY
        from tacit.core.learn.review import review
        from tacit.core.texts import catch_up

        began = time.monotonic()
        review(store)
        catch_up(store, cancelled=self._stopping)
        self._quiet = max(QUIET, SHARE * (time.monotonic() - began))
        for why, count in REGISTRY.end_run().items():
            _log(f"{why} ({count})")

    def _review_in(self, seconds: float) -> None:
        with self._changed:
            if self._review_at is None:
                self._review_at = time.monotonic() + seconds

    def _postpone(self, job: Callable[[Store], None] | None, why: str) -> None:
        self._failed = job
        if why != self.trouble:
            _log(f"learning stopped for now: {why}")
        self.trouble = why
        with self._changed:
            self._first = self._last = time.monotonic() + self._quiet


def _log(text: str) -> None:
    import logging

    logging.getLogger("tacit").warning("%s", text)
