"""Room 1: what was learned."""

from __future__ import annotations

import asyncio

from tacit.app.inspector.filtered import Filtered
from tacit.app.inspector.views.rows import pattern_row
from tacit.core.model import Evidenced, Pattern
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose

EVIDENCE = 500
"""Uses of one pattern shown; the count beside them is of all."""


class PatternsScreen(Filtered[Pattern]):
    """The list of patterns, best first."""

    table = "patterns"
    HINT = "words, kind:recovery, project:name, verdict:helps, file:*.rs"

    def paint_row(self, row: Pattern, width: int) -> Line:
        """One row of facts."""
        return pattern_row(row, width, self.inspector.now)

    def summary(self, row: Pattern) -> Compose:
        """All but the evidence."""
        from tacit.app.inspector.views.pattern_detail import pattern_detail

        return pattern_detail(row, None, self.inspector.now)

    async def full(self, row: Pattern) -> Compose | None:
        """With the evidence."""
        from tacit.app.inspector.views.pattern_detail import pattern_detail

        evidence = await asyncio.to_thread(self.inspector.memory.evidence, row.id, EVIDENCE)
        return pattern_detail(row, evidence, self.inspector.now)

    def order(self) -> Line:
        """Proof first."""
        return [Cell("  sort:rank", "muted")]

    def offers(self, action: str) -> bool:
        """From a pattern to its steps."""
        return self.list.row is not None if action == "steps" else super().offers(action)

    def action_steps(self) -> None:
        """Show the steps of the use under the cursor, else of the newest one."""
        target = self.detail.target if self.detail is not None else None
        if isinstance(target, Evidenced):
            self.follow(target)
        elif self.list.row is not None:
            for use in self.inspector.memory.evidence(self.list.row.id, 1):
                self.follow(use)
