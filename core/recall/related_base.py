"""What relations are counted against: the episodes that something is learned from, by project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tacit.core.learn.events import Event
from tacit.core.model import Pattern
from tacit.core.project_query import name_meant
from tacit.core.query import project_matches
from tacit.core.tables import EPISODES, SESSIONS
from tacit.store.keys import text_of, u64
from tacit.store.reading import Read


def project_meant(read: Read, project: str | None) -> str | None:
    """The name a project has now, as the lists understand it; ``None`` for all projects."""
    return None if project is None else name_meant(read, project)


def worthy_episodes(read: Read, project: str | None) -> dict[str, int]:
    """Project -> how many of its episodes something is learned from; of one project or all."""
    found = {text_of(group): count for group, count in read.groups(EPISODES, "worthy")}
    return {name: count for name, count in found.items() if project is None or project_matches(project, name)}


def episodes_by_project(pattern: Pattern) -> dict[str, int]:
    """Project -> in how many of its episodes a pattern was used, as of the last review."""
    if pattern.parts:
        return {part.project: part.episodes for part in pattern.parts}
    return dict.fromkeys(pattern.project_names[:1], pattern.episodes)


def within(
    read: Read, events: Iterable[Event], projects: Sequence[str], wanted: Iterable[str]
) -> list[Event]:
    """The uses in some projects. ``projects`` are all that the pattern was used in."""
    among = frozenset(wanted)
    if among.issuperset(projects):
        return list(events)
    homes: dict[int, bool] = {}
    found = []
    for event in events:
        known = homes.get(event[1])
        if known is None:
            session = read.get(SESSIONS, u64(event[1]))
            known = homes[event[1]] = session is not None and session.project in among
        if known:
            found.append(event)
    return found
