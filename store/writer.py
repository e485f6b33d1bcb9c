"""One writer thread for a process: it waits for the lock of all processes, so that its callers need not.

LMDB's lock is fair but knows neither a timeout nor Ctrl-C. The thread waits for it; callers wait for
the thread, in slices, and may give up. What nobody waits for any more is dropped when the lock is won.
The thread is a daemon and is never joined: it may be waiting for a process that sleeps for ever.

Small jobs that wait at the same moment share one commit, as most of a small write is the disk's answer.
Each runs once, in its own part of the transaction, which it takes back alone when it fails; all are done
when the commit is. Jobs that write much do not share, nor does anybody where room is short, so that a
commit which finds no room is the failure of one job.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from tacit.store.engine import Engine, Transaction
from tacit.store.errors import StoreError
from tacit.store.holder import Holder

T = TypeVar("T")

SLICE = 0.2
"""Seconds between looks at the clock while waiting."""

WORKING = 5.0
"""Seconds that closing waits for a job that has the lock."""

GROUP_JOBS = 64
GROUP_BYTES = 256 << 10
GROUP_SECONDS = 0.005
"""Where a group ends, so that other processes come to their turn."""

WAITING, RUNNING, GIVEN_UP = range(3)


class Ticket:
    """A job in the queue, and later its result."""

    __slots__ = ("command", "done", "error", "job", "large", "result", "state", "stop")

    def __init__(self, job: Callable[[Transaction], Any], command: str, large: bool = False) -> None:
        self.job = job
        self.command = command
        self.large = large
        self.state = WAITING
        self.stop = False
        self.done = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None


class Interrupted(Exception):
    """The caller gave up while its job ran; the transaction is dropped."""


class Writer:
    """Runs jobs one after another on one thread, each whole or not at all."""

    def __init__(self, engine: Engine, holder: Holder, after: Callable[[], None]) -> None:
        self._engine = engine
        self._holder = holder
        self._after = after
        self._queue: deque[Ticket] = deque()
        self._changed = threading.Condition()
        self._busy = False
        self._at_lock = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def run(self, job: Callable[[Transaction], T], command: str, timeout: float, *, large: bool = False) -> T:
        """The job's result, once it is durable. A ``large`` one has a commit of its own.

        Raises:
            StoreBusy: the lock was not won within ``timeout`` seconds; the job will not run.
            StoreFull: there is no room; nothing of the job is stored.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a job of the writer may not ask the writer for another transaction")
        ticket = Ticket(job, command, large)
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
        """End the thread when it is idle; ``False`` if it waits for the lock, and then nothing has changed.

        A job that has the lock is waited for, but not for ever.
        """
        end = time.monotonic() + WORKING
        with self._changed:
            while not self.rest():
                if self._at_lock or time.monotonic() > end:
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
        """Win the lock, then serve the first caller who is still there, and some of those behind."""
        self._at_lock = True
        try:
            kv = self._engine.begin(write=True)
        except BaseException as error:
            self._fail(error)
            return
        finally:
            self._at_lock = False
        ticket = self._next()
        if ticket is None:
            kv.abort()
            return
        served = [ticket]
        try:
            self._holder.note(ticket.command)
            _do(ticket, kv)
            if not ticket.large:
                self._share(kv, served)
            kv.commit()
        except BaseException as error:
            ticket.error = error
            for other in served[1:]:
                other.error = _alike(error)
        finally:
            kv.abort()
            for one in served:
                one.done.set()
        with suppress(Exception):  # those jobs are done, and others wait for this thread
            self._after()

    def _share(self, kv: Transaction, served: list[Ticket]) -> None:
        """Let small jobs that wait now into the transaction; ``served`` gets those that await its commit."""
        end = time.monotonic() + GROUP_SECONDS
        if not self._queue or not self._engine.roomy():
            return
        while len(served) < GROUP_JOBS and kv.written() < GROUP_BYTES and time.monotonic() < end:
            ticket = self._next(small=True)
            if ticket is None:
                return
            self._holder.note(ticket.command)
            try:
                _do_apart(ticket, kv)
            except BaseException as error:
                ticket.error = error
                ticket.done.set()
            else:
                served.append(ticket)

    def _next(self, *, small: bool = False) -> Ticket | None:
        """The next caller who is still there; with ``small`` none when that one's job is large."""
        with self._changed:
            while self._queue:
                ticket = self._queue[0]
                if small and ticket.large:
                    return None
                self._queue.popleft()
                if ticket.state == WAITING:
                    ticket.state = RUNNING
                    return ticket
        return None

    def _fail(self, error: BaseException) -> None:
        ticket = self._next()
        if ticket is not None:
            ticket.error = error
            ticket.done.set()


def _alike(error: BaseException) -> BaseException:
    """An error for one more thread: raising it adds to its traceback."""
    kind = type(error)
    other = kind.__new__(kind, *error.args)
    other.__dict__.update(error.__dict__)
    other.__cause__ = error.__cause__
    return other


def _do(ticket: Ticket, kv: Transaction) -> None:
    """Run the job, unless its caller leaves meanwhile.

    Raises:
        Interrupted: the caller left.
    """
    ticket.result = ticket.job(kv)
    if ticket.stop:
        raise Interrupted


def _do_apart(ticket: Ticket, kv: Transaction) -> None:
    """Run the job in a part of the transaction, which is taken back when it fails."""
    part = kv.child()
    try:
        _do(ticket, part)
        part.commit()
    finally:
        part.abort()
