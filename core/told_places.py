"""What the sessions of a store show names of projects to be: the address or the directory that is meant.

One session tells an address and the directory it lay in; another only what its agent made of the directory:
Gemini CLI the hash of its path, Cursor the name of a folder, in which ``a-b`` and ``a/b`` are the same.
Asked are the indexes: of each name the newest and the oldest session of its own, however many there are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

from tacit.core.learn.paths import UNTOLD, is_scratch, project_of
from tacit.core.model import Session
from tacit.core.projects import project_names, told_of
from tacit.core.readers.made_names import around, hashed_name, is_hashed, slug
from tacit.core.tables import SESSIONS
from tacit.store.keys import successor, text, text_of
from tacit.store.reading import Read

Shown = Mapping[str, frozenset[str]]
"""Name of a project -> all that it may be by another name; of one alone it is that."""

_ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]")
_SLUG = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]*)+")
_NOWHERE = frozenset(("", "~", "/", UNTOLD))


def is_nobodys(name: str) -> bool:
    """Whether a directory of this name is of no project: the home itself, and temporary folders."""
    return name in _NOWHERE or is_scratch(f"{name}/")


def shown(read: Read) -> Shown:
    """All names that sessions show something of, directories and what agents made of them."""
    found: dict[str, set[str]] = {}
    for (name, address), _ in _groups(read, "lay"):
        if not is_nobodys(name):
            found.setdefault(name, set()).add(address)
    for name, meant in _directories(read).items():
        found.setdefault(name, set()).update(meant)
    return {name: frozenset(meant) for name, meant in found.items()}


def _directories(read: Read) -> dict[str, set[str]]:
    """The directories, by their names, that hashes and names of folders may stand for.

    A hash proves a path, be it any folder around known ones. The name of a folder proves nothing: it is only
    taken for a directory in which a session lay, and all that could be called so too counts against.
    """
    names = [*project_names(read), *(parts[0] for parts, _ in _groups(read, "told"))]
    if not any(is_hashed(name) or _SLUG.fullmatch(name) for name in names):
        return {}
    hashed: set[str] = set()
    slugs: dict[str, set[str]] = {}
    lay: set[str] = set()
    known: set[str] = {parts[0] for parts, _ in _groups(read, "lay")}
    for session in _samples(read):
        told, directory = told_of(session), session.directory
        if session.agent == "gemini" and told == directory and is_hashed(told):
            hashed.add(told)
        elif session.agent == "cursor" and told == directory and _SLUG.fullmatch(told):
            slugs.setdefault(slug(told), set()).add(told)
        elif _ABSOLUTE.match(directory):
            lay.add(directory)
            known.update((told, project_of(directory, None)))
        else:
            known.add(told)
    paths = set(around(chain(lay, _under(_homes(lay), {*names, *known})))) if hashed or slugs else set()
    return _proved(paths, hashed) | _called(paths, lay, known, slugs)


def _proved(paths: Iterable[str], hashed: Collection[str]) -> dict[str, set[str]]:
    """What each hash is that is one of a path."""
    found: dict[str, set[str]] = {}
    for path in paths if hashed else ():
        name = hashed_name(path)
        if name in hashed:
            found.setdefault(name, set()).add(project_of(path, None))
    return found


def _called(
    paths: Iterable[str], lay: Collection[str], known: Collection[str], slugs: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """All that each name of a folder may be, itself where a project is called so, if a session lay in one."""
    meant: dict[str, set[str]] = {}
    for path in chain(paths, lay) if slugs else ():
        if (called := slug(path)) in slugs:
            meant.setdefault(called, set()).add(project_of(path, None))
    sure = {slug(path) for path in lay} if slugs else set()
    return {
        name: meant[called] | ({name} & set(known))
        for called in sure & meant.keys()
        for name in slugs[called]
    }


def _homes(directories: Iterable[str]) -> set[str]:
    """What the names of directories leave out of their paths."""
    ends = ((path, f"/{project_of(path, None)}") for path in directories)
    return {path.removesuffix(name) for path, name in ends if path.endswith(name) and path != name}


def _under(homes: Collection[str], names: Iterable[str]) -> Iterator[str]:
    """The paths that names may have been told for."""
    for name in names:
        if name.startswith("/"):
            yield name
        elif name not in _NOWHERE:
            yield from (f"{home}/{name}" for home in homes)


def _samples(read: Read) -> Iterator[Session]:
    """Of every name that sessions are told under, or their directories have, the first and the last one."""
    for name in project_names(read):
        yield from _told_so(read, name)
    for index in ("told", "lay"):
        for _, keys in _groups(read, index):
            found = (read.get(SESSIONS, key) for key in keys)
            yield from (one for one in found if one is not None)


def _told_so(read: Read, name: str) -> list[Session]:
    """The outermost sessions of a project that are not merged into it, looked for from both ends."""
    ends = (read.scan(SESSIONS, "project", text(name), reverse=backwards) for backwards in (False, True))
    for (_, one), (_, other) in zip(*ends, strict=False):
        met = [read.get(SESSIONS, key) for key in {one, other}]
        if found := [session for session in met if session is not None and not session.told_project]:
            return found
    return []


def _groups(read: Read, index: str) -> Iterator[tuple[list[str], set[bytes]]]:
    """The texts of each key of an index, and the first and the last record under it."""
    start: bytes | None = b""
    while start is not None:
        first = next(read.scan(SESSIONS, index, start=start), None)
        if first is None:
            return
        last = next(read.scan(SESSIONS, index, first[0], reverse=True), first)
        yield [text_of(part) for part in first[0].split(b"\0")[:-1]], {first[1], last[1]}
        start = successor(first[0])
