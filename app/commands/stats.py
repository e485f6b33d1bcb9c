"""``memory stats``: the totals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tacit.app.commands.door import Command, door
from tacit.app.commands.options import format_option
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from tacit.core.embedding.spaces import Holding
    from tacit.core.outcome_counts import Outcomes
    from tacit.core.stats import Stats, Week

WEEKS = 26
_SOURCES = 5


@click.command(cls=Command, short_help="Totals, outcomes, trend, tools, projects.")
@click.option("--calibration", is_flag=True, help="Whether what patterns claimed held afterwards.")
@click.option("--health", is_flag=True, help="Room, what waits, indexes, backups, and what takes how much.")
@format_option
def stats(calibration: bool, health: bool, form: str) -> None:
    """Totals, outcomes, the trend by week, tools, projects, and how far learning came."""
    from msgspec import to_builtins

    from tacit.app.commands.output import write, write_data

    if health and calibration:
        raise Usage("--health and --calibration are two pages.", "Ask for one of them.")
    if health:
        _health(form)
        return
    with door().read() as memory:
        found, vectors, sources = memory.stats(), memory.embedding(), memory.note_sources()
        if form == "table":
            from tacit.app.commands.expiring import announce

            write(_calibration(found) if calibration else _page(found, vectors, sources))
            announce(memory)
            return
    value = _json(found, calibration=calibration)
    if not calibration:
        value["vectors"] = to_builtins(vectors)
    write_data(form, value)


def _health(form: str) -> None:
    from tacit.app.commands.output import write, write_data
    from tacit.app.commands.stats_health import health_page
    from tacit.core.health_form import health_json

    with door().read() as memory:
        found, uses, now = memory.health(), memory.disk_use(), memory.clock()
    if form == "table":
        write(health_page(found, uses, now))
    else:
        value = health_json(found, uses)
        write_data(form, value)


def _calibration(found: Stats) -> list[str]:
    from tacit.app.commands.stats_calibration import calibration_page

    return calibration_page(found.calibration)


def _json(found: Stats, *, calibration: bool) -> dict[str, Any]:
    from tacit.core.calibration_form import calibration_json
    from tacit.core.statsform import stats_json

    return calibration_json(found.calibration) if calibration else stats_json(found)


def _page(found: Stats, vectors: Holding, sources: Mapping[str, int]) -> list[str]:
    from tacit.app.commands.page import facts, heading
    from tacit.app.commands.stats_groups import funnel_lines, group_lines
    from tacit.core.present import count, kind_word

    kinds = {kind_word(kind): number for kind, number in found.kinds.items()}
    lines = facts(
        (
            ("patterns", f"{count(found.patterns)}{_listed(kinds, ': ')}"),
            ("shared", _shared(found.elsewhere)),
            ("notes", _noted(found.notes, sources)),
            ("verdicts", _listed(found.verdicts)),
            ("sessions", f"{count(found.sessions)}{_listed(found.agents, ': ')}"),
            ("episodes", f"{count(found.episodes)}: {_outcomes(found.outcomes)}"),
            ("judged by", _listed(found.sources)),
            ("steps", _steps(found.sums)),
            ("offered", _offered(found)),
            ("embedded", _embedded(vectors)),
        )
    )
    if found.weeks:
        lines += [*heading("By week", "judged episodes that succeeded"), *_weeks(found.weeks)]
    lines += group_lines(found.task_types, found.languages)
    if found.projects:
        lines += [*heading("Projects"), *_projects(found)]
    if found.tools:
        lines += [*heading("Tools"), *_tools(found)]
    return [*lines, *heading("From sessions to patterns"), *funnel_lines(found.funnel)]


def _noted(number: int, sources: Mapping[str, int]) -> str:
    """``15 of other memories: 12 notes, 3 memory.jsonl``."""
    from tacit.core.present import count

    if not number:
        return ""
    most = sorted(sources.items(), key=lambda one: (-one[1], one[0]))
    more = f", {count(len(most) - _SOURCES)} more sources" if len(most) > _SOURCES else ""
    named = ", ".join(f"{count(times)} {name}" for name, times in most[:_SOURCES])
    return f"{count(number)} of other memories, counted in nothing else: {named}{more}"


def _shared(number: int) -> str:
    from tacit.core.present import count

    return f"{count(number)} more from elsewhere, not seen here often enough" if number else ""


def _listed(numbers: Mapping[str, int], before: str = "") -> str:
    """``3 recovery, 2 fact``, the most first."""
    from tacit.core.present import count

    rows = sorted(((-number, name) for name, number in numbers.items() if number))
    return before + ", ".join(f"{count(-number)} {name}" for number, name in rows) if rows else ""


def _outcomes(outcomes: Outcomes) -> str:
    from tacit.core.present import count, percent

    words = ("success", "partial", "failure", "abstained", "unknown")
    parts = [f"{count(getattr(outcomes, word))} {word}" for word in words if getattr(outcomes, word)]
    judged = f"{percent(outcomes.rate)} of {count(outcomes.judged)} judged succeeded"
    return f"{', '.join(parts)} ({judged})" if outcomes.judged else ", ".join(parts) or "none judged"


def _steps(sums: Mapping[str, int]) -> str:
    from tacit.core.present import count, plural

    text = f"{count(sums.get('steps', 0))}, {plural(sums.get('errors', 0), 'error')}"
    apart = _listed({name: sums.get(name, 0) for name in ("rejected", "cancelled", "interrupted")})
    text += f" (of which {apart})" if apart else ""
    if sums.get("subagent_steps"):
        text += f"; sub-agents {count(sums['subagent_steps'])}, {plural(sums['subagent_errors'], 'error')}"
    return text


def _offered(found: Stats) -> str:
    """How often patterns were given to agents, and in how many of the tasks they were used."""
    from tacit.core.loop.wording import since_offered
    from tacit.core.present import percent

    told = since_offered(found.offered, found.offers).removeprefix("offered ")
    ends = found.offered
    return told if ends is None else f"{told} ({percent(ends.applied / ends.known)} used)"


def _embedded(vectors: Holding) -> str:
    from tacit.core.present import count, plural

    if vectors.why:
        return f"nothing: {vectors.why}" if not vectors.others else f"as before: {vectors.why}"
    waiting = plural(vectors.waiting, "pattern or episode waits", "patterns and episodes wait")
    waits = f"; {waiting}" if vectors.waiting else ""
    return f"{count(vectors.rows)} texts with {vectors.space}{waits}"


def _weeks(weeks: tuple[Week, ...]) -> list[str]:
    """One line a week with a bar of its episodes, the last half year of them, quiet weeks included."""
    from tacit.app.commands.table import Cell, Column, table
    from tacit.core.present import count, percent, week

    shown = _with_gaps(weeks)
    most = max(one.outcomes.total for one in shown)
    rows = [
        (
            week(one.start),
            Cell("█" * -(-one.outcomes.total * 20 // most), "cyan"),
            count(one.outcomes.total),
            percent(one.outcomes.rate),
            Cell(f"{count(one.outcomes.success)} of {count(one.outcomes.judged)} judged", "dim"),
        )
        for one in shown
    ]
    heads = (
        Column("week"),
        Column("episodes"),
        Column("", right=True),
        Column("success", right=True),
        Column(""),
    )
    return table(heads, rows, indent="  ")


def _with_gaps(weeks: tuple[Week, ...]) -> list[Week]:
    from tacit.core.clock import WEEK
    from tacit.core.outcome_counts import Outcomes
    from tacit.core.stats import Week

    known = {one.start: one for one in weeks}
    last = weeks[-1].start
    first = max(weeks[0].start, last - (WEEKS - 1) * WEEK)
    return [known.get(at) or Week(at, Outcomes()) for at in range(first, last + 1, WEEK)]


def _projects(found: Stats) -> list[str]:
    from tacit.app.commands.table import Column, table
    from tacit.core.present import count, percent

    rows = [
        (
            count(row.sessions),
            count(row.outcomes.total),
            count(row.patterns),
            percent(row.outcomes.rate),
            row.project,
        )
        for row in found.projects
    ]
    heads = ("sessions", "episodes", "patterns", "success")
    return table((*(Column(head, right=True) for head in heads), Column("project")), rows, indent="  ")


def _tools(found: Stats) -> list[str]:
    from tacit.app.commands.table import Column, table
    from tacit.core.present import count, percent

    rows = [
        (
            count(row.calls),
            count(row.errors),
            percent(row.errors / row.calls if row.calls else None),
            row.tool,
        )
        for row in found.tools
    ]
    heads = ("calls", "errors", "failing")
    return table((*(Column(head, right=True) for head in heads), Column("tool")), rows, indent="  ")
