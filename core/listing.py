"""Lists: pages of what a query finds, and a window for a list that scrolls.

A query that one index answers whole costs what is read of it, whatever the size of the store. Any
other walks the index of its order and looks at each record; that belongs into a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.clock import Clock
from tacit.core.query import Plan
from tacit.core.routes import ROUTES as ROUTES
from tacit.core.routes import TABLES as TABLES
from tacit.core.routes import Route as Route
from tacit.core.routes import route_patterns as route_patterns
from tacit.store.entries import index_entries
from tacit.store.reading import Read
from tacit.store.store import Store

if TYPE_CHECKING:
    from tacit.core.texts import Glass

R = TypeVar("R")

STRIDE = 512
"""Every so many index entries one is kept, so that any place can be reached from near by; and a walk
looks up whether it is still wanted."""

_FEW = 1_000
"""So many records that may fit are loaded and sorted; more are met by walking the index of their order."""


class Page(Struct, Generic[R], frozen=True):
    """The beginning of a list; ``total`` counts all of it."""

    total: int
    truncated: bool
    items: tuple[R, ...]


def narrowed(read: Read, route: Route[R], through: Glass | None) -> Route[R]:
    """The route with the records that may hold, as far as the text index tells."""
    if through is None or route.keep is None:
        return route
    found = through.among(read, route.table)
    if route.among is None or found is None:
        return replace(route, among=route.among if found is None else found)
    return replace(route, among=[key for key in route.among if key in found])


def entries(
    read: Read, route: Route[R], goes_on: Callable[[], bool] = lambda: True
) -> Iterator[tuple[bytes, bytes, R]]:
    """(index key, record key, record) along a route, those that hold.

    ``goes_on`` is asked every :data:`STRIDE` records, whether they hold or not.
    """
    for number, (place, key, record) in enumerate(members(read, route), 1):
        if number % STRIDE == 0 and not goes_on():
            return
        if route.keep is None or route.keep(record):
            yield place, key, record


def members(read: Read, route: Route[R]) -> Iterator[tuple[bytes, bytes, R]]:
    """(index key, record key, record) along a route, whether they hold or not."""
    among = route.among
    if among is not None and (route.resorted or len(among) <= _FEW):
        yield from _sorted(read, route, among)
        return
    for place, key in _along(read, route):
        record = read.get(route.table, key) if among is None or key in among else None
        if record is not None:
            yield place, key, record


def _along(read: Read, route: Route[R]) -> Iterator[tuple[bytes, bytes]]:
    """(index key, record key) in the order of a route."""
    if route.now is None:
        return read.scan(route.table, route.index, route.prefix)
    from tacit.core.effective import by_effectiveness

    return by_effectiveness(read, route.index, route.prefix, route.now)


def _sorted(read: Read, route: Route[R], among: Collection[bytes]) -> Iterator[tuple[bytes, bytes, R]]:
    """The same for some records, which costs nothing for all the others; they come as they are shown."""
    space = route.table.spaces[route.index]
    found: list[tuple[bytes, bytes, R]] = []
    for key in among:
        record = _shown(route, read.get(route.table, key))
        if record is not None:
            for held, entry in index_entries(route.table, key, record):
                if held == space and entry.startswith(route.prefix):
                    found.append((entry, key, record))
    found.sort(key=_place(route))
    for entry, key, record in found:
        yield entry[: -len(key)], key, record


def _shown(route: Route[R], record: R | None) -> R | None:
    """A record as the list shows it."""
    return record if record is None or route.view is None else route.view(record)


def _place(route: Route[R]) -> Callable[[tuple[bytes, bytes, R]], Any]:
    """What sorts (index entry, record key, record) as the route goes."""
    now = route.now
    if now is None:
        return lambda one: one[0]
    from tacit.core.effective import order

    stem = len(route.prefix) + 1
    return lambda one: (order(one[0][: -len(one[1])], stem, now), one[1])


def page(read: Read, route: Route[R], limit: int | None) -> Page[R]:
    """The first ``limit`` of a list, as it shows them, and how many there are in all."""
    items: list[R] = []
    counted = 0
    for counted, (_, _, record) in enumerate(entries(read, route), 1):  # noqa: B007
        if limit is None or len(items) < limit:
            items.append(record if route.view is None else route.view(record))
        elif route.total is not None:
            break
    total = counted if route.total is None else route.total
    return Page(total, len(items) < total, tuple(items))


def _counted(route: Route[R]) -> Route[R]:
    """An order that moves with the clock has no places to remember: its rows are gathered by walking."""
    if route.now is None or route.keep is not None:
        return route
    return replace(route, total=None, keep=lambda _: True)


class Window(Generic[R]):
    """A list of any length of which only a few rows are held.

    A list that an index answers knows its ``total`` at once; :meth:`walk` then only makes far places
    quick to reach. Any other list is counted by :meth:`walk`, and ``exact`` turns true at its end.
    Every call is one short read transaction and may come from any thread. Patterns of a project come with
    their numbers there (see :mod:`tacit.core.narrowing`).
    """

    def __init__(self, store: Store, table: str, plan: Plan, clock: Clock) -> None:
        self.plan = plan
        self._store = store
        with store.read() as read:
            self._route: Route[R] = _counted(ROUTES[table](read, plan, clock()))
            self._sequence = read.sequence()
        self.exact = self._route.total is not None
        self._anchors: list[bytes] = []
        self._found: list[bytes] = []
        self._walked = False

    @property
    def total(self) -> int:
        """How many rows; still growing while ``exact`` is false."""
        return len(self._found) if self._route.total is None else self._route.total

    def rows(self, start: int, count: int) -> list[R]:
        """The rows from place ``start`` on."""
        with self._store.read() as read:
            if self._route.keep is None:
                found = self._indexed(read, start, count)
            else:
                keys = self._found[start : start + count]
                records = [read.get(self._route.table, key) for key in keys]
                found = [record for record in records if record is not None]
        view = self._route.view
        return found if view is None else [view(record) for record in found]

    def _indexed(self, read: Read, start: int, count: int) -> list[R]:
        anchor = min(start // STRIDE, len(self._anchors)) if self._anchors else 0
        begin = self._anchors[anchor - 1] if anchor else None
        skip = start - anchor * STRIDE
        total = self.total
        if not self._walked and skip > STRIDE and start > total // 2:
            return self._from_end(read, total - start, count)
        found: list[R] = []
        scan = read.scan(self._route.table, self._route.index, self._route.prefix, start=begin)
        for place, (_, key) in enumerate(scan):
            if place < skip:
                continue
            if len(found) >= count:
                break
            record = read.get(self._route.table, key)
            if record is not None:
                found.append(record)
        return found

    def _from_end(self, read: Read, back: int, count: int) -> list[R]:
        """Rows counted from the last one, for a jump to the end before the keys were walked."""
        keys: list[bytes] = []
        for _, key in read.scan(self._route.table, self._route.index, self._route.prefix, reverse=True):
            keys.append(key)
            if len(keys) >= back:
                break
        records = [read.get(self._route.table, key) for key in keys[::-1][:count]]
        return [record for record in records if record is not None]

    def walk(self, cancelled: Callable[[], bool], progress: Callable[[int], None] | None = None) -> None:
        """Go through the list once; run it in a worker.

        Args:
            cancelled: asked now and then; ``True`` ends the walk.
            progress: told how many rows were found so far.
        """
        from tacit.core.texts import glass

        def goes_on() -> bool:
            if progress is not None:
                progress(len(self._found))
            return not cancelled()

        through = glass(self._store, self.plan, self._route.table)
        with self._store.read() as read:
            if self._route.keep is None:
                whole = self._anchor(read, goes_on)
            else:
                whole = self._find(read, narrowed(read, self._route, through), goes_on)
        self._walked = self.exact = whole

    def _anchor(self, read: Read, goes_on: Callable[[], bool]) -> bool:
        """Keep every :data:`STRIDE` th index key; whether that came to its end."""
        route = self._route
        for place, (index_key, _) in enumerate(read.scan(route.table, route.index, route.prefix)):
            if place and place % STRIDE == 0:
                if not goes_on():
                    return False
                self._anchors.append(index_key)
        return True

    def _find(self, read: Read, route: Route[R], goes_on: Callable[[], bool]) -> bool:
        """Keep the keys of the records that hold; whether that came to its end."""
        stopped = False

        def asked() -> bool:
            nonlocal stopped
            stopped = not goes_on()
            return not stopped

        for _, key, _ in entries(read, route, asked):
            self._found.append(key)
        return not stopped

    def position(self, public_id: str) -> int | None:
        """The place of a record in the list, or ``None``."""
        from tacit.core.tables import key_of

        wanted = key_of(public_id)
        with self._store.read() as read:
            if self._route.keep is not None:
                return self._found.index(wanted) if wanted in self._found else None
            scan = read.scan(self._route.table, self._route.index, self._route.prefix)
            return next((place for place, (_, key) in enumerate(scan) if key == wanted), None)

    def stale(self) -> bool:
        """Whether anything was written since this window was made."""
        return self._store.sequence() != self._sequence
