"""Room 4: what upkeep would do. Nothing is ticked at first, and nothing acts by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

from textual.widget import Widget

from tacit.app.inspector.lists.listing import Listing
from tacit.app.inspector.upkeep.applying import JOB, ask_and_apply
from tacit.app.inspector.upkeep.board import Board, Group, Row
from tacit.app.inspector.upkeep.rows import (
    group_detail,
    group_row,
    proposal_detail,
    proposal_row,
)
from tacit.app.inspector.work.starting import newest
from tacit.core.errors import TacitError
from tacit.core.present import count
from tacit.core.proposals import Proposal
from tacit.widgets.dialog import Lines
from tacit.widgets.filter_bar import FilterBar
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose

PLAN = "plan"
_MOST = 10_000  # proposals of a plan; more come when these are done
_OUTDATED = (
    " Learned by other extractors or declared patterns than now: `:rebuild` learns from everything anew."
)


class OptimizeScreen(Listing[Row]):
    """The plan, grouped by operation, one proposal a row."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.filter = FilterBar("words of the title or the reason")
        self._above = Lines(id="episode-head")
        self._board = Board()
        self._by_gain = False
        self._planning = self._again = False
        self._whole = False
        self._took = 0.0  # seconds of the last plan

    def head(self) -> Iterable[Widget]:
        """The filter line, and a word where what was learned is out of date."""
        yield self.filter
        yield self._above

    def begin(self) -> None:
        """Wake up, then plan."""
        self.filter.note([Cell("looking for what to tidy…", "muted")])
        self.wake()
        self.renew()

    # The plan

    def renew(self) -> None:
        """Plan again; what was ticked and is proposed still, stays ticked.

        While a plan is being made nothing else is begun: it is made once more afterwards, and no more than
        half of the time goes into planning.
        """
        self._again = True
        if not self._planning:
            self._planning = True
            newest(self, "plan", self._plan)

    async def _plan(self) -> None:
        try:
            while self._again and self.is_current:
                self._again = False
                await self._read()
                if self._again:
                    await asyncio.sleep(self._took)
        finally:
            self._planning = False

    async def _read(self) -> None:
        memory, jobs = self.inspector.memory, self.inspector.jobs
        began = time.monotonic()

        async def work() -> tuple[tuple[Proposal, ...], bool, bool]:
            with jobs.running(PLAN, can_stop=True, asked=False) as job:
                told = job.goes_on
                found = await asyncio.to_thread(lambda: memory.optimize(most=_MOST, told=told))
                outdated = await asyncio.to_thread(_outdated, memory.outdated)
                return found, outdated, not job.stopped() and len(found) < _MOST

        made = await self.inspector.guarded(work())
        self._took = time.monotonic() - began
        if made is None:
            return
        plan, outdated, self._whole = made
        self._above.lines = [[Cell(_OUTDATED, "warn")]] if outdated else []
        here, place = self.list.row, self.list.index
        board = await asyncio.to_thread(lambda: Board(plan, *self._board.said()))
        board.narrow(self.filter.text, by_gain=self._by_gain)
        self._board = board
        found = board.place(here)
        self._show(place if found is None else found)

    def _show(self, place: int) -> None:
        self.list.show(self._board, place)
        self.say_if_empty()
        self._tell()
        if self.detail is not None:
            self.fill_detail(keep=True)

    def _tell(self) -> None:
        """How many there are, and what is ticked."""
        board = self._board
        number = count(len(board.plan)) + ("" if self._whole else "+")
        if self.filter.text:
            number = f"{count(board.shown)} of {number}"
        ticked = f", {count(board.ticked)} ticked" if board.ticked else ""
        line = [Cell(f"{number} proposed{ticked}", "strong")]
        if self._by_gain:
            line.append(Cell("  sort:gain", "muted"))
        if self.inspector.readonly:
            line.append(Cell("  to read: nothing is changed from here", "muted"))
        self.filter.note(line)
        self.list.refresh()
        self.refresh_bindings()

    # What it looks like

    def paint_row(self, row: Row, width: int) -> Line:
        """What to do, with what, and what it brings."""
        if isinstance(row, Group):
            return group_row(row, width)
        return proposal_row(row, self._board.is_ticked(row), width)

    def identity(self, row: Row) -> str:
        """By the operation, and what would go."""
        return row.op if isinstance(row, Group) else row.id

    def summary(self, row: Row) -> Compose:
        """The reason, the gain, and the patterns to look at."""
        return group_detail(row.op, self._board.of(row)) if isinstance(row, Group) else proposal_detail(row)

    def when_empty(self) -> Sequence[Line]:
        """Nothing to do is good news."""
        if self._board.plan:
            return [
                [],
                [Cell("Nothing fits these words.", "strong")],
                [],
                [Cell(f"{self.inspector.telling.key('back')} clears them.", "muted")],
            ]
        if not self._whole:
            return [[], [Cell("Planning was stopped before it found anything.", "strong")]]
        return [[], [Cell("Nothing to tidy.", "good")]]

    # Narrowing

    def action_filter(self) -> None:
        """Type words that title or reason have."""
        self.filter.edit()

    def on_filter_bar_changed(self) -> None:
        """Other words."""
        self._rearrange()

    def on_filter_bar_closed(self) -> None:
        """Back to the list, with the keys typed since."""
        self.set_focus(self.list)
        self.inspector.rouse(self)

    def action_order(self) -> None:
        """By gain, or as planned."""
        self._by_gain = not self._by_gain
        self._rearrange()

    def action_fold_all(self) -> None:
        """Fold the group under the cursor, or unfold it."""
        row = self.list.row
        if row is not None:
            self._board.fold(row.op)
            self._show(self._board.place(row) or 0)

    def _rearrange(self) -> None:
        row = self.list.row
        self._board.narrow(self.filter.text, by_gain=self._by_gain)
        self._show(self._board.place(row) or 0)

    def called(self, action: str) -> str:
        """Ticks are its marks, and one group folds; Esc clears the words."""
        row = self.list.row
        if action == "fold_all" and row is not None:
            return "unfold" if self._board.is_folded(row.op) else "fold"
        if action == "mark_all":
            return "tick all"
        if action == "back" and self.detail is None and self.filter.text:
            return "clear"
        return super().called(action)

    def action_back(self) -> None:
        """Close the detail, else clear the words, else what every screen does."""
        if self.detail is None and self.filter.text:
            self.filter.clear()
        else:
            super().action_back()

    # Ticking, looking ahead and applying

    def offers(self, action: str) -> bool:
        """Ticking rows, seeing what would come of it, and applying what is ticked."""
        if action in {"tick", "preview", "order", "fold_all"}:
            return self.list.row is not None
        if action == "mark_all":
            return self.list.row is not None and not self.inspector.readonly
        if action == "filter":
            return bool(self._board.plan)
        if action == "apply":
            return self._board.ticked > 0 and JOB not in self.inspector.jobs.names
        if action == "back" and self.filter.text:
            return True
        return super().offers(action)

    def action_tick(self) -> None:
        """Tick the row or take its tick away; on the row of an operation all of its."""
        if self.list.row is not None:
            self._board.tick(self.list.row)
            self._retick()

    def action_mark_all(self) -> None:
        """Tick all, or none where all are."""
        self._board.tick_all()
        self._retick()

    def _retick(self) -> None:
        self.list.reload()
        self._tell()

    def action_preview(self) -> None:
        """Show what would come of what is ticked, or of the row where nothing is."""
        from tacit.app.inspector.upkeep.preview_screen import PreviewScreen

        chosen = self._board.chosen()
        meant = chosen or self._board.of(self.list.row)
        self.app.push_screen(PreviewScreen(self.number, meant, ticked=bool(chosen)))

    def action_apply(self) -> None:
        """Ask, then do what is ticked."""
        ask_and_apply(self.inspector, self._board.chosen())


def _outdated(ask: Callable[[], bool]) -> bool:
    """Whether a rebuild would change something; what is wrong in patterns.toml is told by who learns."""
    try:
        return ask()
    except TacitError:
        return False
