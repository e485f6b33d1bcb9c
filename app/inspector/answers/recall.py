"""What got past an error, with the very steps that were taken."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from tacit.app.inspector.answers.answer import MOST, Answer, line, shown_of, words
from tacit.app.inspector.leads.targets import ToSteps
from tacit.app.inspector.pattern.known import pattern_of
from tacit.app.inspector.views.prose import facts, section
from tacit.app.inspector.views.rows import label_cell, project_name
from tacit.core.elsewhere import told as told_of
from tacit.core.present import day, interval, percent, plural, support
from tacit.core.recall.worded import WHERE, chain, span, step
from tacit.core.text import pad
from tacit.widgets.ink import Cell
from tacit.widgets.lines_pane import PaneLine

if TYPE_CHECKING:
    from tacit.core.model import Pattern
    from tacit.core.recall.error_recall import Recovery
    from tacit.core.recall.recalling import Recalled
    from tacit.core.recall.seen import Seen
    from tacit.memory import Memory

_WHY = "taken after the error"


class _Known(NamedTuple):
    one: Recovery
    pattern: Pattern | None


def ask(memory: Memory, text: str) -> Answer:
    """Its recoveries, the nearest first; each leads to its pattern, each time it happened to its steps."""
    found = memory.recall_error(text)
    notes = (found.note,) if found.note else ()
    if not found.recoveries:
        return Answer(words("Nothing is known of this error, nor of one like it."), "0", notes)
    known = [_Known(one, pattern_of(memory, one.pattern)) for one in found.recoveries[:MOST]]
    said = f"{shown_of(len(known), len(found.recoveries))} got past it"
    return Answer(partial(_lines, found, known), said, notes)


def _lines(found: Recalled, known: Sequence[_Known], width: int) -> list[PaneLine]:
    pairs = [("Known as", found.signature), ("Class", ", ".join(found.families))]
    lines = [PaneLine(one) for one in facts(pairs, width)]
    for (where, signature), group in groupby(known, lambda one: (one.one.where, one.one.signature)):
        lines += section(WHERE[where], "" if where in {"same", "here", "elsewhere"} else signature)
        for recovery in group:
            lines += _recovery(recovery)
    return lines


def _recovery(known: _Known) -> list[PaneLine]:
    one = known.one
    expected = "" if one.expected is None else f"expected {one.expected:.1f}"
    few = "" if one.pattern else plural(one.episodes, "episode")
    parts = (percent(one.rate), interval(one.low, one.high), support(one.judged, one.uses), expected, few)
    told = " ".join(part for part in (*parts, day(one.last_used)) if part)
    if one.where == "shared":
        told = "; ".join(map(told_of, one.elsewhere))
    lines = [line(chain(one), "strong", known.pattern), line(told, "muted", head="  ")]
    for seen in one.seen:
        lines.append(_occurrence(seen))
        lines += [PaneLine([Cell(f"    {step(taken)}")]) for taken in seen.steps]
    return lines


def _occurrence(one: Seen) -> PaneLine:
    told = f"{pad(span(one), 12)} {project_name(one.project)} · {day(one.at)}"
    return PaneLine(
        [Cell("  "), label_cell(one.result, 9), Cell(f" {told}", "muted")],
        ToSteps(one.episode, one.first, one.last, _WHY),
    )
