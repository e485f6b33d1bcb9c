"""Room 4: what upkeep would do. Nothing is ticked at first, and nothing acts by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from itertools import groupby

from textual.widget import Widget

from tacit.app.inspector.deeds.applying import JOB, ask_and_apply
from tacit.app.inspector.listing import Listing
from tacit.app.inspector.screens.pattern import PatternScreen
from tacit.app.inspector.views.upkeep import (
    Group,
    group_detail,
    group_row,
    proposal_detail,
    proposal_row,
)
from tacit.app.inspector.work import newest
from tacit.core.model import Pattern
from tacit.core.present import count, plural
from tacit.core.proposals import Proposal
from tacit.widgets.dialog import Lines
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose
from tacit.widgets.virtual_list import Fixed

Row = Group | Proposal
Same = tuple[str, str, tuple[str, ...]]
"""What makes a proposal the one that was ticked: operation, what stays, what it takes."""


class OptimizeScreen(Listing[Row]):
    """The plan, grouped by operation, one proposal a row."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self._head = Lines([[]], id="episode-head")
        self._plan: Sequence[Proposal] = ()
        self._ticked: frozenset[Same] = frozenset()

    def head(self) -> Iterable[Widget]:
        """What the plan amounts to."""
        yield self._head

    def begin(self) -> None:
        """Read, then show."""
        self._head.lines = [[Cell(" Looking for what to tidy…", "muted")]]
        self.wake()
        self.renew()

    def renew(self) -> None:
        """Plan again; what was ticked and is proposed still, stays ticked."""
        newest(self, "plan", self._read)

    async def _read(self) -> None:
        plan = await self.inspector.guarded(asyncio.to_thread(self.inspector.memory.optimize))
        if plan is None:
            return
        self._plan = plan
        self._ticked &= {_same(one) for one in plan}
        rows: list[Row] = []
        for op, proposals in groupby(plan, lambda one: one.op):
            group = Group(op, tuple(proposals))
            rows += [group, *group.proposals]
        here = None if self.list.row is None else self.identity(self.list.row)
        places = {self.identity(row): place for place, row in enumerate(rows)}
        self.list.show(Fixed(rows), places.get(here or "", self.list.index))
        self.say_if_empty()
        self._tell()
        if self.detail is not None:
            self.fill_detail(keep=True)

    def _tell(self) -> None:
        """What is ticked, and what to do with it."""
        number = len(self._ticked)
        text = f" {plural(len(self._plan), 'proposal')}" if self._plan else " No proposals"
        if number:
            text += f", {count(number)} ticked"
        hint = "   space ticks, a applies what is ticked" if self._plan else ""
        if self.inspector.memory.readonly:
            hint = "   to read: nothing is changed from here"
        self._head.lines = [[Cell(text, "strong"), Cell(hint, "muted")]]
        self.list.refresh()
        self.refresh_bindings()

    def paint_row(self, row: Row, width: int) -> Line:
        """What to do, with what, and what it brings."""
        if isinstance(row, Group):
            ticked = sum(_same(one) in self._ticked for one in row.proposals)
            return group_row(row, ticked, width)
        return proposal_row(row, _same(row) in self._ticked, width)

    def identity(self, row: Row) -> str:
        """By the operation, and what would go."""
        return row.op if isinstance(row, Group) else row.id

    def summary(self, row: Row) -> Compose:
        """The reason, the gain, and the patterns to look at."""
        return group_detail(row) if isinstance(row, Group) else proposal_detail(row)

    def follow(self, target: object) -> None:
        """Open one of its patterns."""
        if isinstance(target, Pattern):
            self.app.push_screen(PatternScreen(self.number, target))

    def when_empty(self) -> list[Line]:
        """Nothing to do is good news."""
        return [[], [Cell("Nothing to tidy.", "good")]]

    # Ticking and applying

    def offers(self, action: str) -> bool:
        """Ticking a row, and applying what is ticked."""
        if action == "tick":
            return self.list.row is not None
        if action == "apply":
            return bool(self._ticked) and JOB not in self.inspector.jobs.names
        return super().offers(action)

    def action_tick(self) -> None:
        """Tick the row or take its tick away; on the row of an operation all of its."""
        row = self.list.row
        if row is None:
            return
        meant = {_same(one) for one in (row.proposals if isinstance(row, Group) else (row,))}
        self._ticked = self._ticked - meant if meant <= self._ticked else self._ticked | meant
        self._tell()

    def action_apply(self) -> None:
        """Ask, then do what is ticked."""
        ask_and_apply(self.inspector, [one for one in self._plan if _same(one) in self._ticked])


def _same(proposal: Proposal) -> Same:
    keep = "" if proposal.keep is None else proposal.keep.id
    return proposal.op, keep, tuple(thing.id for thing in proposal.drop)
