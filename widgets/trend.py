"""Weekly uses as a bar chart of text, readable without colour.

Each row is a week: the bar is as long as the uses, the part that went well is drawn full, the part that
did not is drawn light, what nobody judged is dotted; the numbers stand beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tacit.core.text import pad
from tacit.widgets.ink import Cell

_WIDEST = 3  # cells for one use, so that two uses do not look like a crowd


class Week(NamedTuple):
    """One bar."""

    label: str
    uses: int
    judged: int
    successes: int


LEGEND = [
    Cell("█", "good"),
    Cell(" went well  ", "muted"),
    Cell("▒", "bad"),
    Cell(" did not  ", "muted"),
    Cell("░", "muted"),
    Cell(" not judged", "muted"),
]


def trend_lines(weeks: Sequence[Week], width: int) -> list[list[Cell]]:
    """The chart, one line a week, for a width in cells; no weeks give no lines."""
    if not weeks:
        return []
    labels = max(len(week.label) for week in weeks)
    numbers = max(len(_numbers(week)) for week in weeks)
    room = max(min(width - labels - numbers - 4, 48), 4)
    most = max(week.uses for week in weeks) or 1
    scale = room / most if most * _WIDEST > room else _WIDEST
    return [_bar(week, labels, room, scale) for week in weeks]


def _numbers(week: Week) -> str:
    return f"{week.successes:,} of {week.judged:,}" if week.judged else f"{week.uses:,}"


def _bar(week: Week, labels: int, room: int, scale: float) -> list[Cell]:
    good = _cells(week.successes, scale)
    bad = _cells(week.judged, scale) - good
    rest = _cells(week.uses, scale) - good - bad
    bar = [Cell("█" * good, "good"), Cell("▒" * bad, "bad"), Cell("░" * rest, "muted")]
    blank = " " * (room - good - bad - rest)
    return [
        Cell(f"{pad(week.label, labels)}  ", "muted"),
        *bar,
        Cell(f"{blank}  "),
        Cell(_numbers(week), "muted"),
    ]


def _cells(number: int, scale: float) -> int:
    """Cells for a number: something is never drawn as nothing."""
    return max(round(number * scale), 1) if number else 0
