"""Room 4: what upkeep would do. It only proposes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from tacit.app.inspector.listing import Listing
from tacit.app.inspector.screens.pattern import PatternScreen
from tacit.app.inspector.work import newest
from tacit.core.model import Pattern
from tacit.core.present import plural, rate
from tacit.core.text import one_line
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.dialog import Lines
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, PaneLine
from tacit.widgets.virtual_list import Fixed

if TYPE_CHECKING:
    from tacit.core.optimize import Proposal

_COLUMNS = (
    Column("op", 7, 8),
    Column("title", 24, 10, grows=3),
    Column("with", 8, 5),
    Column("gain", 22, 7, grows=1),
)


class OptimizeScreen(Listing["Proposal"]):
    """The plan, one proposal a row."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self._head = Lines([[]], id="episode-head")

    def head(self) -> Iterable[Widget]:
        """What the plan amounts to."""
        yield self._head

    def begin(self) -> None:
        """Read, then show."""
        self._head.lines = [[Cell(" Looking for rows that say nearly the same…", "muted")]]
        self.wake()
        self.renew()

    def renew(self) -> None:
        """Plan again."""
        newest(self, "plan", self._read)

    async def _read(self) -> None:
        plan = await self.inspector.guarded(asyncio.to_thread(self.inspector.memory.optimize))
        if plan is None:
            return
        fewer = sum(len(one.drop) for one in plan)
        text = f" {plural(len(plan), 'proposal')}, {plural(fewer, 'row')} fewer" if plan else " No proposals"
        self._head.lines = [[Cell(text, "strong"), Cell("   to read: nothing is changed from here", "muted")]]
        self.list.show(Fixed(plan), self.list.index)
        self.say_if_empty()
        self.refresh_bindings()

    def paint_row(self, row: Proposal, width: int) -> Line:
        """What to do, with what, and what it brings."""
        cells = {
            "op": Cell(f"⇢ {row.op}", "accent"),
            "title": Cell(one_line(row.keep.title)),
            "with": Cell(f"+{len(row.drop)} like", "muted"),
            "gain": Cell(row.gain, "good"),
        }
        return lay(_COLUMNS, fit(_COLUMNS, width), cells)

    def identity(self, row: Proposal) -> str:
        """By what would stay."""
        return f"{row.op} {row.keep.id}"

    def summary(self, row: Proposal) -> Compose:
        """The reason, the gain, and the patterns to look at."""
        return lambda width: _proposal(row, width)

    def follow(self, target: object) -> None:
        """Open one of its patterns."""
        if isinstance(target, Pattern):
            self.app.push_screen(PatternScreen(self.number, target))

    def when_empty(self) -> list[Line]:
        """Nothing to do is good news."""
        return [[], [Cell("Nothing to tidy: no two rows say nearly the same.", "good")]]


def _proposal(row: Proposal, width: int) -> list[PaneLine]:
    from tacit.app.inspector.views.prose import facts

    def pattern(one: Pattern) -> list[PaneLine]:
        numbers = PaneLine([Cell(f"    {rate(one)}", "muted")])
        return [PaneLine([Cell(f"  {one_line(one.title)}")], one), numbers]

    lines = [
        PaneLine([Cell("Merge rows that say nearly the same", "heading")]),
        PaneLine([]),
        *map(PaneLine, facts([("Reason", row.reason), ("Gain", row.gain)], width)),
        PaneLine([]),
        PaneLine([Cell("Stays", "heading"), Cell("  Enter opens the pattern", "muted")]),
        *pattern(row.keep),
        PaneLine([]),
        PaneLine([Cell("Goes behind it", "heading")]),
    ]
    return lines + [line for one in row.drop for line in pattern(one)]
