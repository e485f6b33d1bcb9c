"""Room 3: the totals."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from textual.widget import Widget

from tacit.app.inspector.room import Room
from tacit.app.inspector.views.stats_page import stats_page
from tacit.app.inspector.work import newest
from tacit.widgets.lines_pane import LinesPane


class StatsScreen(Room):
    """One page to scroll."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self._page = LinesPane(id="list")

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield self._page

    def begin(self) -> None:
        """Read, then show."""
        self.wake()
        self.renew()

    def renew(self) -> None:
        """Count again."""
        newest(self, "stats", self._read)

    async def _read(self) -> None:
        stats = await self.inspector.guarded(asyncio.to_thread(self.inspector.memory.stats))
        if stats is not None:
            self._page.show(stats_page(stats, self.inspector.now), keep=True)
