"""A window for a list that scrolls: of a list of any length, only what is shown is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec.structs import replace

from tacit.core.clock import Clock
from tacit.core.listing import STRIDE, entries, narrowed
from tacit.core.query import Plan
from tacit.core.query_meaning import Sought, nothing_sought, ordered
from tacit.core.routes import ROUTES, Route
from tacit.core.tables import key_of
from tacit.store.reading import Read
from tacit.store.store import Store

R = TypeVar("R")


class Window(Generic[R]):
    """A list of any length of which only a few rows are held.

    A list that an index answers knows its ``total`` at once; :meth:`walk` then only makes far places
    quick to reach. Any other list is counted by :meth:`walk`, and ``exact`` turns true at its end.
    ``note`` says what of the query could not be done, ``by_words`` that words stand in for a meaning.
    Every call is one short read transaction and may come from any thread. Patterns of a project come with
    their numbers there (see :mod:`tacit.core.narrowing`).
    """

    def __init__(
        self,
        store: Store,
        table: str,
        plan: Plan,
        clock: Clock,
        seek: Callable[[str, Plan], Sought] = nothing_sought,
    ) -> None:
        """Look which index answers; ``seek`` finds what is asked for by meaning, when it is walked."""
        self.plan = plan
        self.note = ""
        self.by_words = False
        self._store = store
        self._table = table
        self._clock = clock
        self._seek = seek
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
        total = len(self._found) if self._route.total is None else self._route.total
        return total if self._route.limit is None else min(total, self._route.limit)

    def rows(self, start: int, count: int) -> list[R]:
        """The rows from place ``start`` on."""
        count = max(0, min(count, self.total - start))
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
        total = self._route.total or 0
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

        sought = self._seek(self._table, self.plan)
        self.note, self.by_words = sought.note, sought.keys is None
        through = glass(self._store, sought.plan, self._route.table)
        with self._store.read() as read:
            if self._route.keep is None:
                whole = self._anchor(read, goes_on)
            else:
                if sought.plan != self.plan:
                    self._route = _counted(ROUTES[self._table](read, sought.plan, self._clock()))
                route = ordered(narrowed(read, self._route, through), sought)
                whole = self._find(read, route, goes_on)
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
            if len(self._found) == route.limit:
                break
        return not stopped

    def position(self, public_id: str) -> int | None:
        """The place of a record in the list, or ``None``."""
        wanted = key_of(public_id)
        with self._store.read() as read:
            if self._route.keep is not None:
                return self._found.index(wanted) if wanted in self._found else None
            scan = read.scan(self._route.table, self._route.index, self._route.prefix)
            return next((place for place, (_, key) in enumerate(scan) if key == wanted), None)

    def stale(self) -> bool:
        """Whether anything was written since this window was made."""
        return self._store.sequence() != self._sequence


def _counted(route: Route[R]) -> Route[R]:
    """An order that moves with the clock has no places to remember: its rows are gathered by walking."""
    if route.now is None or route.keep is not None:
        return route
    return replace(route, total=None, keep=lambda _: True)
