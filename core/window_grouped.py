"""The two kinds of lists in groups: those whose groups an index knows, and those that have to be walked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar, TypeVar

from msgspec.structs import replace

from tacit.core.model import KINDS, Pattern
from tacit.core.narrowing import within
from tacit.core.present import day, kind_word, verdict_word
from tacit.core.query import VERDICTS, Plan, project_matches
from tacit.core.routes import TABLES, Route
from tacit.core.tables import LABELS
from tacit.core.window import Window
from tacit.core.window_found import Found
from tacit.core.window_groups import Group, Grouped
from tacit.core.window_places import Places
from tacit.store.keys import text_of
from tacit.store.reading import Read
from tacit.store.schema import Table

R = TypeVar("R")

_ORDERS: dict[str, Sequence[str]] = {
    "kind": tuple(map(kind_word, KINDS)),
    "verdict": VERDICTS,
    "outcome": LABELS,
}
"""The order of groups with few names; the others go by name, days newest first."""


def grouped(flat: Window[R], by: str, folded: Collection[str] = ()) -> Grouped[R]:
    """A list in groups.

    Where nothing is asked for and the order is that of rank, or of time, the indexes know the groups: they
    are there at once and exact, however many rows stand in them. Else, and by day, records are sorted into
    their groups as they are met: the first at once, the others by :meth:`Grouped.walk`.
    """
    if flat.plan == Plan() and by != "day":
        return _Indexed(flat, by, folded)
    return _Sorted(_Sorting(flat, by), by, folded)


class _Part(Group[R]):
    """A group that an index holds."""

    def __init__(self, by: str, name: str, places: Places[R]) -> None:
        super().__init__(name)
        self._by = by
        self.places = places

    @property
    def count(self) -> int:
        return self.places.total

    def keys(self, read: Read, start: int, count: int) -> list[bytes]:
        return self.places.keys(read, start, count)

    def place(self, read: Read, key: bytes, near: int | None) -> int | None:
        return self.places.place(read, key, near)

    def shown(self, record: R) -> R:
        shown: R = _shown(record, self._by, self.name)
        return shown


class _Indexed(Grouped[R]):
    """Groups that an index and its counter know."""

    def __init__(self, flat: Window[R], by: str, folded: Collection[str]) -> None:
        super().__init__(flat, by, folded)
        table: Table[R] = TABLES[flat.table]
        sums: dict[bytes, int] = {}
        with flat.store.read() as read:
            for group, number in read.groups(table, by):
                stem = group.partition(b"\0")[0] + b"\0"  # episodes are counted by how they ended, too
                sums[stem] = sums.get(stem, 0) + number
        parts = [
            _Part[R](by, _word(by, text_of(stem)), Places(table, by, stem, number))
            for stem, number in sums.items()
            if number > 0
        ]
        self._parts = _in_order(by, parts)

    def groups(self) -> Sequence[_Part[R]]:
        return self._parts

    @property
    def loose(self) -> bool:
        return any(part.places.loose for part in self._parts)

    def walk(self, cancelled: Callable[[], bool], progress: Callable[[int], None] | None = None) -> None:
        del progress
        for part in self._parts:
            if not part.places.walk(self._flat.store, lambda: not cancelled()):
                return

    def settle(self) -> None:
        for part in self._parts:
            part.places.settle()


class _Heap(Group[R]):
    """A group of what was met so far."""

    def __init__(self, by: str, name: str, view: Callable[[R], R]) -> None:
        super().__init__(name)
        self._by = by
        self._view = view
        self.found = Found()
        self._shown = 0

    @property
    def count(self) -> int:
        return self._shown

    def settle(self) -> None:
        """Show all that was met."""
        self._shown = len(self.found)

    def keys(self, read: Read, start: int, count: int) -> list[bytes]:
        del read
        return self.found.page(start, count)

    def place(self, read: Read, key: bytes, near: int | None) -> int | None:
        del read, near
        place = self.found.place(key)
        return place if place is not None and place < self._shown else None

    def shown(self, record: R) -> R:
        return _shown(record, self._by, self.name) if self._by == "project" else self._view(record)


class _Sorting(Window[R]):
    """A window that sorts what it meets into groups."""

    BY_KEY: ClassVar[bool] = False

    def __init__(self, flat: Window[R], by: str) -> None:
        self.by = by
        self.heaps: dict[str, _Heap[R]] = {}
        self._number = 0
        super().__init__(flat.store, flat.table, flat.plan, flat.clock, flat.seek)

    def _routed(self, read: Read, plan: Plan) -> Route[R]:
        return replace(super()._routed(read, plan), total=None)

    @property
    def _met(self) -> int:
        return self._number

    def _take(self, key: bytes, record: R) -> None:
        self._number += 1
        for name in _names(record, self.by, self.plan):
            if name not in self.heaps:
                self.heaps[name] = _Heap(self.by, name, self.shown)
            self.heaps[name].found.append(key)


class _Sorted(Grouped[R]):
    """Groups of records that were met while walking."""

    def __init__(self, flat: _Sorting[R], by: str, folded: Collection[str]) -> None:
        super().__init__(flat, by, folded)
        self._heaps = flat.heaps
        self._shown: list[_Heap[R]] = []
        self.settle()

    def groups(self) -> Sequence[_Heap[R]]:
        return self._shown

    def settle(self) -> None:
        heaps = list(self._heaps.values())
        for heap in heaps:
            heap.settle()
        self._shown = _in_order(self.by, heaps)


G = TypeVar("G", bound=Group[Any])


def _in_order(by: str, groups: list[G]) -> list[G]:
    if by == "day":
        return sorted(groups, key=lambda group: group.name, reverse=True)
    order = _ORDERS.get(by, ())
    return sorted(
        groups,
        key=lambda one: (order.index(one.name) if one.name in order else len(order), one.name.casefold()),
    )


def _word(by: str, name: str) -> str:
    return kind_word(name) if by == "kind" else name


def _names(record: Any, by: str, plan: Plan) -> Sequence[str]:
    """The groups that a record stands in."""
    if by == "day":
        return (day(record.started),)
    if by == "outcome":
        return (record.outcome.label,)
    if by == "kind":
        return (kind_word(record.kind),)
    if by == "verdict":
        return (verdict_word(record),)
    if not isinstance(record, Pattern):  # by project, or notes by their source
        return (getattr(record, by),)
    wanted = plan.project
    names = record.project_names
    return names if wanted is None else [name for name in names if project_matches(wanted, name)]


def _shown(record: Any, by: str, name: str) -> Any:
    """A record as a group shows it: patterns of a project have their numbers there."""
    return within(record, name) if by == "project" and isinstance(record, Pattern) else record
