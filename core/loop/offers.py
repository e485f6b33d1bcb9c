"""Offers: that a pattern was given to an agent, by pattern and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from msgspec.structs import replace

from tacit.core.learn.state import touch
from tacit.core.loop.feedback import free_key, newest_first
from tacit.core.loop.records import Offer
from tacit.core.projects import names_of
from tacit.core.tables import OFFERS, PATTERNS, key_of
from tacit.store.reading import Read
from tacit.store.transaction import Write


def record(write: Write, aliases: Mapping[str, str], patterns: Sequence[str], offer: Offer) -> int:
    """Record an offer of each of the patterns that are there; how many were.

    A review is due only where it is known already how it went on there, as it is of none that is made now.

    Args:
        write: the transaction.
        aliases: those of the configuration.
        patterns: whole public ids.
        offer: all but the pattern, its project as it was told.
    """
    project = names_of(write, aliases).of(offer.project) if offer.project else ""
    known = [one for one in dict.fromkeys(patterns) if write.get(PATTERNS, key_of(one)) is not None]
    for pattern in known:
        one = replace(offer, pattern=pattern, project=project)
        write.put(OFFERS, free_key(write, pattern, offer.at), one)
    if known and _is_known(write, replace(offer, project=project)):
        touch(write)
    return len(known)


def _is_known(read: Read, offer: Offer) -> bool:
    """Whether the episode an offer was made in is stored past it."""
    from tacit.core.loop.whereabouts import Whereabouts

    return offer.feedback is not None or Whereabouts(read).of(offer) is not None


def offers_of(read: Read, pattern_id: str, limit: int | None = None) -> tuple[Offer, ...]:
    """The offers of a pattern, newest first."""
    return tuple(offer for _, offer in islice(newest_first(read, pattern_id), limit))
