"""Room 2: what it was learned from."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from tacit.app.inspector.lists.filtered import Filtered
from tacit.app.inspector.views.session_row import session_row
from tacit.app.inspector.work.starting import each, newest
from tacit.core.expiry import Expiry
from tacit.core.model import Session, Source
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose


class SessionsScreen(Filtered[Session]):
    """The sessions, newest first."""

    table = "sessions"
    HINT = "words of a title or directory, project:name"
    GROUPS: ClassVar[tuple[str, ...]] = ("project", "day")

    def __init__(self, number: int, query: str = "", inner: bool = False) -> None:
        super().__init__(number, query, inner)
        self._expiries: dict[str, Expiry] = {}
        self._badges = False
        self._judged: dict[str, Source | None] = {}
        self._asked_of: set[str] = set()
        self._unjudged: list[str] = []
        self._known_at = -1

    def begin(self) -> None:
        """The rows; after they are painted what becomes of their files."""
        super().begin()
        self.call_after_refresh(self._look_after)

    def renew(self) -> None:
        """Read again, and what is known beside the rows too."""
        super().renew()
        self._look_after()

    def paint_row(self, row: Session, width: int) -> Line:
        """One row of facts."""
        if row.id not in self._asked_of:
            self._ask_how_judged(row.id)
        expiry = self._expiries.get(row.id)
        words = "" if expiry is None else expiry.words(self.inspector.now)
        return session_row(row, width, self._judged.get(row.id), words, badges=self._badges)

    def summary(self, row: Session) -> Compose:
        """All but the tasks."""
        from tacit.app.inspector.views.session_detail import session_detail

        return session_detail(row, None, self._expiries.get(row.id), self.inspector.now)

    async def full(self, row: Session) -> Compose | None:
        """With its tasks."""
        from tacit.app.inspector.views.session_detail import session_detail

        episodes = await asyncio.to_thread(self.inspector.memory.episodes_of, row.id)
        return session_detail(row, episodes, self._expiries.get(row.id), self.inspector.now)

    def order(self) -> Line:
        """By date."""
        return [Cell("  newest first", "muted")]

    def offers(self, action: str) -> bool:
        """From a session to all it says."""
        return self.list.row is not None if action == "steps" else super().offers(action)

    def action_steps(self) -> None:
        """Read the session under the cursor from its beginning."""
        if self.list.row is not None:
            self.follow(self.list.row)

    # What is known beside the rows

    def _look_after(self) -> None:
        """Once for each state of the store: what becomes of the files, and how rows in sight were judged."""
        if self._known_at != self.inspector.sequence:
            self._known_at = self.inspector.sequence
            newest(self, "expiries", self._read_expiries)
            self._asked_of.clear()

    async def _read_expiries(self) -> None:
        found = await self.inspector.guarded(asyncio.to_thread(self.inspector.memory.expiries))
        if found is not None:
            now = self.inspector.now
            self._expiries = found
            # In the end every file is gone: that alone is worth no column.
            self._badges = any(one.words(now) and not one.gone for one in found.values())
            self.list.refresh()
            if self.detail is not None:
                self.fill_detail(keep=True)

    def _ask_how_judged(self, public_id: str) -> None:
        """Let it be read in a thread, together with the other rows that come into sight now."""
        self._asked_of.add(public_id)
        self._unjudged.append(public_id)
        if len(self._unjudged) == 1:
            self.call_after_refresh(self._read_unjudged)

    def _read_unjudged(self) -> None:
        asked, self._unjudged = self._unjudged, []
        each(self, self._read_judged, asked)

    async def _read_judged(self, asked: list[str]) -> None:
        found = await self.inspector.guarded(asyncio.to_thread(self.inspector.memory.judged_by, asked))
        if found is not None:
            self._judged.update({one: found.get(one) for one in asked})
            self.list.refresh()
