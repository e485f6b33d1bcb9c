"""Words that are searched in the whole of a session: prompts, calls, parameters and results."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from textual.widget import Widget

from tacit.app.inspector.reading.folds import FoldingPage
from tacit.app.inspector.reading.rows import CALL, Row
from tacit.app.inspector.reading.text import (
    Said,
    call_line,
    ending_lines,
    later_lines,
    prompt_lines,
    step_lines,
)
from tacit.app.inspector.work.starting import newest
from tacit.core.model import Episode
from tacit.core.present import count
from tacit.widgets.filter_bar import FilterBar
from tacit.widgets.ink import Cell

_MOST = 10_000  # lines that are found; more tell a person nothing

Place = tuple[str, int, int]


class SearchedPage(FoldingPage):
    """A page with a line to search in. The newest words win; what has a match unfolds while one is there."""

    def __init__(self, number: int, public_id: str, first: int = 0, last: int = -1) -> None:
        super().__init__(number, public_id, first, last)
        self.bar = FilterBar("search in this session")
        self._found: list[Place] = []
        self._at = -1
        self._complete = True
        self._from: Row | None = None
        self._back: Row | None = None
        self._peeked: tuple[str, int] | None = None

    def head(self) -> Iterable[Widget]:
        """The line to search in."""
        yield self.bar

    def offers(self, action: str) -> bool:
        """The search, and from match to match."""
        if action == "filter":
            return bool(self.page.parts)
        if action in {"next_match", "previous_match"}:
            return bool(self._found)
        return super().offers(action)

    def called(self, action: str) -> str:
        """The line at the top searches here, and Esc gives the words up."""
        if action == "filter":
            return "search"
        return "clear" if action == "back" and self.bar.text else super().called(action)

    # Asking

    def action_filter(self) -> None:
        """Type words."""
        self._from = self._back = self.list.row
        self.bar.edit()

    def action_back(self) -> None:
        """Drop the search, else leave."""
        if self.bar.text:
            self.bar.clear()
        else:
            super().action_back()

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Search for what stands there now."""
        self._found, self._at = [], -1
        words = event.text.strip()
        self.signs.wanted = re.compile(re.escape(words), re.IGNORECASE) if words else None
        self.signs.found, self.signs.holding = frozenset(), frozenset()
        if self.signs.wanted is None:
            self._drop_peek()
            self._return()
        self.list.refresh()
        newest(self, "search", self._search, self.signs.wanted)

    def on_filter_bar_closed(self) -> None:
        """Back to the page, with the keys typed since; giving the words up leads back to where one was."""
        self.set_focus(self.list)
        if not self.bar.text:
            self._drop_peek()
            self._return()
        self._back = None
        self.inspector.rouse(self)
        self.refresh_bindings()

    def renew(self) -> None:
        """Read anew, and search that."""
        super().renew()
        if self.signs.wanted is not None:
            newest(self, "search", self._search, self.signs.wanted)

    async def _search(self, wanted: re.Pattern[str] | None) -> None:
        found: list[Place] = []
        if wanted is None:
            self._say()
            return
        again = self._found[self._at] if self._at >= 0 else None
        for part in list(self.page.parts.values()):
            asked = asyncio.to_thread(self._places, part.episode, wanted)
            found += await self.inspector.guarded(asked) or ()
            self.bar.note([Cell(f"{count(len(found))}… looking", "muted")])
            if len(found) >= _MOST:
                break
        self._complete = len(found) < _MOST
        self._found = found[:_MOST]
        self.signs.found = frozenset(self._found)
        self.signs.holding = frozenset((task, n) for task, n, _ in self._found if n)
        self.refresh_bindings()
        if again in self._found:
            self._at = self._found.index(again)
            self._say()
        elif self._found and self._at < 0:
            await self._to(self._first_behind())
        else:
            self._say()
        self.list.refresh()

    def _places(self, episode: Episode, wanted: re.Pattern[str]) -> list[Place]:
        """The lines of a task that have it, as they stand on the page."""
        task, part = episode.id, self.page.parts.get(episode.id)
        head = [*prompt_lines(episode), *ending_lines(episode, None if part is None else part.mark)]
        places = _having(task, 0, head, wanted)
        for step in self.inspector.memory.steps(task):
            if wanted.search(call_line(step)):
                places.append((task, step.n, CALL))
            places += _having(task, step.n, step_lines(step), wanted)
        return places + _having(task, 0, later_lines(episode), wanted, len(head))

    # Going there

    def action_next_match(self) -> None:
        """To the next line that has it; behind the last comes the first."""
        self._go_on(1)

    def action_previous_match(self) -> None:
        """To the one before."""
        self._go_on(-1)

    def _go_on(self, by: int) -> None:
        if self._found:
            newest(self, "search", self._to, (self._at + by) % len(self._found))

    def _first_behind(self) -> int:
        """The first match at or behind the row the search began on."""
        start = 0 if self._from is None else self.page.find(self._from)
        tasks = {task: place for place, task in enumerate(self.page.parts)}
        row = self._from
        if row is None or row.task not in tasks or not start:
            return 0
        here = (tasks[row.task], row.n, row.part if row.kind == "text" else CALL)
        return next(
            (at for at, (task, n, part) in enumerate(self._found) if (tasks[task], n, part) >= here), 0
        )

    async def _to(self, at: int) -> None:
        """Stand on a match, with what it is in unfolded, and only that of all it was not asked to unfold."""
        self._at = at
        task, n, part = self._found[at]
        if self._peeked != (task, n):
            self._drop_peek()
        shown = self.page.parts.get(task)
        if shown is None:
            return
        if shown.folded or (not n and not shown.whole):
            shown.folded, shown.whole = False, shown.whole or not n
            self.page.lay_task(task)
        if n and part != CALL and n not in shown.unfolded and await self.unfold(task, [n]):
            self._peeked = (task, n)
        self.list.land(self.page, self.page.find_line(task, n, part))
        self._say()

    def _return(self) -> None:
        if self._back is not None:
            self.list.land(self.page, self.page.find(self._back))

    def _drop_peek(self) -> None:
        if self._peeked is not None:
            self.fold_call(*self._peeked)
            self._peeked = None

    def on_virtual_list_opened(self) -> None:
        """What a person folds and unfolds is theirs; the page's own handler, which is called too, does it."""
        self._peeked = None

    # What is said

    def on_virtual_list_highlighted(self) -> None:
        """Say where the cursor is."""
        if self.signs.wanted is None:
            self._say()

    def _say(self) -> None:
        if self.signs.wanted is None:
            self.bar.note([Cell(self._where(), "muted")])
        elif not self._found:
            self.bar.note([Cell("nothing in this session fits", "warn")])
        else:
            all_of_it = count(len(self._found)) + ("" if self._complete else "+")
            self.bar.note([Cell(f"{count(self._at + 1)} of {all_of_it}", "strong")])

    def _where(self) -> str:
        """``task 2 of 5 · step 14 of 33``."""
        row, part = self.list.row, self.part
        if row is None or part is None:
            return ""
        names = list(self.page.parts)
        step = f" · step {row.n} of {max(part.by_number, default=0)}" if row.n else ""
        return f"task {names.index(row.task) + 1} of {len(names)}{step}"


def _having(task: str, n: int, lines: Iterable[Said], wanted: re.Pattern[str], first: int = 0) -> list[Place]:
    return [(task, n, part) for part, said in enumerate(lines, first) if wanted.search(said.text)]
