"""The side of the memory that takes in what other memories hold, as notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tacit.core.sharing_face import Sharing
from tacit.core.tables import NOTES

if TYPE_CHECKING:
    from tacit.core.notes.records import Note
    from tacit.core.notes.report import NotesTaken
    from tacit.core.querying import Listed


class MovingIn(Sharing):
    """An open memory as far as notes of other memories lie in it."""

    @property
    def notes(self) -> Listed[Note]:
        """The notes that fit a query, newest first; called or built as :attr:`patterns`."""
        return self._list("notes")

    def note_sources(self) -> dict[str, int]:
        """How many notes there are of each source, by name."""
        from tacit.core.notes.sources import sources

        with self._store.read() as read:
            return sources(read)

    def export_notes(self) -> Iterator[Note]:
        """Every note, by id."""
        for _, _, note in self._store.stream(NOTES):
            yield note

    def import_notes(
        self, path: str | Path, *, name: str = "", since: int | None = None, dry_run: bool = False
    ) -> NotesTaken:
        """Take in the store of another memory, or an export of it, as notes.

        They have low trust: they are found by a search and count in no rate. Reading the same again
        changes nothing, a note that changed is replaced, one that was deleted here stays deleted.

        Args:
            path: the ``memory.jsonl`` of an MCP memory server, a folder of Markdown notes, or a JSON list
                of texts.
            name: what to call the source; its file or folder, if not said.
            since: leave out notes that say they are older than this, in milliseconds.
            dry_run: report only; nothing is stored.

        Raises:
            NothingUsable: there are no notes.
        """
        from tacit.core.import_report import Options
        from tacit.core.notes.finding import told_stores
        from tacit.core.notes.taking import take_notes
        from tacit.core.texts import catch_up

        stores = told_stores([Path(path).expanduser()])
        options = Options(since=since, dry_run=dry_run, name=name, at=self.clock())
        taken = take_notes(self._store, self.redactor(), stores, options)
        if not dry_run:
            catch_up(self._store, build=True)
        return taken
