"""Lines of cells: the one way text gets from data onto the screen.

A line is a sequence of cells, a cell is a text and an ink. Inks are named by meaning (``good``,
``muted``); the style sheet gives each its look as ``.ink--good``. Nothing here parses markup, and every
text is cleaned on the way, so a record cannot style, link or steer anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tacit.core.text import cell_width, clean, cut

Ink = Literal[
    "", "muted", "strong", "good", "bad", "warn", "accent", "frame", "heading", "here", "badge", "match"
]

INKS: frozenset[str] = frozenset(
    f"ink--{name}"
    for name in (
        "muted",
        "strong",
        "good",
        "bad",
        "warn",
        "accent",
        "frame",
        "heading",
        "here",
        "badge",
        "match",
        "cursor",
        "cursor-blurred",
    )
)
"""The component classes that every screen with painted widgets has.

They are the screen's and not each widget's: a dozen styles worked out once instead of once a widget,
a third of the time that the style sheet takes at the start.
"""

_LOOK = 8  # characters of a text looked at for each cell of room, as much as `cut` could ever use


class Cell(NamedTuple):
    """A piece of text in one ink."""

    text: str
    ink: Ink = ""


Line = Sequence[Cell]


def line_width(line: Line) -> int:
    """Terminal cells that a line takes once cleaned."""
    return sum(cell_width(clean(cell.text)) for cell in line)


def plain(line: Line) -> str:
    """The text of a line without its inks."""
    return "".join(clean(cell.text) for cell in line)


def spread(left: Line, right: Line, width: int, fill: str = " ", ink: Ink = "") -> list[Cell]:
    """``left`` at the start, ``right`` at the end, ``fill`` between; without room ``right`` goes."""
    room = width - line_width(left) - line_width(right)
    if room < 1 and right:
        return spread(left, (), width, fill, ink)
    return [*left, Cell(fill * max(room, 0), ink), *right]


class Painted(Widget):
    """A widget that paints lines of cells, on a screen whose component classes are :data:`INKS`."""

    def ink_style(self, name: str) -> Style:
        """The style an ink adds to whatever it is painted on."""
        return self.screen.get_component_rich_style(f"ink--{name}", partial=True)

    def paint(self, line: Iterable[Cell], width: int, under: str = "") -> Strip:
        """The line as a strip of exactly ``width`` cells.

        Args:
            line: the cells; what does not fit is cut with an ellipsis.
            width: terminal cells.
            under: an ink the whole line lies on, such as ``cursor``.
        """
        base = self.rich_style
        ground = base + self.ink_style(under) if under else base
        segments: list[Segment] = []
        room = width
        for text, ink in line:
            if room <= 0:
                break
            shown = cut(clean(text[: room * _LOOK]), room)
            room -= cell_width(shown)
            if ink and under:
                segments.append(Segment(shown, base + self.ink_style(ink) + self.ink_style(under)))
            else:
                segments.append(Segment(shown, base + self.ink_style(ink) if ink else ground))
        if room > 0:
            segments.append(Segment(" " * room, ground))
        return Strip(segments, width).adjust_cell_length(width, ground)


class TextLine(Painted):
    """One painted line, one cell high."""

    def __init__(
        self,
        line: Line = (),
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._line: Line = line

    @property
    def line(self) -> Line:
        """What it shows."""
        return self._line

    @line.setter
    def line(self, line: Line) -> None:
        self._line = line
        self.refresh()

    def compose_line(self, width: int) -> Line:
        """What to paint at this width. Subclasses lay out here."""
        del width
        return self._line

    def render_line(self, y: int) -> Strip:
        """Paint the only line there is."""
        width = self.size.width
        return self.paint(self.compose_line(width) if y == 0 else (), width)
