"""What an export tells of offers, and of what agents said: all of it here, and taking it over from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile

from msgspec.structs import replace

from tacit.core.gone import gone
from tacit.core.learn.state import touch
from tacit.core.loop.feedback import free_key, newest_first
from tacit.core.loop.outcomes import all_told, keep, note_name, told_in
from tacit.core.loop.records import Offer, ToldOutcome
from tacit.core.loop.spans import Spans
from tacit.core.loop.tell_outcome import settle
from tacit.core.loop.traces import is_among, newest, trace_of
from tacit.core.loop.whereabouts import Whereabouts
from tacit.core.tables import OFFERS
from tacit.core.tombstones import is_buried
from tacit.store.reading import Read
from tacit.store.transaction import Write


def leaving_offers(read: Read) -> Iterator[Offer]:
    """Every offer that is of nothing deleted, by pattern and time, and then by what it is."""
    where = Whereabouts(read)
    every = (offer for _, offer in read.records(OFFERS) if not _is_of_deleted(read, offer))
    offers = [offer for offer in every if not where.is_deleted(offer)]
    return iter(sorted(offers, key=lambda one: (one.pattern, one.at, *_identity(one))))


def leaving_outcomes(read: Read) -> Iterator[ToldOutcome]:
    """All that agents said in sessions and tasks that are not deleted, by session and time."""
    told = []
    for session, words in groupby(all_told(read), key=lambda one: one.session):
        if not is_buried(read, session):
            spans = Spans(read, session)
            told += [one for one in words if not _is_in_deleted(read, spans.at(one.at))]
    return iter(sorted(told, key=lambda one: (one.session, one.at)))


def adopt(write: Write, offers: Sequence[Offer], outcomes: Sequence[ToldOutcome]) -> bool:
    """Take over what is not here yet; whether there was any.

    Nothing comes of what was deleted or forgotten here, and what was said here of an offer stands.
    """
    forgotten = gone(write)
    until = newest(forgotten.traces)
    met: set[bytes] = set()
    news = [_adopt_offer(write, one, met) for one in offers if not is_among(trace_of(one), until)]
    sessions = set()
    for told in outcomes:
        word = replace(told, note="") if note_name(told) in forgotten.notes else told
        if not is_buried(write, told.session) and not is_among(trace_of(told), until):
            sessions |= {told.session} if _adopt_word(write, word) else set()
    for session in sessions:
        settle(write, session)
    if any(news):
        touch(write)
    return any(news) or bool(sessions)


def _adopt_offer(write: Write, offer: Offer, met: set[bytes]) -> bool:
    """Store an offer, or at least what was said of it; whether that was new.

    Several may be alike: ``met`` are the keys of those that others of them are already.
    """
    if _is_of_deleted(write, offer):
        return False
    same = takewhile(lambda found: found[1].at >= offer.at, newest_first(write, offer.pattern))
    for key, known in reversed(list(same)):
        if known.at == offer.at and _identity(known) == _identity(offer) and key not in met:
            met.add(key)
            if known.feedback is not None or offer.feedback is None:
                return False
            write.put(
                OFFERS, key, replace(known, feedback=offer.feedback, said=offer.said, person=offer.person)
            )
            return True
    key = free_key(write, offer.pattern, offer.at)
    met.add(key)
    write.put(OFFERS, key, offer)
    return True


def _adopt_word(write: Write, told: ToldOutcome) -> bool:
    known = told_in(write, told.session)
    if any(replace(one, at=told.at) == told and 0 <= one.at - told.at <= len(known) for one in known):
        return False
    keep(write, told)
    return True


def _is_of_deleted(read: Read, offer: Offer) -> bool:
    ids = (offer.pattern, offer.session, offer.episode)
    return any(is_buried(read, one) for one in ids if one)


def _is_in_deleted(read: Read, episode_id: str | None) -> bool:
    return episode_id is not None and is_buried(read, episode_id)


def _identity(offer: Offer) -> tuple[str, ...]:
    """What tells offers of one pattern and time apart."""
    return (offer.door, offer.how, offer.agent, offer.session, offer.episode)
