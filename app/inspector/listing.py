"""A screen with a list, and beside it, or in its place, the detail of the row under the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from textual.containers import Horizontal
from textual.widget import Widget

from tacit.app.inspector.room import Room
from tacit.app.inspector.work import newest
from tacit.core.model import Episode, Evidenced, Pattern, Session
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, LinesPane
from tacit.widgets.virtual_list import VirtualList

R = TypeVar("R")


class Listing(Room, Generic[R]):
    """The list and its detail. Subclasses say how a row looks and what is known of it."""

    def __init__(self, number: int, inner: bool = False) -> None:
        super().__init__(number, inner)
        self.list: VirtualList[R] = VirtualList(self.paint_row, self.identity, id="list")
        self.detail: LinesPane | None = None

    # What subclasses say

    def paint_row(self, row: R, width: int) -> Line:
        """One row as a line."""
        raise NotImplementedError

    def identity(self, row: R) -> str:
        """What names a row for good."""
        raise NotImplementedError

    def summary(self, row: R) -> Compose:
        """The detail as far as the row itself tells."""
        raise NotImplementedError

    async def full(self, row: R) -> Compose | None:
        """The whole detail, read in a thread; ``None`` where the summary is all."""
        del row
        return None

    def when_empty(self) -> Sequence[Line]:
        """What to say instead of rows."""
        return [[Cell("Nothing here.", "muted")]]

    def follow(self, target: object) -> None:
        """Go where a line of the detail leads."""
        from tacit.app.inspector.screens.episode import EpisodeScreen

        if isinstance(target, Evidenced):
            self.app.push_screen(EpisodeScreen(self.number, target.episode, target.first, target.last))
        elif isinstance(target, Episode):
            self.app.push_screen(EpisodeScreen(self.number, target.id))

    # How it works

    def body(self) -> Iterable[Widget]:
        """The list alone; the detail comes when it is asked for."""
        yield self.list

    @property
    def thing(self) -> Pattern | Session | Episode | None:
        """The episode under the cursor of the detail, else the row."""
        target = self.detail.target if self.detail is not None and self.detail.has_focus else None
        if isinstance(target, Episode):
            return target
        row = self.list.row
        return row if isinstance(row, Pattern | Session | Episode) else None

    def offers(self, action: str) -> bool:
        """Esc closes the detail, Tab moves between the panes."""
        if action == "back" and self.detail is not None:
            return True
        if action == "other_pane":
            return self.detail is not None
        return super().offers(action)

    def action_back(self) -> None:
        """Close the detail, else leave the screen."""
        if self.detail is not None:
            self.close_detail()
        else:
            super().action_back()

    def close_detail(self) -> None:
        """Only the list."""
        detail, self.detail = self.detail, None
        self.remove_class("-detail")
        if detail is not None:
            detail.remove()
        self.set_focus(self.list)
        self.refresh_bindings()

    def on_virtual_list_opened(self) -> None:
        """Enter, or a click, on a row."""
        if self.list.row is not None:
            self.open_row()

    def open_row(self) -> None:
        """Open the detail and go into it."""
        if self.detail is None:
            self.detail = LinesPane(id="detail")
            self.query_one("#body", Horizontal).mount(self.detail)
            self.add_class("-detail")
        self.fill_detail()
        self.set_focus(self.detail)
        self.refresh_bindings()

    def on_virtual_list_highlighted(self) -> None:
        """The detail follows the cursor."""
        if self.detail is not None:
            self.fill_detail()
        self.refresh_bindings()

    def on_lines_pane_followed(self, event: LinesPane.Followed) -> None:
        """Enter on a line of the detail."""
        self.follow(event.target)

    def fill_detail(self, keep: bool = False) -> None:
        """Show what the row tells, then what has to be read."""
        row, detail = self.list.row, self.detail
        if detail is None:
            return
        if row is None:
            self.close_detail()
            return
        if not keep:
            detail.show(self.summary(row))
        newest(self, "detail", self._complete, row, detail, keep)

    async def _complete(self, row: R, detail: LinesPane, keep: bool) -> None:
        compose = await self.inspector.guarded(self.full(row))
        if compose is not None and detail is self.detail:
            detail.show(compose, keep=True)
            self.refresh_bindings()
        elif keep and detail is self.detail:
            detail.show(self.summary(row), keep=True)

    def say_if_empty(self) -> None:
        """Words instead of rows, and no detail of nothing."""
        self.list.empty = () if self.list.total else self.when_empty()
        if not self.list.total and self.detail is not None:
            self.close_detail()
