"""Feedback: what somebody said of a pattern that was given, kept with the offer of it.

A person's word is a step of undo. What an agent says is not; the next word on the same offer stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from tacit.core.clock import DAY
from tacit.core.errors import NotFound
from tacit.core.learn.state import touch
from tacit.core.loop.records import Offer
from tacit.core.tables import OFFERS, PATTERNS, key_of, offer_key
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
        The offer with the word. Its ``said`` is not that of ``word`` where the same was said of it before.

    Raises:
        NotFound: somebody deleted the pattern a moment ago.
    """
    if write.get(PATTERNS, key_of(word.pattern)) is None:
        raise NotFound(f"{word.pattern} is gone.", "`memory undo --list` shows what can be taken back.")
    key, before = next(_meant(write, word), (None, None))
    if before is not None and before.feedback == word.feedback:
        return before
    offer = word if before is None else replace(before, feedback=word.feedback, said=word.said)
    key = key or free_key(write, word.pattern, word.at)
    write.put(OFFERS, key, offer)
    touch(write)
    if word.door == "person":
        stood = (None, 0) if before is None else (before.feedback, before.said)
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
            write.put(OFFERS, key, replace(offer, feedback=one.before, said=one.said_before))
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
    named = bool(word.session or word.episode)
    for key, offer in newest_first(read, word.pattern):
        if not named and word.at - offer.at > WITHIN:
            return
        if _is_there(word, offer) if named else _is_open(word, offer):
            yield key, offer


def _is_there(word: Offer, offer: Offer) -> bool:
    """Whether an offer was made in the session or episode that is named."""
    if word.episode and offer.episode:
        return offer.episode == word.episode
    return bool(word.session) and offer.session == word.session


def _is_open(word: Offer, offer: Offer) -> bool:
    """Whether nobody said anything of an offer, and it was made to whoever speaks, where both are known."""
    return offer.feedback is None and (not word.agent or offer.agent in {"", word.agent})


def _number_of(key: bytes) -> int:
    return int.from_bytes(key[-_NUMBER:], "big")
