"""Looking back at one task: its reward, what went well, what to do better, what is worth knowing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from textual.widget import Widget

from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.views.lookback import lookback_page
from tacit.app.inspector.work.starting import newest
from tacit.core.errors import NotFound
from tacit.core.lookback import Lookback
from tacit.core.marks import Mark
from tacit.core.model import Episode
from tacit.widgets.lines_pane import LinesPane


class LookbackScreen(Room):
    """One page to scroll. Enter on a remark goes to the first step it rests on, by ``to_step``."""

    def __init__(self, number: int, episode: Episode, to_step: Callable[[int], None]) -> None:
        super().__init__(number, inner=True)
        self._episode = episode
        self._to_step = to_step
        self._page = LinesPane(id="list")

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield self._page

    @property
    def thing(self) -> Episode:
        """The task."""
        return self._episode

    def begin(self) -> None:
        """Read, then show."""
        self.renew()

    def renew(self) -> None:
        """Look again: it may have been marked, and other patterns are known."""
        newest(self, "lookback", self._read)

    async def _read(self) -> None:
        read = await self.inspector.guarded(asyncio.to_thread(self._look))
        self.wake()
        if read is None:
            self.close_gone()
            return
        self._episode, found, mark = read
        self._page.show(lookback_page(self._episode, found, mark), keep=True)
        self.refresh_bindings()

    def _look(self) -> tuple[Episode, Lookback, Mark | None] | None:
        """The task as it is now; ``None`` once it is deleted."""
        memory = self.inspector.memory
        try:
            episode = memory.get(self._episode.id)
            found = memory.look_back(self._episode.id)
            mark = memory.mark_of(self._episode.id)
        except NotFound:
            return None
        return (episode, found, mark) if isinstance(episode, Episode) else None

    def on_lines_pane_followed(self, event: LinesPane.Followed) -> None:
        """To the step that a remark rests on."""
        if isinstance(event.target, int):
            step = event.target
            self.dismiss(None)
            self._to_step(step)
