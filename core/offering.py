"""The side of the memory that an agent at work talks to: what it is given, and what it says of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tacit.core.errors import Usage
from tacit.core.model import Pattern
from tacit.core.recording import Recording

if TYPE_CHECKING:
    from tacit.core.loop.given import Given
    from tacit.core.loop.records import Contact, Door, Feedback, Offer, ToldOutcome
    from tacit.core.model import Label


class Offering(Recording):
    """An open memory as far as agents use it while they work."""

    def offer(
        self,
        patterns: Sequence[str],
        *,
        door: Door,
        how: str,
        agent: str = "",
        project: str = "",
        session: str = "",
        episode: str = "",
    ) -> int:
        """Record that patterns were given to an agent. It is durable when this returns.

        Args:
            patterns: whole public ids, of which those that are there are recorded.
            door: through which.
            how: the tool or hook: ``search_patterns``, ``prompt``.
            agent: the agent, as sessions name theirs: ``claude-code``; empty where nobody knows.
            project: the name of the project it works in; empty where nobody knows.
            session: the agent's own id of its session; empty where nobody knows.
            episode: the public id of the episode it was given in; empty where nobody knows.

        Returns:
            How many were recorded.
        """
        from tacit.core.ids import session_id
        from tacit.core.loop.offers import record
        from tacit.core.loop.records import Offer

        aliases = self.config.aliases
        public = session_id(agent, session) if agent and session else ""
        offer = Offer("", self.clock(), door, how, agent, project, public, episode)
        return self._store.write(lambda write: record(write, aliases, patterns, offer))

    def project_named(self, text: str) -> str:
        """The project that an agent names in its own words, as it may be stored: short, without secrets."""
        from tacit.core.jsonform import without_hash
        from tacit.core.learn.paths import short_name
        from tacit.core.redaction import Redactor

        return short_name(without_hash(Redactor(self._store.secret, self.config.redact_allow)(text)))

    def offers(self, pattern_id: str, limit: int | None = None) -> tuple[Offer, ...]:
        """To whom a pattern was given, and what they said of it, newest first."""
        from tacit.core.loop.offers import offers_of

        with self._store.read() as read:
            return offers_of(read, self.get(pattern_id).id, limit)

    def given(self, pattern_id: str, limit: int | None = 5) -> Given:
        """How often a pattern was given to agents, and what came of the newest times and words.

        Raises:
            NotFound: there is no such pattern.
            Usage: it is no pattern.
        """
        from tacit.core.loop.given import given

        pattern = self._given(pattern_id)
        with self._store.read() as read:
            return given(read, pattern, limit)

    def _given(self, pattern_id: str) -> Pattern:
        thing = self.get(pattern_id)
        if not isinstance(thing, Pattern):
            raise Usage(f"{thing.id} is no pattern.", "Only patterns are given to agents.")
        return thing

    def feedback(
        self,
        pattern_id: str,
        said: Feedback,
        *,
        door: Door = "person",
        agent: str = "",
        session: str = "",
        episode: str = "",
    ) -> Offer:
        """Say of a pattern how it served. It is durable when this returns; a person's word can be undone.

        It is said of the newest offer of it in the session or episode that is named; where none is, of the
        newest one of the last seven days of which nobody said anything yet. Where there is no such offer it
        stands by itself.

        Args:
            pattern_id: the pattern, or the beginning of its id.
            said: ``helped``, ``hindered`` or ``no-effect``.
            door: through which it is said.
            agent: the agent, as sessions name theirs; empty where nobody knows.
            session: the agent's own id of its session, if that is known; or its whole public id.
            episode: the whole public id of the episode it was given in, if that is known.

        Returns:
            The offer as it stands now; its ``how`` is ``feedback`` where it stands by itself.

        Raises:
            NotFound: there is no such pattern.
            Usage: it is no pattern, or that is no such word.
        """
        from tacit.core.ids import session_id
        from tacit.core.loop.feedback import say
        from tacit.core.loop.records import FEEDBACK, OWN, Offer

        if said not in FEEDBACK:
            raise Usage(f"“{said}” is no feedback.", f"One of {', '.join(FEEDBACK)}.")
        pattern = self._given(pattern_id)
        at, actor = self.clock(), self.actor
        public = session_id(agent, session) if agent and session else session if _is_id(session) else ""
        word = Offer(pattern.id, at, door, OWN, agent, "", public, episode, said, at)
        offer = self._store.write(lambda write: say(write, word, actor))
        if door == "person":
            self._weigh()
        return offer

    def tell_outcome(self, session: str, agent: str, outcome: Label, note: str = "", live: str = "") -> None:
        """Say how the task ended that a session was at until now. It is durable when this returns.

        Where the session is told by a transcript, now or later, its episode gets this as an explicit label.

        Args:
            session: the agent's own id of its session.
            agent: the agent, as sessions name theirs.
            outcome: as of :meth:`complete_episode`.
            note: why; at most 10,000 bytes, redacted.
            live: the id of a live episode it is told of.

        Raises:
            Usage: the outcome is no such word, a name cannot be one, or the note is too long.
            NotFound: the session was forgotten.
        """
        from tacit.core.loop.telling import made, tell
        from tacit.core.redaction import Redactor

        redact = Redactor(self._store.secret, self.config.redact_allow)
        told = made(redact, session, agent, outcome, note=note, live=live, at=self.clock())
        if self._store.write(lambda write: tell(write, told)) and self.background:
            self.after_enqueue()

    def export_offers(self) -> Iterator[Offer]:
        """Every offer that is of nothing deleted, by pattern and time."""
        from tacit.core.loop.adopting import leaving_offers

        with self._store.read() as read:
            return leaving_offers(read)

    def export_outcomes(self) -> Iterator[ToldOutcome]:
        """All that agents said of how tasks ended, in sessions that are not deleted, by session and time."""
        from tacit.core.loop.adopting import leaving_outcomes

        with self._store.read() as read:
            return leaving_outcomes(read)

    def contact(self, agent: str, door: Door, what: str = "") -> None:
        """Note that an agent came through a door; written at most once a minute for each."""
        from tacit.core.loop.contacts import note

        at = self.clock()
        with self._store.read() as read:
            due = note(read, agent, door, what, at)
        if due is not None:
            self._store.write(due)

    def contacts(self) -> dict[tuple[str, Door], Contact]:
        """When each agent last came through which door."""
        from tacit.core.loop.contacts import contacts

        with self._store.read() as read:
            return contacts(read)


def _is_id(text: str) -> bool:
    """Whether a text looks like the whole public id of a session."""
    from tacit.core.ids import LENGTH

    return text.startswith("s-") and len(text) == LENGTH + 2
