"""Which patterns were used in the episodes that changed a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tacit.core.evidence import listed_by
from tacit.core.learn.events import JUDGED, SUCCESS, Event, uses_of
from tacit.core.learn.records import Contribution
from tacit.core.model import Pattern
from tacit.core.recall.files_changed import Changes
from tacit.core.recall.rated import Rated
from tacit.core.tables import CONTRIBUTIONS
from tacit.store.reading import Read


class FilePattern(Rated, frozen=True):
    """A pattern by its uses in the episodes that changed a file.

    ``on_file`` counts the uses whose own steps worked on the file, be it only to read it. ``last_used`` is
    the newest use there, in milliseconds. Judged, successes, rate and interval are of these uses.
    """

    pattern: Pattern
    uses: int
    on_file: int
    last_used: int


def patterns_with(read: Read, told: Sequence[Changes]) -> tuple[FilePattern, ...]:
    """The listed patterns used in some episodes: those on the file itself first, then by uses."""
    touched: dict[int, set[int]] = {}
    patterns: dict[str, Pattern] = {}
    for one in told:
        for key, _ in one.episodes:
            contribution = read.get(CONTRIBUTIONS, key)
            if contribution is not None:
                steps = touched.setdefault(int.from_bytes(key, "big"), set())
                steps.update(_steps_on(contribution, one.file))
                patterns.update((pattern.id, pattern) for pattern in listed_by(read, contribution))
    found = [_told(pattern, uses_of(read, pattern), touched) for pattern in patterns.values()]
    found.sort(key=lambda one: (-one.on_file, -one.uses, one.pattern.rank))
    return tuple(found)


def _steps_on(contribution: Contribution, file: str) -> Iterator[int]:
    """The steps that worked on a file."""
    return (step for step, word in contribution.targets if contribution.words[word] == file)


def _told(pattern: Pattern, uses: Sequence[Event], touched: dict[int, set[int]]) -> FilePattern:
    """A pattern by its uses in the episodes that are known, with the steps on the file there."""
    own = [use for use in uses if use[0] in touched]
    return FilePattern(
        pattern=pattern,
        uses=len(own),
        on_file=sum(any(use[3] <= n <= use[4] for n in touched[use[0]]) for use in own),
        judged=sum(use[5] in JUDGED for use in own),
        successes=sum(use[5] == SUCCESS for use in own),
        last_used=max(use[2] for use in own),
    )
