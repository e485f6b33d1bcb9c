"""The notes that were moved in from other memories, and one of them by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from textual.widget import Widget

from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.lists.filtered import Filtered
from tacit.app.inspector.views.note import note_page, note_row
from tacit.app.inspector.work.starting import newest
from tacit.core.errors import NotFound
from tacit.core.notes.records import Note
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, LinesPane


class NotesScreen(Filtered[Note]):
    """The notes, the newest first. It is no room of its own; figures and commands lead to it."""

    table = "notes"
    HINT = "words of a note, source:name, tag:word, changed:<30d"

    def paint_row(self, row: Note, width: int) -> Line:
        """One row of facts."""
        return note_row(row, self.inspector.now, width)

    def summary(self, row: Note) -> Compose:
        """All of it."""
        return note_page(row)

    def order(self) -> Line:
        """By date."""
        return [Cell("  newest first", "muted")]

    def when_nothing(self) -> Sequence[Line]:
        """How notes come here."""
        return [
            [],
            [Cell("No notes of other memories.", "strong")],
            [],
            [Cell("memory audit-store PATH", "accent"), Cell("  looks through another memory", "muted")],
            [Cell("memory import PATH     ", "accent"), Cell("  takes its notes in", "muted")],
        ]


class NoteScreen(Room):
    """One note, opened from what a search found."""

    def __init__(self, number: int, note: Note) -> None:
        super().__init__(number, inner=True)
        self._note = note
        self._pane = LinesPane(id="list")

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield self._pane

    @property
    def thing(self) -> Note:
        """The note."""
        return self._note

    def begin(self) -> None:
        """What is at hand."""
        self._pane.show(note_page(self._note))
        self.wake()

    def renew(self) -> None:
        """Read it again; one that is gone closes."""
        newest(self, "note", self._read)

    async def _read(self) -> None:
        try:
            found = await asyncio.to_thread(self.inspector.memory.get, self._note.id)
        except NotFound:
            self.close_gone()
            return
        if isinstance(found, Note):
            self._note = found
            self._pane.show(note_page(found), keep=True)
            self.refresh_bindings()
