"""How often a pattern was given to agents, and what came of that, for whoever looks at it."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from tacit.core.loop.applications import Answer, Answers
from tacit.core.loop.feedback import newest_first
from tacit.core.loop.records import Offer
from tacit.core.loop.whereabouts import Whereabouts
from tacit.core.model import Pattern
from tacit.core.projects import former_ids, other_names
from tacit.core.tables import OFFERS, key_of
from tacit.store.reading import Read


class Given(NamedTuple):
    """How often it was given, and the newest of these times, with the words of those who only spoke of it."""

    times: int = 0
    newest: tuple[tuple[Offer, Answer], ...] = ()


def given(read: Read, pattern: Pattern, limit: int | None) -> Given:
    """What is known of a pattern, also under the ids it had before its project was merged."""
    if not read.count(OFFERS, "total"):
        return Given()
    ids = (pattern.id, *former_ids(pattern.kind, pattern.key, other_names(read)))
    times = sum(read.count(OFFERS, "pattern", key_of(one)) for one in ids)
    offers = [offer for one in ids for _, offer in islice(newest_first(read, one), limit)]
    offers.sort(key=lambda offer: -offer.at)
    answers = Answers(read, Whereabouts(read), pattern)
    return Given(times, tuple((offer, answers.of(offer)) for offer in offers[:limit]))
