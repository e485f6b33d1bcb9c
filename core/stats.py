"""Plain statistics, all read from counters: nothing here scans records."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tacit.core.funnel import Funnel, funnel
from tacit.core.learn.calibration import Calibration
from tacit.core.learn.state import last_review
from tacit.core.model import KINDS, SOURCES, Label, Offered
from tacit.core.outcome_counts import Group, Outcomes, groups
from tacit.core.pattern_counts import borrowed, learned, learned_of_kind
from tacit.core.tables import EPISODES, LABELS, NOTES, OFFERS, PATTERNS, SESSIONS, SUMS
from tacit.store.keys import text, text_of
from tacit.store.reading import Read
from tacit.store.schema import Table


class ToolCount(Struct, frozen=True):
    """Calls of one tool word, and how many of them were errors as the transcript marks them."""

    tool: str
    calls: int
    errors: int


class ProjectCount(Struct, frozen=True):
    """One project: sessions, listed patterns, and how its episodes ended."""

    project: str
    sessions: int
    patterns: int
    outcomes: Outcomes


class Week(Struct, frozen=True):
    """One ISO week in UTC by its first millisecond, and how the episodes that ended in it went."""

    start: int
    outcomes: Outcomes


class Stats(Struct, frozen=True):
    """The totals of a store. ``sums`` are over episodes: steps, errors and so on.

    ``elsewhere`` counts what only other memories speak for, ``notes`` what was moved in from them; neither is
    in any other number. ``offers`` is how often a pattern was given to an agent. ``calibration``, and in
    ``offered`` what came of that, are what the last review found; ``None`` where none looked yet or nothing
    is known.
    """

    sessions: int
    episodes: int
    patterns: int
    sums: dict[str, int]
    outcomes: Outcomes
    sources: dict[str, int]
    kinds: dict[str, int]
    verdicts: dict[str, int]
    agents: dict[str, int]
    tools: tuple[ToolCount, ...]
    projects: tuple[ProjectCount, ...]
    weeks: tuple[Week, ...]
    funnel: Funnel
    task_types: tuple[Group, ...]
    languages: tuple[Group, ...]
    calibration: Calibration | None = None
    elsewhere: int = 0
    notes: int = 0
    offers: int = 0
    offered: Offered | None = None


def stats(read: Read) -> Stats:
    """Every total of the store, in one read transaction."""
    outcomes = Outcomes(**{label: read.count(EPISODES, "outcome", text(label)) for label in LABELS})
    state = last_review(read)
    sources = _named(read, EPISODES, "source")
    return Stats(
        sessions=read.count(SESSIONS, "total"),
        episodes=read.count(EPISODES, "total"),
        patterns=learned(read),
        sums={name: read.count(EPISODES, "sum", name.encode()) for name in SUMS},
        outcomes=outcomes,
        sources={name: sources[name] for name in SOURCES if name in sources},
        kinds={kind: count for kind in KINDS if (count := learned_of_kind(read, kind))},
        verdicts={
            word: number for word, number in _named(read, PATTERNS, "verdict").items() if word != "shared"
        },
        agents=_named(read, SESSIONS, "agent"),
        tools=_tools(read),
        projects=project_counts(read),
        weeks=_weeks(read),
        funnel=funnel(read),
        task_types=groups(read, "task_type"),
        languages=groups(read, "language"),
        calibration=None if state is None else state.calibration,
        elsewhere=borrowed(read),
        notes=read.count(NOTES, "total"),
        offers=sum(number for _, number in read.groups(OFFERS, "agent")),
        offered=None if state is None else state.offered,
    )


def _named(read: Read, table: Table[Any], counter: str) -> dict[str, int]:
    return {text_of(group): count for group, count in read.groups(table, counter)}


def _tools(read: Read) -> tuple[ToolCount, ...]:
    found: dict[str, dict[str, int]] = {}
    for group, count in read.groups(EPISODES, "tool"):
        name, _, what = group.partition(b"\0")
        found.setdefault(text_of(name), {})[text_of(what)] = count
    tools = [ToolCount(name, row.get("calls", 0), row.get("errors", 0)) for name, row in found.items()]
    return tuple(sorted(tools, key=lambda tool: (-tool.calls, tool.tool)))


def project_counts(read: Read) -> tuple[ProjectCount, ...]:
    """All projects, those with most sessions first; ties by name."""
    found: dict[str, dict[str, int]] = {}
    for group, count in read.groups(EPISODES, "project"):
        name, label, _ = map(text_of, group.split(b"\0"))
        found.setdefault(name, {})[label] = count
    patterns = _named(read, PATTERNS, "project")
    rows = [
        ProjectCount(name, sessions, patterns.get(name, 0), Outcomes(**found.get(name, {})))
        for name, sessions in _named(read, SESSIONS, "project").items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.sessions, row.project)))


def _weeks(read: Read) -> tuple[Week, ...]:
    found: dict[int, dict[Label, int]] = {}
    for group, count in read.groups(EPISODES, "week"):
        label = group[8:].rstrip(b"\0").decode()
        found.setdefault(int.from_bytes(group[:8], "big") - (1 << 63), {})[label] = count  # type: ignore[index]
    return tuple(Week(start, Outcomes(**found[start])) for start in sorted(found))
