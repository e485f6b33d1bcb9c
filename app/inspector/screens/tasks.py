"""The tasks of all sessions: what was asked, how it ended and how that is known."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from tacit.app.inspector.lists.filtered import Filtered
from tacit.app.inspector.views.tasks import task_detail, task_row
from tacit.core.model import Episode
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose


class TasksScreen(Filtered[Episode]):
    """The tasks, the last one first. It is no room of its own; figures and commands lead to it."""

    table = "episodes"
    HINT = "words of a prompt, outcome:failure, task:debugging, lang:rust, tool:shell"
    GROUPS: ClassVar[tuple[str, ...]] = ("outcome", "project")

    def paint_row(self, row: Episode, width: int) -> Line:
        """One row of facts."""
        return task_row(row, width)

    def summary(self, row: Episode) -> Compose:
        """What the task itself tells."""
        return task_detail(row, None)

    async def full(self, row: Episode) -> Compose | None:
        """With the patterns it fed."""
        patterns = await asyncio.to_thread(self.inspector.memory.patterns_of, row.id)
        return task_detail(row, patterns)

    def order(self) -> Line:
        """By date."""
        return [Cell("  newest first", "muted")]

    def offers(self, action: str) -> bool:
        """From a task to its steps and to the patterns it fed."""
        if action in {"steps", "fed"}:
            return isinstance(self.thing, Episode)
        return super().offers(action)

    def action_steps(self) -> None:
        """Open the task in its session."""
        if isinstance(self.thing, Episode):
            self.follow(self.thing)

    def action_fed(self) -> None:
        """Show the patterns that the task feeds."""
        from tacit.app.inspector.screens.fed import FedScreen

        if isinstance(self.thing, Episode):
            self.app.push_screen(FedScreen(self.number, self.thing, 0))
