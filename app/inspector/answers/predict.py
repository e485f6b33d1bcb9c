"""How a task will probably end, and what usually works for one like it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tacit.app.inspector.answers.answer import Answer
from tacit.app.inspector.leads.targets import ToSteps
from tacit.app.inspector.views.prose import facts, section, wrapped
from tacit.app.inspector.views.rows import label_cell, pattern_row, project_name
from tacit.core.present import day, percent, plural
from tacit.core.recall.worded import numbers, verdict
from tacit.core.text import one_line
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell
from tacit.widgets.lines_pane import PaneLine

if TYPE_CHECKING:
    from tacit.core.recall.alike import Alike
    from tacit.core.recall.predict import Prediction
    from tacit.memory import Memory

_ROW = (
    Column("alike", 5, 6, right=True),
    Column("ended", 11, 9),
    Column("day", 10, 4),
    Column("task", 24, 10, grows=1),
    Column("project", 20, 3),
)


def ask(memory: Memory, text: str) -> Answer:
    """The prediction or why there is none; like tasks lead to their steps, patterns to themselves."""
    found = memory.predict(text)
    said = "no prediction" if found.estimate is None else f"{percent(found.estimate)} end well"
    return Answer(partial(_lines, found, memory.clock()), said, (found.note,) if found.note else ())


def _lines(found: Prediction, now: int, width: int) -> list[PaneLine]:
    pairs = [(name[:1].upper() + name[1:], text) for name, text in numbers(found)]
    lines = [PaneLine(one) for one in (*wrapped(verdict(found), width, "strong"), *facts(pairs, width))]
    if found.used:
        lines += section("What they used", f"in {plural(len(found.alike), 'task')}")
        lines += [PaneLine(pattern_row(one.pattern, width, now), one.pattern) for one in found.used]
    if found.alike:
        lines += section("Tasks like this", "the same task first, then the most alike")
        widths = fit(_ROW, width)
        lines += [PaneLine(lay(_ROW, widths, _cells(one)), ToSteps(one.episode)) for one in found.alike]
    return lines


def _cells(one: Alike) -> dict[str, Cell]:
    return {
        "alike": Cell("same" if one.same else f"{one.likeness:.2f}", "accent"),
        "ended": label_cell(one.label),
        "day": Cell(day(one.at), "muted"),
        "task": Cell(one_line(one.title[:1000])),
        "project": Cell(project_name(one.project), "muted"),
    }
