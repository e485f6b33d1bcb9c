"""The frame around a screen: a title in its top edge, the rooms in a rule, the keys in its bottom edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message

from tacit.core.text import cell_width
from tacit.widgets.ink import Cell, Line, TextLine, line_width, spread

NARROW = 100  # below this many cells the key line holds at most seven keys
FEW = 7


class TitleLine(TextLine):
    """The top edge: the name, the totals and, at the right, where one is.

    ``too_small`` is what it says instead when the terminal has no room for a screen.
    """

    def __init__(self) -> None:
        super().__init__(id="title")
        self._right: Line = ()
        self.too_small = ""

    def show(self, left: Line, right: Line) -> None:
        """Say something else."""
        self._right = right
        self.line = left

    def compose_line(self, width: int) -> Line:
        """``┌ left ─── right ┐``."""
        if self.too_small:
            return [Cell(self.too_small, "strong")]
        left = [Cell("┌ ", "frame"), *self.line, Cell(" ", "frame")]
        right = [Cell(" "), *self._right, Cell(" ┐", "frame")] if self._right else [Cell("┐", "frame")]
        if line_width(left) + line_width(right) > width:
            right = [Cell("┐", "frame")]
        room = width - line_width(right)
        return [*_clip(spread(left, (), room, "─", "frame"), room), *right]


class RoomTabs(TextLine):
    """The rule under the filter, with the rooms in it; the one in front stands between ``┤`` and ``├``."""

    class Chosen(Message):
        """A room was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, names: Sequence[str], current: int) -> None:
        super().__init__(id="rooms")
        self._names = names
        self._current = current

    def compose_line(self, width: int) -> Line:
        """``├─┤1 Patterns├─ 2 Sessions ─ … ─┤``."""
        line = [Cell("├─", "frame")]
        for number, name in enumerate(self._names, 1):
            line += self._tab(number, name)
        return spread(line, [Cell("┤", "frame")], width, "─", "frame")

    def on_click(self, event: events.Click) -> None:
        """Go to the room whose name was hit."""
        at = 2
        for number, name in enumerate(self._names, 1):
            end = at + sum(cell_width(cell.text) for cell in self._tab(number, name))
            if at <= event.x < end:
                self.post_message(self.Chosen(number))
                return
            at = end

    def _tab(self, number: int, name: str) -> list[Cell]:
        text = f"{number} {name}"
        if number == self._current:
            return [Cell("┤", "frame"), Cell(text, "here"), Cell("├─", "frame")]
        return [Cell(" ", "frame"), Cell(text, "muted"), Cell(" ─", "frame")]


class Key(NamedTuple):
    """A key that does something now.

    Attributes:
        key: how it is written.
        label: what it does, a word or two.
        rank: the lower, the longer it stays when there is little room.
    """

    key: str
    label: str
    rank: int


class KeyLine(TextLine):
    """The bottom edge: the most needed keys, in the order given."""

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._keys: Sequence[Key] = ()

    @property
    def keys(self) -> Sequence[Key]:
        """All keys it would show if there were room."""
        return self._keys

    @keys.setter
    def keys(self, keys: Sequence[Key]) -> None:
        self._keys = keys
        self.refresh()

    def compose_line(self, width: int) -> Line:
        """``└ j/k move · Enter open · … ────┘``."""
        keys = sorted(self._keys, key=lambda key: key.rank)
        if width < NARROW:
            keys = keys[:FEW]
        while keys and line_width(self._write(keys)) + 1 > width:
            keys.pop()
        return spread(self._write(keys), [Cell("┘", "frame")], width, "─", "frame")

    def _write(self, chosen: Sequence[Key]) -> list[Cell]:
        line = [Cell("└ ", "frame")]
        for key in self._keys:
            if key not in chosen:
                continue
            if len(line) > 1:
                line.append(Cell(" · ", "frame"))
            line += [Cell(key.key, "accent"), Cell(f" {key.label}", "muted")]
        return [*line, Cell(" ", "frame")]


def _clip(line: Sequence[Cell], width: int) -> list[Cell]:
    """The line without what goes beyond ``width`` cells."""
    from tacit.core.text import clean, cut

    clipped: list[Cell] = []
    for text, ink in line:
        shown = cut(clean(text), width)
        width -= cell_width(shown)
        clipped.append(Cell(shown, ink))
        if width <= 0:
            break
    return clipped
