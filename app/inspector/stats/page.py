"""The Stats screen as blocks, each of which is there as soon as its numbers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tacit.app.inspector.stats.calibration import calibration, project_calibration
from tacit.app.inspector.stats.groups import languages, projects, task_types, weeks
from tacit.app.inspector.stats.lines import said
from tacit.app.inspector.stats.totals import (
    agents,
    kinds,
    offered,
    outcomes,
    project_totals,
    sources,
    totals,
    verdicts,
)
from tacit.app.inspector.stats.work import funnel, tools
from tacit.app.inspector.views.prose import heading
from tacit.core.stats import Stats
from tacit.core.stats_project import ProjectStats
from tacit.widgets.lines_pane import PaneLine

Block = Callable[[int], Sequence[PaneLine]]
"""Lays a block out for a width in cells; no lines where there is nothing to say."""

ALL = (
    "totals",
    "outcomes",
    "sources",
    "weeks",
    "projects",
    "types",
    "languages",
    "kinds",
    "verdicts",
    "tools",
    "files",
    "funnel",
    "calibration",
    "agents",
    "offered",
    "health",
    "sizes",
)
"""The blocks of the page from top to bottom."""

ONE = ("totals", "outcomes", "weeks", "files", "calibration")
"""Those of one project."""

_HEADS = {
    "totals": "Totals",
    "files": "Files that go together",
    "health": "Health",
    "sizes": "On this disk",
}
"""What is read by itself."""


def counted(stats: Stats, now: int) -> dict[str, Block]:
    """The blocks that counters tell."""
    return {
        "totals": lambda width: totals(stats, width),
        "outcomes": lambda width: outcomes(stats.outcomes, width),
        "sources": lambda width: sources(stats, width),
        "weeks": lambda width: weeks(stats.weeks, now, width),
        "projects": lambda width: projects(stats.projects, width),
        "types": lambda width: task_types(stats.task_types, width),
        "languages": lambda width: languages(stats.languages, width),
        "kinds": lambda width: kinds(stats, width),
        "verdicts": lambda width: verdicts(stats, width),
        "tools": lambda width: tools(stats, width),
        "funnel": lambda width: funnel(stats.funnel, width),
        "calibration": lambda width: calibration(stats.calibration, width),
        "agents": lambda width: agents(stats, width),
        "offered": lambda width: offered(stats, width),
    }


def counted_project(stats: ProjectStats, now: int) -> dict[str, Block]:
    """The same for one project."""
    name = stats.project
    return {
        "totals": lambda width: project_totals(stats, width),
        "outcomes": lambda width: outcomes(stats.outcomes, width, name),
        "weeks": lambda width: weeks(stats.weeks, now, width, name),
        "calibration": lambda width: project_calibration(stats.forecasts, width),
    }


def laid_out(
    order: Sequence[str], blocks: Mapping[str, Block], width: int
) -> tuple[list[PaneLine], list[int]]:
    """All lines, and where each block begins; a block that is still being read says so."""
    lines: list[PaneLine] = []
    starts = []
    for name in order:
        block = blocks.get(name)
        found = block(width) if block is not None else _reading(name)
        if found:
            lines.append(PaneLine([]))
            starts.append(len(lines))
            lines += found
    return lines, starts


def unread(name: str) -> Block:
    """What stands in the place of a block that could not be read."""
    return lambda _: [heading(_HEADS[name]), said("  could not be read", "warn")]


def _reading(name: str) -> list[PaneLine]:
    return [heading(_HEADS[name]), said("  reading…")] if name in _HEADS else []
