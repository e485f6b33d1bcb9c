"""The records of OpenCode: sessions, messages and parts, as they stand in its files and in its database.

The form is that of ``packages/opencode/src/session/message-v2.ts`` (github.com/sst/opencode 0.6 to 1.3, today
anomalyco/opencode) and of ``session.sql.ts`` (from 1.2). A row of the database holds as JSON what the file of
the same name held, without the ids.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Raw, Struct

from tacit.core.readers.base import ReadTally
from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.readers.loose import FLAWS, count_of, fields_of, is_text, is_true, parameters_of, text_of
from tacit.core.readers.records import value
from tacit.core.untrusted import LAST_TIME

SILENT = frozenset(
    ("reasoning", "file", "step-start", "step-finish", "snapshot", "patch", "agent", "retry", "compaction")
)
"""Parts that are known and tell of no word and no call."""

ABORTED = "MessageAbortedError"
"""The error of an answer that the person stopped."""

_LARGE = 65_536


class Head(Struct, frozen=True):
    """A session: who it is, and from where on the person took it back (``reverted``: a message, a part).

    ``forked`` is the session it is a fork of, ``two`` whether OpenCode 2 knows of it.
    """

    id: str
    parent: str = ""
    directory: str = ""
    title: str = ""
    version: str = ""
    created: int = 0
    reverted: tuple[str, str] = ("", "")
    forked: str = ""
    two: bool = False


class ToolUse(Struct, frozen=True):
    """A call with all that is known of how it went. ``session`` is the sub-agent's that it started."""

    key: str
    tool: str
    parameters: Raw
    status: str
    output: Raw
    exit: Raw
    interrupted: bool
    started: int
    ended: int
    session: str
    rejected: bool = False


class Part(Struct, frozen=True):
    """One part of a message: a text, a call, or neither. ``typed``: as far as this part says."""

    id: str
    type: str
    text: Raw = Raw()
    typed: bool = False
    overflow: bool = False
    use: ToolUse | None = None


class Message(Struct):
    """One message with its parts in their order."""

    id: str
    role: str
    created: int
    completed: int
    parent: str
    failed: str
    model: str
    directory: str
    tokens: int
    parts: list[Part] = []


class SessionRecord(Struct, rename={"project": "projectID", "parent": "parentID"}):
    """A session's file."""

    id: Raw = Raw()
    project: Raw = Raw()
    parent: Raw = Raw()
    directory: Raw = Raw()
    title: Raw = Raw()
    version: Raw = Raw()
    time: Raw = Raw()
    revert: Raw = Raw()


class MessageRecord(Struct, rename={"session": "sessionID", "parent": "parentID", "named": "modelID"}):
    """A message's file, or its row."""

    id: Raw = Raw()
    session: Raw = Raw()
    role: Raw = Raw()
    time: Raw = Raw()
    parent: Raw = Raw()
    error: Raw = Raw()
    named: Raw = Raw()
    model: Raw = Raw()
    path: Raw = Raw()
    tokens: Raw = Raw()


class PartRecord(Struct, rename={"session": "sessionID", "message": "messageID", "call": "callID"}):
    """A part's file, or its row."""

    id: Raw = Raw()
    session: Raw = Raw()
    message: Raw = Raw()
    type: Raw = Raw()
    text: Raw = Raw()
    synthetic: Raw = Raw()
    ignored: Raw = Raw()
    prompt: Raw = Raw()
    overflow: Raw = Raw()
    call: Raw = Raw()
    tool: Raw = Raw()
    state: Raw = Raw()


sessions = msgspec.json.Decoder(SessionRecord)
messages = msgspec.json.Decoder(MessageRecord)
parts = msgspec.json.Decoder(PartRecord)


def head_of(record: SessionRecord, native: str) -> Head:
    """A session out of its file; ``native`` is what it is called where it does not say so itself."""
    return Head(
        id=text_of(record.id) or native,
        parent=text_of(record.parent),
        directory=text_of(record.directory),
        title=text_of(record.title),
        version=text_of(record.version),
        created=moment_of(fields_of(record.time).get("created")),
        reverted=reverted_from(record.revert),
    )


def reverted_from(revert: Raw) -> tuple[str, str]:
    """The message from which on all was taken back, and the part where it was a part."""
    point = fields_of(revert)
    return text_of(point.get("messageID")), text_of(point.get("partID"))


def message_of(raw: bytes, native: str, tally: ReadTally) -> Message | None:
    """A message; ``native`` is what it is called where it does not say so itself."""
    record = value(without_lone_surrogates(raw), messages, tally)
    if record is None:
        return None
    role = text_of(record.role)
    if role not in {"user", "assistant"}:
        tally.drifted("unknown role" if role else "missing field", role or "role")
        return None
    time, place = fields_of(record.time), fields_of(record.path)
    return Message(
        id=text_of(record.id) or native,
        role=role,
        created=moment_of(time.get("created")),
        completed=moment_of(time.get("completed")),
        parent=text_of(record.parent),
        failed=text_of(fields_of(record.error).get("name")),
        model=text_of(record.named) or text_of(fields_of(record.model).get("modelID")),
        directory=text_of(place.get("cwd")),
        tokens=fresh_of(fields_of(record.tokens)),
        parts=[],
    )


def part_of(raw: bytes, native: str, tally: ReadTally) -> Part | None:
    """A part; what is not needed of a large one is let go of."""
    record = value(without_lone_surrogates(raw), parts, tally)
    if record is None:
        return None
    kind = text_of(record.type)
    if kind in {"text", "subtask"}:
        return _said(record, kind, native, len(raw), tally)
    if kind == "tool":
        return _used(record, native, len(raw), tally)
    if kind not in SILENT:
        tally.drifted("unknown part" if kind else "missing field", kind or "type")
        return None
    return Part(native, kind, overflow=is_true(record.overflow))


def _said(record: PartRecord, kind: str, native: str, size: int, tally: ReadTally) -> Part | None:
    words = record.text if kind == "text" else record.prompt
    if not is_text(words):
        tally.drifted("missing field", "text" if kind == "text" else "prompt")
        return None
    nobody = is_true(record.synthetic) or is_true(record.ignored)
    return Part(native, kind, kept(words, size), not nobody)


def _used(record: PartRecord, native: str, size: int, tally: ReadTally) -> Part | None:
    tool, state = text_of(record.tool), fields_of(record.state)
    if not tool or not state:
        tally.drifted("missing field", "state" if tool else "tool")
        return None
    status = text_of(state.get("status"))
    details, time = fields_of(state.get("metadata")), fields_of(state.get("time"))
    given = state.get("error" if status == "error" else "output", Raw())
    if status in {"pending", "running"}:
        given = details.get("output", given)
    use = ToolUse(
        key=text_of(record.call),
        tool=tool,
        parameters=plain(parameters_of(state.get("input"))),
        status=status,
        output=kept(given, size),
        exit=kept(details.get("exit", Raw()), size),
        interrupted=is_true(details.get("interrupted")),
        started=moment_of(time.get("start")),
        ended=moment_of(time.get("end")),
        session=text_of(details.get("sessionId") or details.get("sessionID")),
    )
    return Part(native, "tool", use=use)


def moment_of(raw: Raw | None) -> int:
    """A time in milliseconds; 0 where it is none between 1970 and 9999."""
    found = count_of(raw)
    return found if found <= LAST_TIME else 0


def plain(parameters: Raw) -> Raw:
    """JSON text without spacing: the files have it, the database has not."""
    try:
        return Raw(msgspec.json.format(memoryview(parameters), indent=-1))
    except FLAWS:
        return Raw(bytes(memoryview(parameters)))


def kept(raw: Raw, size: int) -> Raw:
    """A slice of a record, on its own where the record is large: else all of it would stay."""
    return Raw(bytes(memoryview(raw))) if size > _LARGE else raw


def fresh_of(tokens: Mapping[str, Raw]) -> int:
    """The tokens that were new to the model; what is counted as input excludes what was cached."""
    written = fields_of(tokens.get("cache")).get("write")
    return sum(count_of(one) for one in (*map(tokens.get, ("input", "output", "reasoning")), written))
