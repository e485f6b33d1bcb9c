"""The page of a session: its tasks, how each ended and why, and what was done in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Protocol

from tacit.core import present
from tacit.core.model import Episode, Pattern, Session, Step
from tacit.core.worded import made_facts, work_text
from tacit.exports.page_pattern import step_line
from tacit.exports.page_text import code, fenced, moment

_STEPS = 200
"""So many steps of a task stand on its page."""


class Told(Protocol):
    """What a page asks of a memory beside the session."""

    def export_episodes(self, session: Session) -> Iterable[tuple[Episode, Iterable[Step]]]:
        """The tasks it holds with their steps, then those that another session holds."""
        ...

    def patterns_of(self, episode_id: str) -> Iterable[Pattern]:
        """The listed patterns that rest on a task."""
        ...


def session_page(told: Told, session: Session, patterns: Mapping[str, str]) -> Iterator[str]:
    """The lines of the page.

    Args:
        told: the memory.
        session: whose page it is.
        patterns: id of a pattern that has a page -> where that lies, seen from this one.
    """
    yield from (f"# {code(session.title)}", "", f"Session · `{session.id}`", "")
    yield from _list(_facts(session))
    for place, (task, steps) in enumerate(told.export_episodes(session)):
        yield from (f"## Task {task.id}", "")
        if place >= session.episodes:
            yield from ("Another session holds this task; it is told here again.", "")
        yield from _task(task, steps)
        taught = [_link(pattern, patterns) for pattern in told.patterns_of(task.id)]
        if taught:
            yield from ("### What rests on it", "", *taught, "")
    yield "[Index](../index.md)"


def _task(task: Episode, steps: Iterable[Step]) -> Iterator[str]:
    yield from fenced("\n\n".join((task.prompt, *(f"> {text}" for text in task.followups))))
    yield ""
    yield from _list(_task_facts(task))
    shown = iter(steps)
    lines = [step_line(step) for step in islice(shown, _STEPS)]
    left = sum(1 for _ in shown)
    if left:
        lines.append(f"- … {present.plural(left, 'more step')}")
    if lines:
        yield from ("### Steps", "", *lines, "")


def _facts(session: Session) -> Iterator[tuple[str, str]]:
    yield "Began", f"{moment(session.started)} UTC"
    yield "Took", present.lasted(session.started, session.ended)
    yield "Project", code(session.project)
    yield "Agent", code(" ".join(filter(None, (session.agent, session.version, session.model))))
    yield "Branch", code(session.branch) if session.branch else ""
    yield "Tasks", outcomes(session)
    yield "Steps", f"{present.count(session.steps)}, {present.plural(session.errors, 'error')}"
    if session.subagent_steps:
        errors = present.plural(session.subagent_errors, "error")
        yield "Sub-agents (↳)", f"{present.plural(session.subagent_steps, 'step')}, {errors}"


def outcomes(session: Session) -> str:
    """``3 (2 success, 1 unknown)``: how many tasks it holds, and how they ended."""
    ends = ", ".join(f"{present.count(number)} {label}" for label, number in session.outcomes)
    return f"{present.count(session.episodes)}{f' ({ends})' if ends else ''}"


def _task_facts(task: Episode) -> Iterator[tuple[str, str]]:
    yield "Began", f"{moment(task.started)} UTC"
    yield "Ended", task.outcome.label
    yield "Because", "; ".join(f"{one.source}: {code(one.text, 160)}" for one in task.outcome.evidence)
    work = work_text(task)
    yield "Work", code(work) if work else ""
    for name, value in made_facts(task):
        yield name.capitalize(), code(value) if value else ""


def _list(facts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Facts as items of a list, the empty ones left out."""
    yield from (f"- {name}: {value}" for name, value in facts if value)
    yield ""


def _link(pattern: Pattern, patterns: Mapping[str, str]) -> str:
    page = patterns.get(pattern.id)
    return f"- [{code(pattern.title)}]({page})" if page else f"- {code(pattern.title)} (`{pattern.id}`)"
