"""What this process holds of one open episode: steps that were logged and are not stored yet."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import NamedTuple

from msgspec import Raw

from tacit.core import limits
from tacit.core.errors import TacitError, Usage
from tacit.core.learn.understand import understand
from tacit.core.limits import Excerpt
from tacit.core.live.checks import too_large, whole
from tacit.core.live.records import Open
from tacit.core.model import Status, Step
from tacit.core.readers.base import ReadTally
from tacit.core.readers.drafting import Call, Drafter
from tacit.core.redaction import Redactor


class Logged(NamedTuple):
    """A step as it was logged: checked, not redacted. ``size`` is the bytes of its texts."""

    tool: str
    parameters: bytes
    observation: str
    status: Status
    seconds: float | None
    size: int


class Buffer:
    """Steps on their way into the store, in two stages: as they were logged, and understood.

    ``lock`` guards what logging touches and is held for an instant. Who understands or stores steps holds
    ``work``. ``ready_bytes`` is what the texts of those that are ready had, ``tries`` where they may be
    stored already. ``ending`` says that somebody completes the episode, ``gone`` why it takes no steps any
    more. ``stuck`` says that the first of the steps that wait could not be understood: the thread leaves
    them to whoever flushes or completes, who is told why.
    """

    def __init__(self, head: Open) -> None:
        self.id = head.id
        self.lock = Lock()
        self.work = Lock()
        self.ready: list[Step] = []
        self.tries: list[int] = []
        self.ending = self.stuck = False
        self.gone: TacitError | None = None
        self.last = max(head.started, head.active)
        self._directory = head.directory
        self._logged: deque[tuple[int, Logged]] = deque()
        self._steps, self._bytes = head.steps, head.bytes
        self.ready_bytes = 0

    @property
    def waiting(self) -> bool:
        """Whether there is something to understand for the thread."""
        return bool(self._logged) and not self.stuck

    def add(self, at: int, step: Logged) -> None:
        """Take a step; where the clock went back it gets the time of the one before it.

        Raises:
            Usage: the episode is full, or being completed; nothing was taken.
            TacitError: it is not open any more.
        """
        with self.lock:
            if self.gone is not None:
                raise self.gone
            if self.ending:
                raise Usage(f"{self.id} is being completed.", "Start a new episode for what comes after.")
            if self._steps >= limits.STEPS:
                raise Usage(
                    f"{self.id} has {self._steps:,} steps; the limit is {limits.STEPS:,}.",
                    "Complete it, and start another for the rest.",
                )
            if self._bytes + step.size > limits.EPISODE_BYTES:
                what = f"episode {self.id} with this step"
                raise too_large(what, self._bytes + step.size, limits.EPISODE_BYTES)
            self.last = max(self.last, at)
            self._logged.append((self.last, step))
            self._steps += 1
            self._bytes += step.size

    def understand(self, redact: Redactor) -> None:
        """Redact, cut and understand what was logged, one step at a time; call it with ``work``.

        Raises:
            TacitError: a step cannot be understood; it and those after it wait.
        """
        self.stuck = False
        try:
            self._understand(redact)
        except Exception as error:
            self.stuck = True
            raise TacitError(
                f"A step logged to {self.id} could not be understood ({type(error).__name__}).",
                "What was logged before it is stored by flushing; another open memory can complete it then.",
            ) from error

    def _understand(self, redact: Redactor) -> None:
        drafter = Drafter(redact, ReadTally(), limits.PARAMETER_BYTES)
        while self._logged:
            at, one = self._logged[0]
            draft = drafter.step(_call(at, one), 0, limits.EPISODE_BYTES)
            self.ready.append(understand(draft, self._directory))
            self.ready_bytes += one.size
            with self.lock:
                self._logged.popleft()

    def stored(self, head: Open) -> None:
        """What was understood is in the store, whose head now is this; call it with ``work``."""
        with self.lock:
            self.ready, self.ready_bytes, self.tries = [], 0, []
            self._steps = head.steps + len(self._logged)
            self._bytes = head.bytes + sum(one.size for _, one in self._logged)


def _call(at: int, step: Logged) -> Call:
    return Call(
        key="",
        tool=step.tool,
        parameters=Raw(step.parameters),
        result=Excerpt(whole(step.observation)),
        status=step.status,
        at=at,
        seconds=step.seconds,
    )
