"""How the rows of a session's page are painted: signs at the left, words that were found in their own ink."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from msgspec import Struct

from tacit.app.inspector.reading.rows import TEXT_INDENT, Row, TaskPart
from tacit.app.inspector.views.rows import LABEL_GLYPHS, LABEL_INKS, step_row
from tacit.core.model import Step
from tacit.core.outline import Learned
from tacit.core.present import count, lasted, moment, plural
from tacit.core.text import clean
from tacit.core.worded import work_text
from tacit.widgets.ink import Cell, Line

FOUND, SHOWN, TAUGHT = "»", "┃", "◆"
"""Before a line that was found, a step a person was led to, and one that something was learned from."""


class Signs(Struct):
    """What is told of rows beside what they say.

    ``first`` to ``last`` are the steps of ``task`` that a person was led to; ``taught`` the steps that
    patterns rest on; ``wanted`` what is searched, and ``found`` the lines that have it.
    """

    task: str = ""
    first: int = 0
    last: int = -1
    taught: Learned = {}
    wanted: re.Pattern[str] | None = None
    found: Collection[tuple[str, int, int]] = frozenset()
    holding: Collection[tuple[str, int]] = frozenset()

    def shown(self, task: str, n: int) -> bool:
        """Whether it is one of the steps a person was led to."""
        return task == self.task and self.first <= n <= self.last


def paint(row: Row, part: TaskPart | None, number: str, signs: Signs, width: int) -> Line:
    """A row as a line; ``number`` is which of the tasks it is of."""
    hit = row.place in signs.found and not row.piece
    hit = hit or (row.kind == "call" and (row.task, row.n) in signs.holding)
    sign = Cell(FOUND if hit else " ", "warn")
    if part is not None and row.kind == "task":
        return [sign, *_task(part, number)]
    if part is not None and row.kind == "call":
        return [sign, *_marked(_call(part, row, signs, width - 1), signs.wanted)]
    indent = row.said.indent + (TEXT_INDENT if row.kind == "text" else 0)
    cells = [Cell(" " * indent), Cell(row.said.text, row.said.ink)]
    return [sign, *_marked(cells, signs.wanted if row.kind in ("said", "text") else None)]


def _task(part: TaskPart, number: str) -> Line:
    """``▾ task 2 of 5  ✓ success · 12 steps · ✗3 · 2026-02-04 11:10 · debugging · go``."""
    episode = part.episode
    label = episode.outcome.label
    calls = plural(episode.steps, "step")
    if episode.subagent_steps:
        calls += f" +{count(episode.subagent_steps)} ↳"
    errors = f" · ✗{count(episode.errors)}" if episode.errors else ""
    left = f" · {count(episode.left)} left" if episode.left else ""
    work = work_text(episode)
    partly = episode.outcome.score if label == "partial" else None
    score = "" if partly is None else f" {partly:.2g}"
    spent = lasted(episode.started, episode.ended)
    when = f"{moment(episode.started)}, {spent}" if spent else moment(episode.started)
    return [
        Cell(f"{'▸' if part.folded else '▾'} task {number}  ", "heading"),
        Cell(f"{LABEL_GLYPHS[label]} {label}{score}", LABEL_INKS.get(label, "muted")),
        Cell(f" · {calls}{errors}{left} · {when}", "muted"),
        Cell(f" · {work}" if work else "", "muted"),
        Cell(f"  {_first(episode.prompt)}" if part.folded else ""),
    ]


def _first(prompt: str) -> str:
    return clean(prompt.strip()[:300].split("\n", 1)[0])


def _call(part: TaskPart, row: Row, signs: Signs, width: int) -> Line:
    """The signs of a call, then its facts."""
    step: Step = part.by_number[row.n]
    shown = signs.shown(row.task, row.n)
    steps: Mapping[int, object] = signs.taught.get(row.task, {})
    fold = "▾" if row.n in part.unfolded else "▸"
    return [
        Cell(SHOWN if shown else " ", "accent"),
        Cell(f"{fold} ", "muted"),
        *step_row(step, width - 3, row.n in steps),
    ]


def _marked(line: Line, wanted: re.Pattern[str] | None) -> Line:
    """The cells with what was found in an ink of its own."""
    if wanted is None:
        return line
    cells: list[Cell] = []
    for text, ink in line:
        at, shown = 0, clean(text)
        for found in wanted.finditer(shown):
            cells += [Cell(shown[at : found.start()], ink), Cell(found.group(), "match")]
            at = found.end()
        cells.append(Cell(shown[at:], ink))
    return cells
