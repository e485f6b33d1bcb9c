"""A pane of lines to read, some of which lead somewhere.

The lines are laid out for the width at hand and again when it changes. ``j`` and ``k`` go from one
leading line to the next and scroll where none is in sight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tacit.widgets.ink import Cell, Line, Painted, plain
from tacit.widgets.moves import MOVES


class PaneLine(NamedTuple):
    """A line and, where it leads somewhere, what it leads to."""

    line: Line
    target: object | None = None


Compose = Callable[[int], Sequence[PaneLine]]
"""Lays the lines out for a width in cells."""


class LinesPane(ScrollView, Painted, inherit_bindings=False):
    """The pane."""

    BINDINGS: ClassVar[list[BindingType]] = MOVES

    class Followed(Message):
        """Enter, or a click, on a line that leads somewhere."""

        def __init__(self, target: object) -> None:
            super().__init__()
            self.target = target

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._compose_lines: Compose = lambda _: ()
        self._lines: Sequence[PaneLine] = ()
        self._width = 0
        self._height = 0
        self._place = -1

    @property
    def target(self) -> object | None:
        """What the line under the cursor leads to."""
        return self._lines[self._cursor].target if 0 <= self._cursor < len(self._lines) else None

    def texts(self) -> list[str]:
        """All its lines as plain text."""
        return [plain(line).rstrip() for line, _ in self._lines]

    def show(self, compose: Compose, keep: bool = False) -> None:
        """Lay out other lines; with ``keep`` the cursor stays on what it leads to, at its height."""
        self._compose_lines = compose
        target = self.target
        self._lay_out()
        if not keep:
            self.scroll_to(0, 0, animate=False, immediate=True)
            self._cursor = -1
        elif target is not None:
            self._stay(target)
        self._find_cursor()
        self.refresh()

    def _stay(self, target: object) -> None:
        """Follow what the cursor was on to its new line, the nearest of several.

        Who reads the first lines goes on reading them, if the cursor's line is still in sight.
        """
        if self.target == target:
            return
        lines = [index for index, line in enumerate(self._lines) if line.target == target]
        if lines:
            place = min(lines, key=lambda index: abs(index - self._place))
            if self.scroll_offset.y or place >= self.size.height:
                self.scroll_relative(y=place - self._place, animate=False, immediate=True)
            self._cursor = place

    def jump(self, places: Sequence[int], step: int) -> None:
        """To the next of some lines, or for a ``step`` of -1 to the one before; it comes to the top."""
        top, height = self.scroll_offset.y, self.size.height
        here = self._cursor if top <= self._cursor < top + height else top + 1
        at = [place for place in places if (place > here if step > 0 else place <= here)]
        if step < 0:
            at = at[-2:-1] or at[-1:]
        if at:
            place = at[0]
            self.scroll_to(0, max(place - 1, 0), animate=False, immediate=True)
            found = self._next(place - 1, 1)
            end = next((one for one in places if one > place), len(self._lines))
            self._cursor = found if place <= found < end else -1
            self.refresh()

    @property
    def _cursor(self) -> int:
        return self._place

    @_cursor.setter
    def _cursor(self, index: int) -> None:
        led = self.target is not None
        self._place = index
        if led != (self.target is not None) and self.is_attached:
            self.refresh_bindings()  # Enter comes or goes

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter is there where a line leads somewhere."""
        del parameters
        return action != "open" or self.target is not None

    def on_resize(self) -> None:
        """Another width, another layout; a cursor that was in sight stays in sight."""
        width, height = self.scrollable_size
        if not width:  # hidden for a while
            return
        seen = 0 <= self._cursor - self.scroll_offset.y < self._height
        self._height = height
        if width != self._width:
            target = self.target
            self._lay_out()
            if target is not None:
                self._stay(target)
            self._find_cursor()
        if seen:
            self._reveal(self._cursor)

    def action_move(self, rows: int) -> None:
        """To the next line that leads somewhere, if it is in sight; else scroll."""
        step = 1 if rows > 0 else -1
        found = self._next(self._cursor, step) if self._cursor >= 0 else self._first_in_sight(step)
        top, height = self.scroll_offset.y, self.size.height
        if found >= 0 and top - 1 <= found < top + height + 1:
            self._cursor = found
            self._reveal(found)
        else:
            self.scroll_relative(y=rows, animate=False, immediate=True)
        self.refresh()

    def action_go(self, index: int) -> None:
        """To the top or the bottom."""
        self.scroll_to(0, 0 if index >= 0 else len(self._lines), animate=False, immediate=True)
        step = 1 if index >= 0 else -1
        self._cursor = self._next(-1 if index >= 0 else len(self._lines), step)
        self.refresh()

    def action_page(self, pages: float) -> None:
        """Scroll by pages; the cursor comes along."""
        by = int(pages * max(self.size.height - 1, 1))
        self.scroll_relative(y=by, animate=False, immediate=True)
        self._cursor = self._first_in_sight(1 if by > 0 else -1)
        self.refresh()

    def action_open(self) -> None:
        """Follow the line under the cursor."""
        if self.target is not None:
            self.post_message(self.Followed(self.target))

    def on_click(self, event: events.Click) -> None:
        """A click on a line that leads somewhere follows it."""
        index = event.y + self.scroll_offset.y
        if index < len(self._lines) and self._lines[index].target is not None:
            self._cursor = index
            self.refresh()
            self.action_open()

    def render_line(self, y: int) -> Strip:
        """Paint one line."""
        index = y + self.scroll_offset.y
        width = self.scrollable_size.width
        if index >= len(self._lines):
            return self.paint((), width)
        line, target = self._lines[index]
        here = index == self._cursor and target is not None
        edge = Cell("▌" if here else " ", "accent")
        under = ("cursor" if self.has_focus else "cursor-blurred") if here else ""
        return self.paint([edge, *line], width, under)

    def _lay_out(self) -> None:
        self._width = self.scrollable_size.width
        self._lines = self._compose_lines(max(self._width - 1, 10)) if self._width else ()
        self.virtual_size = Size(self._width, len(self._lines))

    def _find_cursor(self) -> None:
        """Stand on the first line in sight that leads somewhere, unless on one already."""
        if self.target is None:
            self._cursor = self._first_in_sight(1)

    def _next(self, start: int, step: int) -> int:
        """The nearest line from ``start`` on that leads somewhere, or -1."""
        index = start + step
        while 0 <= index < len(self._lines):
            if self._lines[index].target is not None:
                return index
            index += step
        return -1

    def _first_in_sight(self, step: int) -> int:
        top, height = self.scroll_offset.y, self.size.height
        found = self._next(top - 1 if step > 0 else top + height, step)
        return found if top <= found < top + height else -1

    def _reveal(self, index: int) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if index < top:
            self.scroll_to(0, index, animate=False, immediate=True)
        elif index >= top + height:
            self.scroll_to(0, index - height + 1, animate=False, immediate=True)
