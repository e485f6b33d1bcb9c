"""The patterns a task feeds, those that rest on one of its steps first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from textual.widget import Widget

from tacit.app.inspector.lists.listing import Listing
from tacit.app.inspector.pattern.screen import PatternScreen
from tacit.app.inspector.views.rows import pattern_row
from tacit.app.inspector.work.starting import newest
from tacit.core.model import Episode, Pattern
from tacit.core.present import noun, plural
from tacit.widgets.dialog import Lines
from tacit.widgets.ink import Cell, Line
from tacit.widgets.virtual_list import Fixed


class FedScreen(Listing[Pattern]):
    """Patterns of one task; ``step`` is the number of the step a person came from, or 0."""

    def __init__(self, number: int, episode: Episode, step: int) -> None:
        super().__init__(number, inner=True)
        self._episode = episode
        self._step = step
        self._resting: frozenset[str] = frozenset()
        self._head = Lines([[], []], id="episode-head")

    def head(self) -> Iterable[Widget]:
        """Which task."""
        yield self._head

    def begin(self) -> None:
        """Read, then show."""
        self.renew()

    def renew(self) -> None:
        """Read them again."""
        newest(self, "fed", self._read)

    async def _read(self) -> None:
        read = await self.inspector.guarded(asyncio.to_thread(self._look))
        self.wake()
        if read is None:  # it is told why
            return
        patterns, self._resting = read
        patterns = sorted(patterns, key=lambda pattern: pattern.id not in self._resting)
        rests = f" · ◆ {len(self._resting)} {noun(len(self._resting), 'rests', 'rest')} on step {self._step}"
        self._head.lines = [
            [Cell(f" {self._episode.prompt[:2000]}", "heading")],
            [
                Cell(f" feeds {plural(len(patterns), 'pattern')}", "muted"),
                Cell(rests if self._step else "", "accent"),
            ],
        ]
        self.list.show(Fixed(patterns), self.list.index)
        self.say_if_empty()
        self.refresh_bindings()

    def _look(self) -> tuple[list[Pattern], frozenset[str]]:
        memory = self.inspector.memory
        patterns = list(memory.patterns_of(self._episode.id))
        resting = frozenset(
            pattern.id
            for pattern in patterns
            for use in memory.evidence(pattern.id)
            if use.episode == self._episode.id and use.first <= self._step <= use.last
        )
        return patterns, resting

    def paint_row(self, row: Pattern, width: int) -> Line:
        """A row of facts behind the mark."""
        mark = Cell("◆ " if row.id in self._resting else "  ", "accent")
        return [mark, *pattern_row(row, width - 2, self.inspector.now)]

    def identity(self, row: Pattern) -> str:
        """The public id."""
        return row.id

    def when_empty(self) -> list[Line]:
        """Nothing was learned from it."""
        why = self._episode.unworthy
        text = f"Nothing is learned from it: {why}." if why else "It feeds no pattern in the list."
        return [[], [Cell(text, "muted")]]

    def offers(self, action: str) -> bool:
        """Declaring a pattern like the one under the cursor."""
        return self.list.row is not None if action == "declare" else super().offers(action)

    def open_row(self) -> None:
        """Open the pattern."""
        if self.list.row is not None:
            self.app.push_screen(PatternScreen(self.number, self.list.row))
