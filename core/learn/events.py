"""The uses of a candidate as rows, whoever asks for them.

Counted are pairs of files only. A larger group of files has no rows of its own: its uses are those of
its pairs in the episodes in which all its files changed, so they are exactly what a count would hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tacit.core.ids import parse_id, pattern_key
from tacit.core.learn.named import Named
from tacit.core.model import JUDGED_LABELS, Kind
from tacit.core.tables import EVENT, EVENTS, LABELS, owner_of
from tacit.store.reading import Read

Event = tuple[int, int, int, int, int, int, int]
"""episode, session, time, first step, last step, place in LABELS, place in SOURCES + 1."""

SUCCESS = LABELS.index("success")
JUDGED = frozenset(map(LABELS.index, JUDGED_LABELS))

_PAIR = 3
"""Parts of the key of two files: the project and they."""


def events_of(read: Read, owner: int) -> list[Event]:
    """The rows that are counted of a candidate, in no particular order."""
    return list(EVENT.iter_unpack(read.rows(EVENTS, owner)))


def uses_of(read: Read, pattern: Named) -> list[Event]:
    """The uses of a pattern of any kind, in no particular order."""
    if not is_grown(pattern.kind, pattern.key):
        return events_of(read, owner_of(pattern.kind, parse_id(pattern.id)))
    pairs = [pattern_key(pattern.kind, pair) for pair in pairs_of(pattern.key)]
    return together([by_episode(events_of(read, owner_of(pattern.kind, pair))) for pair in pairs])


def is_grown(kind: Kind, key: tuple[str, ...]) -> bool:
    """Whether a candidate is a group of more than two files, which no episode counts."""
    return kind == "file_group" and len(key) > _PAIR


def pairs_of(key: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The pairs of the first file with each other one: where all of them changed, the group did."""
    project, first, *others = key
    return [(project, first, other) for other in others]


def by_episode(events: Sequence[Event]) -> dict[int, Event]:
    """The rows of a pair, of which an episode has one, by their episode."""
    return {event[0]: event for event in events}


def together(pairs: Sequence[Mapping[int, Event]]) -> list[Event]:
    """One row for each episode that all of the pairs have: from the first change to the last."""
    fewest, *others = sorted(pairs, key=len)
    found = []
    for episode, event in fewest.items():
        rows = [event, *(other[episode] for other in others if episode in other)]
        if len(rows) == len(pairs):
            first, last = min(row[3] for row in rows), max(row[4] for row in rows)
            found.append((*event[:3], first, last, *event[5:]))
    return found


def counts_of(events: Sequence[Event]) -> tuple[int, ...]:
    """Uses, judged, successes, failures, partial and episodes of rows, as a tally has them."""
    ends = [event[5] for event in events]
    judged = sum(end in JUDGED for end in ends)
    return (
        len(ends),
        judged,
        *(ends.count(LABELS.index(label)) for label in ("success", "failure", "partial")),
        len({event[0] for event in events}),
    )
