"""The page of a pattern: its numbers, its trend, what happened since, and the steps it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tacit.app.commands.output import paint
from tacit.app.commands.page import facts, heading, title
from tacit.app.commands.rows import OUTCOMES, short_project, verdict_cell
from tacit.app.commands.steps import step_line
from tacit.core import present
from tacit.core.clock import WEEK, week_start
from tacit.core.loop.wording import since_offered
from tacit.core.text import one_line

if TYPE_CHECKING:
    from tacit.core.loop.offer_summary import Given
    from tacit.core.model import Evidenced, Pattern
    from tacit.memory import Memory

WEEKS = 52
_STEPS = 8
_BESIDE = 3
"""So many patterns that are used with it are shown."""


def page(memory: Memory, pattern: Pattern, limit: int | None) -> list[str]:
    """All lines of the page; ``limit`` uses are shown as evidence."""
    uses = memory.evidence(pattern.id, limit)
    note = f"{present.count(len(uses))} of {present.count(pattern.uses)} uses, newest first"
    given = memory.given(pattern.id)
    lines = title(pattern.title, pattern.id)
    lines.append(_standing(pattern))
    lines.append("")
    told = _facts(pattern, memory.clock(), given.times)
    lines += facts((*told, ("trend", _told_trend(memory, pattern))))
    if pattern.weeks:
        lines += [*heading("By week", "uses"), *_trend(pattern)]
    lines += _beside(memory, pattern)
    lines += _offers(given)
    if not pattern.uses:
        return lines
    lines += heading("Evidence", note)
    for use in uses:
        lines += _evidence(memory, use)
    return lines


def _told_trend(memory: Memory, pattern: Pattern) -> str:
    """Whether it gets better or worse; empty where nobody can tell."""
    from tacit.core.recall.trends import Trend

    trend = memory.trends(pattern.id)
    if not isinstance(trend, Trend) or trend.word == "unknown":
        return ""
    return present.trend_said(trend.word, trend.change, trend.low, trend.high)


def _beside(memory: Memory, pattern: Pattern) -> list[str]:
    """What is used together with it beyond chance."""
    from tacit.core.recall.related import Relations

    found = memory.related(pattern.id)
    rows = found.patterns if isinstance(found, Relations) else ()
    stands = [one for one in rows if one.stands and not one.shares]
    if not stands:
        return []
    from tacit.app.commands.related import together_rows

    note = f"{present.count(len(stands))} stand; `memory related {pattern.id}` tells more"
    return [*heading("Used together with", note), *together_rows(stands[:_BESIDE], indent="  ")]


def _offers(given: Given) -> list[str]:
    """The newest times it was given to an agent, or spoken of, and what came of each."""
    if not given.newest:
        return []
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.loop.wording import came_of
    from tacit.core.loop.wording import given as told

    rows = [
        (present.moment(offer.at), told(offer), came_of(offer, answer), Cell(answer.episode, "dim"))
        for offer, answer in given.newest
    ]
    note = f"{present.plural(given.times, 'time')}, newest first" if given.times else "only spoken of"
    return [*heading("Offered to agents", note), *table([Column("")] * 4, rows, indent="  ")]


def _standing(pattern: Pattern) -> str:
    cell = verdict_cell(pattern)
    kind = f" · {present.kind_word(pattern.kind)}" if pattern.verdict or pattern.borrowed else ""
    if not pattern.uses:
        return f"{paint(cell.text, cell.style)}{kind} · not seen here yet"
    where = ", ".join(
        (
            present.plural(pattern.uses, "use"),
            present.plural(pattern.episodes, "episode"),
            present.plural(pattern.sessions, "session"),
            present.plural(pattern.projects, "project"),
        )
    )
    return f"{paint(cell.text, cell.style)}{kind} · {where}"


def _facts(pattern: Pattern, now: int, times: int) -> Iterator[tuple[str, str]]:
    offered = since_offered(pattern.offered, times).removeprefix("offered ")
    if pattern.uses:
        yield from _facts_here(pattern, now, offered)
    else:
        yield "offered", offered
    if pattern.elsewhere:
        from tacit.core.elsewhere import told

        yield "elsewhere", "; ".join(map(told, pattern.elsewhere))
    if pattern.pinned:
        yield "pinned", "yes: upkeep leaves it as it is"
    if pattern.archived:
        yield "archived", "yes: in no list until it is used again, or pinned"


def _facts_here(pattern: Pattern, now: int, offered: str) -> Iterator[tuple[str, str]]:
    """What was seen in this memory."""
    yield "success", _success(pattern)
    yield "compared to", present.yardstick(pattern)
    if pattern.claim is not None:
        yield "learned", f"{present.day(pattern.learned_at)}, at {present.tally(pattern.claim)}"
    if pattern.since is not None:
        yield "since then", present.tally(pattern.since)
    yield "since offered", offered
    yield "first used", present.moment(pattern.first_used)
    yield "last used", f"{present.moment(pattern.last_used)}, {present.ago(pattern.last_used, now)}"
    yield "projects", ", ".join(pattern.project_names)
    yield "files", ", ".join(pattern.files)
    if pattern.variants:
        ids = ", ".join(pattern.variant_ids[:5]) + (", …" if pattern.variants > 5 else "")
        yield "variants", f"{present.count(pattern.variants)} behind it: {ids}"
    if pattern.head:
        yield "stands behind", pattern.head


def _success(pattern: Pattern) -> str:
    text = present.rate(pattern)
    if not pattern.judged:
        return f"{text}: no use was judged yet"
    text += f" · {present.expectation(pattern)}"
    return f"{text}; {present.count(pattern.partial)} partial" if pattern.partial else text


def _trend(pattern: Pattern) -> list[str]:
    """The bars of the weeks from the first use on, or of the last year of them."""
    if not pattern.weeks:
        return []
    last = week_start(pattern.weeks[-1][0])
    span = min(WEEKS, (last - week_start(pattern.weeks[0][0])) // WEEK + 1)
    start = last - (span - 1) * WEEK
    bars = present.trend(pattern.weeks, start, span)
    most = max(uses for at, uses, _, _ in pattern.weeks if at >= start)
    return [
        f"  {present.week(start)} {paint(bars, 'cyan')} {present.week(last)}   at most {present.count(most)}"
    ]


def _evidence(memory: Memory, use: Evidenced) -> list[str]:
    """Where it happened, and the steps."""
    cell = OUTCOMES[use.result]
    span = f"steps {use.first}–{use.last}" if use.last > use.first else f"step {use.first}"
    where = f"{present.moment(use.at)}  {use.episode}  {span}  {one_line(short_project(use.project))}"
    lines = [f"  {paint(cell.text.ljust(11), cell.style)} {where}"]
    steps = memory.steps(use.episode, use.first, min(use.last - use.first + 1, _STEPS))
    lines += [f"      {step_line(step, 6)}" for step in steps]
    left = use.last - use.first + 1 - len(steps)
    if left > 0 and len(steps) == _STEPS:
        lines.append(paint(f"      … {present.plural(left, 'more step')}", "dim"))
    return lines
