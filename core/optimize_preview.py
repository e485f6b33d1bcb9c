"""What the memory would be like once proposals were applied: by rehearsing that, so that it is exact.

The rehearsal runs the very code that applies and the very review that follows, over a snapshot and in
memory. It takes no lock and stores nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tacit.core.deletion import Receipt
from tacit.core.learn.review import review_within
from tacit.core.model import Pattern
from tacit.core.optimize_apply import Told, apply, untold
from tacit.core.proposals import Proposal
from tacit.core.tables import EPISODES, PATTERNS, SESSIONS, STEPS, key_of
from tacit.store.keys import text_of
from tacit.store.reading import Read
from tacit.store.transaction import Write


class Standing(Struct, frozen=True):
    """The memory in numbers: rows of the list, by kind and by verdict, what was put away, what is stored.

    ``variants`` are the patterns behind the rows, ``bytes`` the texts of all steps as they were told.
    """

    patterns: int
    variants: int
    archived: int
    kinds: Mapping[str, int]
    verdicts: Mapping[str, int]
    sessions: int
    episodes: int
    bytes: int


class Joined(Struct, frozen=True):
    """A row that others go behind: the rows as they stand, and the one as it will."""

    before: tuple[Pattern, ...]
    after: Pattern | None


class Preview(Struct, frozen=True):
    """Before and after.

    ``joined`` are the merges, in the order of the proposals; ``receipt`` counts what would be done, and
    names in ``left_out`` the proposals that hold no longer.
    """

    before: Standing
    after: Standing
    joined: tuple[Joined, ...]
    receipt: Receipt


def standing(read: Read) -> Standing:
    """How the memory stands; from counters."""
    return Standing(
        patterns=read.count(PATTERNS, "listed"),
        variants=read.count(PATTERNS, "listed", b"variants"),
        archived=read.count(PATTERNS, "listed", b"archived"),
        kinds=_groups(read, "kind"),
        verdicts=_groups(read, "verdict"),
        sessions=read.count(SESSIONS, "total"),
        episodes=read.count(EPISODES, "total"),
        bytes=read.count(STEPS, "bytes"),
    )


def preview(write: Write, proposals: Sequence[Proposal], at: int, actor: str, told: Told = untold) -> Preview:
    """Apply and review within a transaction that is dropped afterwards, and say what changed."""
    before = standing(write)
    receipt = apply(write, proposals, at, actor, told)
    if receipt.step:
        review_within(write)
    merges = [one for one in proposals if one.op == "merge" and one.id not in receipt.left_out]
    return Preview(before, standing(write), tuple(_joined(write, one) for one in merges), receipt)


def _joined(read: Read, proposal: Proposal) -> Joined:
    keep = proposal.keep
    rows = [one for one in (keep, *proposal.drop) if isinstance(one, Pattern)]
    return Joined(tuple(rows), None if keep is None else read.get(PATTERNS, key_of(keep.id)))


def _groups(read: Read, counter: str) -> dict[str, int]:
    return {text_of(group): number for group, number in read.groups(PATTERNS, counter) if number}
