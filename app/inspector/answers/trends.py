"""What gets better and what gets worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tacit.app.inspector.answers.answer import MOST, Answer, shown_of, words
from tacit.core.present import count, levels, percent, plural, points, trend_word
from tacit.core.text import one_line
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell, Ink
from tacit.widgets.lines_pane import PaneLine

if TYPE_CHECKING:
    from tacit.core.recall.trends import Trend, Trends, Word
    from tacit.memory import Memory

_WEEKS = 26
_INKS: Mapping[Word, Ink] = {"rising": "good", "falling": "bad"}
_ROW = (
    Column("trend", 9, 9),
    Column("title", 24, 10, grows=1),
    Column("change", 24, 6),
    Column("now", 5, 7, right=True),
    Column("judged", 8, 3, right=True),
    Column("weeks", _WEEKS, 4),
)


def ask(memory: Memory, text: str) -> Answer:
    """All episodes first, then the patterns that changed most; what is typed names a project."""
    from tacit.core.recall.trends import Trends

    found = memory.trends(project=text.strip() or None)
    if not isinstance(found, Trends) or not found.overall.episodes:
        return Answer(words("No episode is judged yet: nothing gets better or worse."), "0")
    shown = found.patterns[:MOST]
    said = f"{shown_of(len(shown), len(found.patterns))} with a trend"
    return Answer(partial(_lines, (found.overall, *shown)), said, tuple(_notes(found)))


def _notes(found: Trends) -> list[str]:
    notes = []
    if found.few:
        notes.append(f"{plural(found.few, 'pattern has', 'patterns have')} too few judged episodes to tell.")
    if found.looked_at < found.listed:
        notes.append(f"Only the {count(found.looked_at)} most used of {count(found.listed)} are told.")
    return notes


def _lines(trends: Sequence[Trend], width: int) -> list[PaneLine]:
    widths = fit(_ROW, width)
    return [PaneLine(lay(_ROW, widths, _cells(one)), one.pattern) for one in trends]


def _cells(one: Trend) -> dict[str, Cell]:
    averages = [week.average for week in one.weeks[-_WEEKS:]]
    whole = one.pattern is None
    return {
        "trend": Cell(trend_word(one.word), _INKS.get(one.word, "muted")),
        "title": Cell(
            "all episodes" if one.pattern is None else one_line(one.pattern.title[:1000]),
            "strong" if whole else "",
        ),
        "change": Cell(points(one.change, one.low, one.high)),
        "now": Cell(percent(averages[-1] if averages else None)),
        "judged": Cell(f"n={count(one.episodes)}", "muted"),
        "weeks": Cell(levels(averages), "accent"),
    }
