"""A list over a window of the store: shown at once, counted in a worker, its cursor true to its row."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from tacit.app.inspector.lists.ordered import Ordered
from tacit.app.inspector.work.starting import newest
from tacit.core.model import Episode, Pattern, Session
from tacit.core.notes.records import Note
from tacit.core.window_groups import Grouped

if TYPE_CHECKING:
    from tacit.core.query import Plan
    from tacit.core.window import Window

R = TypeVar("R", Pattern, Session, Episode, Note)

_FEW = 2_000  # rows of a list whose places an index knows that need no walk
_TOLD_EVERY = 0.05  # seconds between two reports of a running count
_LOOKS = 3  # for the place of a row under a cursor that keeps moving; then its moves are counted


class Windowed(Ordered[R]):
    """Rows of a window. The newest question wins, whatever the older ones do."""

    def __init__(self, number: int, inner: bool = False) -> None:
        super().__init__(number, inner)
        self.plan: Plan | None = None
        self.window: Window[R] | Grouped[R] | None = None
        self.total = 0
        self._asked = 0
        self._kept = ""

    @abstractmethod
    def told(self, looking: bool = False) -> None:
        """Say what the window holds by now, or that it was only begun."""

    def show_first(self, plan: Plan) -> None:
        """The first rows at once, the slow part after they are painted."""
        self.plan = plan
        window, self.total = self._open(plan)
        self.window = window
        self.put(window)
        self.say_if_empty()
        self.told()
        self.wake()
        self.call_after_refresh(self._look, window)

    def ask(self, plan: Plan) -> None:
        """Ask for other rows, or for the same again; the row under the cursor stays under it."""
        self.plan = plan
        self._asked = self.list.moves
        newest(self, "list", self._ask, plan)

    def _open(self, plan: Plan) -> tuple[Window[R] | Grouped[R], int]:
        """The window, and how many rows there would be if nothing were asked for."""
        memory = self.inspector.memory
        return self.opened(plan), memory.window(self.table, memory.plan("")).total

    async def _ask(self, plan: Plan) -> None:
        found = await self.inspector.guarded(asyncio.to_thread(self._open, plan))
        if found is None:
            return
        window, self.total = found
        if window.exact:
            await self._settle(window)
        elif window.total:
            self._grow(window)
        await self._walk(window)

    # Counting

    def _look(self, window: Window[R] | Grouped[R]) -> None:
        if window.plan is self.plan:  # else words were typed before the first paint, and their question runs
            newest(self, "list", self._walk, window)

    async def _walk(self, window: Window[R] | Grouped[R]) -> None:
        """The slow part of a window; a list that grows is shown growing."""
        if window.exact and window.count <= _FEW:
            return
        grows = not window.exact
        if grows and not window.count:
            self.told(looking=True)
        stop = Event()
        try:
            progress = self._teller(window) if grows else None
            await self.inspector.guarded(asyncio.to_thread(window.walk, stop.is_set, progress))
        finally:
            stop.set()
        if grows or window.loose:
            await self._settle(window)

    def _teller(self, window: Window[R] | Grouped[R]) -> Callable[[int], None]:
        """Called in the walking thread: tells the screen now and then."""
        last = time.monotonic()

        def tell(_: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= _TOLD_EVERY:
                last = now
                self.call_later(self._grow, window)

        return tell

    def _grow(self, window: Window[R] | Grouped[R]) -> None:
        if window.exact or window.plan != self.plan or not window.count:
            return
        if self.window is window:
            self._grown(window)
        else:
            entry = self.list.entry
            self._kept = "" if entry is None else self._identity(entry)
            self.window = window
            window.settle()
            self.put(window)
            self.say_if_empty()
        self.told()

    def _grown(self, window: Window[R] | Grouped[R]) -> None:
        """Show what was met meanwhile; groups above the cursor push it down with its row."""
        spot = window.spot(self.list.index)
        window.settle()
        if isinstance(window, Grouped):
            self.put(window, window.at(*spot), None if self.list.in_sight else self.list.top)
        else:
            self.list.reload()

    # The cursor

    async def _settle(self, window: Window[R] | Grouped[R]) -> None:
        """Show a counted window with the cursor on the row it is on, or on its neighbour."""
        if self.window is window and not window.loose:
            self._grown(window)
            await self._return(window)
        else:
            if self.window is not window:
                window.settle()
            place = await self._place(window)
            top = await self._top(window, place)
            window.settle()
            self.window = window
            self.put(window, place, top)
        self.say_if_empty()
        self.told()
        self.refresh_bindings()
        if self.detail is not None:
            self.fill_detail(keep=True)

    async def _return(self, window: Window[R] | Grouped[R]) -> None:
        """To the row the cursor was on before the list grew, or to the end that was asked for meanwhile."""
        kept, self._kept = self._kept, ""
        place: int | None = None
        if self.list.moves == self._asked:
            place = await self._position(window, kept) if kept else None
        elif self.list.aim is not None:
            place = self.list.aim % max(window.total, 1)
        if place is not None:
            self.put(window, place)

    async def _place(self, window: Window[R] | Grouped[R]) -> int:
        """Where the cursor belongs in a window; a move made since it was asked for wins."""
        same = self._is_like(window)
        place = 0
        for _ in range(_LOOKS):
            entry, index, moves = self.list.entry, self.list.index, self.list.moves
            if entry is None:
                break
            found = await self._position(window, self._identity(entry), index if same else None)
            here = self.list.index
            if self.list.moves != self._asked and self.list.aim is not None:
                return self.list.aim % max(window.total, 1)
            if self.list.moves == moves:
                return found if found is not None else here if same else 0
            place = (index if found is None else found) + here - index
        return place

    async def _top(self, window: Window[R] | Grouped[R], place: int) -> int | None:
        """Which row comes first on the screen.

        Of the same list the one that does now if the cursor is out of sight; of another its very first, if
        the cursor can be seen then.
        """
        if not self._is_like(window):
            return 0 if place < self.list.size.height else None
        top = None if self.list.in_sight else self.list.at(self.list.top)
        return None if top is None else await self._position(window, self._identity(top), self.list.top)

    async def _position(
        self, window: Window[R] | Grouped[R], identity: str, near: int | None = None
    ) -> int | None:
        """The place of a row or heading, looked for in a thread; in its own group if it is in several."""
        within = "" if self.window is None else self.window.spot(self.list.index)[0]
        return await self.inspector.guarded(asyncio.to_thread(window.position, identity, near, within))

    def _is_like(self, window: Window[R] | Grouped[R]) -> bool:
        """Whether it asks for the same as the window that is shown."""
        shown = self.window
        return shown is not None and shown.plan == window.plan and _grouped_by(shown) == _grouped_by(window)


def _grouped_by(window: Window[R] | Grouped[R]) -> str:
    return window.by if isinstance(window, Grouped) else ""
