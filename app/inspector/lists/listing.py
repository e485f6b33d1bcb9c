"""A screen with a list, and beside it, or in its place, the detail of the row under the cursor."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Generic, TypeVar

from textual import events
from textual.containers import Horizontal
from textual.widget import Widget

from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.work.starting import newest
from tacit.core.model import Episode
from tacit.core.things import Thing
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, LinesPane
from tacit.widgets.virtual_list import VirtualList

R = TypeVar("R")

WIDE = 110
"""Cells from which on list and detail stand side by side unless a person wants it otherwise."""

LAYOUTS = ("auto", "beside", "below", "alone")
_BOTH = ("-beside", "-below")
_SAID = {
    "auto": "beside the list where there is room",
    "beside": "beside the list",
    "below": "below the list",
    "alone": "in place of the list",
}


class Listing(Room, Generic[R]):
    """The list and its detail. Subclasses say how a row looks and what is known of it."""

    def __init__(self, number: int, inner: bool = False) -> None:
        super().__init__(number, inner)
        self.list: VirtualList[R] = VirtualList(self.paint_row, self.identity, id="list")
        self.detail: LinesPane | None = None

    # What subclasses say

    @abstractmethod
    def paint_row(self, row: R, width: int) -> Line:
        """One row as a line."""

    @abstractmethod
    def identity(self, row: R) -> str:
        """What names a row for good."""

    def summary(self, row: R) -> Compose:
        """The detail as far as the row itself tells; nothing where a row opens something else."""
        del row
        return lambda _: ()

    async def full(self, row: R) -> Compose | None:
        """The whole detail, read in a thread; ``None`` where the summary is all."""
        del row
        return None

    async def stages(self, row: R) -> AsyncIterator[Compose]:
        """The detail as it comes to be known, the quick parts first; the last of them is all of it."""
        compose = await self.full(row)
        if compose is not None:
            yield compose

    def when_empty(self) -> Sequence[Line]:
        """What to say instead of rows."""
        return [[Cell("Nothing here.", "muted")]]

    def follow(self, target: object) -> None:
        """Go where a line of the detail leads."""
        from tacit.app.inspector.leads.following import follow

        follow(self, target)

    # How it works

    def body(self) -> Iterable[Widget]:
        """The list alone; the detail comes when it is asked for."""
        yield self.list

    @property
    def thing(self) -> Thing | None:
        """The episode under the cursor of the detail, else the row."""
        target = self.detail.target if self.detail is not None and self.detail.has_focus else None
        if isinstance(target, Episode):
            return target
        row = self.list.row
        return row if isinstance(row, Thing) else None

    def offers(self, action: str) -> bool:
        """Esc closes the detail, Tab moves between the panes."""
        if action == "back" and self.detail is not None:
            return True
        if action == "other_pane":
            return self.detail is not None and any(map(self.has_class, _BOTH))
        if action == "layout":
            return self.detail is not None
        return super().offers(action)

    def called(self, action: str) -> str:
        """Esc goes back from the detail to the list."""
        return "back" if action == "back" and self.detail is not None else super().called(action)

    def action_back(self) -> None:
        """Close the detail, else leave the screen."""
        if self.detail is not None:
            self.close_detail()
        else:
            super().action_back()

    # List and detail beside each other

    def on_resize(self, event: events.Resize) -> None:
        """Another width may be for another layout."""
        del event
        self._arrange()

    def action_layout(self) -> None:
        """The next way to lay out list and detail; it is remembered."""
        here = LAYOUTS.index(self._layout)
        self.lay_out(LAYOUTS[(here + 1) % len(LAYOUTS)])

    def lay_out(self, layout: str) -> None:
        """Lay out list and detail so from now on."""
        self.inspector.remembered.put("layout", layout)
        self._arrange()
        self.inspector.notify(f"Detail: {_SAID[layout]}")

    @property
    def _layout(self) -> str:
        return self.inspector.remembered.get("layout", LAYOUTS[0], dict.fromkeys(LAYOUTS))

    def _arrange(self) -> None:
        """Put the panes where the layout and the width want them; a pane that goes loses no place."""
        layout = self._layout
        if layout == "auto":
            layout = "beside" if self.size.width >= WIDE else "alone"
        for name in LAYOUTS[1:]:
            self.set_class(name == layout, f"-{name}")
        if layout == "alone" and self.detail is not None and self.focused is self.list:
            self.set_focus(self.detail)
        self.refresh_bindings()

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
            self._arrange()
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
        stages, last = self.stages(row), None
        while (compose := await self.inspector.guarded(anext(stages, None))) is not None:
            last = compose
            if not keep and detail is self.detail:
                detail.show(compose, keep=True)
        if keep and detail is self.detail:  # at once, so that nothing goes and comes again
            detail.show(last or self.summary(row), keep=True)
        self.refresh_bindings()

    def say_if_empty(self) -> None:
        """Words instead of rows, and no detail of nothing."""
        self.list.empty = () if self.list.total else self.when_empty()
        if not self.list.total and self.detail is not None:
            self.close_detail()
