"""All that is known of a pattern, as lines for the detail pane."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tacit.app.inspector.pattern.lead_lines import (
    evidence_lines,
    family_lines,
    file_lines,
    offer_lines,
    project_lines,
    related_lines,
)
from tacit.app.inspector.pattern.numbers import (
    decided,
    fact_lines,
    place_lines,
    statement,
    verdict_lines,
    week_lines,
)
from tacit.app.inspector.pattern.why import why_lines
from tacit.app.inspector.views.prose import fact, wrapped
from tacit.core.present import kind_word
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, PaneLine

if TYPE_CHECKING:
    from tacit.app.inspector.pattern.known import Known, Shown


def pattern_detail(known: Known, now: int, shown: Shown | None = None) -> Compose:
    """The lines of a pattern.

    Args:
        known: the pattern with the numbers to show, and what was read of it so far.
        now: milliseconds.
        shown: where it stands in a list, if it was opened from one.
    """
    return partial(_lines, known, now, shown)


def _lines(known: Known, now: int, shown: Shown | None, width: int) -> list[PaneLine]:
    pattern = known.pattern
    said = statement(pattern)
    lines: list[Line] = [
        *wrapped(pattern.title, width, "heading"),
        [Cell(f"{kind_word(pattern.kind)} · {pattern.id}", "muted"), *decided(pattern)],
        [],
        *place_lines(pattern, known.whole, width),
        *verdict_lines(pattern, width),
        [],
        *([*wrapped(said, width), []] if said != pattern.title else []),
        *fact_lines(pattern, now, width, known.given.times if known.given else None),
        *(fact("Trend", known.beside.trend, width) if known.beside and known.beside.trend else []),
        *week_lines(pattern, now, width),
        *why_lines(pattern, shown, now, width),
    ]
    return [
        *map(PaneLine, lines),
        *family_lines(pattern, known.family, width),
        *related_lines(known.beside, width),
        *file_lines(pattern),
        *project_lines(pattern),
        *offer_lines(known.given, now),
        *evidence_lines(pattern, known.evidence, now),
    ]
