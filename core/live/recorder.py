"""The recorder of a memory: takes steps at once, and sees to the rest on a thread of its own.

The thread redacts and understands what was logged and stores it, ``record.buffer_steps`` at a time or when
it is ``record.buffer_time`` old. It is a daemon and nobody waits for it for long: what it has not stored
is stored by whoever completes, flushes or closes, and at the end of the interpreter.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any
from weakref import WeakSet

from tacit.core.clock import Clock
from tacit.core.config import Config
from tacit.core.drafts import StepDraft
from tacit.core.errors import NotFound, StoreBusy, TacitError, Usage
from tacit.core.learn.understand import understand
from tacit.core.live.buffer import Buffer
from tacit.core.live.closing import Ending, end
from tacit.core.live.heads import open_heads
from tacit.core.live.records import Open
from tacit.core.live.stale import close_stale
from tacit.core.live.starting import Asked, head_of_new, logged
from tacit.core.live.storing import append, begin, head_of
from tacit.core.live.succession import TakenOver, steps_elsewhere
from tacit.core.model import Episode
from tacit.core.redaction import Redactor
from tacit.store.store import Store

PATIENCE = 15.0
"""Seconds that flushing waits for the thread, which may itself be waiting for another process."""

TICK = 0.005
"""Seconds between two looks of the thread while steps come."""

_WORK, _STOP = True, False


class Recorder:
    """Records the open episodes of one open memory. Safe to use from several threads."""

    def __init__(self, store: Store, config: Config, clock: Clock) -> None:
        self.redact = Redactor(store.secret, config.redact_allow)
        self._store = store
        self._config = config
        self._clock = clock
        self.reset()
        _recorders.add(self)

    def reset(self) -> None:
        """Hold nothing; so does a forked child begin, for what was logged before is its parent's to store."""
        self._buffers: dict[str, Buffer] = {}
        self._sessions: dict[tuple[str, str], str] = {}
        self._wake: SimpleQueue[bool] = SimpleQueue()
        self._resting = True
        self._starting = Lock()
        self._thread: Thread | None = None

    def start(self, asked: Asked, new_id: Callable[[], str]) -> str:
        """Begin an episode, durably; its id."""
        at, aliases = self._clock(), self._config.aliases
        close_stale(self._store, self._config, at)
        while True:
            session = asked.session or self._sessions.setdefault((asked.agent, asked.told), new_id())
            head = head_of_new(asked, session, new_id(), at)
            try:
                gone = self._store.write(lambda write, head=head: begin(write, head, aliases))  # type: ignore[misc]
            except NotFound:  # a person deleted that session; the next goes into a new one
                if asked.session is not None:
                    raise
                self._sessions.pop((asked.agent, asked.told), None)
            else:
                self._held(head).gone = gone
                return head.id

    def log(  # noqa: PLR0917 - names cost time
        self,
        episode_id: str,
        tool: str,
        parameters: Mapping[str, Any] | None,
        observation: Any,
        status: str,
        seconds: float | None,
    ) -> None:
        """Take a step of an open episode, to be stored later."""
        step = logged(tool, parameters, observation, status, seconds)
        at, buffer = self._clock(), self._buffers.get(episode_id)
        if buffer is None or at - buffer.last >= self._config.close_after:
            buffer = self._joined(episode_id)
        try:
            buffer.add(at, step)
        except TacitError:
            if buffer.gone is not None and not isinstance(buffer.gone, TakenOver):
                self._buffers.pop(episode_id, None)
            raise
        if self._resting:
            self._resting = False
            self._wake.put(_WORK)

    def end(self, episode_id: str, ending: Ending) -> Episode:
        """End an episode with all that was logged to it here, durably."""
        try:
            buffer = self._buffers.get(episode_id) or self._joined(episode_id)
        except TakenOver:
            return end(self._store, self._config.aliases, episode_id, ending)
        with buffer.lock:
            if buffer.ending:
                raise Usage(f"{episode_id} is being completed.", "It ends once.")
            buffer.ending = True
        done = False
        try:
            with buffer.work:
                buffer.understand(self.redact)
                if buffer.tries:
                    with suppress(TakenOver):
                        self._put(buffer)
                episode = end(self._store, self._config.aliases, episode_id, ending, buffer.ready)
                buffer.ready, done = [], True
        except (NotFound, Usage) as error:
            self._buffers.pop(episode_id, None)
            raise _refused(buffer, error) from None
        except KeyboardInterrupt:
            self.let_go()  # where it was completed all the same
            raise
        finally:
            buffer.ending = done
        self._buffers.pop(episode_id, None)
        return episode

    def flush(self) -> None:
        """Store all that was logged here, durably; what cannot be stored does not keep the rest from it."""
        trouble: TacitError | None = None
        for buffer in list(self._buffers.values()):
            try:
                self._flush(buffer)
            except TakenOver:
                continue  # nothing is lost, and it can still be completed
            except TacitError as error:
                trouble = error
                if buffer.gone is not None:
                    self._buffers.pop(buffer.id, None)
        if trouble is not None:
            raise trouble

    def close(self) -> None:
        """Store all that was logged, and end the thread. The episodes stay open."""
        _recorders.discard(self)
        thread, self._thread = self._thread, None
        self._wake.put(_STOP)
        try:
            self.flush()
        finally:
            self._buffers.clear()
            if thread is not None:
                thread.join(1.0)

    def let_go(self) -> None:
        """Hold nothing of episodes that are not open any more; a step of one of these is refused at once."""
        with self._store.read() as read:
            open_ids = {head.id for head in open_heads(read)}
        for episode_id in self._buffers.keys() - open_ids:
            self._buffers.pop(episode_id, None)

    def holds(self, episode_id: str) -> bool:
        """Whether an episode is open here."""
        return episode_id in self._buffers

    def _joined(self, episode_id: str) -> Buffer:
        """The buffer of an episode that is open in the store, whoever began it."""
        if self._store.readonly:
            self._store.write(_nothing)  # refuses, and says why
        with self._store.read() as read:
            head = head_of(read, episode_id)
            buffer = self._held(head)
            buffer.gone = buffer.gone or steps_elsewhere(read, head)
            return buffer

    def _held(self, head: Open) -> Buffer:
        buffer = self._buffers.setdefault(head.id, Buffer(head))
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._work, args=(self._wake,), name="tacit-live", daemon=True)
                self._thread.start()
        return buffer

    def _work(self, wake: SimpleQueue[bool]) -> None:
        """Understand what is logged as it comes, and store it when there is enough or it is old.

        While steps come it looks for them every few milliseconds, for being woken costs whoever logs one.
        """
        _warm()
        due: dict[Buffer, float] = {}
        while True:
            pause: float | None = TICK
            if not self._tend(due):
                self._resting = True
                if any(buffer.waiting for buffer in list(self._buffers.values())):
                    continue  # logged before anybody could see that it takes a call
                pause = max(0.0, min(due.values()) - monotonic()) if due else None
            with suppress(Empty):
                if wake.get(timeout=pause) is _STOP:
                    return

    def _tend(self, due: dict[Buffer, float]) -> bool:
        """Whether there was anything to understand; ``due`` is when to store what is understood."""
        span, worked = self._config.buffer_time / 1000, False
        for buffer in list(self._buffers.values()):
            if buffer.waiting:
                self._resting, worked = False, True
                due.setdefault(buffer, monotonic() + span)
                with suppress(Exception), buffer.work:  # whoever completes it meets the same, and is told
                    buffer.understand(self.redact)
                    if len(buffer.ready) > self._config.buffer_steps:
                        due[buffer] = 0.0
        for one in [one for one, at in due.items() if at <= monotonic()]:
            del due[one]
            if not self._tried(one):
                due[one] = monotonic() + span
        return worked

    def _tried(self, buffer: Buffer) -> bool:
        """Flush what nobody is completing; ``False`` to try again later."""
        with suppress(Exception):
            if not buffer.ending:
                self._flush(buffer)
        return buffer.ending or buffer.gone is not None or not buffer.ready

    def _flush(self, buffer: Buffer) -> None:
        if not buffer.work.acquire(timeout=PATIENCE):
            raise StoreBusy(f"What was logged to {buffer.id} could not be stored in time.", "Try again.")
        if buffer.gone is not None:  # the thread met that, and had nobody to tell
            buffer.work.release()
            raise buffer.gone
        try:
            try:
                buffer.understand(self.redact)
            finally:
                if buffer.ready:
                    self._put(buffer)
        except (NotFound, Usage) as error:
            raise _refused(buffer, error) from None
        finally:
            buffer.work.release()

    def _put(self, buffer: Buffer) -> None:
        """Store what is understood; call it with the buffer's ``work``."""
        steps, size, tries = buffer.ready, buffer.ready_bytes, buffer.tries
        buffer.stored(self._store.write(lambda write: append(write, buffer.id, steps, size, tries)))


def _refused(buffer: Buffer, why: TacitError) -> TacitError:
    """Let a buffer take no more steps, saying how many of those it had came too late."""
    lost, buffer.ready = len(buffer.ready), []
    if isinstance(why, TakenOver):
        buffer.gone = why
        return why
    count = "1 step" if lost == 1 else f"{lost} steps"
    rest = f" What was logged here since is not kept: {count}." if lost else ""
    buffer.gone = type(why)(f"{why.message}{rest}", why.hint)
    return buffer.gone


def _nothing(_: object) -> None:
    """To ask whether one may write."""


def _warm() -> None:
    """Load the grammar of shells before the first step."""
    understand(StepDraft(1, "", "bash", '{"command": "true"}', "", "ok", 0), "")


def _at_exit() -> None:
    for recorder in list(_recorders):
        try:
            recorder.close()
        except Exception as error:
            sys.stderr.write(f"tacit: what was logged last could not be stored: {error}\n")


def _after_fork() -> None:
    for recorder in list(_recorders):
        recorder.reset()


_recorders: WeakSet[Recorder] = WeakSet()
atexit.register(_at_exit)
os.register_at_fork(after_in_child=_after_fork)
