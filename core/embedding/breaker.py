"""A breaker: a provider that fails again and again is left alone for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

from tacit.core.clock import Clock, system_clock
from tacit.core.embedding.provider import EmbeddingError

FAILURES = 5
"""So many in a row open it."""

PAUSE = 30_000
"""Milliseconds for which an open breaker answers at once."""


class Breaker:
    """Lets requests through until five in a row failed; then none for 30 s, then one, as a trial.

    A trial that goes well closes it, one that fails opens it for another 30 s. Threads may share it.

    Args:
        name: whom it guards, as a person knows it.
        clock: what time it is; one that is set back ends the pause.
    """

    def __init__(self, name: str, clock: Clock = system_clock) -> None:
        self._name = name
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._last_error = ""
        self._opened = 0
        self._trying = False

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """One request. An :class:`EmbeddingError` in it is a failure; anything else counts for nothing.

        Raises:
            EmbeddingError: it is open, or another one is on trial.
        """
        trial = self._admit()
        try:
            yield
        except EmbeddingError as error:
            self._failed(error.message)
            raise
        else:
            with self._lock:
                self._failures = 0
        finally:
            if trial:
                self._trying = False

    def _admit(self) -> bool:
        """Whether this is the trial; refuses what may not go through."""
        with self._lock:
            if self._failures < FAILURES:
                return False
            if self._trying or 0 <= self._clock() - self._opened < PAUSE:
                raise self._paused()
            self._trying = True
            return True

    def _failed(self, why: str) -> None:
        with self._lock:
            self._failures += 1
            self._last_error = why
            if self._failures >= FAILURES:
                self._opened = self._clock()

    def _paused(self) -> EmbeddingError:
        from time import localtime, strftime

        until = strftime("%H:%M:%S", localtime((self._opened + PAUSE + 999) // 1000))
        return EmbeddingError(
            f"{self._name} failed {self._failures} times in a row and is paused until {until}.",
            f"The last time: {self._last_error}",
        )


@cache
def breaker_of(name: str) -> Breaker:
    """The breaker that all of this process share for a server."""
    return Breaker(name)
