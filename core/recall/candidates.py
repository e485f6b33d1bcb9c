"""Candidates as recall answers with them: live counts, be there a pattern of them or not.

What a person deleted is in no answer: neither a candidate with a tombstone, also under the id it had before
its project was merged, nor one that would join the family of a deleted pattern. What was archived is put
away until it is used again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from tacit.core.ids import format_id
from tacit.core.learn.families import CLOSE
from tacit.core.learn.near import candidate_key
from tacit.core.learn.statistics import wilson
from tacit.core.learn.titles import parts_of
from tacit.core.model import Elsewhere, Kind
from tacit.core.projects import former_ids, other_names
from tacit.core.tables import CANDIDATES, PATTERNS, kind_of, number_of
from tacit.core.tombstones import Role, tombstones
from tacit.store.keys import u64
from tacit.store.reading import Read

Counts = tuple[int, ...]
"""Uses, judged, successes, failures, partial, episodes."""


class Found(Struct, frozen=True):
    """A candidate. ``pattern`` is the id of its pattern, ``None`` while nothing but its counts is known.

    ``elsewhere`` is what other memories told of it.
    """

    owner: int
    key: tuple[str, ...]
    counts: Counts
    pattern: str | None
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def kind(self) -> Kind:
        """Its kind."""
        return kind_of(self.owner)


def best_first(read: Read, owners: Iterable[int]) -> list[tuple[int, Counts]]:
    """Candidates with their counts by :func:`merit`."""
    found = [(owner, read.tally(CANDIDATES, owner)) for owner in owners]
    return sorted(found, key=lambda one: (*merit(one[1]), one[0]))


def merit(counts: Counts) -> tuple[bool, bool, float, int, int]:
    """What sorts counts best first: a rate that is surely high, then many successes, few failures.

    Uses in one episode are hardly independent of each other, so what was seen in one only comes after the
    rest that worked, and what never worked comes last.
    """
    return not counts[2], counts[5] < 2, -wilson(counts[2], counts[1])[0], -counts[2], counts[3]


class Graves:
    """What was deleted, read once for one answer; more of it only where anything was."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._stones: dict[str, Role] = dict(tombstones(read, "patterns"))
        self._names = other_names(read) if self._stones else {}

    def standing(self, ranked: Iterable[tuple[int, Counts]]) -> Iterator[Found]:
        """The candidates that nobody deleted or put away, in the order given; looked up as they are taken.

        All candidates of one question must be given: a deleted one hides its like among them.
        """
        ranked = list(ranked)
        heads = [] if not self._stones else [
            parts_of(kind_of(owner), key)
            for owner, _ in ranked
            if self._stones.get(format_id("p", number_of(owner))) == "head"
            and (key := candidate_key(self._read, owner)) is not None
        ]  # fmt: skip
        for owner, counts in ranked:
            key = candidate_key(self._read, owner)
            if key is not None and not self._hides(owner, key, heads):
                pattern = self._read.get(PATTERNS, u64(number_of(owner)))
                if pattern is None:
                    yield Found(owner, key, counts, None)
                elif not pattern.archived:
                    yield Found(owner, key, counts, pattern.id, pattern.elsewhere)

    def _hides(self, owner: int, key: tuple[str, ...], heads: list[frozenset[str]]) -> bool:
        if not self._stones:
            return False
        kind = kind_of(owner)
        ids = (format_id("p", number_of(owner)), *former_ids(kind, key, self._names))
        own = parts_of(kind, key)
        return any(id_ in self._stones for id_ in ids) or any(_close(own, head) for head in heads)


def _close(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= CLOSE * (len(one) + len(other) - shared)
