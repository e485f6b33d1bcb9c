"""JSON Lines: one pattern or session a line, each with its ``type``; for loading elsewhere.

A pattern's line is ``{"type": "pattern", …}`` with the keys of a pattern. A session's line holds what
its file in the tree holds: ``{"type": "session", "schema", "session", "episodes"}``. Behind them stand
notes, with the keys of a note, then offers and outcomes, with the keys they have in ``offers.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tacit.core.jsonform import Json, encode
from tacit.exports.forms import session_line
from tacit.exports.layout import LINES
from tacit.exports.leaving import Leaving
from tacit.exports.records import other_records, pattern_records
from tacit.exports.source import ExportReport, Progress, Selection, Source
from tacit.exports.written import write_alone


def write_lines(
    source: Source, directory: Path, selection: Selection | None = None, progress: Progress | None = None
) -> ExportReport:
    """Bring ``tacit.jsonl`` in a directory up to date; what else lies there does not matter.

    Raises:
        TacitError: it cannot be written, or another export is writing there.
    """
    leaving = Leaving(source, selection, progress)
    return write_alone(leaving, directory, LINES, _chunks(leaving))


def _chunks(leaving: Leaving) -> Iterator[bytes]:
    yield from _lines(pattern_records(leaving))
    for session in leaving.sessions():
        yield from session_line(session, leaving.source.export_episodes(session))
    yield from _lines(other_records(leaving))


def _lines(records: Iterable[Json]) -> Iterator[bytes]:
    return (encode(one) + b"\n" for one in records)
