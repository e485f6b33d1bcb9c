"""One pattern by itself, opened from a session, from another pattern or from the upkeep plan."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from textual.widget import Widget

from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.leads.following import follow
from tacit.app.inspector.pattern.detail import pattern_detail
from tacit.app.inspector.pattern.known import Known, read_beside, read_near
from tacit.app.inspector.work.starting import newest
from tacit.core.errors import NotFound, TacitError
from tacit.core.model import Evidenced, Pattern
from tacit.widgets.lines_pane import LinesPane


class PatternScreen(Room):
    """All that is known of a pattern."""

    def __init__(self, number: int, pattern: Pattern) -> None:
        super().__init__(number, inner=True)
        self._known = Known(pattern)
        self._pane = LinesPane(id="list")

    def body(self) -> Iterable[Widget]:
        """The lines."""
        yield self._pane

    @property
    def thing(self) -> Pattern:
        """The pattern."""
        return self._known.pattern

    def begin(self) -> None:
        """What is here at once, the evidence after it."""
        self._show(self._known)
        self.wake()
        self.renew()

    def renew(self) -> None:
        """Read it again; one that is gone closes."""
        newest(self, "pattern", self._read)

    async def _read(self) -> None:
        memory, beside = self.inspector.memory, self._known.beside
        try:
            near = await asyncio.to_thread(self._near)
            self._show(near._replace(beside=beside))
            beside = await asyncio.to_thread(read_beside, memory, near.pattern)
        except NotFound:
            self.close_gone()
        except TacitError as error:
            self.inspector.trouble(error)
        else:
            self._show(near._replace(beside=beside))

    def _near(self) -> Known:
        memory = self.inspector.memory
        pattern = memory.get(self.thing.id)
        if not isinstance(pattern, Pattern):
            raise NotFound(f"{self.thing.id} is no pattern.")
        return read_near(memory, pattern)

    def _show(self, known: Known) -> None:
        self._known = known
        self._pane.show(pattern_detail(known, self.inspector.now), keep=True)
        self.refresh_bindings()

    def offers(self, action: str) -> bool:
        """From a use to its steps, and declaring another one like it."""
        if action == "declare":
            return True
        return self._steps() is not None if action == "steps" else super().offers(action)

    def action_steps(self) -> None:
        """Show the steps of the use under the cursor, else of the newest one."""
        follow(self, self._steps())

    def _steps(self) -> Evidenced | None:
        target = self._pane.target
        if isinstance(target, Evidenced):
            return target
        return next(iter(self._known.evidence or ()), None)

    def on_lines_pane_followed(self, event: LinesPane.Followed) -> None:
        """Enter on a line that leads somewhere."""
        follow(self, event.target)
