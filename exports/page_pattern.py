"""The page of a pattern: what it is, how it goes, where it happened, and the steps it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from tacit.core import present
from tacit.core.clock import WEEK, week_start
from tacit.core.elsewhere import there
from tacit.core.loop.wording import since_offered
from tacit.core.model import Elsewhere, Evidenced, Kind, Pattern, Step
from tacit.core.worded import called_on
from tacit.exports.page_text import cell, code, codes, day, moment

USES = 10
"""So many of the newest uses are named."""

_EXAMPLES = 2
_STEPS = 8
_WEEKS = 52
_VARIANTS = 5
_MARKS = {"ok": "✓", "error": "✗", "unfinished": "…"}

_WORTH: dict[Kind, str] = {
    "tool_sequence": "A use is a task that did so, judged by how the task ended.",
    "decision_point": "A use is a task that chose so, judged by how the task ended.",
    "context": "A use is a task that went so, judged by how it ended.",
    "file_group": "A use is a task that changed all of them, judged by how it ended.",
    "custom": "A use is a task in which it was found, judged by how the task ended.",
    "error_recovery": "A use is one such error, judged by whether the same went well within eight steps.",
    "heuristic": "A use is a run of it, judged by how the run ended.",
}


class Told(Protocol):
    """What a page asks of a memory beside the pattern."""

    def newest_uses(self, pattern: Pattern, limit: int) -> Sequence[Evidenced]:
        """Its newest uses."""
        ...

    def steps(self, episode_id: str, first: int = 1, limit: int | None = None) -> Sequence[Step]:
        """Steps of a task."""
        ...


def pattern_page(told: Told, pattern: Pattern, sessions: Mapping[str, str]) -> Iterator[str]:
    """The lines of the page.

    Args:
        told: the memory.
        pattern: whose page it is.
        sessions: id of a session that has a page -> where that lies, seen from this one.
    """
    uses = told.newest_uses(pattern, USES) if pattern.uses else ()
    yield from (f"# {code(pattern.title)}", "", f"{_standing(pattern)} · `{pattern.id}`", "")
    yield from (f"{_what(pattern)} {_WORTH[pattern.kind]}", "")
    yield from _section("How it goes", _numbers(pattern))
    yield from _section("Where it happened", _places(pattern))
    if uses:
        yield from _section("Newest uses", _uses(pattern, uses, sessions))
    if pattern.kind == "error_recovery":
        for number, use in enumerate(_examples(uses), 1):
            yield from _section(f"Example {number}", example(told, use))
    yield from _section("What other memories told", map(_elsewhere, pattern.elsewhere))
    yield from _section("Notes", _notes(pattern))
    yield "[All patterns](../../index.md)"


def verdict(pattern: Pattern) -> str:
    """``▲ helps``, also for what a person put away."""
    word = present.verdict_word(pattern)
    return f"{present.verdict_glyph(word)} {word}{', archived' if pattern.archived else ''}"


def example(told: Told, use: Evidenced) -> Iterator[str]:
    """The steps of one use."""
    yield f"From {moment(use.at)}, in task `{use.episode}`:"
    yield ""
    yield from map(step_line, told.steps(use.episode, use.first, min(use.last - use.first + 1, _STEPS)))
    left = use.last - use.first + 1 - _STEPS
    if left > 0:
        yield f"- … {present.plural(left, 'more step')}"


def step_line(step: Step) -> str:
    """A step as an item of a list: how it ended, what was called on what, and what went wrong."""
    inside = "↳ " if step.agent else ""  # what a sub-agent did
    line = f"- {step.n} {inside}{_MARKS.get(step.status, '⊘')} {code(step.tool, 60)}"
    if on := called_on(step):
        line += f" {code(on, 160)}"
    if step.error is not None:
        return f"{line}: {code(step.error.family, 60)}, {code(step.error.line, 160)}"
    return line if step.status in {"ok", "error"} else f"{line}: {step.status}"


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    """A heading and what stands below it; nothing of nothing."""
    first = next(lines, None)
    if first is not None:
        yield from (f"## {title}", "", first)
        yield from lines
        yield ""


def _standing(pattern: Pattern) -> str:
    kind = f" · {present.kind_word(pattern.kind)}" if pattern.verdict or pattern.borrowed else ""
    if not pattern.uses:
        return f"{verdict(pattern)}{kind} · not seen here yet"
    parts = ((pattern.uses, "use"), (pattern.episodes, "task"), (pattern.sessions, "session"))
    where = ", ".join(present.plural(*part) for part in (*parts, (pattern.projects, "project")))
    return f"**{verdict(pattern)}**{kind} · {where}"


def _what(pattern: Pattern) -> str:
    told = _SAID.get((pattern.kind, len(pattern.key)))
    if told is not None:
        return told(*pattern.key)
    if pattern.kind == "file_group" and len(pattern.key) > 2:
        return f"In the project {code(pattern.key[0])} these files change together: {codes(pattern.key[1:])}."
    if pattern.kind == "tool_sequence":
        return f"In this order, one after another: {codes(pattern.key)}."
    return f"What was declared as {codes(pattern.key)}."


def _recovery(level: str, signature: str, action: str, intent: str) -> str:
    error = f"the error {code(signature)}" if level == "exact" else f"an error of the class {code(signature)}"
    if action == intent:
        return f"After {error}: {code(intent)} again."
    return f"After {error}: {code(action)}, then {code(intent)} again."


def _heuristic(project: str, intent: str, command: str) -> str:
    return f"In the project {code(project)}, {code(command)} is run to {code(intent)}."


def _decision(situation: str, choice: str) -> str:
    return f"After {code(situation)}, the next thing was {code(choice)}."


def _context(project: str, language: str, task: str, approach: str) -> str:
    about = codes(part for part in (language, task.replace("_", " ")) if part)
    return f"In the project {code(project)} (tasks of {about}), the order of work: {code(approach)}."


_SAID: dict[tuple[Kind, int], Callable[..., str]] = {
    ("error_recovery", 4): _recovery,
    ("heuristic", 3): _heuristic,
    ("decision_point", 2): _decision,
    ("context", 4): _context,
}


def _numbers(pattern: Pattern) -> Iterator[str]:
    if not pattern.uses:
        return
    yield f"- Success: **{present.rate(pattern)}**{_ended(pattern)}"
    if yardstick := present.yardstick(pattern):
        name = f"Verdict: {pattern.verdict}" if pattern.verdict else "Compared"
        proven = "; not proven either way" if pattern.verdict == "unproven" else ""
        yield f"- {name}: {present.expectation(pattern)}, going by {yardstick}{proven}"
    if pattern.claim is not None:
        yield f"- Learned: {day(pattern.learned_at)}, at {present.tally(pattern.claim)}"
    if pattern.since is not None:
        yield f"- Since then: {present.tally(pattern.since)}"
    if pattern.offered is not None:
        yield f"- Given to agents: {since_offered(pattern.offered).removeprefix('offered ')}"
    yield f"- Used: {day(pattern.first_used)} to {day(pattern.last_used)}"
    yield from _weeks(pattern)


def _ended(pattern: Pattern) -> str:
    if not pattern.judged:
        return ": nobody could judge any use"
    parts = [f"{present.count(pattern.successes)} went well", f"{present.count(pattern.failures)} did not"]
    if pattern.partial:
        parts.append(f"{present.count(pattern.partial)} in part")
    if unknown := pattern.uses - pattern.judged:
        parts.append(f"of {present.count(unknown)} nobody knows")
    return f": {', '.join(parts)}"


def _weeks(pattern: Pattern) -> Iterator[str]:
    """The uses of each week as bars, as far as a year."""
    if len(pattern.weeks) < 2:
        return
    last = week_start(pattern.weeks[-1][0])
    span = min(_WEEKS, (last - week_start(pattern.weeks[0][0])) // WEEK + 1)
    start = last - (span - 1) * WEEK
    bars = present.trend(pattern.weeks, start, span)
    most = max(uses for at, uses, _, _ in pattern.weeks if at >= start)
    yield f"- By week: `{present.week(start)} {bars} {present.week(last)}`, at most {present.count(most)}"


def _places(pattern: Pattern) -> Iterator[str]:
    for part in pattern.parts:
        share = present.percent(part.successes / part.judged if part.judged else None)
        support = present.support(part.judged, part.uses)
        yield f"- {code(part.project)}: {share} {support}, last {day(part.last_used)}"
    if not pattern.parts and pattern.project_names:
        yield f"- {codes(pattern.project_names)}"
    if pattern.files:
        yield f"- Files, the most frequent first: {codes(pattern.files)}"


def _uses(pattern: Pattern, uses: Sequence[Evidenced], sessions: Mapping[str, str]) -> Iterator[str]:
    if len(uses) < pattern.uses:
        yield from (f"{present.count(len(uses))} of {present.plural(pattern.uses, 'use')}.", "")
    yield from ("| When (UTC) | Ended | Task | Steps | Project |", "|---|---|---|---|---|")
    for use in uses:
        page = sessions.get(use.session)
        task = f"[`{use.episode}`]({page}#task-{use.episode})" if page else f"`{use.episode}`"
        span = f"{use.first}–{use.last}" if use.last > use.first else f"{use.first}"
        yield f"| {moment(use.at)} | {use.result} | {task} | {span} | {cell(use.project, 60)} |"


def _examples(uses: Sequence[Evidenced]) -> Iterator[Evidenced]:
    """The newest uses that went well, each of another task."""
    well = {use.episode: use for use in reversed(uses) if use.result == "success"}
    newest = sorted(well.values(), key=lambda use: (-use.at, use.episode))
    yield from newest[:_EXAMPLES]


def _elsewhere(one: Elsewhere) -> str:
    proven = f", {one.verdict} there" if one.verdict in {"helps", "harms"} else ""
    return f"- {code(one.source)}: {there(one)}{proven}, shared {day(one.at)}"


def _notes(pattern: Pattern) -> Iterator[str]:
    if pattern.pinned:
        yield "- Pinned: upkeep leaves it as it is."
    if pattern.archived:
        yield "- Archived: in no list until it is used again, or pinned."
    if pattern.variants:
        ids = ", ".join(f"`{one}`" for one in pattern.variant_ids[:_VARIANTS])
        more = ", …" if pattern.variants > _VARIANTS else ""
        yield f"- Behind it: {present.plural(pattern.variants, 'variant')}, {ids}{more}"
