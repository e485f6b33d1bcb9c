"""Marked rows: what a person gathers in a list to delete, pin or export at once.

Marks are kept by identity, so a filter, another order or another process's write moves none of them to
another row. What is gone, or became a part of another row, loses its mark.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from tacit.app.inspector.lists.listing import Listing
from tacit.app.inspector.work.starting import each, newest
from tacit.core.present import count, plural
from tacit.core.things import Thing
from tacit.widgets.ink import Cell, Line

if TYPE_CHECKING:
    from tacit.app.inspector.work.job import Job
    from tacit.core.query import Plan
    from tacit.core.window import Window
    from tacit.core.window_groups import Grouped

R = TypeVar("R")

_PAGE = 1_000  # rows between two looks at whether to go on
_MANY = 2_000  # rows from which on marking all of them is told as work


class Marks:
    """Public ids in the order in which they were marked."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}
        self._all: tuple[str, ...] | None = ()

    def __contains__(self, public_id: object) -> bool:
        return public_id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them; made once and kept, for every key asks."""
        if self._all is None:
            self._all = tuple(self._ids)
        return self._all

    def toggle(self, public_id: str) -> None:
        """Mark it, or take its mark away."""
        if public_id in self._ids:
            del self._ids[public_id]
        else:
            self._ids[public_id] = None
        self._all = None

    def add(self, ids: Iterable[str]) -> None:
        """Mark these as well."""
        self._ids.update(dict.fromkeys(ids))
        self._all = None

    def drop(self, ids: Iterable[str]) -> None:
        """Take the marks of these away."""
        for public_id in ids:
            self._ids.pop(public_id, None)
        self._all = None

    def clear(self) -> None:
        """Take all marks away."""
        self._ids.clear()
        self._all = ()


class MarkedList(Listing[R], Generic[R]):
    """A list whose rows can be marked. ``marked`` is what delete, pin and export are about, where any is."""

    table: ClassVar[str]
    plan: Plan | None = None
    window: Window[Any] | Grouped[Any] | None = None

    def __init__(self, number: int, inner: bool = False) -> None:
        super().__init__(number, inner)
        self.marks = Marks()
        self.list.marked = self.marks
        self._marks_at = -1

    @property
    def noun(self) -> str:
        """What a person calls one row of the table."""
        return "task" if self.table == "episodes" else self.table.removesuffix("s")

    @property
    def marked(self) -> tuple[str, ...]:
        """The ids of the marked rows."""
        return self.marks.ids

    def offers(self, action: str) -> bool:
        """Marking where there are rows; Esc where it drops marks."""
        if action == "mark_row":
            return self.list.row is not None
        if action == "mark_all":
            return self.list.total > 0
        return (action == "back" and len(self.marks) > 0) or super().offers(action)

    def called(self, action: str) -> str:
        """Esc drops the marks before it does anything else of a list."""
        return "unmark" if action == "back" and self.detail is None and self.marks else super().called(action)

    def action_mark_row(self) -> None:
        """Mark the row, or take its mark away, and go to the next one."""
        row = self.list.row
        if isinstance(row, Thing):
            self.marks.toggle(row.id)
            self.list.action_move(1)
            self.tell_marks()

    def action_mark_all(self) -> None:
        """Mark all that the filter left."""
        if self.plan is not None:
            each(self, self._mark_all, self.plan)

    def action_back(self) -> None:
        """Close the detail, else drop the marks, else leave."""
        if self.detail is None and self.marks:
            self.marks.clear()
            self.tell_marks()
        else:
            super().action_back()

    def renew(self) -> None:
        """What is gone loses its mark."""
        if self.marks and self._marks_at != self.inspector.sequence:
            newest(self, "marks", self._drop_gone, self.inspector.sequence)

    def tell_marks(self) -> None:
        """Show what is marked now."""
        self.list.refresh()
        self.refresh_bindings()

    def marks_said(self) -> Line:
        """``3 marked``, or nothing."""
        return [Cell(f"  ● {count(len(self.marks))} marked", "accent")] if self.marks else []

    async def _mark_all(self, plan: Plan) -> None:
        window = await self.inspector.guarded(asyncio.to_thread(self._walked, plan))
        if window is None:
            return
        if window.total < _MANY:
            few = await self.inspector.guarded(asyncio.to_thread(list, window.ids()))
            self._mark(few or ())
            return
        with self.inspector.jobs.running("mark all", total=window.total, can_stop=True) as job:
            ids = await self.inspector.guarded(asyncio.to_thread(_ids, window, job))
        if ids is not None:
            self._mark(ids)
            what = plural(len(ids), self.noun)
            self.inspector.notify(f"Marked {what}. {self.inspector.telling.key('back')} drops the marks.")

    def _walked(self, plan: Plan) -> Window[Any]:
        """All that a plan leaves, whatever is folded."""
        window = self.inspector.memory.window(self.table, plan)
        window.walk(lambda: False)
        return window

    def _mark(self, ids: Sequence[str]) -> None:
        self.marks.add(ids)
        self.tell_marks()

    async def _drop_gone(self, sequence: int) -> None:
        asked = self.marked
        left = await self.inspector.guarded(asyncio.to_thread(self.inspector.memory.remaining, asked))
        if left is not None:
            self._marks_at = sequence
            self.marks.drop(one for one in asked if one not in left)
            self.tell_marks()


def _ids(window: Window[Any], job: Job) -> list[str] | None:
    """The ids of all rows of a window; ``None`` where it was stopped."""
    ids: list[str] = []
    for one in window.ids():
        ids.append(one)
        if len(ids) % _PAGE == 0:
            job.step(len(ids))
            if job.stopped():
                return None
    return ids
