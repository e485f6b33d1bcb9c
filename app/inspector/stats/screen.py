"""Room 3: the totals, of all that is stored or of one project."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from textual.widget import Widget

from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.leads.following import follow
from tacit.app.inspector.stats.page import (
    ALL,
    ONE,
    Block,
    counted,
    counted_project,
    laid_out,
    unread,
)
from tacit.app.inspector.views.rows import project_name
from tacit.app.inspector.work.starting import newest
from tacit.widgets.lines_pane import LinesPane, PaneLine

_JUMPS = frozenset(["next_block", "previous_block"])


class StatsScreen(Room):
    """One page of blocks; every figure that has a list leads to it."""

    def __init__(self, number: int, project: str = "") -> None:
        """The statistics of all, or over them those of the project of this very name."""
        super().__init__(number, inner=bool(project))
        self._project = project
        self._order = ONE if project else ALL
        self._blocks: dict[str, Block] = {}
        self._starts: list[int] = []
        self._page = LinesPane(id="list")

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield self._page

    def begin(self) -> None:
        """Read, then show."""
        self.wake()
        self.renew()

    def renew(self) -> None:
        """Count again; what takes longer is read beside the rest, each part for itself."""
        newest(self, "counters", self._read, "totals", self._counters)
        newest(self, "files", self._read, "files", self._files)
        if not self._project:
            newest(self, "health", self._read, "health", self._health)
            newest(self, "sizes", self._read, "sizes", self._sizes)

    async def _read(self, name: str, read: Callable[[], Mapping[str, Block]]) -> None:
        """Show what a thread reads as soon as it did; where it could not, say so in the place of ``name``."""
        found = await self.inspector.guarded(asyncio.to_thread(read))
        self._blocks.update(found or {name: unread(name)})
        self._page.show(self._lay_out, keep=True)

    # In threads

    def _counters(self) -> Mapping[str, Block]:
        memory, now = self.inspector.memory, self.inspector.now
        if self._project:
            return counted_project(memory.project_stats(self._project), now)
        return counted(memory.stats(), now)

    def _files(self) -> Mapping[str, Block]:
        from tacit.app.inspector.stats.work import GROUPS, files

        project = f"={self._project}" if self._project else None
        found = self.inspector.memory.files_together(project=project, limit=GROUPS)
        return {"files": lambda width: files(found, width)}

    def _health(self) -> Mapping[str, Block]:
        from tacit.app.inspector.stats.health import health

        found, now = self.inspector.memory.health(), self.inspector.now
        return {"health": lambda width: health(found, now, width)}

    def _sizes(self) -> Mapping[str, Block]:
        from tacit.app.inspector.stats.health import sizes

        found = self.inspector.memory.disk_use()
        return {"sizes": lambda width: sizes(found, width)}

    # On the screen

    def _lay_out(self, width: int) -> list[PaneLine]:
        lines, self._starts = laid_out(self._order, self._blocks, width)
        return lines

    def where(self) -> str:
        """The project the numbers are of."""
        return project_name(self._project) if self._project else super().where()

    def offers(self, action: str) -> bool:
        """From block to block."""
        return bool(self._starts) if action in _JUMPS else super().offers(action)

    def action_next_block(self) -> None:
        """To the next part of the page."""
        self._page.jump(self._starts, 1)

    def action_previous_block(self) -> None:
        """To the part before."""
        self._page.jump(self._starts, -1)

    def on_lines_pane_followed(self, event: LinesPane.Followed) -> None:
        """Enter, or a click, on a figure."""
        follow(self, event.target)
