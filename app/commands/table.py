"""Tables of facts: columns that take what they need, a last one that takes what is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tacit.app.commands.output import UNLIMITED, paint, width
from tacit.core.text import cell_width, clean, one_line, pad, squeeze


class Cell(NamedTuple):
    """Text in a style; the text may hold anything."""

    text: str
    style: str = ""


class Column(NamedTuple):
    """A column: its head, whether it is aligned to the right, and when it gives way.

    Columns with a higher ``drop`` leave first when a narrow terminal would leave the last column
    less than ``LEAST`` cells; those with 0 stay.
    """

    head: str
    right: bool = False
    drop: int = 0


GAP = "  "
LEAST = 30


def table(columns: Sequence[Column], rows: Sequence[Sequence[Cell | str]], *, indent: str = "") -> list[str]:
    """The lines of a table with its head, cleaned, cut to the terminal's width and painted.

    The last column is the one that is cut; where nobody looks at a terminal nothing is.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [
        max([cell_width(column.head), *(cell_width(row[n].text) for row in cells)])
        for n, column in enumerate(columns)
    ]
    room = width() - len(indent)
    kept = _kept(columns, widths, room)
    last = kept[-1]
    if room < UNLIMITED:
        widths[last] = max(8, min(widths[last], room - _taken(widths, kept[:-1])))
    head = [Cell(column.head.upper(), "dim") for column in columns]
    heads = [head] if any(column.head for column in columns) else []
    return [indent + _line(row, columns, widths, kept) for row in (*heads, *cells)]


def _cell(value: Cell | str) -> Cell:
    text, style = (value, "") if isinstance(value, str) else value
    return Cell(clean(text) if text[:1] == " " else one_line(text), style)


def _kept(columns: Sequence[Column], widths: Sequence[int], room: int) -> list[int]:
    """The columns that fit, by their numbers."""
    kept = list(range(len(columns)))
    need = min(LEAST, widths[-1])
    for n in sorted(kept, key=lambda n: -columns[n].drop):
        if not columns[n].drop or _taken(widths, kept[:-1]) + need <= room:
            break
        kept.remove(n)
    return kept


def _taken(widths: Sequence[int], kept: Sequence[int]) -> int:
    return sum(widths[n] + len(GAP) for n in kept)


def _line(row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[int], kept: Sequence[int]) -> str:
    texts = {n: row[n].text for n in kept}
    texts[kept[-1]] = squeeze(texts[kept[-1]], widths[kept[-1]])
    parts = [paint(pad(texts[n], widths[n], columns[n].right), row[n].style) for n in kept]
    return GAP.join(parts).rstrip()
