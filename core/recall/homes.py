"""Whose episodes are whose: the projects that a name means, and the project of each episode."""

from __future__ import annotations

from tacit.core.model import Episode
from tacit.core.project_query import name_meant
from tacit.core.projects import project_names
from tacit.core.query import project_matches
from tacit.core.tables import EPISODES
from tacit.store.keys import u64
from tacit.store.reading import Read


def projects_meant(read: Read, wanted: str | None) -> frozenset[str] | None:
    """The projects that a name means, also one they had before they were merged; ``None`` for no name."""
    if wanted is None:
        return None
    name = name_meant(read, wanted)
    return frozenset(one for one in project_names(read) if project_matches(name, one))


class Homes:
    """Episodes by their key, each read once for one answer."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[int, Episode | None] = {}

    def episode(self, key: int) -> Episode | None:
        """The episode, ``None`` where it is damaged."""
        if key not in self._known:
            self._known[key] = self._read.get(EPISODES, u64(key))
        return self._known[key]

    def project(self, key: int) -> str:
        """The project of an episode; empty where nobody knows."""
        found = self.episode(key)
        return "" if found is None else found.project
