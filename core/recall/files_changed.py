"""The episodes that changed a file, and which files a path means."""

from __future__ import annotations

from msgspec import Struct

from tacit.core.model import Episode
from tacit.core.query import file_matches
from tacit.core.recall.related_base import worthy_episodes
from tacit.core.tables import EPISODES, MOST_FILES
from tacit.store.keys import descending, i64_of, text, text_of
from tacit.store.reading import Read

LOOKED_AT = 200
"""So many of a file's episodes are read, the newest."""

MEANT = 50
"""A glob or part of a path means at most so many files, those changed most."""


class Changes(Struct, frozen=True):
    """The newest episodes that changed a file, (record key, episode), of all ``keys``."""

    project: str
    file: str
    keys: frozenset[bytes]
    episodes: tuple[tuple[bytes, Episode], ...]

    def beside(self) -> list[str]:
        """The other files of those that say something of files together, by name."""
        small = (episode for _, episode in self.episodes if len(episode.files) <= MOST_FILES)
        return sorted({name for episode in small for name in episode.files} - {self.file})


def files_meant(read: Read, path: str, project: str | None) -> list[tuple[str, str]]:
    """The (project, file) that a path means, those changed most first.

    A whole path means itself in every project; only where no file is called so is it taken for parts of
    one or a glob, which looks at the name of every file.
    """
    homes = worthy_episodes(read, project)
    path = path.removeprefix("./")
    exact = [home for home in homes if _is_changed(read, home, path)]
    if exact:
        return [(home, path) for home in exact]
    found = []
    for home in homes:
        for group, count in read.groups(EPISODES, "changed", text(home)):
            name = text_of(group[len(text(home)) :])
            if name and file_matches(path, name):
                found.append((-count, home, name))
    return [(home, name) for _, home, name in sorted(found)[:MEANT]]


def _is_changed(read: Read, project: str, path: str) -> bool:
    return any(True for _ in read.scan(EPISODES, "file", text(project) + text(path)))


def changes_of(read: Read, project: str, file: str, since: int | None) -> Changes:
    """The newest episodes that changed a file; none that ended before ``since``."""
    found: list[tuple[bytes, Episode]] = []
    keys = set()
    for place, key in read.scan(EPISODES, "file", text(project) + text(file)):
        if since is not None and _ended(place) < since:
            break
        keys.add(key)
        episode = read.get(EPISODES, key) if len(found) < LOOKED_AT else None
        if episode is not None:
            found.append((key, episode))
    return Changes(project, file, frozenset(keys), tuple(found))


def _ended(place: bytes) -> int:
    """When the episode of an index key ended."""
    return i64_of(descending(place[-8:]))
