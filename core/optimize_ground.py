"""What upkeep plans over: the rows of the list that it may touch at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from tacit.core.config import Config
from tacit.core.decisions import all_standing
from tacit.core.model import Pattern, Session
from tacit.core.proposals import Proposal
from tacit.core.tables import PATTERNS, key_of
from tacit.store.reading import Read

DAY = 86_400_000


_TOLD_EVERY = 64
"""Rows between two reports."""

_ROUNDS = 3
"""How many operations go over every row."""


class Enough(Exception):
    """Nobody wants more of the plan."""


class Looking:
    """Counts what is looked at and reports it now and then.

    Args:
        told: hears how much, of about how much; where it answers ``False`` it is enough.
    """

    def __init__(self, told: Callable[[int, int], bool] | None) -> None:
        self._told = told
        self._done = 0
        self.total = 0

    def at(self) -> None:
        """One more.

        Raises:
            Enough: nobody wants more.
        """
        self._done += 1
        if self._told is None or self._done % _TOLD_EVERY:
            return
        if not self._told(self._done, max(self._done, self.total)):
            raise Enough


class Ground:
    """A snapshot, the settings, the time, and the rows that nothing was proposed for yet.

    Rows are read as they are gone over and not held, so that a list of any length can be planned for.

    Attributes:
        pinned: the ids of all that is pinned, whether it is a pattern now or not.
        looking: hears of every row that is looked at.
    """

    def __init__(self, read: Read, config: Config, now: int, looking: Looking) -> None:
        self.read = read
        self.config = config
        self.now = now
        self.pinned = pinned_ids(read)
        self.looking = looking
        self._taken: set[str] = set()
        looking.total = _ROUNDS * read.count(PATTERNS, "listed")

    def rows(self) -> Iterator[Pattern]:
        """In the order of the list, but those that are pinned or have something pinned behind them."""
        for _, key in self.read.scan(PATTERNS, "rank"):
            self.looking.at()
            row = self.read.get(PATTERNS, key)
            if row is None or row.borrowed or row.id in self._taken:
                continue
            if not is_pinned(row, self.pinned):
                yield row

    def take(self, proposal: Proposal) -> None:
        """Leave the rows of a proposal to it."""
        self._taken.update(one.id for one in (proposal.keep, *proposal.drop) if one is not None)

    def behind(self, row: Pattern) -> list[Pattern]:
        """The variants of a row."""
        return behind(self.read, row)

    def days_since(self, at: int) -> int:
        """Whole days from a time until now."""
        return (self.now - at) // DAY


def behind(read: Read, row: Pattern) -> list[Pattern]:
    """The variants of a row."""
    found = read.get_many(PATTERNS, [key_of(one) for one in row.variant_ids])
    return [one for one in found if one is not None]


def last_use(row: Pattern, variants: Collection[Pattern]) -> int:
    """When a row or a variant of it was last used, in milliseconds: a habit may go on in a variant."""
    return max([row.last_used, *(one.last_used for one in variants)])


def pinned_ids(read: Read) -> frozenset[str]:
    """All that is pinned, also what is no pattern at the moment, or was pinned under another id."""
    decided = {one for one, what in all_standing(read).items() if what.pinned}
    keys = [key for index in ("pinned", "pinned_behind") for _, key in read.scan(PATTERNS, index)]
    return frozenset(decided.union(one.id for one in read.get_many(PATTERNS, keys) if one is not None))


def is_pinned(thing: Pattern | Session, pinned: Collection[str]) -> bool:
    """Whether a row, a variant of it or a shorter sequence that it explained is pinned."""
    if isinstance(thing, Session):
        return False
    return any(one in pinned for one in (thing.id, *thing.variant_ids, *thing.explained))
