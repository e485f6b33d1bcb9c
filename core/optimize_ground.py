"""What upkeep plans over: the rows of the list that it may touch at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from tacit.core.config import Config
from tacit.core.decisions import all_standing
from tacit.core.model import Pattern, Session
from tacit.core.proposals import Proposal
from tacit.core.tables import PATTERNS, key_of
from tacit.store.reading import Read

DAY = 86_400_000


class Ground:
    """A snapshot, the settings, the time, and the rows that nothing was proposed for yet.

    Attributes:
        pinned: the ids of all that is pinned, whether it is a pattern now or not.
    """

    def __init__(
        self, read: Read, config: Config, now: int, rows: Sequence[Pattern], pinned: frozenset[str]
    ) -> None:
        self.read = read
        self.config = config
        self.now = now
        self.pinned = pinned
        self._rows = rows
        self._taken: set[str] = set()

    def rows(self) -> Iterator[Pattern]:
        """In the order of the list."""
        return (row for row in self._rows if row.id not in self._taken)

    def take(self, proposal: Proposal) -> None:
        """Leave the rows of a proposal to it."""
        self._taken.update(one.id for one in (proposal.keep, *proposal.drop) if one is not None)

    def behind(self, row: Pattern) -> list[Pattern]:
        """The variants of a row."""
        return behind(self.read, row)

    def days_since(self, at: int) -> int:
        """Whole days from a time until now."""
        return (self.now - at) // DAY


def ground(read: Read, config: Config, now: int) -> Ground:
    """The rows of the list but those that are pinned or have something pinned behind them."""
    pinned = pinned_ids(read)
    found = read.get_many(PATTERNS, [key for _, key in read.scan(PATTERNS, "rank")])
    rows = [one for one in found if one is not None and not is_pinned(one, pinned)]
    return Ground(read, config, now, rows, pinned)


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
