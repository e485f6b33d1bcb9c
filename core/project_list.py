"""Projects as a list: how much of each there is, by which names it goes, and what looks like one with it."""

from __future__ import annotations

from msgspec import Struct

from tacit.core.outcome_counts import Outcomes
from tacit.core.project_likeness import Likeness, alike, places_of
from tacit.core.projects import other_names
from tacit.core.stats import project_counts
from tacit.core.tables import EPISODES
from tacit.store.keys import text
from tacit.store.reading import Read


class Project(Struct, frozen=True):
    """One project.

    ``patterns`` are rows of the list; ``last_used`` is when its newest episode ended, in milliseconds,
    ``None`` without any. ``others`` are its other names. ``like`` is the bigger project that it seems to be
    part of.
    """

    name: str
    sessions: int
    episodes: int
    patterns: int
    outcomes: Outcomes
    last_used: int | None
    others: tuple[str, ...] = ()
    like: Likeness | None = None


def projects(read: Read) -> tuple[Project, ...]:
    """All projects, those with most sessions first; ties by name."""
    names = other_names(read)
    rows = project_counts(read)
    like = alike([row.project for row in rows], places_of(read))
    return tuple(
        Project(
            name=row.project,
            sessions=row.sessions,
            episodes=row.outcomes.total,
            patterns=row.patterns,
            outcomes=row.outcomes,
            last_used=_last_used(read, row.project),
            others=tuple(names.get(row.project, ())),
            like=like.get(row.project),
        )
        for row in rows
    )


def _last_used(read: Read, name: str) -> int | None:
    for _, key in read.scan(EPISODES, "project", text(name)):
        episode = read.get(EPISODES, key)
        return None if episode is None else episode.ended
    return None
