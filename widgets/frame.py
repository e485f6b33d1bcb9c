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
_TIGHT = 70  # below this many cells the keys stand closer


class TitleLine(TextLine):
    """The top edge: a name, the totals and, at the right, badges and where one is.

    In a narrow terminal the place goes first, then the totals from their end; badges stay.
    ``too_small`` is what it says instead when the terminal has no room for a screen.
    """

    def __init__(self) -> None:
        super().__init__(id="title")
        self._totals: Sequence[str] = ()
        self._badges: Sequence[str] = ()
        self._place = ""
        self.too_small = ""

    def show(self, totals: Sequence[str], badges: Sequence[str], place: str) -> None:
        """Say something else."""
        self._totals, self._badges, self._place = totals, badges, place
        self.refresh()

    def compose_line(self, width: int) -> Line:
        """``┌ Tacit ─ totals ─── badges place ┐``."""
        if self.too_small:
            return [Cell(self.too_small, "strong")]
        totals = list(self._totals)
        right = self._right(self._place)
        if line_width(self._left(totals)) + line_width(right) >= width:
            right = self._right("")
        while totals and line_width(self._left(totals)) + line_width(right) >= width:
            totals.pop()
        return spread(self._left(totals), right, width, "─", "frame")

    def _left(self, totals: Sequence[str]) -> list[Cell]:
        line = [Cell("┌ ", "frame"), Cell("Tacit", "heading"), Cell(" ", "frame")]
        return [*line, Cell("─ ", "frame"), Cell(" · ".join(totals)), Cell(" ")] if totals else line

    def _right(self, place: str) -> list[Cell]:
        line: list[Cell] = []
        for badge in self._badges:
            line += [Cell(" "), Cell(f" {badge} ", "badge")]
        if place:
            line += [Cell(" "), Cell(place, "muted")]
        return [*line, Cell(" ┐" if line else "┐", "frame")]


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
        self._note: Sequence[str] = ()

    def note(self, texts: Sequence[str]) -> None:
        """Say something at the right: the first text there is room for."""
        if texts != self._note:
            self._note = texts
            self.refresh()

    def compose_line(self, width: int) -> Line:
        """``├─┤1 Patterns├─ 2 Sessions ─ … ─ export · 120 · Esc stops ─┤``."""
        line = [Cell("├─", "frame")]
        for number, name in enumerate(self._names, 1):
            line += self._tab(number, name)
        for text in self._note:
            right = [Cell(f" {text} ", "accent"), Cell("─┤", "frame")]
            if text and line_width(line) + line_width(right) < width:
                return spread(line, right, width, "─", "frame")
        return spread(line, [Cell("┤", "frame")], width, "─", "frame")

    def digits(self) -> list[int]:
        """The columns of the rooms' digits."""
        columns, at = [], 2
        for number, name in enumerate(self._names, 1):
            columns.append(at + 1)
            at += line_width(self._tab(number, name))
        return columns

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
        press: the key that a click on it presses.
    """

    key: str
    label: str
    rank: int
    press: str = ""


class KeyLine(TextLine):
    """The bottom edge: the most needed keys, in the order given. A click on one presses it."""

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

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
        line = self._write(self._fitting(width), width)
        return [*line, Cell("─" * (width - line_width(line) - 1), "frame"), Cell("┘", "frame")]

    def on_click(self, event: events.Click) -> None:
        """Press the key that was hit."""
        chosen, at = self._fitting(self.size.width), 2
        between = len(_between(self.size.width))
        for key in (one for one in self._keys if one in chosen):
            end = at + cell_width(f"{key.key} {key.label}")
            if key.press and at <= event.x < end:
                self.post_message(self.Pressed(key.press))
            at = end + between

    def _fitting(self, width: int) -> list[Key]:
        keys = sorted(self._keys, key=lambda key: key.rank)
        if width < NARROW:
            keys = keys[:FEW]
        while keys and line_width(self._write(keys, width)) >= width:
            keys.pop()
        return keys

    def _write(self, chosen: Sequence[Key], width: int) -> list[Cell]:
        line = [Cell("└ ", "frame")]
        for key in self._keys:
            if key not in chosen:
                continue
            if len(line) > 1:
                line.append(Cell(_between(width), "frame"))
            line += [Cell(key.key, "accent"), Cell(f" {key.label}", "muted")]
        return [*line, Cell(" ", "frame")]


def _between(width: int) -> str:
    """What stands between two keys."""
    return "  " if width < _TIGHT else " · "
