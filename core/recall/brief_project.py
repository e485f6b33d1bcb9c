"""Which project a working directory is of, as far as the memory knows it; the disk is not asked."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from tacit.core.learn.paths import project_of
from tacit.core.projects import names_of
from tacit.core.tables import SESSIONS
from tacit.store.keys import text
from tacit.store.reading import Read

_UP = 8
_NEWEST = 50
_NOWHERE = frozenset(("", "~", "/", "unknown"))


def project_at(read: Read, directories: Sequence[str], aliases: Mapping[str, str]) -> str:
    """The project of the first directory, or of the nearest one above, that the memory knows.

    Where a project goes by the address of its repository, the newest sessions tell where that lay.

    Args:
        read: the snapshot.
        directories: where an agent works; what it was started in comes last.
        aliases: those of the configuration.

    Returns:
        Its name; empty where none is known.
    """
    names = names_of(read, aliases)
    told = list(dict.fromkeys(name for one in directories for name in _names(one)))
    for name in told:
        project = names.of(name)
        if read.count(SESSIONS, "project", text(project)):
            return project
    lay = dict(reversed(list(_newest(read))))
    return next((lay[name] for name in told if name in lay), "")


def _names(directory: str) -> Iterator[str]:
    """What a session that was started there, or in a folder above, would be called."""
    for above in range(_UP):
        name = project_of(directory, None) if directory else ""
        if name not in _NOWHERE or (name == "~" and not above):
            yield name
        upper = posixpath.dirname(directory)
        if upper == directory or name in _NOWHERE:
            return
        directory = upper


def _newest(read: Read) -> Iterator[tuple[str, str]]:
    """(name by its directory, project) of the newest sessions."""
    for _, key in islice(read.scan(SESSIONS, "recent"), _NEWEST):
        session = read.get(SESSIONS, key)
        if session is not None and session.directory:
            yield project_of(session.directory, None), session.project
