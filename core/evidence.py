"""From a pattern to the very steps it was learned from, and back."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tacit.core.ids import format_id
from tacit.core.learn.events import uses_of
from tacit.core.learn.records import Contribution
from tacit.core.model import KINDS, Evidenced, Pattern
from tacit.core.tables import CONTRIBUTIONS, EPISODES, LABELS, PATTERNS, key_of, number_of
from tacit.store.keys import u64
from tacit.store.reading import Read

_FILES = KINDS.index("file_group")


def evidence(
    read: Read, pattern: Pattern, limit: int | None = None, projects: Collection[str] | None = None
) -> tuple[Evidenced, ...]:
    """The uses of a pattern, newest first, at most ``limit``; of some ``projects``, where they are named."""
    events = uses_of(read, pattern)
    events.sort(key=lambda event: (-event[2], event[0], event[3]))
    found: list[Evidenced] = []
    for key, session, at, first, last, result, _ in events:
        if limit is not None and len(found) >= limit:
            break
        episode = read.get(EPISODES, u64(key))
        project = "" if episode is None else episode.project
        if projects is None or project in projects:
            found.append(
                Evidenced(
                    episode=format_id("e", key),
                    session=format_id("s", session),
                    project=project,
                    result=LABELS[result],
                    at=at,
                    first=first,
                    last=last,
                )
            )
    return tuple(found)


def patterns_of(read: Read, episode_id: str) -> tuple[Pattern, ...]:
    """The listed patterns an episode feeds, in the order of the list."""
    listed = listed_by(read, read.get(CONTRIBUTIONS, key_of(episode_id)))
    return tuple(sorted(listed, key=lambda pattern: pattern.rank))


def listed_by(read: Read, contribution: Contribution | None) -> Iterator[Pattern]:
    """The listed patterns that an episode feeds; none where it adds nothing."""
    fed = () if contribution is None else fed_by(read, contribution)
    return (pattern for pattern in fed if pattern.listed)


def fed_by(read: Read, contribution: Contribution) -> Iterator[Pattern]:
    """Every pattern that an episode feeds, variants too: what it counts and the groups it changed.

    What has no support here is none, also where another memory speaks for it.
    """
    for share in contribution.shares:
        pattern = read.get(PATTERNS, u64(number_of(share.owner)))
        if pattern is not None and not pattern.borrowed:
            yield pattern
    yield from groups_fed_by(read, contribution)


def groups_fed_by(read: Read, contribution: Contribution) -> Iterator[Pattern]:
    """The groups of more than two files of which an episode changed all.

    Each is found by its first pair, which is counted of such an episode.
    """
    pairs = [share for share in contribution.shares if share.kind == _FILES]
    changed = {contribution.words[part] for share in pairs for part in share.parts[1:]}
    for share in pairs:
        for _, key in read.scan(PATTERNS, "first_pair", u64(number_of(share.owner))):
            group = read.get(PATTERNS, key)
            if group is not None and not group.borrowed and changed.issuperset(group.key[1:]):
                yield group
