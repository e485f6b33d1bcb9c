"""How things are run: which commands projects use for what, and how they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from tacit.app.inspector.answers.answer import MOST, Answer, shown_of, words
from tacit.app.inspector.pattern.known import pattern_of
from tacit.app.inspector.views.prose import section
from tacit.core.present import ago, plural
from tacit.core.recall.worded import GOES, success
from tacit.core.text import one_line
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell, Ink
from tacit.widgets.lines_pane import PaneLine

if TYPE_CHECKING:
    from tacit.core.model import Pattern
    from tacit.core.recall.facts import Fact, Goes
    from tacit.memory import Memory

_INKS: Mapping[Goes, Ink] = {"well": "good", "badly": "bad"}
_ROW = (
    Column("for", 7, 9),
    Column("goes", 9, 8),
    Column("command", 22, 10, grows=1),
    Column("success", 21, 6),
    Column("used", 8, 3),
    Column("few", 10, 4),
)


class _Known(NamedTuple):
    fact: Fact
    pattern: Pattern | None


def ask(memory: Memory, text: str) -> Answer:
    """All commands; of what is typed a word as ``test`` says what for, the rest names a project."""
    from tacit.core.recall.facts import AIMS

    typed = text.split()
    intent = next((word for word in typed if word in AIMS), None)
    project = " ".join(word for word in typed if word != intent) or None
    page = memory.facts(project, intent, MOST)
    if not page.total:
        return Answer(words("No command is known for that."), "0")
    known = [_Known(one, pattern_of(memory, one.pattern)) for one in page.items]
    said = f"{shown_of(len(known), page.total)} commands"
    return Answer(partial(_lines, known, memory.clock()), said, (page.note,) if page.note else ())


def _lines(known: Sequence[_Known], now: int, width: int) -> list[PaneLine]:
    lines: list[PaneLine] = []
    widths = fit(_ROW, width)
    for project, group in groupby(known, lambda one: one.fact.project):
        lines += section(project)
        lines += [PaneLine(lay(_ROW, widths, _cells(one.fact, now)), one.pattern) for one in group]
    return lines[1:]


def _cells(one: Fact, now: int) -> dict[str, Cell]:
    return {
        "for": Cell(one.intent, "accent"),
        "goes": Cell(GOES[one.goes], _INKS.get(one.goes, "muted")),
        "command": Cell(one_line(one.command[:1000])),
        "success": Cell(success(one.rate, one.low, one.high, one.judged)),
        "used": Cell(ago(one.last_used, now), "muted"),
        "few": Cell("" if one.pattern else plural(one.episodes, "episode"), "muted"),
    }
