"""What came of offers: whether a pattern that was given to an agent was then used there, and how that ended.

A task in which a pattern was given counts once, by the first time it was given there; the first use that was
not over by then decides. What somebody said of it overrules what was observed. Offers of which nobody knows
where they were made, or how it went on there, count in nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from tacit.core.learn.effectiveness import interval_of
from tacit.core.learn.events import Event, uses_of
from tacit.core.learn.named import Named
from tacit.core.learn.place import rank_of
from tacit.core.loop.records import Feedback, Offer
from tacit.core.loop.whereabouts import Where, Whereabouts
from tacit.core.model import JUDGED_LABELS, Label, Offered, Pattern
from tacit.core.projects import OtherNames, former_ids, other_names
from tacit.core.tables import LABELS, OFFERS, STEPS, body_of, key_of, step_key
from tacit.store.reading import Read


class Answer(NamedTuple):
    """What came of an offer.

    ``episode`` is the id of that it was made in, empty where nobody knows. ``result`` is how the use of it
    ended, ``None`` where it was not used; nothing is ``known`` before the end is stored or somebody spoke.
    """

    episode: str = ""
    known: bool = False
    result: Label | None = None


_SAID: dict[Feedback, Label | None] = {"helped": "success", "hindered": "failure", "no-effect": None}


class Answers:
    """What came of the offers of a pattern; the uses of it are read once."""

    def __init__(self, read: Read, where: Whereabouts, pattern: Named) -> None:
        self._read = read
        self._where = where
        self._pattern = pattern
        self._uses: dict[int, list[Event]] | None = None

    def of(self, offer: Offer, said: Feedback | None = None) -> Answer:
        """What came of one; ``said`` goes before what was said of it itself."""
        where = self._where.of(offer)
        episode = "" if where is None else where.episode.id
        word = said or offer.feedback
        if word is not None:
            return Answer(episode, True, _SAID[word])
        return Answer() if where is None else Answer(episode, True, self._result(where))

    def counted(self, offers: Sequence[Offer]) -> Offered | None:
        """The numbers of all of them, each task once; ``None`` where nothing is known of any."""
        alone: list[Answer] = []
        tasks: dict[str, list[Offer]] = {}
        for offer in sorted(offers, key=lambda one: one.at):
            where = self._where.of(offer)
            if where is not None:
                tasks.setdefault(where.episode.id, []).append(offer)
            elif offer.feedback is not None:
                alone.append(self.of(offer))
        answers = alone + [self.of(made[0], _last_said(made)) for made in tasks.values()]
        ends = [one.result for one in answers if one.result is not None]
        judged = sum(end in JUDGED_LABELS for end in ends)
        return Offered(len(answers), len(ends), judged, ends.count("success")) if answers else None

    def _result(self, where: Where) -> Label | None:
        """How the first use ended that was not over when it was given."""
        if self._uses is None:
            self._uses = {}
            for event in uses_of(self._read, self._pattern):
                self._uses.setdefault(event[0], []).append(event)
        number = int.from_bytes(key_of(where.episode.id), "big")
        for use in sorted(self._uses.get(number, ()), key=lambda event: event[3:5]):
            if self._over(where, use) >= where.since:
                return LABELS[use[5]]
        return None

    def _over(self, where: Where, use: Event) -> int:
        """When the last step of a use was made, in milliseconds."""
        body = body_of(where.episode.id, where.episode.session)
        step = self._read.get(STEPS, step_key(body, use[4]))
        return use[2] if step is None else step.at


def _last_said(offers: Iterable[Offer]) -> Feedback | None:
    """What was said last of any of them."""
    return max(((one.said, one.at, one.feedback) for one in offers if one.feedback), default=(0, 0, None))[2]


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
