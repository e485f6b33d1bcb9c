"""The list a session is read in: what folds opens with one click, and rows that come above move nothing."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.message import Message

from tacit.app.inspector.reading.rows import Page, Row
from tacit.widgets.ink import Line
from tacit.widgets.virtual_list import VirtualList


class ReadingList(VirtualList[Row]):
    """The rows of a page."""

    def __init__(
        self,
        paint: Callable[[Row, int], Line],
        identity: Callable[[Row], object],
        opens: Callable[[], object],
    ) -> None:
        """A list with the id ``list``; ``opens`` says whether Enter does something with the row it is on."""
        super().__init__(paint, identity, id="list")
        self._opens = opens

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter is there where something folds."""
        return bool(super().check_action(action, parameters)) and (action != "open" or bool(self._opens()))

    class Resized(Message):
        """Another width, for which the rows are to be laid out."""

    @property
    def width(self) -> int:
        """Cells for a row behind the edge; 0 before it is on the screen."""
        return max(self.scrollable_size.width - 1, 0)

    def on_resize(self) -> None:
        """Tell it."""
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        """A click goes there and folds or unfolds."""
        event.prevent_default()  # the list's own click only goes there
        index = event.y + self.scroll_offset.y
        if index < self.total:
            self.action_go(index)
            self.action_open()

    def replace(self, page: Page, row: Row | None) -> None:
        """Show the page after its rows changed, with ``row`` on the line where it stands."""
        index = self.index if row is None else page.find(row)
        top = self.scroll_offset.y + index - self.index
        self.show(page, index)
        self._scroll(top)

    def land(self, page: Page, index: int, below: int = 0) -> None:
        """Go to a row; where it is out of sight, a third of what is seen stands above it.

        ``below`` rows under it shall be in sight too, as far as there is room.
        """
        top, height = self.scroll_offset.y, max(self.size.height, 1)
        self.show(page, index)
        if not top <= index < top + height:
            top = index - height // 3
        if index + below >= top + height:
            top = max(top, min(index, index + below + 1 - height))
        self._scroll(top)

    def _scroll(self, top: int) -> None:
        if self.is_attached:  # its screen may be gone since this was read
            self.refresh_bindings()  # what Enter does may be another thing now
        top = max(top, self.index - max(self.size.height, 1) + 1)
        self.scroll_to(0, max(min(top, self.index), 0), animate=False, immediate=True, force=True)
