"""The strip above the key line: what was told lately. It takes its lines from the body and covers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from textual.geometry import Size
from textual.strip import Strip

from tacit.core.text import cell_width, cut, wrap
from tacit.widgets.ink import Cell, Ink, Line, Painted, line_width, spread

Severity = Literal["information", "warning", "error"]

MOST = 3
"""Lines it takes at most."""

_SIGNS: dict[Severity, tuple[str, Ink]] = {
    "information": (" · ", "accent"),
    "warning": (" ! warning: ", "warn"),
    "error": (" ✗ error: ", "bad"),
}


class Note(NamedTuple):
    """Something that was told.

    Attributes:
        text: clean, in one line or several.
        severity: how bad it is.
        keep: it says how a deed is taken back, so that no newer one hides it.
    """

    text: str
    severity: Severity = "information"
    keep: bool = False


class Notices(Painted):
    """The newest note, below it the newest that is to be kept, and how many more there are."""

    def __init__(self) -> None:
        super().__init__(id="notices")
        self._notes: Sequence[Note] = ()

    def show(self, notes: Sequence[Note]) -> None:
        """Say these, the newest first; nothing takes no line."""
        self._notes = notes
        self.set_class(not notes, "-empty")
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the notes take at this width."""
        del container, viewport
        return len(strip_lines(self._notes, width))

    def render_line(self, y: int) -> Strip:
        """Paint one of them."""
        lines = strip_lines(self._notes, self.size.width)
        return self.paint(lines[y] if y < len(lines) else (), self.size.width)


def sign(note: Note) -> Cell:
    """How bad it is, by sign, word and ink."""
    text, ink = _SIGNS[note.severity]
    return Cell(text, ink)


def strip_lines(notes: Sequence[Note], width: int) -> list[Line]:
    """The notes, the newest first, as lines of a strip of so many cells."""
    if not notes or width < 1:
        return []
    newest, *older = notes
    kept = next((note for note in older if note.keep), None)
    more = len(older) - (kept is not None)
    lines = _lines(newest, width - (5 if more else 0), MOST - (kept is not None))
    if more:
        lines[0] = spread(lines[0], [Cell(f"+{more} ", "muted")], width)
    return lines if kept is None else [*lines, *_lines(kept, width, 1)]


def _lines(note: Note, width: int, most: int) -> list[Line]:
    """One line where that is enough; the last paragraph, which says what can be done, is never cut away."""
    mark = sign(note)
    room = max(width - line_width([mark]) - 1, 10)
    *before, last = note.text.split("\n")
    told, end = " · ".join(before), f" · {last}" if before else last
    if cell_width(told + end) <= room:
        lines = [told + end]
    elif not before:
        lines = wrap(last, room, most)
    elif most == 1:
        lines = [cut(told, max(room - cell_width(end), 1)) + end]
    else:
        lines = [*wrap(told, room, most - 1), cut(last, room)]
    first, *rest = lines
    return [[mark, Cell(first)], *([Cell("   "), Cell(line)] for line in rest)]
