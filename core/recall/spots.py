"""Where a hit is: a pattern, session, episode or note, or a step of an episode."""

from __future__ import annotations

from typing import Any, NamedTuple

from tacit.core.recall.ranked import Scored, Type
from tacit.core.tables import EPISODES, NOTES, PATTERNS, SESSIONS
from tacit.store.schema import Table


class Spot(NamedTuple):
    """``key`` is that of a pattern, session, episode or note; ``step`` is 0 but for a step's number."""

    type: Type
    key: bytes
    step: int = 0

    @property
    def table(self) -> Table[Any]:
        """Where the record lies."""
        return TABLE_OF[self.type]


TABLE_OF: dict[Type, Table[Any]] = {
    "pattern": PATTERNS,
    "session": SESSIONS,
    "episode": EPISODES,
    "step": EPISODES,
    "note": NOTES,
}
_TYPES: dict[str, Type] = {
    PATTERNS.name: "pattern",
    SESSIONS.name: "session",
    EPISODES.name: "episode",
    NOTES.name: "note",
}


def spot(table: str, key: bytes, number: int) -> Spot:
    """The spot of the text ``number`` of a record, as indexes count them."""
    if number and table == EPISODES.name:
        return Spot("step", key, number)
    return Spot(_TYPES[table], key)


def spot_of(found: Scored) -> Spot:
    """Where a hit is."""
    return Spot(found.type, found.key, found.step or 0)
