"""The steps of one task: what was called, with what, and what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace
from textual.widget import Widget

from tacit.app.inspector.listing import Listing
from tacit.app.inspector.views.rows import step_row
from tacit.app.inspector.views.session_detail import episode_head, step_detail
from tacit.app.inspector.work import newest
from tacit.core.errors import NotFound
from tacit.core.model import Episode, Step
from tacit.widgets.dialog import Lines
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose
from tacit.widgets.virtual_list import Fixed


class _Read(NamedTuple):
    """An episode and its steps, these without parameters and results: they can be megabytes."""

    episode: Episode
    steps: list[Step]


class EpisodeScreen(Listing[Step]):
    """The steps; those from ``first`` to ``last`` are marked, and ``why`` says what they are."""

    def __init__(
        self,
        number: int,
        episode_id: str,
        first: int = 0,
        last: int = -1,
        why: str = "this pattern was learned from",
    ) -> None:
        super().__init__(number, inner=True)
        self._why = why
        self._episode_id = episode_id
        self._first, self._last = first, last
        self._episode: Episode | None = None
        self._head = Lines([[], []], id="episode-head")

    def head(self) -> Iterable[Widget]:
        """What was asked and how it ended."""
        yield self._head

    @property
    def thing(self) -> Episode | None:
        """The task."""
        return self._episode

    def begin(self) -> None:
        """Read, then show."""
        newest(self, "steps", self._read, self._first)

    def renew(self) -> None:
        """Read it again, with the cursor where it is."""
        newest(self, "steps", self._read, None)

    async def _read(self, at: int | None) -> None:
        """Show the steps, the cursor on number ``at``, or where it is by then."""
        try:
            read = await asyncio.to_thread(self._look)
        except NotFound:
            self.wake()
            self.dismiss(None)
            return
        self._episode = read.episode
        self._head.lines = self._head_lines(read.episode)
        if at is None:
            at = self.list.row.n if self.list.row else 0
        places = {step.n: place for place, step in enumerate(read.steps)}
        self.list.show(Fixed(read.steps), places.get(at, 0))
        self.say_if_empty()
        self.wake()
        self.refresh_bindings()

    def _look(self) -> _Read:
        memory = self.inspector.memory
        episode = memory.get(self._episode_id)
        if not isinstance(episode, Episode):
            raise NotFound(f"{self._episode_id} is no episode.")
        steps = [replace(step, parameters="", observation="") for step in memory.steps(self._episode_id)]
        return _Read(episode, steps)

    def _head_lines(self, episode: Episode) -> list[Line]:
        lines = episode_head(episode)
        if self._last >= self._first > 0:
            one = self._first == self._last
            where = str(self._first) if one else f"{self._first}–{self._last}"
            text = f" ◆ the {'step' if one else 'steps'} {self._why}: {where}"
            lines.append([Cell(text, "accent")])
        return lines

    def paint_row(self, row: Step, width: int) -> Line:
        """One row of facts."""
        return step_row(row, width, self._first <= row.n <= self._last)

    def identity(self, row: Step) -> str:
        """Its number in the task."""
        return str(row.n)

    def summary(self, row: Step) -> Compose:
        """All but what went in and came out."""
        return step_detail(row, whole=False)

    async def full(self, row: Step) -> Compose | None:
        """With parameters and result."""
        steps = await asyncio.to_thread(self.inspector.memory.steps, self._episode_id, row.n, 1)
        return step_detail(steps[0], whole=True) if steps else None

    def when_empty(self) -> list[Line]:
        """A task of words only."""
        return [[], [Cell("No tool was called in this task.", "muted")]]

    def offers(self, action: str) -> bool:
        """From here to the patterns, and to what is said of it all."""
        return self._episode is not None if action in {"fed", "look_back"} else super().offers(action)

    def action_look_back(self) -> None:
        """Show what is to be said of this task."""
        from tacit.app.inspector.screens.lookback import LookbackScreen

        if self._episode is not None:
            self.app.push_screen(LookbackScreen(self.number, self._episode, self._to_step))

    def _to_step(self, number: int) -> None:
        newest(self, "steps", self._read, number)

    def action_fed(self) -> None:
        """Show the patterns this task feeds, those with the step under the cursor marked."""
        from tacit.app.inspector.screens.fed import FedScreen

        row = self.list.row
        if self._episode is not None:
            self.app.push_screen(FedScreen(self.number, self._episode, row.n if row else 0))
