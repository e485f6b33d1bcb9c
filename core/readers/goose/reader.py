"""The reader of Goose: its files of JSON Lines, and from 1.10 its database.

Read off the source from 1.0 on (``crates/goose/src`` of github.com/block/goose, now aaif-goose/goose, as it
was in 2026): ``session/storage.rs`` (a header line and messages in ``<session>.jsonl``),
``session/session_manager.rs`` (``sessions.db``, schema 1 to 10) and ``agents/tool_execution.rs``. The move
into the database calls a session as its file was called. There ids are counted anew each day, so they are
told apart by when the session was made. The threads that schema 10 has beside its sessions are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from tacit.core.drafts import SessionDraft
from tacit.core.readers import usual
from tacit.core.readers.base import ReadTally, Source, Transcript, Unreadable, unchanged
from tacit.core.readers.conversation import Conversation
from tacit.core.readers.goose.telling import KNOWN, MessageRecord, Teller, seconds_of, time_of
from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.readers.loose import fields_of, is_text, items_of, text_of
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import heads, records
from tacit.core.readers.sqlite_file import Database, some_of, text_in
from tacit.core.readers.sqlite_schema import LOG, LOG_MAGIC, MAGIC, database_of, log_of, tables_in
from tacit.core.readers.times import moment
from tacit.core.redaction import Redactor

_TABLES = {"sessions": b"working_dir", "messages": b"content_json"}
_SESSION = "id name description session_type working_dir created_at model_config_json"
_MESSAGE = "session_id role content_json created_timestamp metadata_json"
_CHANGED = {"sessions": ("id", "updated_at"), "messages": ("session_id", "timestamp")}
_COUNTED = re.compile(r"\d{8}_\d{1,5}")
_NO_TITLES = frozenset(("", "CLI Session", "New Chat", "New Session", "ACP Session"))
_NOT_A_PERSONS = frozenset(("sub_agent", "specialist", "hidden"))


class Line(MessageRecord):
    """A line: the header, or a message."""

    working_dir: Raw = Raw()
    description: Raw = Raw()
    message_count: Raw = Raw()


class _Head(Struct, frozen=True):
    native: str
    title: str = ""
    directory: str = ""
    created: int = 0
    model: str | None = None
    changed: int = 0


_lines = msgspec.json.Decoder(Line)


class GooseReader:
    """Reads the sessions of Goose."""

    name = "goose"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether it is the database, or a file with a header or a message of Goose at its beginning."""
        if head.startswith((MAGIC, *LOG_MAGIC)):
            tables = tables_in(path, head)
            return all(sign in tables.get(table, b"") for table, sign in _TABLES.items())
        first = next(heads(head, _lines), None)
        return first is not None and (_is_header(first) or _is_message(first))

    roots = staticmethod(usual.goose)

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """For a log its database."""
        return database_of(path) if head.startswith(LOG_MAGIC) else None

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The log of a database."""
        return () if path.name.endswith((LOG, ".jsonl", ".json")) else log_of(path)

    def read(self, source: Source, redact: Redactor) -> Iterable[Transcript]:
        """Read the session of a file, or those of the database; see the base."""
        tally = ReadTally()
        status = source.path.stat()
        written = status.st_mtime_ns // 1_000_000
        with source.path.open("rb") as file:
            if file.read(len(MAGIC)) == MAGIC:
                tally.bytes = status.st_size + sum(path.stat().st_size for path in source.extra)
                return some_of(source.path, tally, _all_of(source, redact, tally, written))
        return _from_file(source, redact, tally, written)


def _from_file(source: Source, redact: Redactor, tally: ReadTally, written: int) -> Transcript:
    file = MappedFile(source.path)
    tally.bytes = file.size
    conversation = Conversation(redact, tally)
    teller, head = Teller(conversation, tally), _Head(Path(source.name or source.path).stem)
    for line in records(file, _lines, tally):
        if _is_header(line):
            head = _Head(head.native, _title(text_of(line.description)), text_of(line.working_dir))
        else:
            teller.tell(text_of(line.role), seconds_of(line.created), line.content, line.metadata)
    if conversation.empty:
        raise Unreadable(source.path, "no prompt or call in it", tally)
    return _told(conversation, head, written)


def _all_of(source: Source, redact: Redactor, tally: ReadTally, written: int) -> Iterator[Transcript]:
    """Every session of the database that a person began; one that is as it was read is not read again.

    Raises:
        Unreadable: it cannot be read.
    """
    path, database = source.path, Database(source.path)
    try:
        for head in database.at_once(lambda: _sessions(path, database, tally)):
            if source.before is not None and source.before.has("goose", _native(head), head.changed):
                yield unchanged("goose", _native(head), tally)
                continue
            messages = database.select("messages", _MESSAGE, "WHERE session_id = ? ORDER BY rowid")
            rows = database.one(lambda: list(database.rows(messages, head.native)), tally)  # noqa: B023
            if rows is None:
                continue
            conversation = _conversation(rows, redact, tally)
            if conversation.empty:
                tally.skip("no prompt or call in it")
                continue
            yield _told(conversation, head, written)
    finally:
        database.close()


def _sessions(path: Path, database: Database, tally: ReadTally) -> list[_Head]:
    for table, sign in _TABLES.items():
        if not database.columns(table) >= {sign.decode(), "id"}:
            raise Unreadable(path, "unexpected fields")
    found, changed = [], _last_changes(database)
    tally.upto = max(changed.values(), default=0)
    for row in database.rows(database.select("sessions", _SESSION, "ORDER BY created_at, id")):
        native, name, description, kind, directory, created, model = map(text_in, row)
        if kind in _NOT_A_PERSONS:
            tally.skip("without its session")
            continue
        named = text_of(fields_of(Raw(model.encode())).get("model_name")) or None
        title = _title(name) or _title(description)
        at = changed.get(native, 0)
        found.append(_Head(native, title, directory, moment(_rfc(created)), named, at))
    return found


def _last_changes(database: Database) -> dict[str, int]:
    """When each session was written to last: when one of its messages was made, or something else changed."""
    found: dict[str, int] = {}
    for session, at in database.latest(_CHANGED):
        found[text_in(session)] = max(moment(_rfc(text_in(at))), found.get(text_in(session), 0))
    return found


def _conversation(rows: list[tuple[Any, ...]], redact: Redactor, tally: ReadTally) -> Conversation:
    conversation = Conversation(redact, tally)
    teller = Teller(conversation, tally)
    for _, role, content, created, metadata in rows:
        tally.lines += 1
        raw = without_lone_surrogates(content) if isinstance(content, bytes) else b""
        if not raw.lstrip().startswith(b"["):
            tally.skip("not JSON" if raw else "unexpected fields")
            continue
        if not items_of(Raw(raw)) and raw.strip() != b"[]":
            tally.skip("not JSON")
            continue
        at = time_of(created) if isinstance(created, int) else 0
        teller.tell(text_in(role), at, Raw(raw), Raw(metadata if isinstance(metadata, bytes) else b""))
    return conversation


def _told(conversation: Conversation, head: _Head, written: int) -> Transcript:
    session = SessionDraft(
        agent="goose",
        native=_native(head),
        title=head.title,
        directory=head.directory,
        started=head.created if _COUNTED.fullmatch(head.native) else 0,
        ended=0,
        model=head.model,
    )
    return conversation.transcript(session, otherwise=written)


def _native(head: _Head) -> str:
    return f"{head.native}@{head.created}" if _COUNTED.fullmatch(head.native) else head.native


def _is_header(line: Line) -> bool:
    return is_text(line.description) and bool(memoryview(line.message_count)) and not memoryview(line.role)


def _is_message(line: Line) -> bool:
    """Whether it is a message; each of its parts has a type that Goose knows."""
    if text_of(line.role) not in {"user", "assistant"} or not seconds_of(line.created):
        return False
    kinds = [text_of(fields_of(item).get("type")) for item in items_of(line.content)]
    return bytes(memoryview(line.content)[:1]) == b"[" and bool(kinds) and KNOWN.issuperset(kinds)


def _title(text: str) -> str:
    return "" if text.strip() in _NO_TITLES else text


def _rfc(created: str) -> str:
    """SQLite's own form of a time, which is in UTC, as RFC 3339."""
    plain = created.strip().replace(" ", "T", 1)
    return plain if plain.endswith("Z") or "+" in plain else f"{plain}Z"
