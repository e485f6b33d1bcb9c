"""Long work: what runs, what ran lately and what came of it, and how Esc ends it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tacit.app.inspector.work.job import Job
from tacit.core.errors import TacitError

if TYPE_CHECKING:
    from tacit.app.inspector.application import Inspector
    from tacit.memory import Memory

_TOLD_EVERY = 0.25  # seconds
_TOLD_AFTER = 0.5  # seconds, of what nobody asked for
_KEPT = 20  # jobs that ended, to be read about


class Jobs:
    """What runs now, the newest last, and in ``ended`` what ran before, the newest first.

    ``learning`` says that one of them learns from what waits, so that nobody else here does it too, and
    ``resting`` that a person stopped that: what waits is left to ``memory learn``. ``owed`` is whether
    learning is due that has to be done apart.
    """

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self._all: list[Job] = []
        self._told = ""
        self._learners = 0
        self.ended: deque[Job] = deque(maxlen=_KEPT)
        self.watchers: list[Callable[[], None]] = []
        self.resting = False
        self.owed = False

    @contextmanager
    def running(
        self, name: str, *, total: int = 0, can_stop: bool = False, asked: bool = True
    ) -> Iterator[Job]:
        """A job from its beginning to its end, told in the rule of the screen in front.

        What goes wrong in it is kept with it, and raised: what nobody foresaw as an error that a person
        can be told.
        """
        job = Job(name, total, can_stop, self._inspector.leaving, asked=asked)
        self._all.append(job)
        timer = self._inspector.set_interval(_TOLD_EVERY, self._tell)
        self._tell()
        why = ""
        try:
            yield job
        except (TacitError, OSError) as error:
            why = str(error)
            raise
        except Exception as error:
            told = _unforeseen(name, error)
            why = str(told)
            raise told from error
        finally:
            timer.stop()
            job.end(why)
            self._all.remove(job)
            if asked or why:
                self.ended.appendleft(job)
            self._tell()

    @contextmanager
    def learns(self) -> Iterator[None]:
        """While it lasts, what waits is learned from by a job, and by nobody else here."""
        self._learners += 1
        try:
            yield
        finally:
            self._learners -= 1

    @property
    def learning(self) -> bool:
        """Whether a job learns from what waits."""
        return self._learners > 0

    def learn(self, memory: Memory) -> None:
        """See to it that what waits is learned from, or review what is due; it runs in a thread.

        Where that takes long it is ``owed``, to be done in a process of its own.
        """
        waits = memory.waiting() > 0 and not self.resting
        if memory.readonly or self.learning or not (waits or memory.review_due()):
            return
        if not memory.reviews_quickly():
            self.owed = True
        elif waits:
            memory.learn_soon()
        else:
            memory.review()

    def mind(self, memory: Memory) -> None:
        """Say once why what waits is not learned from."""
        if memory.trouble and memory.trouble != self._told:
            why = f"What waits is not learned from for now: {memory.trouble}"
            self._inspector.notify(why, severity="warning")
        self._told = memory.trouble

    def __bool__(self) -> bool:
        return bool(self.names)

    @property
    def names(self) -> Sequence[str]:
        """What runs that a person asked for, by name."""
        return [job.name for job in self._all if job.asked]

    @property
    def all(self) -> Sequence[Job]:
        """What runs and what ran, the newest first."""
        return [*reversed(self._all), *self.ended]

    @property
    def can_stop(self) -> bool:
        """Whether Esc would end something."""
        return self._newest() is not None

    def stop(self, job: Job | None = None) -> None:
        """End a job, or the newest that can be ended."""
        job = self._newest() if job is None else job
        if job is not None and job.can_stop:
            job.stop()
        self._tell()

    def texts(self) -> list[str]:
        """What is told of the newest one, in ever fewer words; nothing where nothing runs."""
        told = (job for job in reversed(self._all) if job.asked or job.age >= _TOLD_AFTER)
        newest = next(told, None)
        return [] if newest is None else newest.texts(self._inspector.telling.key("back"))

    def _newest(self) -> Job | None:
        able = (job for job in reversed(self._all) if job.can_stop and job.state == "running")
        return next(able, None)

    def _tell(self) -> None:
        self._inspector.tell_jobs()
        for watcher in self.watchers:
            watcher()


def _unforeseen(name: str, error: Exception) -> TacitError:
    """What a person is told of a fault of ours; the log has where it happened."""
    from tacit.app.commands.logfile import log_path, note_error

    hint = f"The details are in {log_path()}." if note_error(error, ()) else ""
    what = f"Something unforeseen went wrong in “{name}” ({type(error).__name__}). This is a fault of Tacit."
    return TacitError(what, hint)
