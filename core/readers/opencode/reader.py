"""The reader of OpenCode: its files before 1.2, its database since, that of version 2 too.

Read off the source of 0.6 to 2.0 (github.com/sst/opencode, today anomalyco/opencode): ``storage/storage.ts``,
``storage/json-migration.ts``, ``session/{session.sql,message-v2,processor,compaction,revert}.ts``,
``session/prompt.ts``; of version 2 what :mod:`tacit.core.readers.opencode.two` names. A session in the files
is one source, the database with all its sessions another. Every move from one form to the next keeps all ids,
so that a session is the same in all. Messages with their parts inside, as the very first had, are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from tacit.core.readers import usual
from tacit.core.readers.base import HEAD, ReadTally, Source, Transcript, Unreadable
from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.readers.loose import fields_of, text_of
from tacit.core.readers.opencode.database import sessions_in
from tacit.core.readers.opencode.files import Storage, branches, is_oldest, place_of
from tacit.core.readers.opencode.records import SILENT, messages, parts, sessions
from tacit.core.readers.opencode.telling import transcript_of
from tacit.core.readers.sqlite_file import some_of
from tacit.core.readers.sqlite_schema import LOG, LOG_MAGIC, MAGIC, database_of, log_of, tables_in
from tacit.core.redaction import Redactor

T = TypeVar("T")

_TABLES = (
    {"session": b"project_id", "message": b"session_id", "part": b"message_id"},
    {"session_v2": b"project_id", "session_message": b"session_id"},
)
_KINDS = SILENT | {"text", "tool", "subtask"}
_LONG_SESSION = re.compile(rb'\{\s*(?=.*"projectID"\s*:)(?=.*"directory"\s*:)"', re.DOTALL)
_LONG_MESSAGE = re.compile(rb'\{\s*(?=.*"sessionID"\s*:)(?=.*"role"\s*:\s*"(?:user|assistant)")"', re.DOTALL)
_LONG_PART = re.compile(rb'\{\s*(?=.*"messageID"\s*:)(?=.*"type"\s*:\s*"[\w-]+")"', re.DOTALL)
"""How a record begins that is longer than the head."""
_PART_SESSION = re.compile(rb'"sessionID"\s*:\s*"([^"\\]{1,200})"')
_MOST_STORAGES = 16


class OpenCodeReader:
    """Reads the sessions of OpenCode."""

    name = "opencode"

    def __init__(self) -> None:
        self._storages: dict[Path, Storage] = {}
        self._mains: dict[Path, Path] = {}

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether it is a file of a storage, by what is in it and where it lies, or the database."""
        if head.startswith((MAGIC, *LOG_MAGIC)):
            tables = tables_in(path, head)
            return any(
                all(sign in tables.get(table, b"") for table, sign in form.items()) for form in _TABLES
            )
        placed = place_of(path)
        if placed is None or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"{":
            return False
        if placed[0] == "session" and is_oldest(placed[1]):
            return _is_oldest_session(head)
        return {"session": _is_session, "message": _is_message, "part": _is_part}[placed[0]](head)

    roots = staticmethod(usual.opencode)

    def main_of(self, path: Path, head: bytes) -> Path | None:
        """For a log its database; for a message, a part or a sub-agent's session the session at the top."""
        if head.startswith(LOG_MAGIC):
            return database_of(path)
        placed = place_of(path)
        if placed is None:
            return None
        kind, root = placed
        if kind == "session":
            record = _decoded(sessions, head)
            if record is not None and not text_of(record.parent):
                return None
        known = self._mains.get(path.parent)
        if known is not None and kind != "session" and path.parent.name != "part":
            return known
        storage = self._storage(root)
        session = storage.named(path) if kind == "session" else self._session(kind, storage, path, head)
        main = storage.main_of(session)
        if main is None:
            return root / "session" / "unknown" / f"{session.replace('/', '-') or 'unknown'}.json"
        self._mains[path.parent] = main
        return None if main == path else main

    def companions(self, path: Path) -> tuple[Path, ...]:
        """The log of a database; the messages and parts of a session, and all of its sub-agents."""
        placed = place_of(path)
        if placed is not None and placed[0] == "session":
            return self._storage(placed[1]).companions(path)
        return log_of(path) if placed is None and not path.name.endswith(LOG) else ()

    def read(self, source: Source, redact: Redactor) -> Iterable[Transcript]:
        """Read the session of a file, or those of a database; see :class:`tacit.core.readers.base.Reader`."""
        tally = ReadTally()
        status = source.path.stat()
        written = status.st_mtime_ns // 1_000_000
        with source.path.open("rb") as file:
            is_database = file.read(len(MAGIC)) == MAGIC
        if is_database:
            tally.bytes = status.st_size + sum(path.stat().st_size for path in source.extra)
            told = sessions_in(source.path, redact, tally, written, source.before)
            return some_of(source.path, tally, told)
        main, others = branches(source.path, source.extra, tally)
        transcript = transcript_of(main, others, redact, tally, written)
        if transcript is None:
            raise Unreadable(source.path, "no prompt or call in it", tally)
        return transcript

    def _storage(self, root: Path) -> Storage:
        if root not in self._storages:
            if len(self._storages) >= _MOST_STORAGES:
                self._storages.clear()
                self._mains.clear()
            self._storages[root] = Storage(root)
        return self._storages[root]

    def _session(self, kind: str, storage: Storage, path: Path, head: bytes) -> str:
        """The session that a message or a part belongs to."""
        if kind == "message":
            return path.parent.name
        record = _decoded(parts, head)
        if record is not None and (native := text_of(record.session)):
            return native
        found = None if record is not None else _PART_SESSION.search(head)
        if found:
            return found[1].decode("utf-8", "replace")
        message = path.parent.name
        if message == "part":
            message = "" if record is None else text_of(record.message)
        return storage.session_of(message)


def _decoded(decoder: msgspec.json.Decoder[T], head: bytes) -> T | None:
    try:
        return decoder.decode(without_lone_surrogates(head.removeprefix(b"\xef\xbb\xbf")))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _is_session(head: bytes) -> bool:
    record = _decoded(sessions, head)
    if record is None:
        return len(head) >= HEAD and _LONG_SESSION.match(head) is not None
    return bool(text_of(record.id) and text_of(record.project)) and _is_dated(record.time)


def _is_oldest_session(head: bytes) -> bool:
    """Before 0.6 the place said of which project a session is."""
    record = _decoded(sessions, head)
    if record is None or not text_of(record.id).startswith("ses_"):
        return False
    return bool(text_of(record.version)) and _is_dated(record.time)


def _is_message(head: bytes) -> bool:
    record = _decoded(messages, head)
    if record is None:
        return len(head) >= HEAD and _LONG_MESSAGE.match(head) is not None
    return bool(text_of(record.session) and text_of(record.role)) and _is_dated(record.time)


def _is_part(head: bytes) -> bool:
    record = _decoded(parts, head)
    if record is None:
        return len(head) >= HEAD and _LONG_PART.match(head) is not None
    kind = text_of(record.type)
    return bool(text_of(record.id)) and (kind in _KINDS or bool(kind and text_of(record.message)))


def _is_dated(time: msgspec.Raw) -> bool:
    return "created" in fields_of(time)
