"""A task as a row and in detail."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tacit.app.inspector.views.prose import facts, section, wrapped
from tacit.app.inspector.views.rows import LABEL_GLYPHS, LABEL_INKS, label_cell, pattern_row, project_name
from tacit.core.model import Episode, Pattern
from tacit.core.present import count, lasted, moment, plural
from tacit.core.text import one_line
from tacit.core.worded import made_facts, work_text
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, PaneLine

_TASK = (
    Column("when", 16, 7),
    Column("glyph", 1, 9),
    Column("outcome", 9, 8),
    Column("source", 12, 4),
    Column("work", 16, 2),
    Column("language", 10, 3),
    Column("steps", 16, 5),
    Column("prompt", 20, 10, grows=3),
    Column("project", 14, 1, grows=1),
)
_PROMPT = 4_000  # characters of a prompt shown; the session has all of it


def task_row(episode: Episode, width: int) -> Line:
    """``2026-02-04 12:10 ✓ success  by test  debugging  go  12 steps ✗1  prompt  project``."""
    outcome = episode.outcome
    ink = LABEL_INKS.get(outcome.label, "muted")
    kind = (episode.task_type or "").replace("_", " ")
    errors = f" ✗{count(episode.errors)}" if episode.errors else ""
    cells = {
        "when": Cell(moment(episode.ended), "muted"),
        "glyph": Cell(LABEL_GLYPHS[outcome.label], ink),
        "outcome": Cell(outcome.label, ink),
        "source": Cell(outcome.source or "", "muted"),
        "work": Cell("" if kind == "other" else kind, "muted"),
        "language": Cell(episode.language or "", "muted"),
        "steps": Cell(f"{plural(episode.steps, 'step')}{errors}", "muted"),
        "prompt": Cell(one_line(episode.prompt[:1000]) or "(no prompt)"),
        "project": Cell(project_name(episode.project), "muted"),
    }
    return lay(_TASK, fit(_TASK, width), cells)


def task_detail(episode: Episode, patterns: Sequence[Pattern] | None) -> Compose:
    """What is known of a task; ``patterns`` are those it feeds, ``None`` while they are being read."""
    return partial(_task, episode, patterns)


def _task(episode: Episode, patterns: Sequence[Pattern] | None, width: int) -> list[PaneLine]:
    lines: list[Line] = [
        *wrapped(episode.title or "(no prompt)", width, "heading"),
        [Cell(f"{episode.id} in {episode.session}", "muted")],
    ]
    shown = [PaneLine(line) for line in lines]
    shown += [PaneLine([Cell("› its steps in the session", "accent")], episode), PaneLine([])]
    shown += [PaneLine(line) for line in (*_outcome(episode, width), *facts(_facts(episode), width))]
    shown += _prompt(episode, width)
    return shown + _fed(episode, patterns, width)


def _outcome(episode: Episode, width: int) -> list[Line]:
    """How it ended and everything that tells so, the deciding reason first."""
    outcome = episode.outcome
    score = "" if outcome.score is None else f", score {outcome.score:g}"
    by = f", judged by {outcome.source}" if outcome.source else ""
    lines: list[Line] = [[label_cell(outcome.label), Cell(score + by)]]
    if not outcome.evidence:
        return [*lines, [Cell("nothing in it tells how it ended", "muted")]]
    for reason in outcome.evidence:
        at = "" if reason.step is None else f"step {reason.step} "
        text = f"{reason.source}: {at}{one_line(reason.text[:500])} → {reason.label}"
        lines += wrapped(text, width, "muted")
    return lines


def _facts(episode: Episode) -> list[tuple[str, str]]:
    calls = f"{plural(episode.steps, 'step')}, {plural(episode.errors, 'error')}"
    if episode.subagent_steps:
        errors = plural(episode.subagent_errors, "error")
        calls += f"; sub-agents {plural(episode.subagent_steps, 'step')}, {errors}"
    tools = ", ".join(f"{name} {count(calls)}" for name, calls, _ in episode.tools)
    return [
        ("When", ", ".join(filter(None, (moment(episode.started), lasted(episode.started, episode.ended))))),
        ("Work", work_text(episode)),
        ("Project", episode.project),
        ("Agent", episode.agent),
        ("Calls", calls),
        ("Tools", tools),
        ("Tokens", count(episode.tokens) if episode.tokens else ""),
        *((name[:1].upper() + name[1:], text) for name, text in made_facts(episode)),
        ("Not learned", f"from: {episode.unworthy}" if episode.unworthy else ""),
    ]


def _prompt(episode: Episode, width: int) -> list[PaneLine]:
    """The rest of a prompt that has more than its title."""
    rest = episode.prompt.strip().partition("\n")[2].strip()
    if not rest:
        return []
    body = wrapped(rest[:_PROMPT], width, "muted")
    return [*section("Asked for"), *map(PaneLine, body)]


def _fed(episode: Episode, patterns: Sequence[Pattern] | None, width: int) -> list[PaneLine]:
    if patterns is None:
        return section("Patterns it fed", "reading…")
    rows = [PaneLine(pattern_row(one, width, episode.ended), one) for one in patterns]
    return [*section("Patterns it fed", count(len(patterns))), *rows]
