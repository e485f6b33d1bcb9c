"""Projects that are probably one: checkouts of a repository at several places, or one that was renamed.

Sessions of one project work on different files, so few paths are the same; the folders are. A folder says
something where one of its names is particular: ``cmd/entire/cli`` does, ``src/main`` is anywhere. Two
projects look alike when more than half of the folders of the one that has fewer, or of its paths, are the
other's too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from tacit.core.tables import EPISODES
from tacit.store.keys import text_of
from tacit.store.reading import Read

LEAST: dict[str, int] = {"folders": 2, "paths": 5}
"""So many have to be the same."""

_FOLDERS = """
api app apps assets bin build ci cli client cmd code com common components config configs controllers core
css data db dist doc docs e2e examples fixtures frontend backend generated github go helpers hooks img
images include integration internal io java js kotlin lib libs main migrations models modules net org
packages pages pkg plugins public python resources routes rust schemas scripts server services shared site
spec specs sql src static store styles templates test testdata tests tools types ui unit util utils vendor
views web workflows
"""
_COMMON = frozenset(_FOLDERS.split())
"""Names of folders that say nothing of a project."""

_FILES = """
.gitignore __init__.py agents.md cargo.lock cargo.toml changelog.md claude.md conftest.py dockerfile go.mod
go.sum index.html index.js index.ts lib.rs license main.go main.py main.rs main.ts makefile mod.rs
package-lock.json package.json pyproject.toml readme.md setup.py tsconfig.json uv.lock
"""
_PLAIN = frozenset(_FILES.split())
"""Names of files that say nothing of a project."""


class Likeness(Struct, frozen=True):
    """What a project looks like being part of: ``same`` of its ``of`` folders or paths are that one's too.

    ``example`` is the longest of them.
    """

    project: str
    what: Literal["folders", "paths"]
    same: int
    of: int
    example: str


class Places(Struct, frozen=True):
    """The particular folders and paths that the episodes of a project changed."""

    folders: frozenset[str]
    paths: frozenset[str]


def places_of(read: Read) -> dict[str, Places]:
    """Of every project, from counters that stand already."""
    changed: dict[str, set[str]] = {}
    for group, _ in read.groups(EPISODES, "changed"):
        project, path, *_ = (*map(text_of, group.split(b"\0")), "", "")
        if path:
            changed.setdefault(project, set()).add(path)
    return {project: places_in(paths) for project, paths in changed.items()}


def places_in(paths: Iterable[str]) -> Places:
    """The places among the paths that something was changed in."""
    inside = [path for path in paths if not path.startswith(("/", "~", ".."))]
    return Places(
        folders=frozenset(folder for path in inside for folder in _folders(path)),
        paths=frozenset(path for path in inside if path.rpartition("/")[2].lower() not in _PLAIN),
    )


def alike(names: Sequence[str], places: Mapping[str, Places]) -> dict[str, Likeness]:
    """What each project looks like being part of, if anything.

    Args:
        names: of all projects, the biggest first; one is only ever part of a bigger one.
        places: of all of them.
    """
    found: dict[str, Likeness] = {}
    holders: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        own = places.get(name, Places(frozenset(), frozenset()))
        near = {holder for place in own.folders | own.paths for holder in holders.setdefault(place, [])}
        like = likeness(name, [names[holder] for holder in sorted(near)], places)
        if like is not None:
            found[name] = like
        for place in own.folders | own.paths:
            holders[place].append(number)
    return found


def likeness(name: str, others: Sequence[str], places: Mapping[str, Places]) -> Likeness | None:
    """Which of the others a project looks most like; the first of several.

    Args:
        name: the project.
        others: those it may be part of, the biggest first.
        places: of all of them.
    """
    own = places.get(name)
    found = [
        alike
        for other in others
        if own is not None and other in places and (alike := _alike(own, other, places[other])) is not None
    ]
    return max(found, key=lambda one: one.same / one.of, default=None)


def _alike(own: Places, other: str, places: Places) -> Likeness | None:
    for what, mine, theirs in (
        ("paths", own.paths, places.paths),
        ("folders", own.folders, places.folders),
    ):
        same, least = mine & theirs, min(len(mine), len(theirs))
        if len(same) >= LEAST[what] and 2 * len(same) > least:
            return Likeness(other, what, len(same), least, _longest(same))  # type: ignore[arg-type]
    return None


def _longest(names: Collection[str]) -> str:
    return min(names, key=lambda name: (-name.count("/"), name))


def _folders(path: str) -> Iterable[str]:
    """The folders of two names and more, down to that of the file, that say something."""
    parts = path.split("/")[:-1]
    for end in range(2, len(parts) + 1):
        if any(part.lower().strip(".") not in _COMMON for part in parts[:end]):
            yield "/".join(parts[:end])
