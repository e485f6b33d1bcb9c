"""In which episode a pattern was given, as far as what is stored tells that.

What an agent was given is known of only once its session is stored past that moment: what came after it may
still be written. It is a pure function of the offer and of what is stored, in whatever order that came.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from tacit.core.loop.by_time import NEAR, ByTime
from tacit.core.loop.records import Offer
from tacit.core.loop.spans import Spans, successor
from tacit.core.model import Episode
from tacit.core.tables import CONTRIBUTIONS, EPISODES, key_of
from tacit.core.tombstones import is_buried
from tacit.store.reading import Read

SOON = 10_000
"""So many milliseconds before an offer the task may have begun that it was made for."""

_AHEAD = frozenset(("session-start", "prompt"))
"""What gives patterns for a task that is only about to begin."""

_TOOLS = frozenset(("mcp", "http"))
"""Doors through which an agent asks by a call of a tool, which its transcript tells."""


class Where(NamedTuple):
    """The episode something was given in, and from when on what was done there came after it."""

    episode: Episode
    since: int


class Whereabouts:
    """Finds the episodes of offers in one snapshot; what was found once is kept."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._by_time = ByTime(read)
        self._spans: dict[str, Spans] = {}
        self._found: dict[tuple[str | int, ...], Where | None] = {}

    def of(self, offer: Offer) -> Where | None:
        """Where an offer was made; ``None`` where nobody knows that, or how it went on.

        Nobody knows it of an episode that nothing is learned from, nor of one that still waits for that.
        """
        who = (offer.door, offer.agent, offer.project)
        asked = (offer.episode, offer.session, offer.how, offer.at, *who)
        if asked not in self._found:
            where = self._where(offer)
            learned = where is not None and self._is_learned(where.episode)
            self._found[asked] = where if learned else None
        return self._found[asked]

    def is_deleted(self, offer: Offer) -> bool:
        """Whether the episode or session it was made in was deleted, as far as that is told."""
        if offer.episode and is_buried(self._read, offer.episode):
            return True
        if not offer.session:
            return False
        at = self._of_session(offer.session).at(offer.at)
        return is_buried(self._read, offer.session) or (at is not None and is_buried(self._read, at))

    def _where(self, offer: Offer) -> Where | None:
        if offer.episode:
            held = self._held(offer.episode) or self._held(successor(self._read, offer.episode))
            if held is not None:
                return self._within(held, offer.at)
            if is_buried(self._read, offer.episode):
                return None
        if offer.session:
            return self._in_session(offer)
        if offer.door not in _TOOLS:
            return None
        found = self._by_time.of(offer.how, offer.project, offer.agent, offer.at)
        return None if found is None else self._if_past(found, offer.at)

    def _in_session(self, offer: Offer) -> Where | None:
        """The episode its session was at, or was about to begin."""
        if is_buried(self._read, offer.session):
            return None
        spans = self._of_session(offer.session)
        held = self._held(spans.at(offer.at))
        under_way = held is not None and offer.how == "session-start" and offer.at <= held.ended
        if offer.how in _AHEAD and not under_way:
            place = bisect_left(spans.starts, (offer.at - SOON, ""))
            began, id_ = spans.starts[place] if place < len(spans.starts) else (0, None)
            if id_ is not None and (offer.how == "session-start" or began <= offer.at + NEAR):
                begun = self._held(id_)
                return None if begun is None else self._if_past(begun, offer.at, since=began)
        return None if held is None else self._within(held, offer.at)

    def _within(self, held: Episode, at: int) -> Where | None:
        """The episode, if something given then was given in it, or right behind it."""
        return None if at > held.ended + NEAR else self._if_past(held, at)

    def _if_past(self, held: Episode, at: int, *, since: int | None = None) -> Where | None:
        """The episode, if its session is stored past a time."""
        starts = self._of_session(held.session).starts
        last = bool(starts) and starts[-1][1] == held.id
        return None if last and held.ended < at else Where(held, at if since is None else since)

    def _of_session(self, session_id: str) -> Spans:
        if session_id not in self._spans:
            self._spans[session_id] = Spans(self._read, session_id)
        return self._spans[session_id]

    def _held(self, episode_id: str | None) -> Episode | None:
        return None if episode_id is None else self._read.get(EPISODES, key_of(episode_id))

    def _is_learned(self, episode: Episode) -> bool:
        key = key_of(episode.id)
        return next(self._read.keys(CONTRIBUTIONS, key, key + b"\0"), None) is not None
