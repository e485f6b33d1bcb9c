"""CSV: a table each for patterns, sessions, episodes, steps and notes, for a spreadsheet or a database.

RFC 4180 in UTF-8 without a mark of byte order: a header row, lines that end with CR LF, quotes around what
needs them. The columns and the cells are those of :mod:`tacit.exports.csv_columns`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from tacit.core.jsonform import Json
from tacit.exports.csv_columns import COLUMNS, header, row
from tacit.exports.directory import writing_to
from tacit.exports.files import replace_file
from tacit.exports.layout import csv_name
from tacit.exports.leaving import Leaving
from tacit.exports.records import records
from tacit.exports.source import ExportReport, Progress, Selection, Source

_BLOCK = 1 << 20


def write_csv(
    source: Source, directory: Path, selection: Selection | None = None, progress: Progress | None = None
) -> ExportReport:
    """Bring ``patterns.csv`` and the others in a directory up to date; what else lies there does not matter.

    All are made from one run over the memory, in files without a name, and then put in place one by one.

    Raises:
        TacitError: they cannot be written, or another export is writing there.
    """
    leaving = Leaving(source, selection, progress)
    with writing_to(directory), ExitStack() as opened:
        tables = {name: _Table(name, opened.enter_context(TemporaryFile(dir=directory))) for name in COLUMNS}
        for record in records(leaving):
            if (table := tables.get(f"{record['type']}s")) is not None:
                table.add(_flat(record))
        changed = sum(replace_file(directory / csv_name(name), one.chunks()) for name, one in tables.items())
    return leaving.report(directory, written=changed, unchanged=len(tables) - changed)


class _Table:
    """A table in the making."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name = name
        self._file = file
        self._text = StringIO(newline="")
        self._writer = csv.writer(self._text)  # CR LF, quotes where needed
        self._writer.writerow(header(name))

    def add(self, record: Json) -> None:
        self._writer.writerow(row(self._name, record))
        if self._text.tell() >= _BLOCK:
            self._flush()

    def chunks(self) -> Iterator[bytes]:
        """The finished table."""
        self._flush()
        self._file.seek(0)
        while block := self._file.read(_BLOCK):
            yield block

    def _flush(self) -> None:
        self._file.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()


def _flat(record: Json) -> dict[str, Any]:
    """A record with the keys of what it is about beside those that say whose it is."""
    about = record.get(record["type"])
    return {**record, **about} if isinstance(about, dict) else record
