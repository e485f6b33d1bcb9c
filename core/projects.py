"""Which project a told name means, and which names a project goes by besides its own.

A session keeps the name that its transcript tells. Its project is a pure function of that name and of the
aliases, those of the configuration before those that were made by merging: so it is the same whether a
project was merged before its sessions were imported or after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tacit.core.aliases import aliases
from tacit.core.ids import pattern_id
from tacit.core.model import Kind, Session
from tacit.core.tables import SESSIONS
from tacit.store.keys import successor, text, text_of
from tacit.store.reading import Read

OF_PROJECT: frozenset[Kind] = frozenset(("heuristic", "context", "file_group"))
"""The kinds whose keys begin with a project, so that their ids change with its name."""

OtherNames = Mapping[str, Sequence[str]]
"""Project -> the other names it goes by, in order."""


class Names:
    """The meaning of told names.

    Args:
        merged: name to project, as merged here.
        configured: the same of the configuration, which goes first.
    """

    def __init__(self, merged: Mapping[str, str], configured: Mapping[str, str]) -> None:
        self._direct = {**merged, **configured}

    def of(self, told: str) -> str:
        """The project of a told name. Chains are followed; a circle means the first name in it."""
        met = [told]
        while (after := self._direct.get(met[-1])) is not None:
            if after in met:
                return min(met[met.index(after) :])
            met.append(after)
        return met[-1]

    def others(self) -> Iterator[str]:
        """Every name that means another one."""
        return (name for name in self._direct if self.of(name) != name)


def names_of(read: Read, configured: Mapping[str, str]) -> Names:
    """The meaning of names in a store, under the aliases of the configuration."""
    return Names({one.name: one.target for one in aliases(read)}, configured)


def resolve(read: Read, told: str, configured: Mapping[str, str]) -> str:
    """The project that a told name means."""
    return names_of(read, configured).of(told)


def told_of(session: Session) -> str:
    """The name of a session's project as its transcript has it."""
    return session.told_project or session.project


def standing_aliases(read: Read) -> dict[str, str]:
    """Other name -> project, chains followed; also what only the configuration said when it was imported."""
    names = names_of(read, {})
    found = {name: names.of(name) for name in names.others()}
    found.update(told_pairs(read))
    return dict(sorted(found.items()))


def other_names(read: Read) -> OtherNames:
    """The other names of every project that has some."""
    found: dict[str, list[str]] = {}
    for name, project in standing_aliases(read).items():
        found.setdefault(project, []).append(name)
    return found


def told_pairs(read: Read) -> Iterator[tuple[str, str]]:
    """(told name, project), each once, of the sessions that are told under another name."""
    start: bytes | None = b""
    while start is not None:
        entry = next(read.scan(SESSIONS, "told", start=start), None)
        if entry is None:
            return
        session = read.get(SESSIONS, entry[1])
        if session is not None:
            yield session.told_project, session.project
        start = successor(entry[0])


def sessions_told(read: Read, told: str, project: str) -> list[Session]:
    """The live sessions of a project whose transcripts tell of it under that name."""
    if told == project:
        scan = read.scan(SESSIONS, "project", text(project))
    else:
        scan = read.scan(SESSIONS, "told", text(told) + text(project))
    found = (read.get(SESSIONS, key) for _, key in scan)
    return [one for one in found if one is not None and (told_of(one), one.project) == (told, project)]


def is_project(read: Read, name: str) -> bool:
    """Whether a live session is of a project of exactly that name."""
    found = (read.get(SESSIONS, key) for _, key in read.scan(SESSIONS, "project", text(name)))
    return any(one is not None and one.project == name for one in found)


def project_names(read: Read) -> list[str]:
    """The projects of live sessions, in order; a name of more than 200 bytes is cut."""
    return [text_of(group) for group, _ in read.groups(SESSIONS, "project")]


def former_ids(kind: Kind, key: tuple[str, ...], names: OtherNames) -> tuple[str, ...]:
    """The ids that a pattern would have under the other names of its project.

    What was said of one of these is said of the pattern.
    """
    if kind not in OF_PROJECT or not key:
        return ()
    return tuple(pattern_id(kind, (name, *key[1:])) for name in names.get(key[0], ()))
