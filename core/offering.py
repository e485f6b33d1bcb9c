"""The side of the memory that an agent at work talks to: what it is given, and what it says of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tacit.core.errors import Usage
from tacit.core.model import Pattern
from tacit.core.recording import Recording

if TYPE_CHECKING:
    from tacit.core.loop.offer_summary import Given
    from tacit.core.loop.records import Contact, Door, Feedback, Offer, ToldOutcome
    from tacit.core.model import Label
    from tacit.core.redaction import Redactor

_LONGEST_NAME = 200
"""Characters of what an agent calls itself."""


class Offering(Recording):
    """An open memory as far as agents use it while they work."""

    def redactor(self) -> Redactor:
        """What replaces secrets in a text that comes in or leaves."""
        from tacit.core.redaction import Redactor

        return Redactor(self._store.secret, self.config.redact_allow)

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
        at: int | None = None,
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
            at: when, in milliseconds; ``None`` for now.

        Returns:
            How many were recorded.

        Raises:
            Usage: there is no such door, or an id is not a whole one of a pattern.
        """
        _check_door(door)
        _check_ids(patterns)
        from tacit.core.ids import session_id
        from tacit.core.loop.offers import record
        from tacit.core.loop.records import Offer

        aliases = self.config.aliases
        public = session_id(agent, session) if agent and session else ""
        moment = self.clock() if at is None else at
        offer = Offer("", moment, door, how, self._called(agent), project, public, episode)
        return self._store.write(lambda write: record(write, aliases, patterns, offer))

    def project_named(self, text: str) -> str:
        """The project that an agent names in its own words, as it may be stored: short, without secrets."""
        from tacit.core.jsonform import without_hash
        from tacit.core.learn.paths import short_name

        return short_name(without_hash(self.redactor()(text)))

    def _called(self, text: str) -> str:
        """What an agent calls itself, as it may be stored: one short clean line, without secrets."""
        from tacit.core.jsonform import without_hash
        from tacit.core.text import one_line

        clean = without_hash(self.redactor()(text[: 2 * _LONGEST_NAME]))  # more than is kept: none is halved
        return one_line(clean)[:_LONGEST_NAME]

    def project_at(self, directory: str) -> str:
        """The project of a directory, or of the nearest one above, that the memory knows; empty for none."""
        from tacit.core.recall.brief_project import project_at

        with self._store.read() as read:
            return project_at(read, [directory], self.config.aliases)

    def project_names(self, meant: str | None = None) -> tuple[str, ...]:
        """The projects that a name, or whole parts of one, means; all where none is given."""
        from tacit.core.projects import project_names
        from tacit.core.recall.homes import projects_meant

        with self._store.read() as read:
            found = projects_meant(read, meant)
            return tuple(project_names(read) if found is None else sorted(found))

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
        from tacit.core.loop.offer_summary import given

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
        newest one of the last seven days of which nobody said anything yet, a person that no person did.
        Where there is no such offer it stands by itself, in place of what the same one said so within a day.
        An agent that names none speaks of one offer a day, and what a person said stands whatever an agent
        says.

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
            Usage: it is no pattern, or that is no such word or door.
        """
        from tacit.core.ids import session_id
        from tacit.core.loop.feedback import say
        from tacit.core.loop.records import FEEDBACK, OWN, Offer

        _check_door(door)
        if said not in FEEDBACK:
            raise Usage(f"“{said}” is no feedback.", f"One of {', '.join(FEEDBACK)}.")
        pattern = self._given(pattern_id)
        at, actor = self.clock(), self.actor
        public = session_id(agent, session) if agent and session else session if _is_id(session) else ""
        called, person = self._called(agent), door == "person"
        word = Offer(pattern.id, at, door, OWN, called, "", public, episode, said, at, person)
        offer = self._store.write(lambda write: say(write, word, actor))
        if person:
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
        from tacit.core.loop.tell_outcome import made, tell

        told = made(self.redactor(), session, agent, outcome, note=note, live=live, at=self.clock())
        if self._store.write(lambda write: tell(write, told)) and self.background:
            self.after_enqueue()

    def export_offers(self) -> Iterator[Offer]:
        """Every offer that is of nothing deleted, by pattern and time."""
        from tacit.core.loop.offers_exchange import leaving_offers

        with self._store.read() as read:
            return leaving_offers(read)

    def export_outcomes(self) -> Iterator[ToldOutcome]:
        """All that agents said of how tasks ended, in sessions that are not deleted, by session and time."""
        from tacit.core.loop.offers_exchange import leaving_outcomes

        with self._store.read() as read:
            return leaving_outcomes(read)

    def contact(self, agent: str, door: Door, what: str = "") -> None:
        """Note that an agent came through a door; written at most once a minute for each."""
        from tacit.core.loop.contacts import note

        _check_door(door)
        at = self.clock()
        name, says = self._called(agent), self._called(what)
        with self._store.read() as read:
            due = note(read, name, door, says, at)
        if due is not None:
            self._store.write(due)

    def contacts(self) -> dict[tuple[str, Door], Contact]:
        """When each agent last came through which door."""
        from tacit.core.loop.contacts import contacts

        with self._store.read() as read:
            return contacts(read)


def _check_door(door: str) -> None:
    from tacit.core.loop.records import DOORS

    if door not in DOORS:
        raise Usage(f"“{door[:40]}” is no door.", f"One of {', '.join(DOORS)}.")


def _check_ids(patterns: Sequence[str]) -> None:
    from tacit.core.tables import key_of

    for one in patterns:  # of a single text each letter, which is none either
        try:
            whole = one.startswith("p-") and bool(key_of(one))
        except ValueError:
            whole = False
        if not whole:
            what = f"“{one[:40]}” is no whole id of a pattern."
            raise Usage(what, "Give a list of ids like p-3f9k2m7q0xvb.")


def _is_id(text: str) -> bool:
    """Whether a text looks like the whole public id of a session."""
    from tacit.core.ids import LENGTH

    return text.startswith("s-") and len(text) == LENGTH + 2
