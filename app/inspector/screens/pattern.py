"""One pattern by itself, opened from a session or from the upkeep plan."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from textual.widget import Widget

from tacit.app.inspector.room import Room
from tacit.app.inspector.screens.patterns import EVIDENCE
from tacit.app.inspector.views.pattern_detail import Beside, pattern_detail, read_beside
from tacit.app.inspector.work import newest
from tacit.core.errors import NotFound
from tacit.core.model import Evidenced, Pattern
from tacit.widgets.lines_pane import LinesPane


class PatternScreen(Room):
    """All that is known of a pattern."""

    def __init__(self, number: int, pattern: Pattern) -> None:
        super().__init__(number, inner=True)
        self._pattern = pattern
        self._pane = LinesPane(id="list")

    def body(self) -> Iterable[Widget]:
        """The lines."""
        yield self._pane

    @property
    def thing(self) -> Pattern:
        """The pattern."""
        return self._pattern

    def begin(self) -> None:
        """What is here at once, the evidence after it."""
        self._pane.show(pattern_detail(self._pattern, None, self.inspector.now))
        self.wake()
        self.renew()

    def renew(self) -> None:
        """Read it again; one that is gone closes."""
        newest(self, "pattern", self._read)

    async def _read(self) -> None:
        try:
            pattern, evidence, beside = await asyncio.to_thread(self._look)
        except NotFound:
            self.dismiss(None)
            return
        self._pattern = pattern
        detail = pattern_detail(pattern, evidence, self.inspector.now, beside=beside)
        self._pane.show(detail, keep=True)
        self.refresh_bindings()

    def _look(self) -> tuple[Pattern, tuple[Evidenced, ...], Beside]:
        memory = self.inspector.memory
        pattern = memory.get(self._pattern.id)
        if not isinstance(pattern, Pattern):
            raise NotFound(f"{self._pattern.id} is no pattern.")
        return pattern, memory.evidence(pattern.id, EVIDENCE), read_beside(memory, pattern)

    def offers(self, action: str) -> bool:
        """From a use to its steps, and declaring another one like it."""
        if action == "declare":
            return True
        return isinstance(self._pane.target, Evidenced) if action == "steps" else super().offers(action)

    def action_steps(self) -> None:
        """Show the steps of the use under the cursor."""
        self._pane.action_open()

    def on_lines_pane_followed(self, event: LinesPane.Followed) -> None:
        """Enter on a use."""
        from tacit.app.inspector.screens.episode import EpisodeScreen

        if isinstance(event.target, Evidenced):
            use = event.target
            self.app.push_screen(EpisodeScreen(self.number, use.episode, use.first, use.last))
