"""Room 1: what was learned."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tacit.app.inspector.filtered import Filtered
from tacit.app.inspector.views.rows import pattern_row
from tacit.core.errors import NotFound, TacitError
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

        return pattern_detail(row, None, self.inspector.now, self._whole(row))

    async def full(self, row: Pattern) -> Compose | None:
        """With the evidence, the trend and what is used with it."""
        from tacit.app.inspector.views.pattern_detail import pattern_detail, read_beside

        evidence, whole = await asyncio.to_thread(self._evidence_of, row)
        project = None if self.plan is None else self.plan.project
        beside = await asyncio.to_thread(read_beside, self.inspector.memory, row, project)
        return pattern_detail(row, evidence, self.inspector.now, whole, beside)

    def _whole(self, row: Pattern) -> Pattern | None:
        """The pattern over all projects, where the row has the numbers of some of them."""
        if self.plan is None or self.plan.project is None:
            return None
        try:
            whole = self.inspector.memory.get(row.id)
        except NotFound:  # somebody deleted it a moment ago
            return None
        if not isinstance(whole, Pattern) or whole.project_names == row.project_names:
            return None
        return whole

    def _evidence_of(self, row: Pattern, limit: int = EVIDENCE) -> tuple[Sequence[Evidenced], Pattern | None]:
        """The evidence of a row, in the list of a project that of the project, and the whole pattern."""
        whole = self._whole(row)
        if whole is None:
            return self.inspector.memory.evidence(row.id, limit), None
        uses = [use for use in self.inspector.memory.evidence(row.id) if use.project in row.project_names]
        return uses[:limit], whole

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
            try:
                evidence, _ = self._evidence_of(self.list.row, 1)
            except TacitError as error:
                self.inspector.trouble(error)
                return
            for use in evidence:
                self.follow(use)
