"""What a memory has to say to who begins a task, a line each, with its support and its date."""

from __future__ import annotations

import time
from itertools import islice
from typing import Literal

from msgspec import Struct

from tacit.core.model import Pattern
from tacit.core.narrowing import narrowed_to
from tacit.core.present import percent, plural
from tacit.core.recall.error_recall import Recovering, Recovery
from tacit.core.recall.facts import AIMS, Fact, facts
from tacit.core.recall.predict import Prediction
from tacit.core.recall.quoting import quoted
from tacit.core.recall.rated import Rated
from tacit.core.tables import PATTERNS
from tacit.store.keys import text
from tacit.store.reading import Read

Section = Literal["commands", "errors", "habits", "tasks"]

_PROVEN, _RECOVERIES = b"\x00", b"\x01"
"""How the rank of such patterns begins (see :mod:`tacit.core.learn.listed`)."""

_OF_AN_INTENT = 2
_RECOVERED = 8
_HABITS = 6
_TASKS = 6


class Line(Struct, frozen=True):
    """One line of Markdown; ``id`` is that of the pattern or episode it tells of, if there is one."""

    section: Section
    text: str
    id: str | None


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
    """What got past errors: one named in the task, then those of like tasks, then the project's own."""
    recovering = Recovering(read, None if project is None else frozenset((project,)))
    named = [one for line in asked for one in recovering.exact(line) if one.successes]
    lines = [
        Line("errors", _recovered(one, one.signature, one.action, one.intent), one.pattern) for one in named
    ]
    ranked = [one for one in used if one.kind == "error_recovery"]
    ranked += _ranked(read, project, _RECOVERIES, _RECOVERED)
    told = {one.pattern for one in named}
    for one in ranked:
        if one.id not in told and one.successes:
            told.add(one.id)
            lines.append(Line("errors", _recovered(one, *one.key[1:]), one.id))
    return lines[:_RECOVERED]


def habit_lines(read: Read, project: str | None) -> list[Line]:
    """What is proven to help or to harm."""
    proven = _ranked(read, project, _PROVEN, _HABITS)
    return [Line("habits", _habit(one), one.id) for one in proven]


def task_lines(found: Prediction) -> list[Line]:
    """How like tasks ended, all together and one by one."""
    lines = [Line("tasks", _ends(found), None)] if found.counted.judged else []
    for one in found.alike[:_TASKS]:
        what = "the same task" if one.same else "a like task"
        lines.append(
            Line(
                "tasks",
                f"{_day(one.at)}, {what}, {one.label}: {quoted(one.title)} ({one.episode})",
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
    word = {"badly": " (it fails more often than not)", "unknown": ""}.get(one.goes, "")
    return f"{one.intent}: {quoted(one.command)} {_went(one)}{word}, {_since(one.last_used, one.episodes)}"


def _recovered(one: Recovery | Pattern, signature: str, action: str, intent: str) -> str:
    chain = f"after {quoted(signature)}: {quoted(action)}, then {quoted(intent)} again"
    return f"{chain} {_went(one, 'got past it')}, {_since(one.last_used, one.episodes)}"


def _habit(one: Pattern) -> str:
    expected = "" if one.expected is None else f", where {one.expected:.0f} were to be expected"
    return f"{one.verdict}: {quoted(one.title)} {_went(one)}{expected}, {_since(one.last_used, one.episodes)}"


def _ends(found: Prediction) -> str:
    kind = "this very task" if found.basis == "same" else "tasks like this"
    base = f"the base rate of {_share(found.expected)}, n={found.base.judged}"
    worth = f"against {base}" if found.reason == "beats" else f"that says no more than {base}"
    return f"{kind} {_went(found.counted)}; {worth}"


def _went(one: Fact | Recovery | Pattern | Rated, what: str = "went well") -> str:
    if one.rate is None or one.low is None or one.high is None:
        return "was used, nobody knows how it ended"
    share = f"{_share(one.rate)}, 95% interval {100 * one.low:.0f}-{100 * one.high:.0f}"
    return f"{what} {one.successes} of {one.judged} times ({share})"


def _share(rate: float | None) -> str:
    """``91%``: a token less than on other doors."""
    return percent(rate).replace(" ", "")


def _since(last: int, episodes: int) -> str:
    return f"in {plural(episodes, 'task')}, last {_day(last)}"


def _day(at: int) -> str:
    """The day in UTC, so that the block is the same wherever it is made."""
    return time.strftime("%Y-%m-%d", time.gmtime(at / 1000))
