"""The page of a session: read task by task, and kept where the cursor is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Literal

from textual.widget import Widget

from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.reading.list import ReadingList
from tacit.app.inspector.reading.paint import Signs, paint
from tacit.app.inspector.reading.rows import Page, Row, TaskPart
from tacit.app.inspector.work.starting import newest
from tacit.core.errors import NotFound
from tacit.core.marks import Mark
from tacit.core.model import Episode, Session, Step
from tacit.widgets.ink import Line

_FRAME = 4  # cells beside a row: the frame, the edge and the scrollbar
_SIGNS = 1  # cells before what a row says
_BATCH = 1_000  # steps that are read before what was read is shown

Found = tuple[Session, tuple[Episode, ...], dict[str, Mark]]


class ReadingPage(Room):
    """One session to read. ``public_id`` is its own, or that of the task to begin with."""

    def __init__(self, number: int, public_id: str, first: int = 0, last: int = -1) -> None:
        super().__init__(number, inner=True)
        self._asked = public_id
        self._first = first
        self._own = False  # whether the person is about to delete something here
        self.page = Page(72)
        self.signs = Signs(task=public_id, first=first, last=last)
        self.list = ReadingList(self.paint_row, lambda row: row[:5], self.opens)

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield self.list

    @property
    def thing(self) -> Episode | Session | None:
        """The task under the cursor; at the head of the page the session."""
        part = self.part
        return self.page.session if part is None else part.episode

    def opens(self) -> str:
        """What Enter does with the row under the cursor, in a word; nothing where it does nothing."""
        return ""

    @property
    def part(self) -> TaskPart | None:
        """The task under the cursor."""
        row = self.list.row
        return self.page.parts.get(row.task) if row is not None else None

    def paint_row(self, row: Row, width: int) -> Line:
        """One row."""
        number = ""
        if row.kind == "task":
            names = list(self.page.parts)
            number = f"{names.index(row.task) + 1} of {len(names)}"
        return paint(row, self.page.parts.get(row.task), number, self.signs, width)

    # Reading

    def begin(self) -> None:
        """Read, then show."""
        newest(self, "read", self._read)

    def renew(self) -> None:
        """Read what is others now; the cursor stays on its row, or on what is next to it."""
        newest(self, "read", self._read)

    async def _read(self) -> None:
        found = await self.inspector.guarded(asyncio.to_thread(self._look))
        if found is None:  # it is told why
            self.wake()
        elif not found or (self.page.parts and not found[1]):
            self._close()
        elif self.page.session is None:
            await self._open(found)
        else:
            await self._follow(found)

    async def _open(self, found: Found) -> None:
        """Show the task a person was led to, then the others."""
        self.page.lay(self._width())
        self.page.take(*found)
        asked = self._asked if self._asked in self.page.parts else next(iter(self.page.parts), "")
        await self._read_parts([asked])
        self.list.land(self.page, self.page.find_line(asked, self._first))
        self.wake()
        self.refresh_bindings()
        await self._read_rest()

    async def _follow(self, found: Found) -> None:
        """Show what is others now, with the cursor on its row, or on the task behind one that is gone."""
        self._own = False
        row, index = self.list.row, self.list.index
        if row is not None and row.task not in ("", *(one.id for one in found[1])):
            index = self.page.find_line(row.task)
            row = None
        self.page.take(*found)
        if row is None:
            self.list.land(self.page, index)
        else:
            self.list.replace(self.page, row)
        self.refresh_bindings()
        await self._read_rest()

    def _look(self) -> Found | Literal[False]:
        """The session as it is now; ``False`` once it is gone."""
        memory = self.inspector.memory
        try:
            asked = self.page.session.id if self.page.session is not None else self._asked
            thing = memory.get(asked)
            session = memory.get(thing.session) if isinstance(thing, Episode) else thing
        except NotFound:
            return False
        if not isinstance(session, Session):
            return False
        episodes = memory.episodes_of(session.id)
        said = ((one.id, memory.mark_of(one.id)) for one in episodes if one.outcome.source == "mark")
        return session, episodes, {name: mark for name, mark in said if mark is not None}

    def _close(self) -> None:
        """Leave, and say why where the person did not do it."""
        self.wake()
        if self.close_gone() and not self._own:
            self.inspector.notify("What was read here was deleted.", severity="warning")

    def action_delete(self) -> None:
        """Delete; that what was read is gone then is no news."""
        self._own = True
        super().action_delete()

    def action_forget(self) -> None:
        """The same for good."""
        self._own = True
        super().action_forget()

    async def _read_rest(self) -> None:
        """The task that is looked at first, what follows it, then what stands before it."""
        names = list(self.page.parts)
        row = self.list.row
        at = names.index(row.task) if row is not None and row.task in names else 0
        await self._read_parts([*names[at:], *reversed(names[:at])])
        newest(self, "learned", self._learn)

    async def _read_parts(self, names: Sequence[str]) -> None:
        waiting = [name for name in names if name in self.page.parts and self.page.parts[name].steps is None]
        while waiting:
            read = await self.inspector.guarded(asyncio.to_thread(self._outline, waiting))
            if not read:
                return
            for name, steps in read.items():
                self.page.parts[name].fill(steps)
                self.page.parts[name].lay(self.page.width)
            waiting = [name for name in waiting if name not in read]
            self.rearranged()

    def _outline(self, names: Sequence[str]) -> dict[str, tuple[Step, ...]]:
        """The outlines of the first of some tasks, enough of them to be worth showing."""
        read: dict[str, tuple[Step, ...]] = {}
        amount = 0
        for name in names:
            read[name] = self.inspector.memory.outline(name)
            amount += len(read[name])
            if amount >= _BATCH:
                break
        return read

    async def _learn(self) -> None:
        session = self.page.session
        if session is not None:
            asked = asyncio.to_thread(self.inspector.memory.learned_steps, session.id)
            self.signs.taught = await self.inspector.guarded(asked) or {}
            self.list.refresh()

    # On the screen

    def rearranged(self) -> None:
        """Show the page as it is now, with the cursor on the row it is on."""
        row = self.list.row
        self.page.arrange()
        self.list.replace(self.page, row)

    def _width(self) -> int:
        return max((self.list.width or self.app.size.width - _FRAME) - _SIGNS, 20)

    def on_virtual_list_highlighted(self) -> None:
        """The keys that hold depend on what is under the cursor."""
        self.refresh_bindings()
