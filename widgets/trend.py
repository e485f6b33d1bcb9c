"""Weekly uses as a bar chart of text, readable without colour.

Each row is a week: the bar is as long as the uses, the part that went well is drawn full, the part that
did not is drawn light, what nobody judged is dotted; the numbers stand beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tacit.core.text import pad
from tacit.widgets.bars import bar, outcome_parts, room_for, scale_of
from tacit.widgets.ink import Cell


class Week(NamedTuple):
    """One bar."""

    label: str
    uses: int
    judged: int
    successes: int


def trend_lines(weeks: Sequence[Week], width: int) -> list[list[Cell]]:
    """The chart, one line a week, for a width in cells; no weeks give no lines."""
    if not weeks:
        return []
    labels = max(len(week.label) for week in weeks)
    numbers = max(len(_numbers(week)) for week in weeks)
    room = room_for(width, labels + numbers + 4)
    scale = scale_of(max(week.uses for week in weeks), room)
    return [_row(week, labels, room, scale) for week in weeks]


def _numbers(week: Week) -> str:
    return f"{week.successes:,} of {week.judged:,}" if week.judged else f"{week.uses:,}"


def _row(week: Week, labels: int, room: int, scale: float) -> list[Cell]:
    return [
        Cell(f"{pad(week.label, labels)}  ", "muted"),
        *bar(outcome_parts(week.uses, week.judged, week.successes), scale, room),
        Cell("  "),
        Cell(_numbers(week), "muted"),
    ]
