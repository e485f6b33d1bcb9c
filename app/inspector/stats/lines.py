"""The lines the Stats screen is made of. One that leads to a list begins with ``›``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tacit.app.inspector.leads.targets import Target
from tacit.core.present import count, percent
from tacit.core.text import one_line, pad
from tacit.widgets.bars import Part, bar, outcome_parts, room_for, scale_of
from tacit.widgets.ink import Cell, Ink, Line, line_width
from tacit.widgets.lines_pane import PaneLine

LEADS = "› "
_NUMBER = 9


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


class Barred(NamedTuple):
    """A row of a block: its name and number, the parts of its bar if it has one, and what stands behind."""

    name: str
    number: int
    parts: Sequence[Part]
    target: Target | None = None
    behind: Line = ()


def said(text: str, ink: Ink = "muted") -> PaneLine:
    """A line of words."""
    return PaneLine([Cell(text, ink)])


def figures(rows: Sequence[Figure], width: int, most: int | None = None) -> list[PaneLine]:
    """Numbers one under the other, each with a bar; ``most`` is what the whole room stands for.

    A row whose fill is empty has no bar.
    """
    return barred([_figure(row) for row in rows], width, most)


def successes(rows: Sequence[Success], width: int) -> list[PaneLine]:
    """Groups of tasks: how many, a bar of how they went, the share of the judged ones that succeeded."""
    return barred([_success(row) for row in rows], width)


def barred(rows: Sequence[Barred], width: int, most: int | None = None) -> list[PaneLine]:
    """Rows whose bars have one scale; ``most`` is what the whole room stands for, else the largest number."""
    names = 18 if width < 72 else 26
    behind = max((line_width(row.behind) for row in rows), default=0)
    room = room_for(width, names + _NUMBER + behind + 6)
    scale = scale_of(max((row.number for row in rows), default=0) if most is None else most, room)
    lines = []
    for row in rows:
        drawn = [Cell("  "), *bar(row.parts, scale, room)] if row.parts else []
        tail = [Cell("  "), *row.behind] if row.behind else []
        lines.append(PaneLine([*_start(row.name, row.number, names, row.target), *drawn, *tail], row.target))
    return lines


def _figure(row: Figure) -> Barred:
    parts = [Part(row.number, row.fill, row.ink)] if row.fill else []
    return Barred(row.name, row.number, parts, row.target, [Cell(row.note, "muted")] if row.note else [])


def _success(row: Success) -> Barred:
    parts = outcome_parts(row.total, row.judged, row.successes)
    more = [Cell(f"  {row.more}", "muted")] if row.more else []
    return Barred(row.name, row.total, parts, row.target, [Cell(_rate(row)), *more])


def _start(name: str, number: int, names: int, target: Target | None) -> Line:
    """Whether it leads somewhere, the name, the number."""
    mark = Cell(LEADS, "accent") if target is not None else Cell(" " * len(LEADS))
    return [mark, Cell(pad(one_line(name[:200]), names)), Cell(f"{count(number):>{_NUMBER}}", "strong")]


def _rate(row: Success) -> str:
    """`` 91 % of 22``, aligned; nothing where none was judged."""
    return f"{percent(row.successes / row.judged):>5} of {count(row.judged)}" if row.judged else f"{'–':>5}"
