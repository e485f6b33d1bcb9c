"""The lines the Stats screen is made of. One that leads to a list begins with ``›``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tacit.app.inspector.leads import Target
from tacit.core.present import count, percent
from tacit.core.text import cell_width, one_line, pad
from tacit.widgets.bars import Part, bar, outcome_parts, scale_of
from tacit.widgets.ink import Cell, Ink, Line
from tacit.widgets.lines_pane import PaneLine

LEADS = "› "
_NUMBER = 9
_WIDEST_BAR = 48


class Figure(NamedTuple):
    """A number with its name; ``glyph`` and ``ink`` say what it means, ``fill`` draws its bar."""

    name: str
    number: int
    target: Target | None = None
    fill: str = "█"
    ink: Ink = "accent"
    note: str = ""


class Success(NamedTuple):
    """Tasks of one group: how many, how many of them judged, how many went well; ``more`` stands behind."""

    name: str
    total: int
    judged: int
    successes: int
    target: Target | None = None
    more: str = ""


def heading(text: str, note: str = "") -> PaneLine:
    """The name of a block."""
    return PaneLine([Cell(text, "heading"), Cell(f"  {note}" if note else "", "muted")])


def said(text: str, ink: Ink = "muted") -> PaneLine:
    """A line of words."""
    return PaneLine([Cell(text, ink)])


def name_width(width: int) -> int:
    """Cells for the names of a block."""
    return 18 if width < 72 else 26


def figures(rows: Sequence[Figure], width: int, most: int | None = None) -> list[PaneLine]:
    """Numbers one under the other, each with a bar; ``most`` is what the whole room stands for.

    A row whose fill is empty has no bar.
    """
    names = name_width(width)
    notes = max((cell_width(row.note) for row in rows), default=0)
    room = max(min(width - names - _NUMBER - notes - 6, _WIDEST_BAR), 4)
    scale = scale_of(max((row.number for row in rows), default=0) if most is None else most, room)
    lines = []
    for row in rows:
        drawn = bar([Part(row.number, row.fill, row.ink)], scale, room) if row.fill else []
        behind = [Cell("  "), *drawn] if drawn else []
        behind += [Cell(f"  {row.note}", "muted")] if row.note else []
        lines.append(PaneLine([*_start(row.name, row.number, names, row.target), *behind], row.target))
    return lines


def successes(rows: Sequence[Success], width: int) -> list[PaneLine]:
    """Groups of tasks: how many, a bar of how they went, the share of the judged ones that succeeded."""
    names = name_width(width)
    rates = [_rate(row) for row in rows]
    tails = [f"{rate}  {row.more}".rstrip() for rate, row in zip(rates, rows, strict=True)]
    tail = max(map(cell_width, tails), default=0)
    room = max(min(width - names - _NUMBER - tail - 6, _WIDEST_BAR), 4)
    scale = scale_of(max((row.total for row in rows), default=0), room)
    lines = []
    for row, rate in zip(rows, rates, strict=True):
        drawn = bar(outcome_parts(row.total, row.judged, row.successes), scale, room)
        line = [*_start(row.name, row.total, names, row.target), Cell("  "), *drawn, Cell(f"  {rate}")]
        lines.append(PaneLine([*line, Cell(f"  {row.more}" if row.more else "", "muted")], row.target))
    return lines


def _start(name: str, number: int, names: int, target: Target | None) -> Line:
    """Whether it leads somewhere, the name, the number."""
    mark = Cell(LEADS, "accent") if target is not None else Cell(" " * len(LEADS))
    return [mark, Cell(pad(one_line(name[:200]), names)), Cell(f"{count(number):>{_NUMBER}}", "strong")]


def _rate(row: Success) -> str:
    """`` 91 % of 22``, aligned; nothing where none was judged."""
    return f"{percent(row.successes / row.judged):>5} of {count(row.judged)}" if row.judged else f"{'–':>5}"
