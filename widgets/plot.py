"""A plot of points in the unit square as text: axes, the diagonal, and a letter for each point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tacit.widgets.ink import Cell

ROWS = 11
"""Lines of the plot without its axis: one for every tenth."""

_LABELS = 6
_LEAST, _MOST = 21, 51


class Point(NamedTuple):
    """A point with both coordinates in 0..1, and the one character it is drawn with."""

    x: float
    y: float
    mark: str


def plot_lines(points: Sequence[Point], width: int, along: str, up: str) -> list[list[Cell]]:
    """The plot for a width in cells, at least 30: ``along`` and ``up`` say what the axes are.

    The dots are the diagonal, where both coordinates are equal. Of points in one place the last is seen,
    before the diagonal.
    """
    columns = max(min(width - _LABELS - 2, _MOST), _LEAST)
    columns -= 1 - columns % 2  # odd, so that there is a middle
    marks = {(_row(point.y), round(point.x * (columns - 1))): point.mark for point in points}
    lines = [[Cell(f"{up}", "muted")]]
    for row in range(ROWS):
        label = f"{(ROWS - 1 - row) * 10:>3} %" if row % 5 == 0 else ""
        edge = Cell(f"{label:>{_LABELS}}{'┤' if label else '│'}", "muted")
        lines.append([edge, *_cells(row, columns, marks)])
    lines.append([Cell(" " * _LABELS + "└" + _axis(columns), "muted")])
    lines.append([Cell(" " * (_LABELS + 1) + _scale(columns, along), "muted")])
    return lines


def _row(y: float) -> int:
    return ROWS - 1 - round(y * (ROWS - 1))


def _cells(row: int, columns: int, marks: dict[tuple[int, int], str]) -> list[Cell]:
    cells = []
    for column in range(columns):
        mark = marks.get((row, column))
        on_diagonal = _row(column / (columns - 1)) == row and column % 2 == 0
        cells.append(Cell(mark, "strong") if mark else Cell("·" if on_diagonal else " ", "muted"))
    return cells


def _axis(columns: int) -> str:
    ticks = {0, (columns - 1) // 2, columns - 1}
    return "".join("┴" if column in ticks else "─" for column in range(columns))


def _scale(columns: int, along: str) -> str:
    """``0 %``, what the axis is, and ``100 %`` below their ticks, as far as there is room."""
    line = "0 %" + along.center(columns - 6)
    return line[: columns - 4] + "100 %"
