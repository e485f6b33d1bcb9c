"""What folds and unfolds on the page of a session; results are read and laid out only then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tacit.app.inspector.reading.page import ReadingPage
from tacit.app.inspector.reading.rows import Unfolded, unfolded
from tacit.app.inspector.reading.text import step_lines
from tacit.app.inspector.work.starting import each, newest


class FoldingPage(ReadingPage):
    """A page whose tasks and calls fold and unfold."""

    def opens(self) -> str:
        """What Enter does with the row under the cursor: nothing, or in a word what."""
        row, part = self.list.row, self.part
        if row is None or part is None:
            return ""
        if row.kind == "task":
            return "unfold" if part.folded else "fold"
        if row.kind == "said":
            return ("show less" if part.whole else "show all") if part.long else ""
        if row.n in part.unfolded:
            return "fold"
        return "unfold" if row.kind == "call" else ""

    def called(self, action: str) -> str:
        """What Enter does."""
        return self.opens() if action == "open" else super().called(action)

    def on_virtual_list_opened(self) -> None:
        """Enter, or a click: a call and a task fold and unfold, what was cut short is shown whole."""
        row, part = self.list.row, self.part
        if row is None or part is None:
            return
        if row.kind == "task":
            part.folded = not part.folded
            self.page.lay_task(row.task)
            self.list.replace(self.page, row)
        elif row.kind == "said" and part.long:
            part.whole = not part.whole
            self.page.lay_task(row.task)
            self.list.replace(self.page, row)
        elif row.n in part.unfolded:
            self.fold_call(row.task, row.n)
        elif row.kind == "call":
            each(self, self._unfold, row.task, row.n)

    def fold_call(self, task: str, n: int) -> None:
        """Let a call be one row again."""
        part = self.page.parts.get(task)
        if part is not None and part.unfolded.pop(n, None) is not None:
            row = self.list.row
            self.page.lay_task(task)
            self.list.replace(self.page, row)

    async def _unfold(self, task: str, n: int) -> None:
        if await self.unfold(task, [n]):
            index = self.page.find_line(task, n)
            self.list.land(self.page, index, self.rows_of(task, n))

    async def unfold(self, task: str, numbers: Sequence[int]) -> bool:
        """Read what went into some calls of a task and what came back, and show it."""
        width = self.page.width
        read = await self.inspector.guarded(asyncio.to_thread(self._whole, task, numbers, width))
        part = self.page.parts.get(task)
        if read is None or part is None:
            return False
        row = self.list.row
        part.unfolded = {**part.unfolded, **read}
        part.folded = False
        self.page.lay_task(task)
        self.list.replace(self.page, row)
        if self.page.width != width:
            newest(self, "layout", self._lay_unfolded)
        return True

    def _whole(self, task: str, numbers: Sequence[int], width: int) -> dict[int, Unfolded]:
        wanted = set(numbers)
        limit = 1 if len(wanted) == 1 else None
        steps = self.inspector.memory.steps(task, min(wanted), limit)
        return {
            step.n: unfolded(task, step.n, tuple(step_lines(step)), width)
            for step in steps
            if step.n in wanted
        }

    def rows_of(self, task: str, n: int) -> int:
        """How many rows an unfolded call takes below its own."""
        return sum(row.kind == "text" and row.n == n for row in self.page.parts[task].rows)

    def action_fold_all(self) -> None:
        """All calls of the task under the cursor; on the head of a task, or of the page, all tasks."""
        row, part = self.list.row, self.part
        if row is None or part is None or row.kind == "task":
            folded = any(not one.folded for one in self.page.parts.values())
            for one in self.page.parts.values():
                one.folded = folded
            self.page.lay(self.page.width)
            self.list.replace(self.page, row)
        elif part.unfolded:
            part.unfolded = {}
            self.page.lay_task(row.task)
            self.list.replace(self.page, row)
        else:
            newest(self, "unfold", self._unfold_all, row.task)

    async def _unfold_all(self, task: str) -> None:
        if self.page.parts[task].by_number:
            await self.unfold(task, list(self.page.parts[task].by_number))

    # Another width

    def on_reading_list_resized(self) -> None:
        """Lay it out anew; what is unfolded in a thread, as it may be much."""
        if self.page.session is not None and self._width() != self.page.width:
            row = self.list.row
            self.page.lay(self._width())
            self.list.replace(self.page, row)
            newest(self, "layout", self._lay_unfolded)

    async def _lay_unfolded(self) -> None:
        width = self.page.width
        open_parts = {name: dict(part.unfolded) for name, part in self.page.parts.items() if part.unfolded}

        def lay() -> dict[str, dict[int, Unfolded]]:
            return {
                task: {n: unfolded(task, n, one.lines, width) for n, one in calls.items()}
                for task, calls in open_parts.items()
            }

        for task, calls in (await asyncio.to_thread(lay)).items():
            part = self.page.parts.get(task)
            if part is not None:
                part.unfolded = {n: calls.get(n, one) for n, one in part.unfolded.items()}
                part.lay(width)
        self.rearranged()
