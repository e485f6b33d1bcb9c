"""Room 2: what it was learned from."""

from __future__ import annotations

import asyncio

from tacit.app.inspector.filtered import Filtered
from tacit.app.inspector.views.rows import session_row
from tacit.core.model import Session
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose


class SessionsScreen(Filtered[Session]):
    """The sessions, newest first."""

    table = "sessions"
    HINT = "words of a title or directory, project:name"

    def paint_row(self, row: Session, width: int) -> Line:
        """One row of facts."""
        return session_row(row, width)

    def summary(self, row: Session) -> Compose:
        """All but the tasks."""
        from tacit.app.inspector.views.session_detail import session_detail

        return session_detail(row, None, self.inspector.now)

    async def full(self, row: Session) -> Compose | None:
        """With its tasks."""
        from tacit.app.inspector.views.session_detail import session_detail

        episodes = await asyncio.to_thread(self.inspector.memory.episodes_of, row.id)
        return session_detail(row, episodes, self.inspector.now)

    def order(self) -> Line:
        """By date."""
        return [Cell("  newest first", "muted")]
