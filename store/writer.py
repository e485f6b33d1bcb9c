"""One writer thread for a process: it waits for the lock of all processes, so that its callers need not.

LMDB's lock is fair but knows neither a timeout nor Ctrl-C. The thread waits for it; callers wait for
the thread, in slices, and may give up. What nobody waits for any more is dropped when the lock is won.
The thread is a daemon and is never joined: it may be waiting for a process that sleeps for ever.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from tacit.store.engine import Engine, Transaction
from tacit.store.errors import StoreError
from tacit.store.holder import Holder

T = TypeVar("T")

SLICE = 0.2
"""Seconds between looks at the clock while waiting."""

WAITING, RUNNING, GIVEN_UP = range(3)


class Ticket:
    """A job in the queue, and later its result."""

    __slots__ = ("command", "done", "error", "job", "result", "state", "stop")

    def __init__(self, job: Callable[[Transaction], Any], command: str) -> None:
        self.job = job
        self.command = command
        self.state = WAITING
        self.stop = False
        self.done = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None


class Interrupted(Exception):
    """The caller gave up while its job ran; the transaction is dropped."""


class Writer:
    """Runs jobs one after another, each in a transaction of its own, on one thread."""

    def __init__(self, engine: Engine, holder: Holder, after: Callable[[], None]) -> None:
        self._engine = engine
        self._holder = holder
        self._after = after
        self._queue: deque[Ticket] = deque()
        self._changed = threading.Condition()
        self._busy = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def run(self, job: Callable[[Transaction], T], command: str, timeout: float) -> T:
        """The job's result, once it is durable.

        Raises:
            StoreBusy: the lock was not won within ``timeout`` seconds; the job will not run.
            StoreFull: there is no room; nothing of the job is stored.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a job of the writer may not ask the writer for another transaction")
        ticket = Ticket(job, command)
        with self._changed:
            if self._closed:
                raise StoreError("The store is closed.", "Open it again.")
            self._queue.append(ticket)
            self._start()
            self._changed.notify_all()
        self._wait(ticket, time.monotonic() + timeout)
        if ticket.error is not None:
            raise ticket.error
        result: T = ticket.result
        return result

    def rest(self) -> bool:
        """Wait a moment for the thread to be idle; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy and not self._queue, SLICE)

    def close(self) -> bool:
        """End the thread if it is idle or nearly so; ``False`` if not, and then nothing has changed."""
        with self._changed:
            if not self.rest():
                return False
            self._closed = True
            thread = self._thread
            self._changed.notify_all()
        if thread is not None:
            thread.join()
        return True

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="tacit-writer", daemon=True)
            self._thread.start()

    def _wait(self, ticket: Ticket, deadline: float) -> None:
        try:
            while not ticket.done.wait(SLICE):
                if time.monotonic() >= deadline and self._give_up(ticket):
                    raise self._holder.busy()
        except BaseException:
            # Ctrl-C: a job that runs is stopped before it commits, or has committed.
            ticket.stop = True
            if not self._give_up(ticket):
                ticket.done.wait(SLICE)
            raise

    def _give_up(self, ticket: Ticket) -> bool:
        """Whether the job had not begun, and so never will."""
        with self._changed:
            if ticket.state == WAITING:
                ticket.state = GIVEN_UP
            return ticket.state == GIVEN_UP

    def _work(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                while not self._queue and not self._closed:
                    self._changed.wait()
                if not self._queue:
                    return
                self._busy = True
            self._win()

    def _win(self) -> None:
        """Win the lock, then serve the first caller who is still there."""
        try:
            kv = self._engine.begin(write=True)
        except BaseException as error:
            self._fail(error)
            return
        ticket = self._next()
        if ticket is None:
            kv.abort()
            return
        try:
            self._holder.note(ticket.command)
            ticket.result = ticket.job(kv)
            if ticket.stop:
                raise Interrupted
            kv.commit()
        except BaseException as error:
            ticket.error = error
        finally:
            kv.abort()
            ticket.done.set()
        self._after()

    def _next(self) -> Ticket | None:
        with self._changed:
            while self._queue:
                ticket = self._queue.popleft()
                if ticket.state == WAITING:
                    ticket.state = RUNNING
                    return ticket
        return None

    def _fail(self, error: BaseException) -> None:
        ticket = self._next()
        if ticket is not None:
            ticket.error = error
            ticket.done.set()
