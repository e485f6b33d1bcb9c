"""What leaves in one run: all that a memory holds, or the part that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tacit.core.loop.records import Offer, ToldOutcome
from tacit.core.model import Pattern, Session
from tacit.core.notes.records import Note
from tacit.exports.source import ExportReport, Progress, Selection, Source


class Leaving:
    """Gone through once, patterns, sessions and notes first, and counted meanwhile.

    Attributes:
        source: the memory.
        part: whether a part was asked for.
        pattern_ids: of a part the ids of its patterns, and of the variants behind them.
        session_ids: of a part the ids of its sessions.
    """

    def __init__(self, source: Source, selection: Selection | None, progress: Progress | None = None) -> None:
        """Begin a run; ``progress`` is told after each thing how many have left."""
        self.source = source
        self.part = selection is not None
        self.pattern_ids: set[str] = set()
        self.session_ids: set[str] = set()
        self._selection = selection
        self._progress = progress
        self._patterns = self._sessions = self._notes = 0

    def patterns(self) -> Iterator[Pattern]:
        """The patterns."""
        for one in self._selection.patterns if self._selection else self.source.export_patterns():
            yield one
            self._patterns += 1
            if self.part:
                self.pattern_ids.update((one.id, *one.variant_ids))
            self._told()

    def sessions(self) -> Iterator[Session]:
        """The sessions."""
        for one in self._selection.sessions if self._selection else self.source.export_sessions():
            yield one
            self._sessions += 1
            if self.part:
                self.session_ids.add(one.id)
            self._told()

    def notes(self) -> Iterator[Note]:
        """The notes of other memories."""
        for one in self._selection.notes if self._selection else self.source.export_notes():
            yield one
            self._notes += 1
            self._told()

    def offers(self) -> Iterable[Offer]:
        """What was given to agents; of a part that of the patterns and sessions that have left."""
        given = self.source.export_offers()
        if not self.part:
            return given
        return (one for one in given if one.pattern in self.pattern_ids or one.session in self.session_ids)

    def outcomes(self) -> Iterable[ToldOutcome]:
        """What agents said of their tasks; of a part in the sessions that have left."""
        said = self.source.export_outcomes()
        return (one for one in said if one.session in self.session_ids) if self.part else said

    def report(self, path: Path, *, written: int, unchanged: int, removed: int = 0) -> ExportReport:
        """What was done, by how many files were."""
        return ExportReport(
            path=str(path),
            files=written + unchanged,
            written=written,
            unchanged=unchanged,
            removed=removed,
            patterns=self._patterns,
            sessions=self._sessions,
            notes=self._notes,
        )

    def _told(self) -> None:
        if self._progress is not None:
            self._progress(self._patterns + self._sessions + self._notes)
