"""An open episode in the hands of a program."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tacit.core.errors import TacitError

if TYPE_CHECKING:
    from tacit.core.model import Episode
    from tacit.core.recording import Recording


class LiveEpisode:
    """An open episode of a memory; its ``id`` is what other processes know it by.

    As a context manager it is completed at the end of its block, judged by what was done in it, unless it
    was ended before; an exception that leaves the block abandons it.
    """

    __slots__ = ("_memory", "id")

    def __init__(self, memory: Recording, episode_id: str) -> None:
        self._memory = memory
        self.id = episode_id

    def log(
        self,
        tool: str,
        parameters: Mapping[str, Any] | None = None,
        observation: Any = "",
        *,
        status: str = "ok",
        seconds: float | None = None,
    ) -> None:
        """Log a step; see :meth:`tacit.Memory.log_step`."""
        self._memory.log_step(self.id, tool, parameters, observation, status=status, seconds=seconds)

    def complete(self, outcome: str | None = None, note: str = "") -> Episode:
        """Complete it; see :meth:`tacit.Memory.complete_episode`."""
        return self._memory.complete_episode(self.id, outcome, note)

    def abandon(self, reason: str = "") -> Episode:
        """End it as abstained; see :meth:`tacit.Memory.abandon_episode`."""
        return self._memory.abandon_episode(self.id, reason)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._memory.recording(self.id):
            if kind is None:
                self.complete()
            else:
                with suppress(TacitError):  # the other error says more
                    self.abandon(kind.__name__)

    def __repr__(self) -> str:
        return f"LiveEpisode({self.id!r})"
