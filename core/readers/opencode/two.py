"""The messages of OpenCode 2: each with all that is in it a row of ``session_message``, of a type.

The form is that of ``packages/schema/src/session-message.ts`` (github.com/anomalyco/opencode, 2.0), as
``packages/core/src/session/{projector,message-updater}.ts`` write it; before July 2026 a tool's state had
``structured`` where it has ``metadata`` now. What 1.x had written is there too, under the ids that it had
(``database/v1-migration.bun.ts``). A fork begins with copies of the rows it was forked from, each under an id
that ends with its ``seq`` in both.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Raw, Struct

from tacit.core.readers.base import ReadTally
from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.readers.loose import (
    fields_of,
    is_text,
    is_true,
    items_of,
    parameters_of,
    shown_of,
    text_of,
)
from tacit.core.readers.opencode.records import (
    ABORTED,
    Message,
    Part,
    ToolUse,
    fresh_of,
    kept,
    moment_of,
    plain,
)
from tacit.core.readers.records import value

_SILENT = frozenset(
    (
        *("synthetic", "system", "skill", "shell", "compaction"),
        *("agent-switched", "model-switched", "location-switched"),
    )
)
"""Types that are known and tell of no word and no call; a ``shell`` is a command that the person ran."""

_INTERRUPTED = ("aborted", "tool.interrupted")
_TURN_INTERRUPTED = "Provider turn interrupted"


class Row(Struct):
    """What is in a row, whatever its type."""

    text: Raw = Raw()
    content: Raw = Raw()
    time: Raw = Raw()
    model: Raw = Raw()
    tokens: Raw = Raw()
    error: Raw = Raw()
    outcome: Raw = Raw()


_rows = msgspec.json.Decoder(Row)


def message_of_row(kind: str, native: str, raw: bytes, tally: ReadTally) -> Message | None:
    """A message; ``None`` where it says nothing, or where nothing can be made of it."""
    if kind in _SILENT:
        tally.lines += 1
        return None
    record = value(without_lone_surrogates(raw), _rows, tally)
    if record is None:
        return None
    if kind == "user":
        if not is_text(record.text):
            tally.drifted("missing field", "text")
        return _message(native, kind, record, [Part(native, "text", kept(record.text, len(raw)), typed=True)])
    if kind == "assistant":
        return _message(native, kind, record, _parts(record, native, len(raw), tally))
    if kind != "idle":
        tally.drifted("unknown message" if kind else "missing field", kind or "session_message.type")
    elif text_of(record.outcome) == "interrupted":
        return _message(native, "assistant", record, [], ABORTED)
    return None


def _message(native: str, role: str, record: Row, parts: list[Part], failed: str = "") -> Message:
    time, error = fields_of(record.time), fields_of(record.error)
    if text_of(error.get("type")) == "aborted" or text_of(error.get("message")) == _TURN_INTERRUPTED:
        failed = ABORTED
    return Message(
        id=native,
        role=role,
        created=moment_of(time.get("created")),
        completed=moment_of(time.get("completed")),
        parent="",
        failed=failed,
        model=text_of(fields_of(record.model).get("id")),
        directory="",
        tokens=fresh_of(fields_of(record.tokens)),
        parts=parts,
    )


def _parts(record: Row, native: str, size: int, tally: ReadTally) -> list[Part]:
    """The pieces of an answer: words and calls."""
    found = []
    for place, raw in enumerate(items_of(record.content)):
        piece = fields_of(raw)
        kind = text_of(piece.get("type"))
        name = f"{native}#{place + 1}"
        if kind == "text":
            found.append(Part(name, "text", typed=True))
        elif kind == "tool":
            use = _use(piece, size)
            if use is None:
                tally.drifted("missing field", "state" if text_of(piece.get("name")) else "name")
            else:
                found.append(Part(name, "tool", use=use))
        elif kind != "reasoning":
            tally.drifted("unknown part" if kind else "missing field", kind or "type")
    return found


def _use(piece: Mapping[str, Raw], size: int) -> ToolUse | None:
    tool, state, time = (
        text_of(piece.get("name")),
        fields_of(piece.get("state")),
        fields_of(piece.get("time")),
    )
    if not tool or not state:
        return None
    status = text_of(state.get("status"))
    details = fields_of(state.get("metadata")) or fields_of(state.get("structured"))
    error = fields_of(state.get("error"))
    why = text_of(error.get("type"))
    code = details.get("exit") or (Raw(b"true") if is_true(details.get("timeout")) else Raw())
    return ToolUse(
        key=text_of(piece.get("id")),
        tool=tool,
        parameters=plain(parameters_of(state.get("input"))),
        status="pending" if status == "streaming" else status,
        output=kept(_output(error.get("message", Raw()), state.get("content")), size),
        exit=kept(code, size),
        interrupted=why in _INTERRUPTED,
        started=moment_of(time.get("ran")) or moment_of(time.get("created")),
        ended=moment_of(time.get("completed")),
        session=text_of(details.get("sessionID") or details.get("sessionId")),
        rejected=why == "permission.rejected",
    )


def _output(error: Raw, content: Raw | None) -> Raw:
    """What a call gave back: why it failed, else its texts."""
    if is_text(error):
        return error
    texts = [text for piece in items_of(content) if is_text(text := fields_of(piece).get("text"))]
    if len(texts) == 1:
        return texts[0] or Raw()
    return Raw(msgspec.json.encode("\n".join(shown_of(one).head for one in texts)))


def copied_from(native: str, seq: object) -> bool:
    """Whether a row of a fork is the copy of the one that has the same ``seq`` in what it was forked from."""
    return isinstance(seq, int) and native.endswith(f"_{seq}") and native.count("_") > 1
