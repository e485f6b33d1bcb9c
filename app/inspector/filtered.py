"""A listing over a window of the store that a filter narrows while it is typed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.widget import Widget

from tacit.app.inspector.listing import Listing
from tacit.app.inspector.work import newest
from tacit.core.errors import Usage
from tacit.core.model import Pattern, Session
from tacit.core.present import count
from tacit.core.query import QueryError
from tacit.widgets.filter_bar import FilterBar, Suggestion
from tacit.widgets.ink import Cell, Line

if TYPE_CHECKING:
    from tacit.core.query import Plan
    from tacit.core.window import Window

R = TypeVar("R", Pattern, Session)

_FEW = 2_000  # rows of an unfiltered list that need no walk to be reached at once
_TOLD_EVERY = 0.05  # seconds between two reports of a running count
_LOOKS = 3  # for the place of a row under a cursor that keeps moving; then its moves are counted


class Filtered(Listing[R]):
    """Rows of a table, all or those a query fits. The newest query wins, whatever the older ones do."""

    table: ClassVar[str]
    HINT: ClassVar[str] = "type / to filter"

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.filter = FilterBar(self.HINT)
        self.plan: Plan | None = None
        self.window: Window[R] | None = None
        self.total = 0
        self._asked = 0
        self._wrong: QueryError | None = None

    def head(self) -> Iterable[Widget]:
        """The filter line."""
        yield self.filter

    def identity(self, row: R) -> str:
        """The public id."""
        return row.id

    def begin(self) -> None:
        """The first rows at once, the slow part after they are painted."""
        memory = self.inspector.memory
        self.plan = memory.plan("")
        self.window = memory.window(self.table, self.plan)
        self.total = self.window.total
        self.list.show(self.window)
        self.say_if_empty()
        self._note()
        self.wake()
        if self.total > _FEW:
            self.call_after_refresh(self._look, self.window)

    # Filtering

    def action_filter(self) -> None:
        """Type a filter."""
        self.filter.edit()

    def offers(self, action: str) -> bool:
        """The filter, and Esc where it clears one."""
        if action == "filter" or (action == "back" and self.filter.text):
            return True
        return super().offers(action)

    def action_back(self) -> None:
        """Close the detail, else clear the filter."""
        if self.detail is None and self.filter.text:
            self.filter.clear()
        else:
            super().action_back()

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Other words."""
        self.renew()
        if self.filter.editing:
            newest(self, "completion", self._advise, event.text, self.filter.cursor, self._wrong)

    def on_filter_bar_completing(self, event: FilterBar.Completing) -> None:
        """Tab."""
        newest(self, "completion", self._complete_words, event.text, event.cursor)

    async def _advise(self, text: str, cursor: int, wrong: QueryError | None) -> None:
        """Say how the words may go on, or which of them are wrong where that is not being typed still."""
        found = await self._continuations(text, cursor) if wrong is None or wrong.end >= cursor else ()
        if found or wrong is None:
            self.filter.suggest(text, found)
        elif text == self.filter.text:
            self.filter.point(wrong.start, wrong.end, wrong.hint)

    async def _complete_words(self, text: str, cursor: int) -> None:
        self.filter.complete(text, await self._continuations(text, cursor))

    async def _continuations(self, text: str, cursor: int) -> Sequence[Suggestion]:
        """How the words may go on; the store is asked in a thread."""
        memory = self.inspector.memory
        asked = asyncio.to_thread(memory.complete, text, cursor, self.table)
        found = await self.inspector.guarded(asked)
        return [(one.start, one.end, one.replacement) for one in found or ()]

    def on_filter_bar_closed(self) -> None:
        """Back to the list, with the keys typed since."""
        self.set_focus(self.list)
        self.inspector.rouse(self)

    def renew(self) -> None:
        """Ask again, for the words as they are now; the row under the cursor stays under it.

        Where they make no sense, it is said which of them.
        """
        try:
            self.plan = self.inspector.memory.plan(self.filter.text, table=self.table)
        except Usage as error:
            self._wrong = error if isinstance(error, QueryError) else None
            self.filter.note([Cell(f"✗ {error}", "warn")])
            return
        self._wrong = None
        self._asked = self.list.moves
        newest(self, "list", self._ask, self.plan)

    async def _ask(self, plan: Plan) -> None:
        memory = self.inspector.memory
        window = await self.inspector.guarded(asyncio.to_thread(memory.window, self.table, plan))
        if window is None:
            return
        if plan.is_everything:
            self.total = window.total
        if window.exact:
            await self._settle(window)
        await self._walk(window)

    def _look(self, window: Window[R]) -> None:
        newest(self, "list", self._walk, window)

    async def _walk(self, window: Window[R]) -> None:
        """The slow part of a window; a list that grows is shown growing."""
        if window.exact and window.total <= _FEW:
            return
        grows = not window.exact
        if grows:
            self.filter.note([Cell("looking…", "muted")])
        stop = Event()
        try:
            progress = self._teller(window) if grows else None
            await self.inspector.guarded(asyncio.to_thread(window.walk, stop.is_set, progress))
        finally:
            stop.set()
        if grows:
            await self._settle(window)

    def _teller(self, window: Window[R]) -> Callable[[int], None]:
        """Called in the walking thread: tells the screen now and then."""
        last = 0.0

        def tell(_: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= _TOLD_EVERY:
                last = now
                self.call_later(self._grow, window)

        return tell

    def _grow(self, window: Window[R]) -> None:
        if window.exact or window.plan != self.plan or not window.total:
            return
        if self.window is window:
            self.list.reload()
        else:
            self.window = window
            self.list.show(window)
        self._note()

    async def _settle(self, window: Window[R]) -> None:
        """Show a counted window with the cursor on the row it is on, or on its neighbour."""
        place = await self._place(window)
        self.window = window
        self.list.show(window, place)
        self.say_if_empty()
        self._note()
        self.refresh_bindings()
        if self.detail is not None:
            self.fill_detail(keep=True)

    async def _place(self, window: Window[R]) -> int:
        """Where the cursor belongs in a window; a move made since it was asked for wins."""
        same = self.window is not None and self.window.plan == window.plan
        place = 0
        for _ in range(_LOOKS):
            row, index, moves = self.list.row, self.list.index, self.list.moves
            if row is None:
                break
            found = await self.inspector.guarded(asyncio.to_thread(window.position, self.identity(row)))
            here = self.list.index
            if self.list.moves != self._asked and self.list.aim is not None:
                return self.list.aim % max(window.total, 1)
            if self.list.moves == moves:
                return found if found is not None else here if same else 0
            place = (index if found is None else found) + here - index
        return place

    # What is said

    def _note(self) -> None:
        window = self.window
        if window is None:
            return
        everything = self.plan is None or self.plan.is_everything
        shown = count(window.total) + ("" if window.exact else "+")
        text = shown if everything else f"{shown} of {count(self.total)}"
        said = [Cell(text, "strong")]
        said.extend(self._order(window.by_words))
        said.extend(_lack(window.note))
        self.filter.note(said)

    def _order(self, by_words: bool) -> Line:
        """By what the list is sorted, also where the words say it."""
        if self.plan is not None and self.plan.sort != "rank":
            return [Cell(f"  sort:{self.plan.sort}", "muted")]
        by_meaning = self.plan is not None and self.plan.meaning and not by_words
        return [Cell("  nearest first", "muted")] if by_meaning else self.order()

    def order(self) -> Line:
        """By what the list is sorted."""
        return []

    def when_empty(self) -> Sequence[Line]:
        """Nothing fits, or there is nothing."""
        if self.plan is None or self.plan.is_everything:
            return self.when_nothing()
        return [
            [],
            [Cell("Nothing fits these words.", "strong")],
            [],
            [Cell("Esc clears the filter. Fewer or shorter words find more:", "muted")],
            [Cell("a word matches where a word begins with it, a “quoted text” anywhere.", "muted")],
        ]

    def when_nothing(self) -> Sequence[Line]:
        """What to do when the table is empty."""
        return [
            [],
            [Cell("Nothing learned yet.", "strong")],
            [],
            [Cell("Import what your coding agent did:  ", "muted"), Cell("memory import", "accent")],
            [Cell("or look around in a made-up store:  ", "muted"), Cell("memory --demo", "accent")],
        ]

    def where(self) -> str:
        """The project the list is narrowed to."""
        return (self.plan.project if self.plan is not None else None) or "all projects"


def _lack(note: str) -> Line:
    """What of a query could not be done."""
    return [Cell(f"  {note}", "warn")] if note else []
