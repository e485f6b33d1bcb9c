"""What came of offers: whether a pattern that was given to an agent was then used there, and how that ended.

A task in which a pattern was given counts once, by the first time it was given there; the first use that
was not over by then decides. What a person said of it overrules what was observed; what an agent said counts
where no use was observed whose end is known. Offers of which nobody knows where they were made, or how it
went on there, count in nothing; what was said of them counts once a session, and where none is named once a
speaker and day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from tacit.core.clock import DAY
from tacit.core.learn.effectiveness import interval_of
from tacit.core.learn.events import Event, uses_of
from tacit.core.learn.named import Named
from tacit.core.learn.place import rank_of
from tacit.core.learn.strata import OWN_JUDGEMENT
from tacit.core.loop.records import Feedback, Offer
from tacit.core.loop.whereabouts import Where, Whereabouts
from tacit.core.model import JUDGED_LABELS, Label, Offered, Pattern
from tacit.core.projects import OtherNames, former_ids, other_names
from tacit.core.tables import LABELS, OFFERS, OPEN, STEPS, body_of, key_of, step_key
from tacit.store.reading import Read


class Answer(NamedTuple):
    """What came of an offer.

    ``episode`` is the id of that it was made in, empty where nobody knows. ``result`` is how the use of it
    ended, ``None`` where it was not used; nothing is ``known`` before the end is stored or somebody spoke.
    ``word`` is what was said, where that decided.
    """

    episode: str = ""
    known: bool = False
    result: Label | None = None
    word: Feedback | None = None


_SAID: dict[Feedback, Label | None] = {"helped": "success", "hindered": "failure", "no-effect": None}


class Answers:
    """What came of the offers of a pattern; the uses of it are read once."""

    def __init__(self, read: Read, where: Whereabouts, pattern: Named) -> None:
        self._read = read
        self._where = where
        self._pattern = pattern
        self._uses: dict[int, list[Event]] | None = None

    def of(self, offer: Offer, speaker: Offer | None = None) -> Answer:
        """What came of one; what was said of ``speaker`` goes before what was said of it itself."""
        where, said = self._where.of(offer), speaker or offer
        word = said.feedback
        if where is None:
            lost = word is None or self._where.is_deleted(said)
            return Answer() if word is None or lost else Answer("", True, _SAID[word], word)
        known, seen = self._result(where, where.since if offer.given else 0)
        if word is not None and (said.person or seen not in JUDGED_LABELS):
            return Answer(where.episode.id, True, _SAID[word], word)
        return Answer(where.episode.id, known, seen)

    def counted(self, offers: Sequence[Offer]) -> Offered | None:
        """The numbers of all of them, each task once; ``None`` where nothing is known of any."""
        tasks: dict[tuple[str, ...], list[Offer]] = {}
        for offer in sorted(offers, key=lambda one: (not one.given, one.at)):
            where = self._where.of(offer)
            if where is not None:
                tasks.setdefault((where.episode.id,), []).append(offer)
            elif offer.feedback is not None and not self._where.is_deleted(offer):
                tasks.setdefault(self._unit(offer), []).append(offer)
        answers = [one for made in tasks.values() if (one := self.of(made[0], _last_said(made))).known]
        ends = [one.result for one in answers if one.result is not None]
        judged = sum(end in JUDGED_LABELS for end in ends)
        return Offered(len(answers), len(ends), judged, ends.count("success")) if answers else None

    def _result(self, where: Where, since: int) -> tuple[bool, Label | None]:
        """How the first use ended that was not over at a time, and whether that is known.

        What is judged by its task counts once in it: whether it came again after that, nobody knows.
        """
        if self._uses is None:
            self._uses = {}
            for event in uses_of(self._read, self._pattern):
                self._uses.setdefault(event[0], []).append(event)
        number = int.from_bytes(key_of(where.episode.id), "big")
        for use in sorted(self._uses.get(number, ()), key=lambda event: event[3:5]):
            if self._over(where, use) >= since:
                return True, LABELS[use[5]]
        return self._pattern.kind in OWN_JUDGEMENT or number not in self._uses, None

    def _unit(self, offer: Offer) -> tuple[str, ...]:
        """What counts once of the words about offers of which nobody knows in which task they were made.

        Where that was counts only where nobody can make it up: a model can name any session and any episode.
        """
        place = offer.session or offer.episode
        is_open = bool(offer.episode) and self._read.get(OPEN, key_of(offer.episode)) is not None
        if place and (offer.person or is_open or offer.door == "hook"):
            return ("there", place)
        return ("day", "" if offer.person else f"agent {offer.agent}", str(offer.said // DAY))

    def _over(self, where: Where, use: Event) -> int:
        """When the last step of a use was made, in milliseconds."""
        body = body_of(where.episode.id, where.episode.session)
        step = self._read.get(STEPS, step_key(body, use[4]))
        return use[2] if step is None else step.at


def _last_said(offers: Iterable[Offer]) -> Offer | None:
    """Of which of them was spoken last; a person goes before agents."""
    spoken = (one for one in offers if one.feedback is not None)
    return max(spoken, key=lambda one: (one.person, one.said, one.at), default=None)


def with_offers(read: Read, wanted: Mapping[str, Pattern]) -> tuple[dict[str, Pattern], Offered | None]:
    """The patterns that should stand, with what came of their offers, and the sum of that.

    Offers of patterns that do not stand wait.
    """
    made = _by_pattern(read, wanted)
    where = Whereabouts(read)
    found = dict(wanted)
    sums = [0, 0, 0, 0]
    for id_, offers in made.items():
        offered = Answers(read, where, wanted[id_]).counted(offers)
        if offered is not None:
            found[id_] = _offered(wanted[id_], offered)
            sums = [sum(pair) for pair in zip(sums, _numbers(offered), strict=True)]
    return found, Offered(*sums) if sums[0] else None


def _numbers(offered: Offered) -> tuple[int, int, int, int]:
    return offered.known, offered.applied, offered.judged, offered.successes


def _by_pattern(read: Read, wanted: Mapping[str, Pattern]) -> dict[str, list[Offer]]:
    """The offers of the patterns that stand, also those made under an id they had before."""
    found: dict[str, list[Offer]] = {}
    now: Mapping[str, str] | None = None
    for _, offer in read.records(OFFERS):
        if now is None:
            now = _former(wanted, other_names(read))
        id_ = now.get(offer.pattern, offer.pattern)
        if id_ in wanted:
            found.setdefault(id_, []).append(offer)
    return found


def _former(wanted: Mapping[str, Pattern], names: OtherNames) -> dict[str, str]:
    """Ids that patterns had before their project was merged, to those they have now."""
    if not names:
        return {}
    return {old: one.id for one in wanted.values() for old in former_ids(one.kind, one.key, names)}


def _offered(pattern: Pattern, offered: Offered) -> Pattern:
    """The pattern with its numbers, at the place that these give it."""
    one = replace(pattern, offered=offered)
    if one.borrowed:
        return one
    counts = (one.uses, one.judged, one.successes, one.failures, one.partial, one.episodes)
    return replace(one, rank=rank_of(one.kind, one.key, counts, one.verdict, interval_of(one)))
