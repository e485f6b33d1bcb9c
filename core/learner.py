"""The side of the memory that learns: from what waits, off the hot path, and from everything anew."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tacit.core.errors import TacitError
from tacit.core.keeper import Keeper
from tacit.core.tables import SCHEMA

if TYPE_CHECKING:
    from tacit.core.doctor import Finding
    from tacit.core.learn.worker import Worker
    from tacit.core.learned import Learned
    from tacit.store.store import Store


WARN_EVERY = 60.0
"""Seconds between two warnings of one memory that too many episodes wait."""


class Learner(Keeper):
    """An open memory as far as it learns from what is stored."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._worker: Worker | None = None
        self._workers = threading.Lock()
        self._warned = -math.inf

    def waiting(self) -> int:
        """How many stored episodes wait to be learned from."""
        from tacit.core.learn.waiting import waiting

        with self._store.read() as read:
            return waiting(read)

    def learn(
        self,
        *,
        rebuild: bool = False,
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Learned:
        """Learn from all episodes that wait, or from everything anew, then review what is due.

        A run that is cut short is gone on with by the next one, a rebuild too.

        Args:
            rebuild: let every stored episode wait first.
            progress: told now and then how many episodes are done.
            cancelled: asked after every episode; ``True`` ends it, and the rest waits.

        Raises:
            Usage: ``patterns.toml`` is wrong.
        """
        from tacit.core.learned import learn

        return learn(
            self._store,
            aliases=self.config.aliases,
            rebuild=rebuild,
            progress=progress,
            cancelled=cancelled,
        )

    def learn_pending(
        self,
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> int:
        """Learn from all episodes that wait; see :meth:`learn`. How many were learned from here."""
        return self.learn(progress=progress, cancelled=cancelled).episodes

    def rebuild(
        self,
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> int:
        """Learn from everything anew; see :meth:`learn`. How many episodes were learned from here."""
        return self.learn(rebuild=True, progress=progress, cancelled=cancelled).episodes

    def outdated(self) -> bool:
        """Whether extractors or declared patterns changed since something was learned.

        A rebuild applies that to all of it.

        Raises:
            Usage: ``patterns.toml`` is wrong.
        """
        from tacit.core.learn.derivers import outdated

        with self._store.read() as read:
            return outdated(read)

    def learned_by_older(self) -> bool:
        """Whether what is stored was learned by an older Tacit, which did not note by what.

        Then it is outdated, whether or not anything was declared since.
        """
        from tacit.core.learn.derivers import unnoted

        with self._store.read() as read:
            return unnoted(read)

    def learn_soon(self) -> None:
        """Let a thread of this memory learn from what waits, as soon as there is a moment's quiet."""
        self._working().wake()

    def after_enqueue(self) -> int:
        """Let what was stored with ``later`` be learned from soon; call it after the transaction.

        Where more episodes wait than ``learn.queue`` allows, the caller learns from a batch itself before
        this returns, so that whoever stores faster than is learned becomes slower. The logger ``tacit``
        warns of it, now and then.

        Returns:
            How many episodes the caller learned from; 0 as a rule.
        """
        self.learn_soon()
        number, most = self.waiting(), self.config.queue
        if number <= most or number - self._failed() <= most:
            return 0
        from tacit.core.learn.queue import BATCH, drain

        try:
            done, why = drain(self._store, limit=BATCH), "so storing one waits for learning from some"
        except TacitError as error:  # what was stored is stored, and waits
            done, why = 0, error.message
        now = time.monotonic()
        if now - self._warned < WARN_EVERY:
            return done
        self._warned = now
        import logging

        text = "%s episodes wait to be learned from, %s may (learn.queue): %s"
        logging.getLogger("tacit").warning(text, f"{number:,}", f"{most:,}", why)
        return done

    def _failed(self) -> int:
        """How many of those that wait learning failed on; nobody helps them by waiting."""
        from tacit.core.learn.waiting import failures

        with self._store.read() as read:
            return sum(failures(read).values())

    def doctor(self, step: Callable[[int], None] | None = None) -> tuple[Finding, ...]:
        """As :meth:`tacit.core.view.View.doctor`, and what keeps the thread that learns from it."""
        from tacit.core.doctor import Finding

        found = super().doctor(step)
        if not self.trouble:
            return found
        hint = "`memory learn` tries it at once."
        return (*found, Finding("warning", f"learning stopped for now: {self.trouble}", self.waiting(), hint))

    @property
    def trouble(self) -> str:
        """What the thread that learns cannot go on for, until it can; empty for nothing."""
        worker = self._worker
        return "" if worker is None else worker.trouble

    def close(self) -> None:
        """Let go of the store; what waits to be learned from stays."""
        with self._workers:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()
        super().close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._workers:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()
        try:
            yield
        finally:
            if worker is not None:
                self.learn_soon()

    def _working(self) -> Worker:
        with self._workers:
            if self._worker is None or self._worker.pid != os.getpid():
                from tacit.core.learn.worker import Worker

                self._worker = Worker(self._another)
            return self._worker

    def _another(self) -> Store:
        """The store, opened once more, for the thread."""
        from tacit.store.store import Store

        return Store.open(
            self.path, SCHEMA, create=False, command="learn", actor=self.actor, clock=self.clock, force=True
        )
