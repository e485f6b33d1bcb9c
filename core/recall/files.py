"""Which files go together, and which patterns were used where a file was changed.

Counted are episodes that something is learned from and that changed at most ``MOST_FILES`` files. Lift
and p are those of :mod:`tacit.core.learn.lift`: of the episodes of a project that changed files, how many
times more often than chance two files, or one against the others of a group, were changed together. Only
what *stands* survived the correction there; the rest is marked as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from tacit.core.errors import Usage
from tacit.core.model import Pattern
from tacit.core.query import project_matches
from tacit.core.recall.files_changed import Changes, changes_of, files_meant
from tacit.core.recall.files_groups import FileGroup, Standing, counted, group_id
from tacit.core.recall.files_patterns import FilePattern, patterns_with
from tacit.core.recall.related_base import project_meant
from tacit.core.tables import PATTERNS
from tacit.core.tombstones import is_buried
from tacit.store.keys import text
from tacit.store.reading import Read

_PAIR = 3
"""Parts of the key of two files: the project and they."""

_ORDER: tuple[Standing, ...] = ("stands", "chance", "few")


class FilesTogether(Struct, frozen=True):
    """What goes together, the groups that stand first, then by p; and what was used with it.

    ``meant`` are the (project, file) that a path meant; ``episodes`` is how many changed one of them,
    ``looked_at`` how many of these were read, the newest. ``patterns`` are told of a path only.
    """

    groups: tuple[FileGroup, ...]
    meant: tuple[tuple[str, str], ...] = ()
    episodes: int = 0
    looked_at: int = 0
    patterns: tuple[FilePattern, ...] = ()


def files_together(read: Read, project: str | None = None, limit: int | None = None) -> FilesTogether:
    """The groups of files that stand, over all projects or in one, in the order of the list."""
    wanted = project_meant(read, project)
    groups: list[FileGroup] = []
    for _, key in read.scan(PATTERNS, "kind", text("file_group")):
        if limit is not None and len(groups) >= limit:
            break
        pattern = read.get(PATTERNS, key)
        if pattern is None or pattern.borrowed:
            continue
        if wanted is None or project_matches(wanted, pattern.key[0]):
            groups.append(_standing(read, pattern))
    return FilesTogether(tuple(groups))


def files_with(read: Read, path: str, project: str | None = None, since: int | None = None) -> FilesTogether:
    """The files that were changed together with a file, and the patterns used in those episodes.

    Args:
        read: the snapshot.
        path: the file: its path, whole parts of it, or a glob.
        project: only in this project.
        since: only what happened in episodes that ended at or after this time, in milliseconds; how often
            files were changed together is told over all time.

    Raises:
        Usage: the path is empty.
    """
    if not path.strip("/ "):
        raise Usage("There is no file to look for.", "For example src/main.rs or 'tests/*.py'.")
    meant = files_meant(read, path, project_meant(read, project))
    told = [changes_of(read, home, name, since) for home, name in meant]
    groups: dict[tuple[str, ...], FileGroup] = {}
    for one in told:
        for group in _beside(read, one):
            groups.setdefault((group.project, *group.files), group)
    return FilesTogether(
        groups=tuple(sorted(groups.values(), key=_place)),
        meant=tuple(meant),
        episodes=len({key for one in told for key in one.keys}),
        looked_at=len({key for one in told for key, _ in one.episodes}),
        patterns=patterns_with(read, told),
    )


def _place(group: FileGroup) -> tuple[int, int, float, tuple[str, ...]]:
    few = group.together if group.standing == "few" else 0
    return _ORDER.index(group.standing), -few, group.p, group.files


def _beside(read: Read, told: Changes) -> Iterator[FileGroup]:
    """The larger groups of a file, then it with each other file changed in one of its episodes."""
    larger = _larger(read, told)
    explained = {one: pattern.id for pattern in larger for one in pattern.explained}
    for pattern in larger:
        yield _standing(read, pattern)
    for name in told.beside():
        files = tuple(sorted((told.file, name)))
        own = group_id(told.project, files)
        row = read.get(PATTERNS, own.key)
        known = explained.get(own.id) if row is None or row.borrowed else own.id
        if known is None and is_buried(read, own.id):
            continue
        group = counted(read, told.project, files, known)
        if group.together:
            yield group


def _larger(read: Read, told: Changes) -> list[Pattern]:
    """The listed groups of more than two files that hold a file."""
    found = []
    for _, key in read.scan(PATTERNS, "file", text(told.file)):
        pattern = read.get(PATTERNS, key)
        if pattern is not None and pattern.kind == "file_group" and len(pattern.key) > _PAIR:
            project, *files = pattern.key
            if project == told.project and told.file in files:
                found.append(pattern)
    return found


def _standing(read: Read, pattern: Pattern) -> FileGroup:
    project, *files = pattern.key
    return counted(read, project, tuple(files), pattern.id)
