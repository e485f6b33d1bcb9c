"""The parts of the Stats screen that tell of groups of episodes and of the funnel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from tacit.core.funnel import Funnel, stages
from tacit.core.outcome_counts import Group
from tacit.core.present import count, percent
from tacit.core.text import clean, pad, wrap
from tacit.widgets.ink import Cell, Line

_ROWS = 8
_NUMBER = 9
_NAME = 15
_HALF = 38


def group_lines(task_types: Sequence[Group], languages: Sequence[Group]) -> list[Line]:
    """Success by type of task, and beside it by language."""
    if not task_types and not languages:
        return []
    head = f"{pad(_head('Types of task'), _HALF)}{_head('Languages')}"
    lines: list[Line] = [[Cell(head, "heading")]]
    for task, language in zip_longest(task_types[:_ROWS], languages[:_ROWS]):
        numbers, of = _half(task)
        lines.append([Cell(numbers), Cell(pad(of, _HALF - len(numbers)), "muted"), *_cells(language)])
    return lines


def _head(name: str) -> str:
    return f"{pad(name, _NAME)}{'tasks':>6}{'succeed':>8}"


def _cells(group: Group | None) -> Line:
    numbers, of = _half(group)
    return [Cell(numbers), Cell(of, "muted")]


def _half(group: Group | None) -> tuple[str, str]:
    """Name and numbers, and of how many judged ones."""
    if group is None:
        return " " * (_NAME + 14), ""
    outcomes = group.outcomes
    of = f"  of {count(outcomes.judged)}" if outcomes.judged else ""
    name = pad(clean(group.name.replace("_", " ")), _NAME)
    return f"{name}{count(outcomes.total):>6}{percent(outcomes.rate):>8}", of


def funnel_lines(funnel: Funnel, width: int) -> list[Line]:
    """From what was read to what is listed, so that a short list explains itself."""
    lines: list[Line] = [[Cell("From sessions to patterns", "heading")]]
    for stage in stages(funnel):
        number = "" if stage.number is None else count(stage.number)
        text = clean(f"{'− ' if stage.role == 'minus' else ''}{stage.text}")
        first, *more = wrap(text, max(width - _NUMBER - 2, 10))
        plain = stage.role == "stage"
        lines.append(
            [
                Cell(f"{number:>{_NUMBER}}  ", "strong" if plain else "muted"),
                Cell(first, "" if plain else "muted"),
            ]
        )
        lines += [[Cell(" " * (_NUMBER + 2) + line, "muted")] for line in more]
    return lines
