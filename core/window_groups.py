"""Lists in groups: headings with counts, and under each the rows that belong there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

from msgspec import Struct

from tacit.core.listing import STRIDE
from tacit.core.query import Plan
from tacit.core.tables import key_of
from tacit.core.window import Window
from tacit.store.reading import Read

R = TypeVar("R")

GROUPS: dict[str, tuple[str, ...]] = {
    "patterns": ("kind", "verdict", "project"),
    "sessions": ("project", "day"),
    "episodes": ("outcome", "project"),
    "notes": ("source",),
}
"""By what each list can be grouped."""


class Heading(Struct, frozen=True):
    """The first row of a group: ``by`` what it was made, its ``name`` as people read it, and its size."""

    by: str
    name: str
    count: int
    folded: bool

    @property
    def id(self) -> str:
        """What names it for good; no record has such an id."""
        return heading_id(self.by, self.name)


def heading_id(by: str, name: str) -> str:
    """The id of the heading of a group."""
    return f"{by}:{name}"


class Group(ABC, Generic[R]):
    """The rows of one group."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    @abstractmethod
    def count(self) -> int:
        """How many records stand in it."""

    @abstractmethod
    def keys(self, read: Read, start: int, count: int) -> list[bytes]:
        """Their keys, from a place on."""

    @abstractmethod
    def place(self, read: Read, key: bytes, near: int | None) -> int | None:
        """The place of a record in it; see :meth:`tacit.core.window_places.Places.place`."""

    def shown(self, record: R) -> R:
        """A record of the list as this group shows it."""
        return record


class Grouped(ABC, Generic[R]):
    """A window of headings and rows, with the face of :class:`tacit.core.window.Window`.

    ``total`` counts rows, those of folded groups left out; ``count`` counts records, of which one can
    stand in several groups.
    """

    def __init__(self, flat: Window[R], by: str, folded: Collection[str]) -> None:
        """The same list as ``flat``, grouped; groups with these names are ``folded``."""
        self.plan: Plan = flat.plan
        self.by = by
        self.folded = set(folded)
        self._flat = flat

    @property
    def exact(self) -> bool:
        """Whether every count is final."""
        return self._flat.exact

    @property
    def note(self) -> str:
        """What of the query could not be done."""
        return self._flat.note

    @property
    def by_words(self) -> bool:
        """Whether words stand in for a meaning."""
        return self._flat.by_words

    @property
    def count(self) -> int:
        """How many records there are in all."""
        return self._flat.total

    def likeness(self, public_id: str) -> float | None:
        """How near a record is in meaning, where that is what the list was asked for."""
        return self._flat.likeness(public_id)

    def ids(self) -> Iterator[str]:
        """The ids of all records, each once, group by group whether it is folded or not."""
        known: set[bytes] = set()
        for group in self.groups():
            for start in range(0, group.count, STRIDE):
                with self._flat.store.read() as read:
                    keys = [key for key in group.keys(read, start, STRIDE) if key not in known]
                    records = [self._flat.get(read, key) for key in keys]
                known.update(keys)
                yield from (record.id for record in records if record is not None)  # type: ignore[attr-defined]

    @property
    def loose(self) -> bool:
        """Whether rows were shown at places that are guesses."""
        return False

    @abstractmethod
    def groups(self) -> Sequence[Group[R]]:
        """The groups in their order, none of them empty."""

    def walk(self, cancelled: Callable[[], bool], progress: Callable[[int], None] | None = None) -> None:
        """The slow part; see :meth:`tacit.core.window.Window.walk`."""
        self._flat.walk(cancelled, progress)

    def settle(self) -> None:
        """Show what was met meanwhile, and put every row at its true place if the walk has ended.

        Between two calls nothing moves, so that who holds a place finds the same row there.
        """

    def stale(self) -> bool:
        """Whether anything was written since this window was made."""
        return self._flat.stale()

    # Rows

    @property
    def total(self) -> int:
        """How many rows there are to scroll over."""
        return sum(self._height(group) for group in self.groups())

    def rows(self, start: int, count: int) -> list[R | Heading]:
        """Headings and records from place ``start`` on."""
        found: list[R | Heading] = []
        with self._flat.store.read() as read:
            at, inside = self._at(max(start, 0))
            for group in self.groups()[at:]:
                if len(found) >= count:
                    break
                if not inside:
                    folded = group.name in self.folded
                    found.append(Heading(self.by, group.name, group.count, folded))
                    inside = 1
                most = min(count - len(found), self._height(group) - inside)
                records = (self._flat.get(read, key) for key in group.keys(read, inside - 1, max(most, 0)))
                found += (group.shown(record) for record in records if record is not None)
                inside = 0
        return found

    def spot(self, place: int) -> tuple[str, int]:
        """The name of the group that a row stands in, and how many rows of it come before."""
        at, inside = self._at(place)
        groups = self.groups()
        return (groups[at].name, inside) if at < len(groups) else ("", 0)

    def at(self, name: str, inside: int) -> int:
        """The opposite of :meth:`spot`, as far as the group is there and not folded."""
        groups = self.groups()
        for group, start in zip(groups, self._starts(groups), strict=True):
            if group.name == name:
                return start + min(inside, self._height(group) - 1)
        return 0

    def position(self, public_id: str, near: int | None = None, within: str = "") -> int | None:
        """The place of a record or heading, or ``None``; of a record in a folded group that of its heading.

        Args:
            public_id: whose; that of a heading is its :attr:`Heading.id`.
            near: where it stands on the screen.
            within: the group that is meant, where it stands in several.
        """
        groups = self.groups()
        starts = self._starts(groups)
        heads = {heading_id(self.by, group.name): start for group, start in zip(groups, starts, strict=True)}
        if public_id in heads:
            return heads[public_id]
        if ":" in public_id:
            return None
        places = list(zip(groups, starts, strict=True))
        places.sort(key=lambda one: one[0].name != within)
        with self._flat.store.read() as read:
            for group, start in places:
                at = None if near is None else near - start - 1
                place = group.place(read, key_of(public_id), at)
                if place is not None:
                    return start if group.name in self.folded else start + 1 + place
        return None

    # Folding

    def fold(self, name: str) -> None:
        """Fold a group, or unfold it."""
        self.folded ^= {name}

    def fold_all(self) -> None:
        """Fold all groups; where all are folded, unfold them."""
        names = {group.name for group in self.groups()}
        self.folded = set() if names <= self.folded else names

    def _height(self, group: Group[R]) -> int:
        return 1 if group.name in self.folded else 1 + group.count

    def _starts(self, groups: Sequence[Group[R]]) -> list[int]:
        """The place of each heading."""
        return list(accumulate(map(self._height, groups), initial=0))[:-1]

    def _at(self, place: int) -> tuple[int, int]:
        """The group that a place is in, and how many rows of it come before."""
        starts = self._starts(self.groups())
        at = max(bisect_right(starts, place) - 1, 0)
        return at, place - starts[at] if starts else 0
