"""The statistics of one project, read from counters as those of all are."""

from __future__ import annotations

from msgspec import Struct

from tacit.core.learn.calibration import Score
from tacit.core.learn.state import last_review
from tacit.core.outcome_counts import Outcomes
from tacit.core.stats import Week
from tacit.core.tables import EPISODES, LABELS, PATTERNS, SESSIONS
from tacit.store.keys import text
from tacit.store.reading import Read


class ProjectStats(Struct, frozen=True):
    """One project. ``worthy`` episodes are those something is learned from, ``changed`` changed files.

    ``forecasts`` tells how the claims of its patterns fared; ``None`` where no review looked yet, or it has
    too few to be told apart.
    """

    project: str
    sessions: int
    patterns: int
    outcomes: Outcomes
    weeks: tuple[Week, ...]
    worthy: int
    changed: int
    forecasts: Score | None = None


def project_stats(read: Read, project: str) -> ProjectStats:
    """The numbers of the project of this very name; all of them 0 where there is none."""
    name = text(project)
    state = last_review(read)
    calibration = None if state is None else state.calibration
    return ProjectStats(
        project=project,
        sessions=read.count(SESSIONS, "project", name),
        patterns=read.count(PATTERNS, "project", name),
        outcomes=Outcomes(**{one: read.count(EPISODES, "project", name + text(one)) for one in LABELS}),
        weeks=_weeks(read, name),
        worthy=read.count(EPISODES, "worthy", name),
        changed=read.count(EPISODES, "changed", name),
        forecasts=dict(calibration.projects).get(project) if calibration is not None else None,
    )


def _weeks(read: Read, name: bytes) -> tuple[Week, ...]:
    found: dict[int, dict[str, int]] = {}
    for group, count in read.groups(EPISODES, "project_week", name):
        start, label = group[len(name) :][:8], group[len(name) + 8 :].rstrip(b"\0").decode()
        found.setdefault(int.from_bytes(start, "big") - (1 << 63), {})[label] = count
    return tuple(Week(start, Outcomes(**found[start])) for start in sorted(found))
