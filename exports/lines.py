"""JSON Lines: one pattern or session a line, each with its ``type``; for loading elsewhere.

A pattern's line is ``{"type": "pattern", …}`` with the keys of a pattern. A session's line holds what
its file in the tree holds: ``{"type": "session", "schema", "session", "episodes"}``. Behind them stand
offers and outcomes, with the keys they have in ``offers.json``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tacit.core.errors import TacitError
from tacit.core.jsonform import encode, pattern_json
from tacit.exports.files import locked, replace_file
from tacit.exports.forms import session_line
from tacit.exports.layout import LINES
from tacit.exports.offers import leaving, offer_lines
from tacit.exports.source import ExportReport, Progress, Selection, Source


def write_lines(
    source: Source, directory: Path, selection: Selection | None = None, progress: Progress | None = None
) -> ExportReport:
    """Bring ``tacit.jsonl`` in a directory up to date; what else lies there does not matter.

    Raises:
        TacitError: it cannot be written, or another export is writing there.
    """
    lines = _Lines(source, selection, progress)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(directory):
            changed = replace_file(directory / LINES, lines.chunks())
    except OSError as error:
        raise TacitError(
            f"Cannot write the export to {directory}: {error.strerror or error}.",
            "Make room or choose another directory and export again.",
        ) from error
    return lines.report(str(directory / LINES), changed)


class _Lines:
    def __init__(self, source: Source, selection: Selection | None, progress: Progress | None) -> None:
        self.source = source
        self.selection = selection
        self.progress = progress
        self.patterns = self.sessions = 0

    def chunks(self) -> Iterator[bytes]:
        chosen = self.selection
        known: set[str] = set()
        told: set[str] = set()
        for pattern in chosen.patterns if chosen else self.source.export_patterns():
            yield encode({"type": "pattern", **pattern_json(pattern)}) + b"\n"
            self.patterns += 1
            known.update((pattern.id, *pattern.variant_ids))
            self._told()
        for session in chosen.sessions if chosen else self.source.export_sessions():
            yield from session_line(session, self.source.export_episodes(session))
            self.sessions += 1
            told.add(session.id)
            self._told()
        yield from offer_lines(*leaving(self.source, known, told, part=chosen is not None))

    def _told(self) -> None:
        if self.progress is not None:
            self.progress(self.patterns + self.sessions)

    def report(self, path: str, changed: bool) -> ExportReport:
        return ExportReport(
            path=path,
            files=1,
            written=int(changed),
            unchanged=int(not changed),
            removed=0,
            patterns=self.patterns,
            sessions=self.sessions,
        )
