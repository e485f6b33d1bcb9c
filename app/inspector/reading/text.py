"""What a session says, line for line as it is meant, before it is laid out for a width.

What a search finds and what stands on the screen are made from the same lines, so neither has a place that
the other lacks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tacit.app.inspector.views.rows import LABEL_INKS, step_status, step_title
from tacit.core.marks import Mark
from tacit.core.model import Episode, Session, Step
from tacit.core.present import count, duration, lasted, moment, plural
from tacit.core.text import clean, one_line
from tacit.core.worded import mark_text
from tacit.widgets.ink import Ink

_MOST = 20_000
"""Characters of one parameter or result that are shown; the rest is counted."""


class Said(NamedTuple):
    """One cleaned line of text, of any length; ``indent`` is where it begins and goes on."""

    text: str
    ink: Ink = ""
    indent: int = 0


def session_lines(session: Session) -> Iterator[Said]:
    """Title, agent and model, when and how long, tokens, and what a reader has to know of the rest."""
    yield Said(one_line(session.title[:2000]) or "(no title)", "heading")
    agent = " ".join(filter(None, (session.agent, session.version, session.model)))
    tokens = f"{count(session.tokens)} tokens" if session.tokens else ""
    known = (agent, moment(session.started), lasted(session.started, session.ended), tokens)
    yield Said(one_line(" · ".join(filter(None, known))))
    calls = f"{plural(session.episodes, 'task')} · {plural(session.steps, 'step')}"
    if session.subagent_steps:
        calls += f" and {count(session.subagent_steps)} of sub-agents"
    yield Said(one_line(f"{calls} · {plural(session.errors, 'error')} · {session.project}"[:2000]), "muted")
    if session.copies:
        told = plural(session.copies, "more task")
        yield Said(f"It repeats {told} of another session, which tells them further.", "muted")


def prompt_lines(episode: Episode) -> Iterator[Said]:
    """What was asked for."""
    prompt = clean(episode.prompt.strip(), newlines=True) or "(no prompt)"
    yield from (Said(line, "strong", 2) for line in prompt.split("\n"))


def ending_lines(episode: Episode, mark: Mark | None) -> Iterator[Said]:
    """How the task ended with what tells so, and what was left out of it."""
    outcome = episode.outcome
    if not outcome.evidence:
        yield Said("Nothing in it tells how it ended.", "muted", 2)
    for place, reason in enumerate(outcome.evidence):
        at = "" if reason.step is None else f" in step {reason.step}"
        why = "judged by" if not place else "also seen:"
        text = f"{why} {reason.source}{at}: {one_line(reason.text[:1000])} → {reason.label}"
        yield Said(text, LABEL_INKS.get(reason.label, "muted") if not place else "muted", 2)
    if mark is not None:
        yield Said(f"marked by a person: {one_line(mark_text(mark))}", "accent", 2)
    if episode.cut_steps:
        yield Said(f"{plural(episode.cut_steps, 'step')} of the middle were not kept.", "muted", 2)


def later_lines(episode: Episode) -> Iterator[Said]:
    """Prompts that only went on with the task; where among its calls they came is not stored."""
    if episode.followups:
        yield Said("Said later in this task:", "muted", 2)
    for followup in episode.followups:
        lines = clean(followup.strip(), newlines=True).split("\n")
        yield from (Said(("› " if not place else "  ") + one, "strong", 2) for place, one in enumerate(lines))


def call_line(step: Step) -> str:
    """All that the row of a call says, for a search."""
    return f"{step.kind} {step_title(step)} {step_status(step)}"


def step_lines(step: Step) -> Iterator[Said]:
    """What an unfolded call shows: what is known of it, each parameter under its name, the result."""
    took = "" if step.seconds is None else f" · took {duration(step.seconds)}"
    cut = " · result was cut" if step.cut else ""
    yield Said(one_line(f"{step.tool[:200]} · {moment(step.at)}{took}{cut}"), "muted")
    if step.agent:
        start = "" if step.parent is None else f", started in step {step.parent}"
        yield Said(f"By a sub-agent{start}", "muted")
    if step.left:
        yield Said("On a branch that was left: the person rewound past it", "muted")
    if step.error is not None:
        yield Said(one_line(f"{step.error.family}: {step.error.line[:2000]}"), "bad")
    yield Said("Parameters", "heading")
    yield from _parameters(step.parameters)
    yield Said("Result", "heading")
    yield from _block(step.observation)


def _parameters(text: str) -> Iterable[Said]:
    """Each parameter under its name; text that is no JSON object as it is."""
    try:
        values = json.loads(text) if len(text) <= 4 * _MOST else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        yield from _block(text)
        return
    for name, value in values.items():
        yield Said(clean(name), "accent")
        yield from _block(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _block(text: str) -> Iterator[Said]:
    if not text.strip():
        yield Said("(empty)", "muted", 2)
        return
    body = clean(text[:_MOST].rstrip(), newlines=True)
    yield from (Said(line, "", 2) for line in body.split("\n"))
    if len(text) > _MOST:
        yield Said(f"… {count(len(text) - _MOST)} more characters, in an export", "muted", 2)
