"""Which episode a session was at, at a time: of all that it tells, the one that began last until then.

What was deleted still has its time, so that nothing said or given in it passes to the episode before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from tacit.core.ids import format_id
from tacit.core.loop.outcomes import of_live, told_in
from tacit.core.loop.records import ToldOutcome
from tacit.core.model import Episode
from tacit.core.tables import COPIES, EPISODES, TOMBSTONES, body_of, key_of
from tacit.core.tombstones import is_buried
from tacit.store.keys import i64_of, u64
from tacit.store.reading import Read

_AFTER_ANY_ID = "f"


class Spans:
    """The episodes that a session tells, in the order they began.

    Args:
        read: the snapshot.
        session_id: whose.
        lying: what it told of more episodes that is in the trash; those are known that were deleted one by
            one.

    Attributes:
        starts: when each began, in milliseconds, and its id.
    """

    def __init__(self, read: Read, session_id: str, lying: Iterable[Episode] = ()) -> None:
        found = {(copy.started, copy.id) for copy in _copies(read, session_id)}
        found |= {(one.started, one.id) for one in (*lying, *buried_tellings(read, session_id))}
        for place, key in read.scan(EPISODES, "session", key_of(session_id)):
            found.add((i64_of(place[8:16]), format_id("e", int.from_bytes(key, "big"))))
        self.starts = sorted(found)

    def at(self, at: int) -> str | None:
        """The id of the episode it was at, be it deleted; ``None`` before the first one."""
        place = bisect_right(self.starts, (at, _AFTER_ANY_ID))
        return self.starts[place - 1][1] if place else None


def episode_at(read: Read, session_id: str, at: int) -> str | None:
    """The id of the live episode, as all lists have it, that a session was at; ``None`` for none.

    Args:
        read: the snapshot.
        session_id: the public id of the session.
        at: when, in milliseconds.
    """
    found = Spans(read, session_id).at(at)
    return None if found is None or is_buried(read, found) else found


def successor(read: Read, live_id: str) -> str | None:
    """The id of the episode of a transcript that an episode recorded live became; ``None`` for none."""
    told = of_live(read, live_id)
    return None if told is None else episode_at(read, told.session, told.at)


def told_by_now(read: Read, live_id: str) -> str:
    """The id of what an episode recorded live became, or at least of the session; empty for no such one."""
    told = of_live(read, live_id)
    return "" if told is None else successor(read, live_id) or told.session


def last_told(read: Read, session_id: str, lying: Iterable[Episode] = ()) -> dict[str, ToldOutcome]:
    """Episode to what was said of it last in a session; ``lying`` as for :class:`Spans`."""
    said = [one for one in told_in(read, session_id) if one.label is not None]
    if not said:
        return {}
    spans = Spans(read, session_id, lying)
    return {episode: one for one in said if (episode := spans.at(one.at)) is not None}


def outcome_told(read: Read, telling: Episode) -> ToldOutcome | None:
    """What was said of an episode last, in any session that tells it; this telling may not lie there yet."""
    copies = (read.get(COPIES, key) for _, key in read.scan(COPIES, "episode", key_of(telling.id)))
    sessions = {telling.session} | {copy.session for copy in copies if copy is not None}
    said = (last_told(read, one, (telling,) if one == telling.session else ()) for one in sessions)
    found = [one for session in said if (one := session.get(telling.id)) is not None]
    return max(found, key=lambda one: (one.at, one.session), default=None)


def buried_tellings(read: Read, session_id: str) -> Iterator[Episode]:
    """What a session told of episodes that were deleted one by one, as far as it lies in the trash."""
    for key, _ in read.items(TOMBSTONES, b"e-", lambda _: b""):
        copy = read.trashed(COPIES, u64(body_of(key.decode(), session_id)))
        if copy is not None:
            yield copy


def _copies(read: Read, session_id: str) -> Iterator[Episode]:
    for _, key in read.scan(COPIES, "session", key_of(session_id)):
        copy = read.get(COPIES, key)
        if copy is not None:
            yield copy
