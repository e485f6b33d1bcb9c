"""What a memory has to say to who begins a task, a line each, with its support and its date."""

from __future__ import annotations

from itertools import islice

from tacit.core.model import Pattern
from tacit.core.narrowing import narrowed_to
from tacit.core.recall.error_recall import Recovering
from tacit.core.recall.facts import AIMS, Fact, facts
from tacit.core.recall.lines import Line, command_told, day, habit_told, recovery_told, share, went
from tacit.core.recall.predict import Prediction
from tacit.core.recall.quoting import quoted
from tacit.core.recall.shared_errors import shared_lines
from tacit.core.tables import PATTERNS
from tacit.store.keys import text
from tacit.store.reading import Read

_PROVEN, _RECOVERIES = b"\x00", b"\x01"
"""How the rank of such patterns begins (see :mod:`tacit.core.learn.listed`)."""

_OF_AN_INTENT = 2
_RECOVERED = 8
_HABITS = 6
_TASKS = 6


def command_lines(read: Read, project: str | None) -> list[Line]:
    """The best commands for each intent, and those that fail; first one for each intent, then the others."""
    if project is None:
        return []
    known = [one for one in facts(read, project).items if one.project == project]
    by_aim = [[one for one in known if one.intent == aim] for aim in AIMS]
    told = [[*own[:_OF_AN_INTENT], *(o for o in own[_OF_AN_INTENT:] if o.goes == "badly")] for own in by_aim]
    ordered = [own[n] for n in range(max(map(len, told), default=0)) for own in told if n < len(own)]
    return [Line("commands", _command(one), one.pattern) for one in ordered]


def error_lines(read: Read, project: str | None, asked: tuple[str, ...], used: list[Pattern]) -> list[Line]:
    """What got past errors: one named in the task, then those of like tasks, then the project's own.

    What only other memories tell of one that is named comes last.
    """
    recovering = Recovering(read, None if project is None else frozenset((project,)))
    named = [one for line in asked for one in recovering.exact(line) if one.successes]
    lines = [
        Line("errors", recovery_told(one, one.signature, one.action, one.intent), one.pattern)
        for one in named
    ]
    ranked = [one for one in used if one.kind == "error_recovery"]
    ranked += _ranked(read, project, _RECOVERIES, _RECOVERED)
    told = {one.pattern for one in named}
    for one in ranked:
        if one.id not in told and one.successes:
            told.add(one.id)
            lines.append(Line("errors", recovery_told(one, *one.key[1:]), one.id))
    shared = shared_lines(read, asked, told=told)
    return [*lines[: _RECOVERED - len(shared)], *shared]


def habit_lines(read: Read, project: str | None) -> list[Line]:
    """What is proven to help or to harm."""
    proven = _ranked(read, project, _PROVEN, _HABITS)
    return [Line("habits", habit_told(one), one.id) for one in proven]


def task_lines(found: Prediction) -> list[Line]:
    """How like tasks ended, all together and one by one."""
    lines = [Line("tasks", _ends(found), None)] if found.counted.judged else []
    for one in found.alike[:_TASKS]:
        what = "the same task" if one.same else "a like task"
        lines.append(
            Line(
                "tasks",
                f"{day(one.at)}, {what}, {one.label}: {quoted(one.title)} ({one.episode})",
                one.episode,
            )
        )
    return lines


def _ranked(read: Read, project: str | None, prefix: bytes, most: int) -> list[Pattern]:
    """The first patterns of a project's list, or of all, whose rank begins so, with its numbers there."""
    if project is None:
        scan = read.scan(PATTERNS, "rank", prefix)
    else:
        scan = read.scan(PATTERNS, "project", text(project) + prefix)
    found = (read.get(PATTERNS, key) for _, key in islice(scan, most))
    return [one if project is None else narrowed_to(one, project) for one in found if one is not None]


def _command(one: Fact) -> str:
    return command_told(one, one.intent, one.command, badly=one.goes == "badly")


def _ends(found: Prediction) -> str:
    kind = "this very task" if found.basis == "same" else "tasks like this"
    base = f"the base rate of {share(found.expected)}, n={found.base.judged}"
    worth = f"against {base}" if found.reason == "beats" else f"that says no more than {base}"
    return f"{kind} {went(found.counted)}; {worth}"
