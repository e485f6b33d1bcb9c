"""The lines of a Claude Code transcript.

Every line that cannot be used is counted by its reason. A torn or glued line gives back the records
in it that are whole; a half-written last line is left for next time.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tacit.core.readers.base import ReadTally
from tacit.core.readers.claude_code.records import Line, bare_lines, lines
from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.readers.mapped import MappedFile

_STARTS = (b'{"parentUuid"', b'{"type"')
_MESSAGES = ("user", "assistant")
_KNOWN = frozenset(
    (
        "system",
        "summary",
        "progress",
        "attachment",
        "file-history-snapshot",
        "queue-operation",
        "permission-mode",
        "mode",
        "worktree-state",
        "ai-title",
        "custom-title",
        "agent-name",
        "last-prompt",
        "pr-link",
        "frame-link",
        "relocated",
        "bridge-session",
        "atis-latch",
        "started",
        "result",
    )
)
"""Types of records that are no messages. Most say nothing that is read."""

_LARGEST_REPAIR = 16_000_000
_MOST_RECORDS = 16


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
        if found.type in _MESSAGES:
            message = found.message
            if message is None or not (message.content and found.uuid and found.timestamp):
                _incomplete(found, tally)
        elif found.type not in _KNOWN:
            tally.drifted("unknown record type", found.type)
        yield offset, length, found


def _incomplete(line: Line, tally: ReadTally) -> None:
    """Count what a message has not that every message had."""
    if line.message is None:
        tally.drifted("missing field", "message")
    elif not line.message.content:
        tally.drifted("missing field", "message.content")
    for name, value in (("uuid", line.uuid), ("timestamp", line.timestamp)):
        if not value:
            tally.drifted("missing field", name)


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
