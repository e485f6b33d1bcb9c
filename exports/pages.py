"""Pages of Markdown: what was learned, for a person to read and to keep under version control.

::

    index.md                                            a table for each kind of pattern
    patterns/<kind>.md                                  all of a kind, where the index does not show all
    patterns/<kind>/<slug>-<id>.md                      a page a pattern
    sessions/<YYYY-MM-DD>-<slug>-<id>.md                a page a session, of those that were asked for
    notes/<slug>-<id>.md                                a page a note that was moved in, if any was

Two exports of the same knowledge are equal byte for byte. Pages of ours whose thing is gone are removed;
a file that no export wrote is never touched.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from tacit.core.model import KINDS, Kind
from tacit.exports import layout, page_pattern, page_session
from tacit.exports.directory import check_foreign, check_part, writing_to
from tacit.exports.files import make_folder, open_regular
from tacit.exports.leaving import Leaving
from tacit.exports.manifest import is_export
from tacit.exports.page_index import (
    EVERYTHING,
    MOST,
    PART,
    Held,
    NoteRow,
    Row,
    index_page,
    kind_page,
    note_row_of,
    row_of,
    unfinished_page,
)
from tacit.exports.page_note import note_page
from tacit.exports.page_pattern import pattern_page
from tacit.exports.page_session import session_page
from tacit.exports.page_text import chunks
from tacit.exports.source import ExportReport, Progress, Selection, Source
from tacit.exports.written import Written

INDEX = "index.md"
_PAGE = ".md"


class PageSource(Source, page_pattern.Told, page_session.Told, Protocol):
    """The side of a memory that pages are made of."""


def write_pages(
    source: PageSource,
    directory: Path,
    selection: Selection | None = None,
    progress: Progress | None = None,
) -> ExportReport:
    """Bring the pages in a directory to what the memory, or the chosen part of it, now holds.

    Raises:
        Usage: the directory holds other things and is no export.
        TacitError: it cannot be written, or another export is writing there.
    """
    leaving = Leaving(source, selection)
    with writing_to(directory, lambda: _check(directory, part=leaving.part)):
        return _Pages(source, leaving, directory, progress).write()


def _check(directory: Path, *, part: bool) -> None:
    """Refuse a directory that is someone else's or that a part would empty."""
    index = directory / INDEX
    sign = _sign(index)
    if sign is None:
        taken = index.exists() or index.is_symlink()
        check_foreign(directory, ours=not taken and is_export(directory))
    check_part(directory, whole=sign == EVERYTHING, part=part)


def _sign(path: Path) -> str | None:
    """The first line of a page, if it is one that only we write."""
    file = open_regular(path)
    if file is None:
        return None
    with file:
        first = file.readline(200).decode("utf-8", "replace").rstrip("\n")
    return first if first in {EVERYTHING, PART} else None


class _Pages:
    """One run over a directory that is ours and locked."""

    def __init__(
        self, source: PageSource, leaving: Leaving, directory: Path, progress: Progress | None
    ) -> None:
        self.source = source
        self.leaving = leaving
        self.directory = directory
        chosen = leaving.sessions() if leaving.part else ()  # a session has a page where it is asked for
        told = sorted(chosen, key=lambda one: (one.started, one.id))
        self.sessions = [(one, layout.session_name(one, _PAGE)) for one in told]
        self.patterns = directory / layout.PATTERNS
        folders = (directory / layout.SESSIONS, directory / layout.NOTES, self.patterns)
        self.files = Written(directory, (*folders, *(self.patterns / kind for kind in KINDS)), progress)
        self.rows: dict[Kind, list[Row]] = {}
        self.notes: list[NoteRow] = []

    def write(self) -> ExportReport:
        """All pages, the index last; then what is gone is removed."""
        files = self.files
        if not (self.directory / INDEX).exists():  # a sign that this is ours: what follows may be interrupted
            files.sign(self.directory / INDEX, chunks(unfinished_page(part=self.leaving.part)))
        make_folder(self.patterns)
        self._patterns()
        self._sessions()
        for note in self.leaving.notes():
            page = layout.note_name(note, _PAGE)
            files.put(self.directory / layout.NOTES, page, chunks(note_page(note)))
            self.notes.append(note_row_of(note, page))
        self._index()
        removed = files.remove_vanished(self._is_ours)
        return self.leaving.report(
            self.directory, written=files.written, unchanged=files.unchanged, removed=removed
        )

    def _patterns(self) -> None:
        places = {one.id: f"../../{layout.SESSIONS}/{page}" for one, page in self.sessions}
        for pattern in self.leaving.patterns():
            page = layout.pattern_name(pattern, _PAGE)
            self.files.put(
                self.patterns / pattern.kind, page, chunks(pattern_page(self.source, pattern, places))
            )
            self.rows.setdefault(pattern.kind, []).append(row_of(pattern, page))

    def _sessions(self) -> None:
        if not self.sessions:
            return
        pages = {
            row.id: f"../{layout.PATTERNS}/{kind}/{row.page}"
            for kind, own in self.rows.items()
            for row in own
        }
        for session, page in self.sessions:
            lines = session_page(self.source, session, pages)
            self.files.put(self.directory / layout.SESSIONS, page, chunks(lines))

    def _index(self) -> None:
        for kind, own in self.rows.items():
            own.sort()
            if len(own) > MOST:
                name = f"{kind}{_PAGE}"
                if not (self.patterns / name).exists() or _sign(self.patterns / name):
                    self.files.put(self.patterns, name, chunks(kind_page(kind, own, part=self.leaving.part)))
        held = Held(self.rows, self.sessions, sorted(self.notes))
        self.files.put(self.directory, INDEX, chunks(index_page(held, part=self.leaving.part)))

    def _is_ours(self, path: Path) -> bool:
        folder, name = path.parent, path.name
        if folder == self.directory:
            return False
        if folder.parent == self.directory:
            if folder.name == layout.SESSIONS:
                return layout.is_session_name(name, _PAGE)
            if folder.name == layout.NOTES:
                return layout.is_note_name(name, _PAGE)
            return name in {f"{kind}{_PAGE}" for kind in KINDS} and _sign(path) is not None
        return layout.is_pattern_name(name, _PAGE)
