"""Removing sessions and episodes for good, wherever they are: in the lists, as copies, in the trash.

Their tombstones say that they were forgotten, so that they are not even kept when they come again. A
session that loses an episode this way may have it in its title, and so is titled anew; one that tells
nothing else goes along, without a tombstone: it comes back when it tells something new.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from tacit.core.filenotes import hide_note, load_note
from tacit.core.holding import copies_of, elect, episodes_of, judge_told, recount, titled
from tacit.core.learn.contribution import Exchange
from tacit.core.learn.waiting import take_out
from tacit.core.live.heads import drop, open_heads
from tacit.core.live.succession import transcript_of
from tacit.core.loop.outcomes import keep as keep_word
from tacit.core.loop.records import ToldOutcome
from tacit.core.loop.spans import Spans
from tacit.core.loop.traces import drop_episode, drop_session
from tacit.core.model import Episode, Session
from tacit.core.tables import COPIES, EPISODES, FILES, MARKS, SESSIONS, body_of, key_of
from tacit.core.tellings import Spent, erase, erase_telling, trashed_tellings
from tacit.core.tombstones import bury, is_buried
from tacit.store.transaction import Write


class Eraser:
    """What goes for good in one transaction. Call :meth:`finish` before it ends.

    Attributes:
        spent: what was removed.
        sessions: the sessions that went, also those that only had nothing left.
        episodes: the episodes of which nothing is left.
        touched: the sessions that lost something.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._exchange = Exchange(write)
        self._tellings = list(trashed_tellings(write))
        self.spent = Spent()
        self.sessions: set[str] = set()
        self.episodes: set[str] = set()
        self.touched: set[str] = set()

    def erase(self, sessions: Iterable[str], episodes: Iterable[str]) -> None:
        """Remove sessions with all they tell, and episodes from every session that tells them."""
        sessions, episodes = sorted(set(sessions)), sorted(set(episodes))
        for table, ids in (("sessions", sessions), ("episodes", episodes)):
            for one in ids:
                bury(self._write, table, one, "forgotten")
        told: set[str] = set(episodes)
        for episode_id in episodes:
            self._beside(episode_id)
        for session_id in sessions:
            told |= self._session(session_id)
        for episode_id in episodes:
            self._episode(episode_id)
        for head in open_heads(self._write):
            if head.session in sessions or head.id in episodes:
                drop(self._write, head.id, self.spent)
                told.add(head.id)
        for episode_id in sorted(told):
            elect(self._write, self._exchange, episode_id)
        judge_told(self._write, self._exchange, told)
        self._gone(told)

    def finish(self) -> None:
        """Title and count anew what lost something, and settle the counts."""
        for session_id in sorted(self.touched - self.sessions):
            self._leave(session_id)
        self._exchange.settle()

    def hide_notes(self, hides: Iterable[bytes]) -> None:
        """Let what was read of transcripts lie under the hashes of their paths."""
        for key in hides:
            hide_note(self._write, key)

    def notes(self) -> dict[str, list[bytes]]:
        """Session to where the notes of its transcripts lie."""
        found: dict[str, list[bytes]] = {}
        for key, raw in self._write.items(FILES):
            for session in load_note(raw).sessions:
                found.setdefault(session, []).append(key)
        return found

    def _session(self, session_id: str) -> set[str]:
        """Remove a session with what was given and said in it; the episodes it told."""
        self._drop_words(session_id)
        told = set()
        for held in episodes_of(self._write, session_id):
            self._drop(held)
            told.add(held.id)
        for copy in copies_of(self._write, session_id):
            erase_telling(self._write, body_of(copy.id, copy.session), self.spent)
            told.add(copy.id)
        trashed = {copy.id for _, copy in self._tellings if copy.session == session_id}
        self._from_trash(trashed, session_id)
        erase(self._write, SESSIONS, key_of(session_id), self.spent)
        self.sessions.add(session_id)
        self.touched.add(session_id)
        return told | trashed

    def _episode(self, episode_id: str) -> None:
        held = self._write.get(EPISODES, key_of(episode_id))
        if held is not None:
            self._drop(held)
        for _, key in list(self._write.scan(COPIES, "episode", key_of(episode_id))):
            copy = self._write.get(COPIES, key)
            if copy is not None:
                erase_telling(self._write, body_of(copy.id, copy.session), self.spent)
                self.touched.add(copy.session)
        self._from_trash({episode_id}, None)

    def _drop(self, held: Episode) -> None:
        """Remove what is held, out of every count."""
        self._exchange.replace(held.id, None)
        take_out(self._write, held.id)
        erase(self._write, EPISODES, key_of(held.id), self.spent)
        erase_telling(self._write, body_of(held.id, held.session), self.spent)
        self.touched.add(held.session)

    def _drop_words(self, session_id: str) -> None:
        """Let go of what was given and said in a session, or in one that was recorded live by its program."""
        drop_session(self._write, session_id, self.spent)
        session = self._known(session_id)
        if session is not None and (other := transcript_of(session.agent, session.native)) is not None:
            drop_session(self._write, other, self.spent)

    def _beside(self, episode_id: str) -> None:
        """Let go of what was given and said in one episode, in every session that tells it.

        Of one that was recorded live stays when it was, so that no transcript brings it back.
        """
        for telling in self._all_of(episode_id):
            lying = (copy for _, copy in self._tellings if copy.session == telling.session)
            spans = Spans(self._write, telling.session, lying)
            drop_episode(self._write, episode_id, telling.session, spans, self.spent)
            session = self._known(telling.session)
            if session is not None and (other := transcript_of(session.agent, session.native)) is not None:
                drop_episode(self._write, episode_id, other, Spans(self._write, other), self.spent)
                keep_word(self._write, ToldOutcome(other, telling.ended, None, "", episode_id))

    def _all_of(self, episode_id: str) -> list[Episode]:
        """Every telling of an episode, also what lies in the trash."""
        key = key_of(episode_id)
        found = [self._write.get(EPISODES, key)]
        found += [self._write.get(COPIES, place) for _, place in self._write.scan(COPIES, "episode", key)]
        found += [copy for _, copy in self._tellings if copy.id == episode_id]
        return [one for one in found if one is not None]

    def _known(self, session_id: str) -> Session | None:
        key = key_of(session_id)
        return self._write.get(SESSIONS, key) or self._write.trashed(SESSIONS, key)

    def _from_trash(self, episodes: set[str], session_id: str | None) -> None:
        kept = []
        for body, copy in self._tellings:
            if copy.id in episodes and session_id in (None, copy.session):
                erase_telling(self._write, body, self.spent)
                self.touched.add(copy.session)
            else:
                kept.append((body, copy))
        self._tellings = kept

    def _gone(self, told: set[str]) -> None:
        """Of what was told, note what nobody tells any more; a mark would be all that is left of it."""
        trashed = {copy.id for _, copy in self._tellings}
        for episode_id in told - trashed:
            key = key_of(episode_id)
            if self._write.get(EPISODES, key) is None and not any(self._write.scan(COPIES, "episode", key)):
                self.episodes.add(episode_id)
                self._write.delete_value(MARKS, episode_id.encode())

    def _leave(self, session_id: str) -> None:
        """Let a session go on without what it lost."""
        key = key_of(session_id)
        live = self._write.get(SESSIONS, key)
        kept = live or self._write.trashed(SESSIONS, key)
        if kept is None:
            return
        trashed = [copy for _, copy in self._tellings if copy.session == session_id]
        if not (trashed or episodes_of(self._write, session_id) or copies_of(self._write, session_id)):
            drop_session(self._write, session_id, self.spent)
            erase(self._write, SESSIONS, key, self.spent)
            self.sessions.add(session_id)
        elif live is not None:
            recount(self._write, session_id, replace(live, retitled=True))
        else:
            told = [copy for copy in trashed if not is_buried(self._write, copy.id)]
            self._write.put_trashed(SESSIONS, key, titled(replace(kept, retitled=True), told))
