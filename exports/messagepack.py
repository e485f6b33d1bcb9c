"""``tacit.msgpack``: a stream of MessagePack maps, one a record, that any MessagePack library reads.

The first is a header, ``{"type": "header", "format", "schema", "selection"}``; the others are those of
:mod:`tacit.exports.records`. Keys are strings; values are maps, arrays, strings of UTF-8, integers within
64 bits, floats of 64 bits, booleans and nil, and nothing else: times are RFC 3339 texts, no extension type
is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import msgpack

from tacit.core.jsonform import SCHEMA
from tacit.exports.layout import MESSAGEPACK
from tacit.exports.leaving import Leaving
from tacit.exports.manifest import FORMAT
from tacit.exports.records import records
from tacit.exports.source import ExportReport, Progress, Selection, Source
from tacit.exports.written import write_alone


def write_messagepack(
    source: Source, directory: Path, selection: Selection | None = None, progress: Progress | None = None
) -> ExportReport:
    """Bring ``tacit.msgpack`` in a directory up to date; what else lies there does not matter.

    Raises:
        TacitError: it cannot be written, or another export is writing there.
    """
    leaving = Leaving(source, selection, progress)
    return write_alone(leaving, directory, MESSAGEPACK, _chunks(leaving))


def _chunks(leaving: Leaving) -> Iterator[bytes]:
    yield msgpack.encode({"type": "header", "format": FORMAT, "schema": SCHEMA, "selection": leaving.part})
    yield from map(msgpack.encode, records(leaving))
