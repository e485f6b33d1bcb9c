"""The parts of ``memory stats`` that tell of groups of episodes and of the funnel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from tacit.app.commands.output import paint, width
from tacit.app.commands.page import INDENT, folded, heading
from tacit.app.commands.table import Cell, Column, table
from tacit.core.funnel import stages
from tacit.core.present import count, percent
from tacit.core.text import clean

if TYPE_CHECKING:
    from tacit.core.funnel import Funnel
    from tacit.core.outcome_counts import Group

ROWS = 8
_BOTH = 100
"""Columns of a terminal that has room for both tables side by side."""

_NO_CELLS: tuple[str | Cell, ...] = ("", "", "", "")
_BESIDE = 9


def group_lines(task_types: Sequence[Group], languages: Sequence[Group]) -> list[str]:
    """Success by type of task and by language, side by side where there is room."""
    if not task_types and not languages:
        return []
    tasks, spoken = [_cells(one) for one in task_types[:ROWS]], [_cells(one) for one in languages[:ROWS]]
    lines = heading("Success by type of task and by language")
    if width() < _BOTH:
        lines += table(_columns("task"), tasks, indent=INDENT)
        lines += ["", *table(_columns("language"), spoken, indent=INDENT)] if spoken else []
    else:
        rows = [(*left, *right) for left, right in zip_longest(tasks, spoken, fillvalue=_NO_CELLS)]
        lines += table((*_columns("task"), *_columns("language")), rows, indent=INDENT)
    more = len(languages) - ROWS
    return [*lines, paint(f"{INDENT}and {count(more)} more languages", "dim")] if more > 0 else lines


def _columns(name: str) -> tuple[Column, ...]:
    heads = (Column("episodes", right=True), Column("success", right=True), Column("", drop=1))
    return (*heads, Column(name))


def _cells(group: Group) -> tuple[str | Cell, ...]:
    outcomes = group.outcomes
    of = f"of {count(outcomes.judged)} judged" if outcomes.judged else ""
    return (count(outcomes.total), percent(outcomes.rate), Cell(of, "dim"), group.name.replace("_", " "))


def funnel_lines(funnel: Funnel) -> list[str]:
    """From sessions to patterns, with what was left out and why."""
    lines = []
    for stage in stages(funnel):
        number = "" if stage.number is None else count(stage.number)
        first, *more = folded(clean(f"{'− ' if stage.role == 'minus' else ''}{stage.text}"), _BESIDE + 4)
        style = "" if stage.role == "stage" else "dim"
        lines.append(paint(f"{INDENT}{number.rjust(_BESIDE - 2)}  {first}", style))
        lines += [paint(" " * (_BESIDE + 2) + line, style) for line in more]
    return lines
