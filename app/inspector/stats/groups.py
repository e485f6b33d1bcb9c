"""The blocks of the Stats screen that tell how the tasks of a week, a project or a language went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tacit.app.inspector.leads.targets import Lead, ToProject, before_week, in_week, named
from tacit.app.inspector.stats.lines import Success, said, successes
from tacit.app.inspector.views.rows import project_name
from tacit.core.clock import WEEK, week_start
from tacit.core.outcome_counts import Group, Outcomes
from tacit.core.present import count, plural, week
from tacit.core.query_terms import quote
from tacit.core.stats import ProjectCount, Week
from tacit.core.text import clean
from tacit.widgets.bars import LEGEND
from tacit.widgets.ink import Cell
from tacit.widgets.lines_pane import PaneLine

_WEEKS = 26
_PROJECTS = 20
_LANGUAGES = 12
_ROOMY = 90
"""Cells of a page that has room for sessions and patterns beside the tasks of a project."""


def weeks(found: Sequence[Week], now: int, width: int, project: str = "") -> list[PaneLine]:
    """Half a year of weeks, the quiet ones too, and in one line what was before."""
    if not found:
        return []
    known = {one.start: one.outcomes for one in found}
    last = min(found[-1].start, week_start(now))
    first = max(found[0].start, last - (_WEEKS - 1) * WEEK)
    more = _project_words(project)
    rows = list(_before(found, first, more))
    for at in range(first, found[-1].start + 1, WEEK):
        ended = known.get(at, Outcomes())
        target = in_week(at, more) if ended.total and more is not None else None
        rows.append(_row(week(at), ended, target))
    return [_head("Tasks by week"), *successes(rows, width)]


def _before(found: Sequence[Week], first: int, more: str | None) -> Iterator[Success]:
    older = [one.outcomes for one in found if one.start < first]
    if older:
        total, judged = sum(one.total for one in older), sum(one.judged for one in older)
        target = None if more is None else before_week(first, more)
        yield Success("before", total, judged, sum(one.success for one in older), target)


def _project_words(project: str) -> str | None:
    """What narrows a list to a project; ``None`` where its name cannot be typed."""
    if not project:
        return ""
    lead = named("episodes", "project", project)
    return None if lead is None else lead.query


def projects(found: Sequence[ProjectCount], width: int) -> list[PaneLine]:
    """The projects with most sessions; each leads to its own statistics."""
    if not found:
        return []
    rows = [
        Success(
            project_name(one.project),
            one.outcomes.total,
            one.outcomes.judged,
            one.outcomes.success,
            ToProject(one.project),
            _beside(one) if width >= _ROOMY else "",
        )
        for one in found[:_PROJECTS]
    ]
    return [_head("Projects"), *successes(rows, width), *_more(len(found) - _PROJECTS, "project")]


def _beside(one: ProjectCount) -> str:
    return f"{plural(one.sessions, 'session')}, {plural(one.patterns, 'pattern')}"


def task_types(found: Sequence[Group], width: int) -> list[PaneLine]:
    """What the tasks were about."""
    rows = [
        _row(one.name.replace("_", " "), one.outcomes, Lead("episodes", f"task:{one.name}")) for one in found
    ]
    return [_head("Types of task"), *successes(rows, width)] if rows else []


def languages(found: Sequence[Group], width: int) -> list[PaneLine]:
    """The languages that were written most in them."""
    rows = [_row(one.name, one.outcomes, _in_language(one.name)) for one in found[:_LANGUAGES]]
    if not rows:
        return []
    return [_head("Languages"), *successes(rows, width), *_more(len(found) - _LANGUAGES, "language")]


def _in_language(name: str) -> Lead | None:
    return Lead("episodes", f"lang:{quote(name)}") if clean(name) == name else None


def _row(name: str, outcomes: Outcomes, target: Lead | None) -> Success:
    return Success(name, outcomes.total, outcomes.judged, outcomes.success, target)


def _head(text: str) -> PaneLine:
    return PaneLine([Cell(f"{text}  ", "heading"), *LEGEND])


def _more(number: int, what: str) -> list[PaneLine]:
    return [said(f"  … {count(number)} more {what}{'' if number == 1 else 's'}")] if number > 0 else []
