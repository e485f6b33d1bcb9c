"""Feedback: what somebody said of a pattern that was given, kept with the offer of it.

A person's word is a step of undo, and no agent overrules it. What an agent says is none; its next word on the
same offer stands. An agent that does not say where speaks of one offer a day: saying it again is no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from msgspec.structs import replace

from tacit.core.clock import DAY
from tacit.core.errors import NotFound
from tacit.core.learn.state import touch
from tacit.core.loop.outcomes import of_live
from tacit.core.loop.records import Offer
from tacit.core.tables import EPISODES, OFFERS, OPEN, PATTERNS, key_of, offer_key
from tacit.core.tombstones import is_buried
from tacit.core.undo_steps import Spoken, UndoStep, next_number, put_step
from tacit.store.keys import successor
from tacit.store.reading import Read
from tacit.store.transaction import Write

WITHIN = 7 * DAY
"""How long ago an offer may have been made that somebody speaks of without saying which, in milliseconds."""

_NUMBER = 4  # bytes of the number that ends the key of an offer


def say(write: Write, word: Offer, actor: str) -> Offer:
    """Say of a pattern how it served, with the newest offer of it that is meant, else as one of its own.

    Args:
        write: the transaction.
        word: what is said, by whom, and where the pattern was given, as far as that is told; its ``at``
            and ``said`` are now.
        actor: whose step of undo it is, where a person says it.

    Returns:
        The offer as it stands: with the word, but with that of a person where an agent says something else
        of it. Its ``said`` is not that of ``word`` where the same was said of it before.

    Raises:
        NotFound: somebody deleted the pattern a moment ago.
    """
    if write.get(PATTERNS, key_of(word.pattern)) is None:
        raise NotFound(f"{word.pattern} is gone.", "`memory undo --list` shows what can be taken back.")
    if word.episode and not _is_known(write, word.episode):
        word = replace(word, episode="")
    key, before = next(_meant(write, word), (None, None))
    if before is None:
        key, before = next(_own(write, word), (None, None))
    if before is not None and _stands(before, word):
        return before
    offer = word
    if before is not None:
        offer = replace(before, feedback=word.feedback, said=word.said, person=word.person)
    key = key or free_key(write, word.pattern, word.at)
    write.put(OFFERS, key, offer)
    touch(write)
    if word.person:
        stood = (None, 0, False) if before is None else (before.feedback, before.said, before.person)
        spoken = Spoken(word.pattern, offer.at, _number_of(key), offer.feedback, *stood)
        put_step(write, UndoStep(next_number(write), word.said, actor, "feedback", (), said=(spoken,)))
    return offer


def take_back(write: Write, step: UndoStep) -> tuple[str, ...]:
    """Take out what a step said, as part of its undo; what was said of the same offer later stands.

    Returns:
        The ids of the patterns of which something was taken back.
    """
    found = []
    for one in step.said:
        key = offer_key(one.pattern, one.at, one.number)
        offer = write.get(OFFERS, key)
        if offer is None or (offer.feedback, offer.said) != (one.word, step.at):
            continue
        if not offer.given and one.before is None:
            write.delete(OFFERS, key)
        else:
            before = {"feedback": one.before, "said": one.said_before, "person": one.person_before}
            write.put(OFFERS, key, replace(offer, **before))
        found.append(one.pattern)
    return tuple(found)


def free_key(read: Read, pattern: str, at: int) -> bytes:
    """The key of one more offer of a pattern at a time; none is given twice."""
    low, high = offer_key(pattern, at, 0), offer_key(pattern, at + 1, 0)
    last = next(read.keys(OFFERS, low, high, reverse=True), None)
    return offer_key(pattern, at, 0 if last is None else _number_of(last) + 1)


def newest_first(read: Read, pattern: str) -> Iterator[tuple[bytes, Offer]]:
    """(key, offer) of a pattern, as they are asked for."""
    stem = key_of(pattern)
    for key in read.keys(OFFERS, stem, successor(stem), reverse=True):
        offer = read.get(OFFERS, key)
        if offer is not None:
            yield key, offer


def _meant(read: Read, word: Offer) -> Iterator[tuple[bytes, Offer]]:
    """The offers that a word may be of, the newest first."""
    if word.session or word.episode:
        yield from ((key, one) for key, one in newest_first(read, word.pattern) if _is_there(word, one))
        return
    late = takewhile(lambda found: word.at - found[1].at <= WITHIN, newest_first(read, word.pattern))
    yield from sorted(
        ((key, one) for key, one in late if _is_open(word, one) or _was_said_today(word, one)),
        key=lambda found: not _was_said_today(word, found[1]),
    )


def _own(read: Read, word: Offer) -> Iterator[tuple[bytes, Offer]]:
    """What the same speaker said by itself within a day: who thinks better of it does not say two things."""
    for key, offer in newest_first(read, word.pattern):
        if word.session or word.episode or word.at - offer.at >= DAY:
            return
        who = offer.door, offer.agent, offer.session, offer.episode
        if not offer.given and who == (word.door, word.agent, "", ""):
            yield key, offer


def _is_there(word: Offer, offer: Offer) -> bool:
    """Whether an offer was made in the session or episode that is named."""
    if word.episode and offer.episode:
        return offer.episode == word.episode
    return bool(word.session) and offer.session == word.session


def _is_open(word: Offer, offer: Offer) -> bool:
    """Whether nobody who counts as much said anything of an offer, and it was made to whoever speaks."""
    said = offer.feedback is not None and (offer.person or not word.person)
    return not said and _is_whose(word, offer)


def _was_said_today(word: Offer, offer: Offer) -> bool:
    """Whether an agent that speaks said something of an offer on the same day (UTC) before."""
    today = offer.feedback is not None and offer.said // DAY == word.said // DAY
    return today and not word.person and not offer.person and _is_whose(word, offer)


def _is_whose(word: Offer, offer: Offer) -> bool:
    """Whether an offer was made to whoever speaks, where both are known."""
    return not word.agent or offer.agent in {"", word.agent}


def _stands(before: Offer, word: Offer) -> bool:
    """Whether a word changes nothing: the same was said, or a person spoke and an agent does now."""
    if before.person != word.person:
        return before.person
    return before.feedback == word.feedback


def _is_known(read: Read, episode_id: str) -> bool:
    """Whether there is or was an episode of that id."""
    key = key_of(episode_id)
    found = read.get(EPISODES, key) or read.get(OPEN, key) or of_live(read, episode_id)
    return found is not None or is_buried(read, episode_id)


def _number_of(key: bytes) -> int:
    return int.from_bytes(key[-_NUMBER:], "big")
