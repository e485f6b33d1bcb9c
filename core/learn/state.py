"""What a review leaves behind, and whether one is due; apart, so that a read loads no more than this."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from tacit.core.learn.calibration import Calibration
from tacit.core.model import Offered
from tacit.core.tables import STATE
from tacit.store.reading import Read
from tacit.store.transaction import Write

_REVIEW = b"review"
_REVISION = b"revision"

RULES = 5
"""Which rules a review goes by; one that went by others is due again."""


QUICK = 5_000
"""Candidates that are reviewed within what a person waits for: a tenth of a second to a whole one."""


class ReviewState(Struct, frozen=True):
    """How the last review ended: the evidence it had seen, the funnel it found, how claims held.

    ``lacking`` counts candidates that lack one episode, ``near`` are the numbers of a few of them.
    ``offered`` sums up what came of what was given to agents.
    """

    revision: int
    candidates: int
    rejected: dict[str, int]
    listed: int
    variants: int
    rules: int = 1
    calibration: Calibration | None = None
    lacking: int = 0
    near: tuple[int, ...] = ()
    archived: int = 0
    offered: Offered | None = None


def touch(write: Write) -> None:
    """Say that evidence or tombstones changed, so that a review is due."""
    set_revision(write, revision(write) + 1)


def set_revision(write: Write, number: int) -> None:
    """Say how often; it never goes back, so that nobody takes one state for another."""
    write.set_value(STATE, _REVISION, number.to_bytes(8, "big"))


def revision(read: Read) -> int:
    """How often evidence or tombstones changed."""
    raw = read.value(STATE, _REVISION)
    return 0 if raw is None else int.from_bytes(raw, "big")


def last_review(read: Read) -> ReviewState | None:
    """The state the last review left."""
    raw = read.value(STATE, _REVIEW)
    return None if raw is None else msgspec.msgpack.decode(raw, type=ReviewState)


def keep_review(write: Write, state: ReviewState) -> None:
    """Leave the state of a finished review."""
    write.set_value(STATE, _REVIEW, msgspec.msgpack.encode(state))


def review_due(read: Read) -> bool:
    """Whether evidence or rules changed since the last review."""
    state = last_review(read)
    if state is None:
        return revision(read) != 0
    return state.revision != revision(read) or state.rules != RULES


def reviews_quickly(read: Read) -> bool:
    """Whether a review is over before a person would notice, going by the last one."""
    state = last_review(read)
    return state is None or state.candidates <= QUICK
