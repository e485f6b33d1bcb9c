"""A list over any number of rows that never holds what it does not show.

Rows come from a source, a window of them at a time; the list knows how many there are, where its
cursor stands and the identity of the row under it. A million rows cost what forty cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tacit.widgets.ink import Cell, Line, Painted
from tacit.widgets.moves import MOVES

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Rows(Protocol[R_co]):
    """Where a list takes its rows from."""

    @property
    def total(self) -> int:
        """How many there are, as far as is known."""
        ...

    def rows(self, start: int, count: int) -> Sequence[R_co]:
        """The rows from ``start`` on, fewer at the end."""
        ...


class Fixed(Generic[R]):
    """Rows that are all here already."""

    def __init__(self, rows: Sequence[R] = ()) -> None:
        self._rows = rows

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self._rows)

    def rows(self, start: int, count: int) -> Sequence[R]:
        """A slice."""
        return self._rows[start : start + count]


class VirtualList(ScrollView, Painted, Generic[R], inherit_bindings=False):
    """The list. ``paint_row`` turns a row into a line for a width; ``identity`` names a row for good.

    ``moves`` counts how often the person moved the cursor, also in vain; ``aim`` is 0 or -1 where the
    last move went to the first or the last row, whichever that is, and else ``None``.
    """

    # Room for the scrollbar is kept, so that nothing is laid out anew when it comes.
    DEFAULT_CSS = """
    VirtualList { overflow-x: hidden; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = MOVES

    class Highlighted(Message):
        """The cursor stands on another row."""

    class Opened(Message):
        """Enter, or a click on the row under the cursor."""

    class Failed(Message):
        """The source could not give its rows."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(
        self,
        paint_row: Callable[[R, int], Line],
        identity: Callable[[R], object],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._paint_row = paint_row
        self._identity = identity
        self._source: Rows[R] = Fixed()
        self._page: Sequence[R] = ()
        self._page_start = 0
        self._shown_total = 0
        self._told: object = None
        self._empty: Sequence[Line] = ()
        self.index = 0
        self.moves = 0
        self.aim: int | None = None

    # What stands in it

    @property
    def total(self) -> int:
        """How many rows there are to scroll over."""
        return self._shown_total

    @property
    def row(self) -> R | None:
        """The row under the cursor, or ``None`` where there is none."""
        return self._at(self.index) if self._shown_total else None

    @property
    def empty(self) -> Sequence[Line]:
        """What it says when there are no rows."""
        return self._empty

    @empty.setter
    def empty(self, lines: Sequence[Line]) -> None:
        self._empty = lines
        self.refresh()

    def show(self, source: Rows[R], index: int = 0) -> None:
        """Take the rows from ``source`` from now on and put the cursor on row ``index``."""
        self._source = source
        self.index = index
        self.reload()

    def reload(self) -> None:
        """Ask the source again: its rows or their number changed."""
        self._page = ()
        self._shown_total = self._source.total
        self.index = max(0, min(self.index, self._shown_total - 1))
        self._measure()
        self._land()
        self.refresh()

    def on_resize(self) -> None:
        """The width decides what a row shows."""
        self._measure()
        self._reveal()

    # Moving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to open in an empty list."""
        del parameters
        return action != "open" or self._shown_total > 0

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self._go(self.index + rows)

    def action_go(self, index: int) -> None:
        """Go to a row; a negative one counts from the end."""
        self._go(index if index >= 0 else self._shown_total + index)
        self.aim = index if index in (0, -1) else None

    def action_page(self, pages: float) -> None:
        """Move by pages, or parts of one."""
        self._go(self.index + int(pages * max(self.size.height - 1, 1)))

    def action_open(self) -> None:
        """Say that the row under the cursor is wanted."""
        if self._shown_total:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """A click selects, a click on what is selected opens."""
        index = event.y + self.scroll_offset.y
        if index >= self._shown_total:
            return
        if index == self.index:
            self.action_open()
        else:
            self._go(index)

    def _go(self, index: int) -> None:
        self.moves += 1
        self.aim = None
        index = max(0, min(index, self._shown_total - 1))
        if index != self.index:
            self.index = index
            self._land()
            self.refresh()

    def _land(self) -> None:
        self._reveal()
        row = self.row
        identity = None if row is None else self._identity(row)
        if identity != self._told:
            self._told = identity
            self.post_message(self.Highlighted())

    def _reveal(self) -> None:
        if self.size.height:
            region = Region(0, self.index, 1, 1)
            self.scroll_to_region(region, animate=False, force=True, immediate=True, x_axis=False)

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_size.width, self._shown_total)

    # Painting

    def render_line(self, y: int) -> Strip:
        """Paint one row, or nothing below the last."""
        index = y + self.scroll_offset.y
        width = self.scrollable_size.width
        if not self._shown_total and y < len(self._empty):
            return self.paint([Cell("  "), *self._empty[y]], width)
        row = self._at(index) if index < self._shown_total else None
        if row is None:
            return self.paint((), width)
        here = index == self.index
        edge = Cell("▌" if here else " ", "accent")
        under = ("cursor" if self.has_focus else "cursor-blurred") if here else ""
        return self.paint([edge, *self._paint_row(row, width - 1)], width, under)

    def _at(self, index: int) -> R | None:
        """The row at ``index``, read together with all that is on the screen around it."""
        if not self._page_start <= index < self._page_start + len(self._page):
            self._read(index)
        at = index - self._page_start
        return self._page[at] if 0 <= at < len(self._page) else None

    def _read(self, index: int) -> None:
        height = max(self.size.height, 1)
        top = self.scroll_offset.y
        start = top if top <= index < top + height else max(index - height // 2, 0)
        try:
            self._page = self._source.rows(start, height + 1)
        except Exception as error:
            self._page, self._source, self._shown_total = (), Fixed(), 0
            self.post_message(self.Failed(error))
        self._page_start = start
