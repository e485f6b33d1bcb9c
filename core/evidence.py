"""From a pattern to the very steps it was learned from, and back."""

from __future__ import annotations

from tacit.core.ids import format_id, parse_id
from tacit.core.learn.candidates import events_of
from tacit.core.model import Evidenced, Pattern
from tacit.core.tables import CONTRIBUTIONS, EPISODES, LABELS, PATTERNS, key_of, owner_of
from tacit.store.keys import u64
from tacit.store.reading import Read

_ID_BITS = (1 << 60) - 1


def evidence(read: Read, pattern: Pattern, limit: int | None = None) -> tuple[Evidenced, ...]:
    """The uses of a pattern, newest first."""
    events = events_of(read, owner_of(pattern.kind, parse_id(pattern.id)))
    events.sort(key=lambda event: (-event[2], event[0], event[3]))
    found = []
    for key, session, at, first, last, result, _ in events[:limit]:
        episode = read.get(EPISODES, u64(key))
        found.append(
            Evidenced(
                episode=format_id("e", key),
                session=format_id("s", session),
                project="" if episode is None else episode.project,
                result=LABELS[result],
                at=at,
                first=first,
                last=last,
            )
        )
    return tuple(found)


def patterns_of(read: Read, episode_id: str) -> tuple[Pattern, ...]:
    """The listed patterns an episode feeds, in the order of the list."""
    contribution = read.get(CONTRIBUTIONS, key_of(episode_id))
    if contribution is None:
        return ()
    found = [read.get(PATTERNS, u64(share.owner & _ID_BITS)) for share in contribution.shares]
    listed = [pattern for pattern in found if pattern is not None and pattern.head is None]
    return tuple(sorted(listed, key=lambda pattern: pattern.rank))
