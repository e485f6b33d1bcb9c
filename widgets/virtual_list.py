"""A list over any number of rows that never holds what it does not show.

Rows come from a source, a window of them at a time; the list knows how many there are, where its
cursor stands and the identity of the row under it. A million rows cost what forty cost.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollDown, ScrollTo, ScrollUp
from textual.strip import Strip

from tacit.widgets.ink import Cell, Line, Painted, plain
from tacit.widgets.moves import MOVES

_EDGES = {(False, False): " ", (True, False): "▌", (False, True): "●", (True, True): "◉"}
"""What stands before a row, by whether the cursor is on it and whether it is marked."""

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
    last move went to the first or the last row, whichever that is, and else ``None``. Rows whose identity
    is in ``marked`` are shown with a mark.
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
        self._under: tuple[int, R | None] | None = None
        self._shown_total = 0
        self._told: object = None
        self._empty: Sequence[Line] = ()
        self.index = 0
        self.moves = 0
        self.aim: int | None = None
        self.marked: Container[object] = ()

    # What stands in it

    @property
    def total(self) -> int:
        """How many rows there are to scroll over."""
        return self._shown_total

    @property
    def entry(self) -> R | None:
        """What is under the cursor, or ``None`` where there is nothing. It is read once."""
        if not self._shown_total:
            return None
        if self._under is None or self._under[0] != self.index:
            self._under = self.index, self._at(self.index)
        return self._under[1]

    @property
    def row(self) -> R | None:
        """The row under the cursor, or ``None`` where there is none, or something that is no row."""
        return self.entry

    @property
    def top(self) -> int:
        """The place of the first row in sight."""
        return self.scroll_offset.y

    @property
    def in_sight(self) -> bool:
        """Whether the cursor can be seen; the wheel and the scrollbar leave it where it is."""
        return not self.size.height or self.top <= self.index < self.top + self.size.height

    def at(self, place: int) -> R | None:
        """What stands at a place."""
        return self._at(place) if 0 <= place < self._shown_total else None

    def texts(self, most: int) -> list[str]:
        """Its first rows as plain text, as wide as they are shown."""
        width = max(self.scrollable_size.width - 1, 1)
        return [plain(self._paint_row(row, width)).rstrip() for row in self._source.rows(0, most)]

    @property
    def empty(self) -> Sequence[Line]:
        """What it says when there are no rows."""
        return self._empty

    @empty.setter
    def empty(self, lines: Sequence[Line]) -> None:
        self._empty = lines
        self.refresh()

    def show(self, source: Rows[R], index: int = 0, top: int | None = None) -> None:
        """Take the rows from ``source`` from now on and put the cursor on row ``index``.

        The row ``top`` comes first on the screen; without one the cursor stays at its height there. A
        cursor that was out of sight is left there where a ``top`` is given.
        """
        seen, before = self.in_sight, self.index
        self._source, self.index = source, index
        here = self.top + index - before if seen else None
        self._reload(here if top is None else top, reveal=seen or top is None)

    def reload(self) -> None:
        """Ask the source again: its rows or their number changed."""
        self._reload(None, reveal=self.in_sight)

    def _reload(self, top: int | None, *, reveal: bool) -> None:
        self._page, self._under = (), None
        self._shown_total = self._source.total
        self.index = max(0, min(self.index, self._shown_total - 1))
        self._measure()
        if top is not None and self.size.height:
            self.scroll_to(y=max(top, 0), animate=False, force=True, immediate=True)
        self._land(reveal)
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

    def on_scroll_to(self, message: ScrollTo) -> None:
        """The scrollbar is dragged: only what it stops at is read, nothing on the way."""
        message.prevent_default()
        message.stop()
        self.scroll_to(y=message.y, animate=False)

    def on_scroll_down(self, message: ScrollDown) -> None:
        """A click below the bar."""
        message.prevent_default()
        message.stop()
        self.scroll_page_down(animate=False)

    def on_scroll_up(self, message: ScrollUp) -> None:
        """A click above the bar."""
        message.prevent_default()
        message.stop()
        self.scroll_page_up(animate=False)

    def _go(self, index: int) -> None:
        self.moves += 1
        self.aim = None
        index = max(0, min(index, self._shown_total - 1))
        if index != self.index:
            before, top = self.index, self.top
            self.index = index
            self._land()
            if self.top == top:  # else all of it is painted anyway
                self.refresh_line(before)
                self.refresh_line(index)

    def _land(self, reveal: bool = True) -> None:
        if reveal:
            self._reveal()
        row = self.entry
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
        edge = Cell(_EDGES[here, self._identity(row) in self.marked], "accent")
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
