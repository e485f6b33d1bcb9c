"""The totals of the store, as lines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tacit.app.inspector.views.prose import facts
from tacit.app.inspector.views.rows import LABEL_GLYPHS, LABEL_INKS, project_name
from tacit.app.inspector.views.stats_calibration import calibration_lines
from tacit.app.inspector.views.stats_groups import funnel_lines, group_lines
from tacit.core.clock import WEEK, week_start
from tacit.core.model import Label
from tacit.core.outcome_counts import Outcomes
from tacit.core.present import count, kind_word, percent, plural, week
from tacit.core.stats import Stats
from tacit.core.text import clean, pad
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, PaneLine
from tacit.widgets.trend import LEGEND, Week, trend_lines

_WEEKS = 26
_PROJECTS = 20


def stats_page(stats: Stats, now: int) -> Compose:
    """Everything, one block under the other."""
    return partial(_lines, stats, now)


def _lines(stats: Stats, now: int, width: int) -> list[PaneLine]:
    blocks: list[list[Line]] = [
        _totals(stats, width),
        _outcomes(stats, width),
        _trend(stats, now, width),
        _tools(stats, width),
        group_lines(stats.task_types, stats.languages),
        _projects(stats, width),
        calibration_lines(stats.calibration, width),
        funnel_lines(stats.funnel, width),
    ]
    lines: list[Line] = []
    for block in blocks:
        if block:
            lines += [[], *block]
    return [PaneLine(line) for line in lines]


def _totals(stats: Stats, width: int) -> list[Line]:
    sums = stats.sums
    kinds = ", ".join(f"{count(number)} {kind_word(kind)}" for kind, number in stats.kinds.items())
    verdicts = ", ".join(f"{count(number)} {word}" for word, number in stats.verdicts.items())
    pairs = [
        ("Patterns", f"{count(stats.patterns)}" + (f": {kinds}" if kinds else "")),
        ("Verdicts", verdicts),
        ("Sessions", f"{count(stats.sessions)} with {plural(stats.episodes, 'task')}"),
        ("Steps", f"{count(sums.get('steps', 0))}, {plural(sums.get('errors', 0), 'error')}"),
        ("Agents", ", ".join(f"{name} {count(number)}" for name, number in stats.agents.items())),
    ]
    return [[Cell("Totals", "heading")], *facts(pairs, width)]


def _outcomes(stats: Stats, width: int) -> list[Line]:
    outcomes = stats.outcomes
    head = f"  {percent(outcomes.rate)} of {plural(outcomes.judged, 'judged task')} succeed"
    lines: list[Line] = [[Cell("Outcomes", "heading"), Cell(head, "muted")]]
    for label, number in _by_label(outcomes).items():
        if number:
            bar = _bar(number, outcomes.total, width - 26)
            ink = LABEL_INKS.get(label, "muted")
            lines.append(
                [Cell(f"{LABEL_GLYPHS[label]} {pad(label, 10)}{count(number):>7}  ", ink), Cell(bar, ink)]
            )
    if stats.sources:
        lines += facts([("Judged by", _listed(stats.sources))], width)
    return lines


def _by_label(outcomes: Outcomes) -> dict[Label, int]:
    return {
        "success": outcomes.success,
        "partial": outcomes.partial,
        "failure": outcomes.failure,
        "abstained": outcomes.abstained,
        "unknown": outcomes.unknown,
    }


def _trend(stats: Stats, now: int, width: int) -> list[Line]:
    if not stats.weeks:
        return []
    known = {one.start: one.outcomes for one in stats.weeks}
    last = min(stats.weeks[-1].start, week_start(now))
    first = max(stats.weeks[0].start, last - (_WEEKS - 1) * WEEK)
    weeks = []
    for at in range(first, last + 1, WEEK):
        outcomes = known.get(at, Outcomes())
        weeks.append(Week(week(at), outcomes.total, outcomes.judged, outcomes.success))
    return [[Cell("Tasks by week  ", "heading"), *LEGEND], *trend_lines(weeks, width)]


def _tools(stats: Stats, width: int) -> list[Line]:
    if not stats.tools:
        return []
    most = max(tool.calls for tool in stats.tools)
    lines: list[Line] = [[Cell("Tools", "heading"), Cell("  calls, and how many were errors", "muted")]]
    for tool in stats.tools:
        errors = f"✗ {count(tool.errors)} ({percent(tool.errors / tool.calls)})" if tool.errors else ""
        lines.append(
            [
                Cell(f"{pad(clean(tool.tool), 10)}{count(tool.calls):>8}  "),
                Cell(pad(_bar(tool.calls, most, width - 42), max(width - 42, 1)), "accent"),
                Cell(f"  {errors}", "bad"),
            ]
        )
    return lines


def _projects(stats: Stats, width: int) -> list[Line]:
    if not stats.projects:
        return []
    name_width = max(min(width - 48, 40), 12)
    head = f"{pad('Projects', name_width)}{'sessions':>9}{'patterns':>10}{'tasks':>8}{'succeed':>10}"
    lines: list[Line] = [[Cell(head, "heading")]]
    for one in stats.projects[:_PROJECTS]:
        rate = f"{percent(one.outcomes.rate)}" if one.outcomes.judged else "–"
        numbers = f"{count(one.sessions):>9}{count(one.patterns):>10}{count(one.outcomes.total):>8}{rate:>10}"
        judged = f"  of {count(one.outcomes.judged)}" if one.outcomes.judged else ""
        lines.append([Cell(pad(project_name(one.project), name_width)), Cell(numbers), Cell(judged, "muted")])
    if len(stats.projects) > _PROJECTS:
        lines.append([Cell(f"… {count(len(stats.projects) - _PROJECTS)} more", "muted")])
    return lines


def _listed(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count(number)}" for name, number in numbers.items())


def _bar(number: int, most: int, room: int) -> str:
    return "█" * max(round(number / most * max(min(room, 48), 1)), 1) if number and most else ""
