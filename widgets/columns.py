"""A row of facts: columns that share the width and give way in an order.

The first columns a person reads stay longest. A column has the width it needs, or takes what is left;
when there is too little for all, the least important ones are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tacit.core.text import cell_width, clean, cut
from tacit.widgets.ink import Cell, Ink

GAP = 2


class Column(NamedTuple):
    """One column.

    Attributes:
        name: what the row's cell is called.
        width: cells it takes, or takes at least where ``grows``.
        keep: the higher, the longer it stays when the width shrinks.
        grows: it takes what the others leave, in this proportion; 0 for a fixed column.
        right: its text is aligned to the right.
    """

    name: str
    width: int
    keep: int
    grows: int = 0
    right: bool = False


def fit(columns: Sequence[Column], width: int) -> dict[str, int]:
    """The columns that fit, by name, and how wide each is."""
    chosen = list(columns)
    while len(chosen) > 1 and _needed(chosen) > width:
        chosen.remove(min(chosen, key=lambda column: column.keep))
    spare = width - _needed(chosen)
    shares = sum(column.grows for column in chosen)
    widths = {column.name: column.width for column in chosen}
    if spare > 0 and shares:
        for column in chosen:
            widths[column.name] += spare * column.grows // shares
        first = next(column for column in chosen if column.grows)
        widths[first.name] += width - sum(widths.values()) - _gaps(chosen)
    return widths


def lay(columns: Sequence[Column], widths: dict[str, int], cells: dict[str, Cell]) -> list[Cell]:
    """One row's cells, each cut and filled to the width of its column."""
    line: list[Cell] = []
    gap = 0
    for column in columns:
        width = widths.get(column.name)
        if width is None:
            continue
        if line:
            line.append(Cell(" " * gap))
        gap = 1 if column.width == 1 else GAP
        text, ink = cells.get(column.name, Cell(""))
        line += _aligned(text, ink, width, column.right)
    return line


def _needed(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + _gaps(columns)


def _gaps(columns: Sequence[Column]) -> int:
    """A glyph stands close to what follows it."""
    return sum(1 if column.width == 1 else GAP for column in columns[:-1])


def _aligned(text: str, ink: Ink, width: int, right: bool) -> list[Cell]:
    """The cell and the blanks beside it, apart: blanks have no ink."""
    shown = cut(clean(text[: width * 8]), width)
    room = Cell(" " * (width - cell_width(shown)))
    cell = Cell(shown, ink)
    if not room.text:
        return [cell]
    return [room, cell] if right else [cell, room]
