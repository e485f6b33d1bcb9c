"""The lines of a file without reading it into memory: a map of the file, and slices of it.

Every line that cannot be used is counted by its reason. A torn or glued line gives back the records
in it that are whole; a half-written last line is left for next time.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tacit.core.readers.base import ReadTally, Unreadable
from tacit.core.readers.claude_records import Line, bare_lines, lines
from tacit.core.readers.jsontext import without_lone_surrogates

_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")
_STARTS = (b'{"parentUuid"', b'{"type"')
_MESSAGES = ("user", "assistant")
_LARGEST_REPAIR = 16_000_000
_MOST_RECORDS = 16


class MappedFile:
    """A file as one read-only buffer. The map lives as long as anybody holds a slice of it."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._map: mmap.mmap | bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise Unreadable(path, "empty file") from error
        except OSError as error:
            raise Unreadable(path, "unreadable") from error
        if self._map[:2] in _OTHER_BOMS:
            raise Unreadable(path, "wrong encoding")
        self.view = memoryview(self._map)
        self.size = len(self._map)
        self.start = len(_BOM) if self._map[:3] == _BOM else 0

    def spans(self) -> Iterator[tuple[int, int, bool]]:
        """Offset, length and whether a newline ends it, of every line."""
        offset = self.start
        while offset < self.size:
            end = self._map.find(b"\n", offset)
            if end < 0:
                yield offset, self.size - offset, False
                return
            yield offset, end - offset, True
            offset = end + 1


def records(file: MappedFile, tally: ReadTally) -> Iterator[tuple[int, int, Line]]:
    """Offset, length and content of every record; bad lines are counted in the tally."""
    for offset, length, ended in file.spans():
        raw = file.view[offset : offset + length]
        tally.read_to = offset + length + ended
        try:
            found = lines.decode(raw)
        except RecursionError:
            tally.lines += 1
            tally.skip("too deep")
            continue
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if length < _LARGEST_REPAIR and not bytes(raw).strip():
                continue
            tally.lines += 1
            yield from _repaired(raw, offset, ended, error, tally)
            continue
        tally.lines += 1
        yield offset, length, found


def _repaired(
    raw: memoryview, offset: int, ended: bool, error: Exception, tally: ReadTally
) -> Iterator[tuple[int, int, Line]]:
    """What can be had of a line that is not as it should be."""
    if isinstance(error, UnicodeDecodeError):
        tally.skip("wrong encoding")
        return
    if isinstance(error, msgspec.ValidationError):
        found = _place_only(raw, tally)
        if found is not None:
            yield offset, len(raw), found
        return
    whole = list(_whole_records(bytes(raw))) if len(raw) < _LARGEST_REPAIR else []
    if not whole and not ended:
        tally.lines -= 1
        tally.read_to = offset
        return
    if not whole:
        tally.skip("not JSON")
    for start, length, found in whole:
        tally.recovered += 1
        yield offset + start, length, found


def _place_only(raw: memoryview, tally: ReadTally) -> Line | None:
    """A record with fields of unexpected types: if it is no message, its place in the tree is enough."""
    if bytes(raw[:64]).lstrip()[:1] != b"{":
        tally.skip("not an object")
        return None
    try:
        bare = bare_lines.decode(raw)
    except RecursionError:
        tally.skip("too deep")
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        tally.skip("unexpected fields")
        return None
    if bare.type in _MESSAGES:
        tally.skip("unexpected fields")
    return Line(type="", uuid=bare.uuid, parent=bare.parent)


def decode_tolerant(raw: bytes | memoryview) -> Line | None:
    """The record, also one with lone surrogates in it."""
    try:
        return lines.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return lines.decode(without_lone_surrogates(bytes(raw)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _whole_records(raw: bytes) -> Iterator[tuple[int, int, Line]]:
    """Every whole object in a torn or glued line, at most 16."""
    import json

    text = raw.decode("utf-8", "surrogateescape")
    scan = json.JSONDecoder().raw_decode
    at, count = 0, 0
    while at < len(text) and count < _MOST_RECORDS:
        count += 1
        try:
            value, end = scan(text, at)
        except (ValueError, RecursionError):
            at = _next_start(text, at + 1)
            continue
        piece = text[at:end].encode("utf-8", "surrogateescape")
        found = decode_tolerant(piece) if isinstance(value, dict) else None
        if found is not None:
            yield len(text[:at].encode("utf-8", "surrogateescape")), len(piece), found
        at = _next_start(text, end)


def _next_start(text: str, at: int) -> int:
    """Where the next object may begin."""
    starts = [place for start in _STARTS if (place := text.find(start.decode(), at)) >= 0]
    return min(starts, default=len(text))
