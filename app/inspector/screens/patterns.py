"""Room 1: what was learned."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, ClassVar

from tacit.app.inspector.lists.filtered import Filtered
from tacit.app.inspector.views.rows import pattern_row
from tacit.app.inspector.work.starting import each
from tacit.core.model import Evidenced, Pattern
from tacit.core.query import SORTS
from tacit.core.window_groups import Grouped
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose

if TYPE_CHECKING:
    from tacit.app.inspector.pattern.known import Shown


class PatternsScreen(Filtered[Pattern]):
    """The list of patterns, best first."""

    table = "patterns"
    HINT = "words, kind:recovery, project:name, verdict:helps, file:*.rs"
    ORDERS: ClassVar[tuple[str, ...]] = SORTS
    GROUPS: ClassVar[tuple[str, ...]] = ("kind", "verdict", "project")

    def paint_row(self, row: Pattern, width: int) -> Line:
        """One row of facts."""
        return pattern_row(row, width, self.inspector.now)

    def summary(self, row: Pattern) -> Compose:
        """All that the row itself tells."""
        from tacit.app.inspector.pattern.detail import pattern_detail
        from tacit.app.inspector.pattern.known import Known, read_whole

        whole = read_whole(self.inspector.memory, row, self.plan)
        return pattern_detail(Known(row, whole), self.inspector.now, self._shown())

    async def stages(self, row: Pattern) -> AsyncIterator[Compose]:
        """With the evidence and its family; then with the trend and what is used with it."""
        from tacit.app.inspector.pattern.detail import pattern_detail
        from tacit.app.inspector.pattern.known import read_beside, read_near

        memory, now, plan, shown = self.inspector.memory, self.inspector.now, self.plan, self._shown()
        near = await asyncio.to_thread(read_near, memory, row, plan)
        yield pattern_detail(near, now, shown)
        project = None if plan is None else plan.project
        beside = await asyncio.to_thread(read_beside, memory, row, project)
        yield pattern_detail(near._replace(beside=beside), now, shown)

    def _shown(self) -> Shown | None:
        """Where the row under the cursor stands, and what the list asks."""
        from tacit.app.inspector.pattern.known import Shown

        window, row = self.window, self.list.row
        if window is None or row is None:
            return None
        place, total, group = self.list.index, window.total, ""
        if isinstance(window, Grouped):
            group, inside = window.spot(place)
            place, total = inside - 1, next(one.count for one in window.groups() if one.name == group)
        like = window.likeness(row.id)
        return Shown(window.plan, place, total, window.exact, like, window.by_words, group)

    def order(self) -> Line:
        """Proof first."""
        return [Cell("  sort:rank", "muted")]

    def offers(self, action: str) -> bool:
        """From a pattern to its steps, and declaring one."""
        if action == "declare":
            return True
        return self.list.row is not None if action == "steps" else super().offers(action)

    def action_steps(self) -> None:
        """Show the steps of the use under the cursor, else of the newest one."""
        target = self.detail.target if self.detail is not None else None
        if isinstance(target, Evidenced):
            self.follow(target)
        elif self.list.row is not None:
            self.awake = False  # the next keys are for the steps
            each(self, self._newest_steps, self.list.row)

    async def _newest_steps(self, row: Pattern) -> None:
        from tacit.app.inspector.pattern.known import read_newest

        try:
            asked = asyncio.to_thread(read_newest, self.inspector.memory, row, self.plan)
            for use in await self.inspector.guarded(asked) or ():
                self.follow(use)
        finally:
            self.inspector.rouse(self)
