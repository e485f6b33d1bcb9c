"""A window for a list that scrolls: of a list of any length, only what is shown is held."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import ClassVar, Generic, TypeVar

from msgspec.structs import replace

from tacit.core.clock import Clock
from tacit.core.listing import STRIDE, along, entries, member, narrowed, steady
from tacit.core.query import Plan
from tacit.core.query_meaning import Sought, nothing_sought, ordered
from tacit.core.routes import ROUTES, Route
from tacit.core.tables import key_of
from tacit.core.window_found import Found
from tacit.core.window_places import Places
from tacit.store.reading import Read
from tacit.store.store import Store

R = TypeVar("R")

_FIRST = 128
"""Records looked at before the walk, so that a list without an index of its own shows something at once."""

_MERGED = 8 * STRIDE
"""Keys in one transaction where many orders are merged, which has to be set up every time."""


class Window(Generic[R]):
    """A list of any length of which only a few rows are held.

    A list that an index answers knows its ``total`` at once and can be read at any place (see
    :class:`tacit.core.window_places.Places`); :meth:`walk` then only makes far places exact. Any other
    list is counted by :meth:`walk`, and ``exact`` turns true at its end. The order of effectiveness, which
    moves with the clock, is of this second kind: its first rows are there at once, all the others when
    they were merged.

    ``note`` says what of the query could not be done, ``by_words`` that words stand in for a meaning.
    Every call is short read transactions and may come from any thread. Patterns of a project come with
    their numbers there (see :mod:`tacit.core.narrowing`).
    """

    BY_KEY: ClassVar[bool] = True
    """Whether keys are enough where nothing has to be asked of the records."""

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
        self._likeness: Mapping[bytes, float] = {}
        self.store = store
        self.table = table
        self.clock = clock
        self.seek = seek
        self._found = Found()
        self._last: tuple[bytes, bytes] | None = None
        self._places: Places[R] | None = None
        with store.read() as read:
            self._route: Route[R] = self._routed(read, plan)
            self._sequence = read.sequence()
            route = self._route
            if route.keep is None and route.total is not None:
                self._places = Places(route.table, route.index, route.prefix, route.total)
            elif steady(route) and not (plan.has_text or plan.meaning):
                self._look(read, route, _FIRST)
        self.exact = self._places is not None

    def _routed(self, read: Read, plan: Plan) -> Route[R]:
        """The route; an order that moves with the clock has no places, its rows are gathered by walking."""
        route: Route[R] = ROUTES[self.table](read, plan, self.clock())
        return route if route.now is None else replace(route, total=None)

    @property
    def total(self) -> int:
        """How many rows; still growing while ``exact`` is false."""
        total = self._met if self._places is None else self._places.total
        return total if self._route.limit is None else min(total, self._route.limit)

    @property
    def _met(self) -> int:
        """How many records were found so far, of a list that has to be walked."""
        return len(self._found)

    @property
    def count(self) -> int:
        """How many records: as many as rows."""
        return self.total

    @property
    def loose(self) -> bool:
        """Whether rows were shown at places that are guesses; :meth:`settle` puts them right."""
        return self._places is not None and self._places.loose

    def rows(self, start: int, count: int) -> list[R]:
        """The rows from place ``start`` on."""
        count = max(0, min(count, self.total - start))
        with self.store.read() as read:
            found = (self.get(read, key) for key in self._keys(read, start, count))
            return [self.shown(record) for record in found if record is not None]

    def get(self, read: Read, key: bytes) -> R | None:
        """The record under a key, as it is stored."""
        return read.get(self._route.table, key)

    def shown(self, record: R) -> R:
        """A record as the list shows it."""
        return record if self._route.view is None else self._route.view(record)

    def _keys(self, read: Read, start: int, count: int) -> list[bytes]:
        places = self._places
        return self._found.page(start, count) if places is None else places.keys(read, start, count)

    def ids(self) -> Iterator[str]:
        """The ids of all records, each once, in their order."""
        for start in range(0, self.total, STRIDE):
            yield from (row.id for row in self.rows(start, STRIDE))  # type: ignore[attr-defined]

    def walk(self, cancelled: Callable[[], bool], progress: Callable[[int], None] | None = None) -> None:
        """Go through the list once; run it in a worker.

        Args:
            cancelled: asked now and then; ``True`` ends the walk.
            progress: told how many rows were found so far.
        """

        def goes_on() -> bool:
            if progress is not None:
                progress(self._met)
            return not cancelled()

        if self._places is not None:
            self._places.walk(self.store, goes_on)
            return
        sought = self.seek(self.table, self.plan)
        self.note, self.by_words = sought.note, sought.keys is None
        self._likeness = sought.likeness
        self.exact = self._find(self._sought(sought), goes_on)

    def settle(self) -> None:
        """Put every row at its true place, if the walk has come to its end."""
        if self._places is not None:
            self._places.settle()

    def _sought(self, sought: Sought) -> Route[R]:
        """The route with all that the text index and the meaning say."""
        from tacit.core.texts import glass

        through = glass(self.store, sought.plan, self._route.table)
        with self.store.read() as read:
            if sought.plan != self.plan:
                self._route = self._routed(read, sought.plan)
            return ordered(narrowed(read, self._route, through), sought)

    def _find(self, route: Route[R], goes_on: Callable[[], bool]) -> bool:
        """Keep the keys of the records that hold; whether that came to its end."""
        if not steady(route):
            return self._gather(route, goes_on)
        most = STRIDE if route.now is None else _MERGED
        while goes_on():
            with self.store.read() as read:
                if self._look(read, route, most):
                    return True
            time.sleep(0)  # the thread of the screen may be waiting for its turn
        return False

    def _look(self, read: Read, route: Route[R], most: int) -> bool:
        """Look at some more records; whether those were the last."""
        number = 0
        for number, (place, key) in enumerate(islice(along(read, route, self._last), most), 1):  # noqa: B007
            if self._met == route.limit:
                return True
            self._try(read, route, key)
            self._last = place, key
        return number < most

    def _try(self, read: Read, route: Route[R], key: bytes) -> None:
        """Keep the key if its record holds; where all do, none is read."""
        if self.BY_KEY and route.keep is None and route.among is None:
            self._found.append(key)
            return
        record = member(read, route, key)
        if record is not None and (route.keep is None or route.keep(record)):
            self._take(key, record)

    def _take(self, key: bytes, record: R) -> None:  # noqa: ARG002 - who sorts into groups looks at it
        self._found.append(key)

    def _gather(self, route: Route[R], goes_on: Callable[[], bool]) -> bool:
        stopped = False

        def asked() -> bool:
            nonlocal stopped
            stopped = not goes_on()
            return not stopped

        with self.store.read() as read:
            for _, key, record in entries(read, route, asked):
                if self._met == route.limit:
                    break
                self._take(key, record)
        return not stopped

    def position(self, public_id: str, near: int | None = None, within: str = "") -> int | None:
        """The place of a record in the list, or ``None``.

        Args:
            public_id: whose.
            near: where it stands on the screen: in a long list that was not walked it is put there.
            within: the group that is meant; a plain list has none.
        """
        del within
        if ":" in public_id:  # a heading, and there are none here
            return None
        key = key_of(public_id)
        if self._places is None:
            return self._found.place(key)
        with self.store.read() as read:
            return self._places.place(read, key, near)

    def spot(self, place: int) -> tuple[str, int]:
        """The group that a row stands in, and its place there: a plain list is one group without a name."""
        return "", place

    def at(self, name: str, inside: int) -> int:
        """The opposite of :meth:`spot`."""
        del name
        return inside

    def likeness(self, public_id: str) -> float | None:
        """The cosine of a record's meaning and what is looked for, where the list is one of meaning."""
        return self._likeness.get(key_of(public_id))

    def stale(self) -> bool:
        """Whether anything was written since this window was made."""
        return self.store.sequence() != self._sequence
