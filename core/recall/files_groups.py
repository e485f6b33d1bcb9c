"""A group of files in numbers: how often it was changed together, against what popularity explains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from tacit.core.ids import format_id, pattern_key
from tacit.core.learn.events import by_episode, counts_of, events_of, pairs_of, together
from tacit.core.learn.lift import LEAST_TOGETHER, Pair, tail
from tacit.core.recall.rated import Rated
from tacit.core.tables import CANDIDATES, EPISODES, owner_of
from tacit.store.keys import text, u64
from tacit.store.reading import Read

Standing = Literal["stands", "chance", "few"]
"""A pattern; enough episodes, but not shown to be more than popularity explains; too few episodes to tell."""


class FileGroup(Rated, frozen=True):
    """Files that were changed in the same episodes of a project.

    ``changed`` is how often each was changed at all, ``together`` in how many episodes all of them were, of
    the ``population`` of the project's episodes that changed files. ``lift`` and ``p`` (one-sided) are
    those of two files; of more, those of the split of one file against the others that explains the group
    best. ``judged`` and ``successes`` are of the episodes together. ``pattern`` is the id of the pattern
    that tells of it, where one stands.
    """

    project: str
    files: tuple[str, ...]
    changed: tuple[int, ...]
    together: int
    population: int
    lift: float
    p: float
    standing: Standing
    pattern: str | None = None


class GroupId(NamedTuple):
    """The id that files have as a pattern, and its record key."""

    id: str
    key: bytes


def group_id(project: str, files: tuple[str, ...]) -> GroupId:
    """The id of files, in the order of their names, as a pattern, whether there is one or not."""
    number = pattern_key("file_group", (project, *files))
    return GroupId(format_id("p", number), u64(number))


def counted(read: Read, project: str, files: tuple[str, ...], pattern: str | None) -> FileGroup:
    """The numbers of files in the order of their names; ``pattern`` is the one that tells of them."""
    uses, judged, successes, *_ = _counts(read, project, files)
    changed = tuple(read.count(EPISODES, "changed", text(project) + text(name)) for name in files)
    splits = list(_splits(read, project, files, uses, changed))
    standing: Standing = "few" if uses < LEAST_TOGETHER else "chance"
    return FileGroup(
        project=project,
        files=files,
        changed=changed,
        together=uses,
        population=read.count(EPISODES, "changed", text(project)),
        lift=min((one.lift for one in splits), default=1.0),
        p=max(map(tail, splits), default=1.0),
        standing=standing if pattern is None else "stands",
        judged=judged,
        successes=successes,
        pattern=pattern,
    )


def _splits(
    read: Read, project: str, files: tuple[str, ...], uses: int, changed: tuple[int, ...]
) -> Iterator[Pair]:
    """Each file of a group against the others; what was changed together was changed."""
    population = read.count(EPISODES, "changed", text(project))
    for place, one in enumerate(changed):
        rest = (*files[:place], *files[place + 1 :])
        others = changed[1 - place] if len(files) == 2 else _counts(read, project, rest)[0]
        most = (max(one, uses, 1), max(others, uses, 1))
        yield Pair(uses, *most, max(population, *most))


def _counts(read: Read, project: str, files: tuple[str, ...]) -> tuple[int, ...]:
    """Uses, judged, successes and so on of the episodes that changed all of the files."""
    if len(files) == 2:
        return read.tally(CANDIDATES, _owner(project, files))
    pairs = pairs_of((project, *files))
    return counts_of(together([by_episode(events_of(read, _owner(pair[0], pair[1:]))) for pair in pairs]))


def _owner(project: str, files: tuple[str, ...]) -> int:
    return owner_of("file_group", pattern_key("file_group", (project, *files)))
