"""A session of Cursor's command line: ``~/.cursor/chats/<folder>/<id>/store.db``, a database of its own.

The row of ``meta`` is JSON in hexadecimal digits; it names the newest root among the ``blobs``, which names
the messages in their order (field 1) and the folder (field 9). Messages are JSON. So read it, among others,
S2thend/cursor-history (``src/core/store-stack/store-db.ts``) and specstoryai/getspecstory
(``pkg/providers/cursorcli``). Once a conversation was summed up the root names only what came after; then
the transcript tells more, and the store is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from tacit.core.drafts import SessionDraft
from tacit.core.learn.actions import tool_of
from tacit.core.model import Status
from tacit.core.readers.base import ReadTally, Transcript, Unreadable
from tacit.core.readers.conversation import Answer, Conversation
from tacit.core.readers.cursor.composers import embedded, path_of, whole_text
from tacit.core.readers.cursor.lines import call_of, text_of, typed
from tacit.core.readers.cursor.results import excerpt_of
from tacit.core.readers.loose import count_of, fields_of, is_text, is_true, items_of
from tacit.core.readers.loose import text_of as word
from tacit.core.readers.records import value
from tacit.core.readers.sqlite_file import Database
from tacit.core.redaction import Redactor

TABLES = {"meta": b"value TEXT", "blobs": b"data BLOB"}
"""What it has, and nothing else."""

_ABOUT = "SELECT value FROM meta WHERE key = '0'"
_BLOB = "SELECT data FROM blobs WHERE id = ?"
_MESSAGE, _FOLDER, _BYTES = 1, 9, 2
_ID_BYTES = 32
_MOST_BESIDE = 65_536
_EXIT = re.compile(r"\s*Exit code: (\d+)")
_SILENT = frozenset(("text", "reasoning", "redacted-reasoning", "image", "file"))
_NO_TITLES = frozenset(("New Agent", "New Chat"))


class _Message(Struct):
    role: Raw = Raw()
    content: Raw = Raw()
    providerOptions: Raw = Raw()  # noqa: N815 - as Cursor has it


_messages = msgspec.json.Decoder(_Message)


def session_in(path: Path, redact: Redactor, tally: ReadTally, otherwise: int) -> Transcript:
    """The session.

    Raises:
        Unreadable: it cannot be read, nothing is in it, it is a sub-agent's, or it was summed up.
    """
    beside = _beside(path)
    if is_true(beside.get("isSubagent")):
        raise Unreadable(path, "without its session")
    database = Database(path)
    try:
        about, folder, messages = database.at_once(lambda: _read(path, database, tally))
    finally:
        database.close()
    conversation = Conversation(redact, tally)
    for message in messages:
        _tell(message, conversation, tally)
    if conversation.empty:
        raise Unreadable(path, "no prompt or call in it", tally)
    title = word(about.get("name"))
    head = SessionDraft(
        agent="cursor",
        native=word(about.get("agentId")).lower(),
        title="" if title in _NO_TITLES else title,
        directory=path_of(folder) or word(beside.get("cwd")),
        started=0,
        ended=0,
        model=word(about.get("lastUsedModel")) or None,
        version="chat",
    )
    return conversation.transcript(head, otherwise=count_of(about.get("createdAt")) or otherwise)


def _read(path: Path, database: Database, tally: ReadTally) -> tuple[dict[str, Raw], str, list[_Message]]:
    tally.lines, tally.skipped, tally.drift = 0, {}, {}
    about = _about(database.first(_ABOUT))
    root = database.first(_BLOB, word(about.get("latestRootBlobId")))
    if not word(about.get("agentId")) or not isinstance(root, bytes):
        raise Unreadable(path, "unexpected fields", tally)
    messages: list[_Message] = []
    folder = ""
    for field, content in _fields(root):
        if field == _FOLDER:
            folder = str(content, "utf-8", "replace")
        elif field == _MESSAGE and len(content) == _ID_BYTES:
            raw = database.first(_BLOB, content.hex())
            if not isinstance(raw, bytes):
                tally.skip("message is gone")
            elif (message := value(raw, _messages, tally)) is not None:
                messages.append(message)
    if any(is_true(_told_beside(one).get("isSummary")) for one in messages):
        raise Unreadable(path, "summed up")
    return about, folder, messages


def _tell(message: _Message, conversation: Conversation, tally: ReadTally) -> None:
    role = word(message.role)
    if role == "system":
        return
    if role not in {"user", "assistant", "tool"}:
        tally.drifted("unknown role" if role else "missing field", role or "role")
        return
    parts = [] if is_text(message.content) else [fields_of(one) for one in items_of(message.content)]
    said = [text_of(one["text"]) for one in parts if word(one.get("type")) == "text" and "text" in one]
    said = [text_of(message.content)] if is_text(message.content) else said
    if role == "user":
        prompt, at = typed(said)
        if prompt.head.strip():
            conversation.prompt(prompt, at=at)
    elif role == "assistant" and any(one.head.strip() for one in said):
        conversation.said()
    for part in parts:
        kind, key, tool = (word(part.get(name)) for name in ("type", "toolCallId", "toolName"))
        if kind == "tool-call" and tool:
            conversation.call(key, *call_of(tool, embedded(part.get("args", Raw()))))
        elif kind == "tool-result":
            high = fields_of(_told_beside(message).get("highLevelToolCallResult"))
            conversation.answer(key, partial(_answer, tool, part, high))
        elif kind not in _SILENT:
            missing = "" if kind and kind != "tool-call" else "toolName" if kind else "type"
            tally.drifted("missing field" if missing else "unknown part", missing or kind)


def _answer(tool: str, part: dict[str, Raw], high: dict[str, Raw]) -> Answer:
    text = whole_text(part.get("result", Raw()))
    return Answer(excerpt_of(text), _status(tool, text, high))


def _status(tool: str, text: str, high: dict[str, Raw]) -> Status:
    output = fields_of(high.get("output"))
    if "rejected" in output:
        return "rejected"
    if is_true(high.get("isError")) or is_true(output.get("isError")) or {"failure", "error"} & output.keys():
        return "error"
    if tool_of(tool) != "shell":
        return "ok"
    code = _EXIT.match(text)
    return "unfinished" if code is None else "error" if int(code[1][:9]) else "ok"


def _told_beside(message: _Message) -> dict[str, Raw]:
    return fields_of(fields_of(message.providerOptions).get("cursor"))


def _beside(path: Path) -> dict[str, Raw]:
    """What newer versions say of the session in a file beside it."""
    try:
        with path.with_name("meta.json").open("rb") as file:
            return fields_of(Raw(file.read(_MOST_BESIDE).strip()))
    except OSError:
        return {}


def _about(told: Any) -> dict[str, Raw]:
    try:
        return fields_of(Raw(bytes.fromhex(str(told, "ascii")))) if isinstance(told, bytes) else {}
    except ValueError:
        return {}


def _fields(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a message of protobuf that hold bytes; it ends where it is torn."""
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        kind = tag & 7
        if kind == _BYTES:
            size, at = _varint(raw, at)
            if at + size > len(raw):
                return
            yield tag >> 3, raw[at : at + size]
            at += size
        elif kind == 0:
            _, at = _varint(raw, at)
        elif kind in {1, 5}:
            at += 8 if kind == 1 else 4
        else:
            return


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while at < len(raw):
        byte = raw[at]
        found, shift, at = found | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80 or shift > 63:
            break
    return found, at
