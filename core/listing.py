"""Lists: pages of what a query finds. A list that scrolls is :mod:`tacit.core.window`.

What one index answers whole costs what is read of it, whatever the size of the store. Anything else
walks the index of its order and looks at each record; that belongs into a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.routes import ROUTES as ROUTES
from tacit.core.routes import TABLES as TABLES
from tacit.core.routes import Route as Route
from tacit.core.routes import route_patterns as route_patterns
from tacit.store.entries import index_entries
from tacit.store.reading import Read

if TYPE_CHECKING:
    from tacit.core.texts import Glass

R = TypeVar("R")

STRIDE = 512
"""Every so many index entries one is kept, so that any place can be reached from near by; and a walk
looks up whether it is still wanted."""

_FEW = 1_000
"""So many records that may fit are loaded and sorted; more are met by walking the index of their order."""


class Page(Struct, Generic[R], frozen=True):
    """The beginning of a list; ``total`` counts all of it. ``note`` says what could not be done."""

    total: int
    truncated: bool
    items: tuple[R, ...]
    note: str = ""


def narrowed(read: Read, route: Route[R], through: Glass | None) -> Route[R]:
    """The route with the records that may hold, as far as the text index tells."""
    if through is None or route.keep is None:
        return route
    found = through.among(read, route.table)
    if found is None:
        return route
    route = replace(route, named=(*route.named, "words"))
    if route.among is None:
        return replace(route, among=found)
    return replace(route, among=[key for key in route.among if key in found])


def entries(
    read: Read, route: Route[R], goes_on: Callable[[], bool] = lambda: True
) -> Iterator[tuple[bytes, bytes, R]]:
    """(index key, record key, record) along a route, those that hold.

    ``goes_on`` is asked every :data:`STRIDE` records, whether they hold or not.
    """
    for number, (place, key, record) in enumerate(members(read, route, goes_on), 1):
        if number % STRIDE == 0 and not goes_on():
            return
        if route.keep is None or route.keep(record):
            yield place, key, record


def members(
    read: Read, route: Route[R], goes_on: Callable[[], bool] = lambda: True
) -> Iterator[tuple[bytes, bytes, R]]:
    """(index key, record key, record) along a route, whether they hold or not."""
    if not steady(route):
        yield from _gathered(read, route, goes_on)
        return
    for place, key in along(read, route):
        record = member(read, route, key)
        if record is not None:
            yield place, key, record


def steady(route: Route[R]) -> bool:
    """Whether it goes along an index, so that one can leave it and go on later from the same place."""
    among = route.among
    return route.order is None and (among is None or not (route.resorted or len(among) <= _FEW))


def _gathered(read: Read, route: Route[R], goes_on: Callable[[], bool]) -> Iterator[tuple[bytes, bytes, R]]:
    """(index key, record key, record) of a route that is not :func:`steady`."""
    if route.order is None:
        yield from _sorted(read, route, route.among or (), goes_on)
        return
    found = ((key, read.get(route.table, key)) for key in route.order)
    yield from ((b"", key, record) for key, record in found if record is not None)


def member(read: Read, route: Route[R], key: bytes) -> R | None:
    """The record, if it is among those that may hold."""
    return read.get(route.table, key) if route.among is None or key in route.among else None


def along(
    read: Read, route: Route[R], after: tuple[bytes, bytes] | None = None
) -> Iterator[tuple[bytes, bytes]]:
    """(index key, record key) in the order of a route that is :func:`steady`, behind one of them."""
    found: Iterator[tuple[bytes, bytes]]
    if route.now is None:
        start = None if after is None else b"".join(after) + b"\0"
        found = read.scan(route.table, route.index, route.prefix, start=start)
    else:
        from tacit.core.effective import by_effectiveness

        found = by_effectiveness(read, route.index, route.prefix, route.now, after)
    until = route.until
    return found if until is None else takewhile(lambda one: one[0][: len(until)] <= until, found)


def _sorted(
    read: Read, route: Route[R], among: Collection[bytes], goes_on: Callable[[], bool]
) -> Iterator[tuple[bytes, bytes, R]]:
    """The same for some records, which costs nothing for all the others; they come as they are shown.

    Many are not held: they are read once more, when it is their turn.
    """
    space = route.table.spaces[route.index]
    indexes = [index for index in route.table.indexes if index.name == route.index]
    few = len(among) <= _FEW
    found: list[tuple[bytes, bytes, R | None]] = []
    for number, key in enumerate(among, 1):
        if number % STRIDE == 0 and not goes_on():
            return
        record = _shown(route, read.get(route.table, key))
        if record is not None and (few or route.keep is None or route.keep(record)):
            for held, entry in index_entries(route.table, key, record, indexes):
                if held == space and entry.startswith(route.prefix):
                    found.append((entry, key, record if few else None))
    found.sort(key=_place(route))
    for entry, key, record in found:
        record = _shown(route, read.get(route.table, key)) if record is None else record  # noqa: PLW2901
        if record is not None:
            yield entry[: -len(key)], key, record


def _shown(route: Route[R], record: R | None) -> R | None:
    """A record as the list shows it."""
    return record if record is None or route.view is None else route.view(record)


def _place(route: Route[R]) -> Callable[[tuple[bytes, bytes, R | None]], Any]:
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
    limit = min((most for most in (limit, route.limit) if most is not None), default=None)
    for counted, (_, _, record) in enumerate(entries(read, route), 1):  # noqa: B007
        if limit is None or len(items) < limit:
            items.append(record if route.view is None else route.view(record))
        elif route.total is not None:
            break
    total = counted if route.total is None else route.total
    return Page(total, len(items) < total, tuple(items))
