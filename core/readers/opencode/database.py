"""The database of OpenCode from 1.2 on: its sessions one by one, each with its sub-agents.

Versions 1 write to the tables ``session``, ``message`` and ``part``; version 2 to ``session_v2`` (before it
was released ``session``) and ``session_message``, into which it copied once what was there. What it knows of
goes on there, so it is read from there; all other sessions are read from where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Raw

from tacit.core.readers.base import Before, ReadTally, Transcript, Unreadable, unchanged
from tacit.core.readers.families import Families, families
from tacit.core.readers.opencode.files import in_order
from tacit.core.readers.opencode.records import Head, Message, message_of, part_of, reverted_from
from tacit.core.readers.opencode.telling import Branch, transcript_of
from tacit.core.readers.opencode.two import copied_from, message_of_row
from tacit.core.readers.sqlite_file import Database, text_in
from tacit.core.redaction import Redactor
from tacit.core.untrusted import LAST_TIME

_HEAD = "id parent_id directory title version time_created revert"
_COLUMNS = {
    "session": f"{_HEAD} fork_session_id",
    "session_v2": f"{_HEAD} fork_session_id",
    "message": "id session_id data",
    "part": "id message_id data",
    "session_message": "id type seq data",
}
_NEEDED = {
    "session": {"id"},
    "session_v2": {"id"},
    "message": {"id", "session_id", "data"},
    "part": {"id", "message_id", "data"},
    "session_message": {"id", "session_id", "type", "data"},
}
_FORMS = (("session", "message", "part"), ("session_v2", "session_message"), ("session", "session_message"))
"""Tables that are enough to read sessions from."""

_LATER = {"session.fork_session_id", "session_message.seq"}
"""Columns that came with version 2 into tables that were there before."""

_CHANGED = {
    "session": ("id", "time_updated"),
    "session_v2": ("id", "time_updated"),
    "message": ("session_id", "time_updated"),
    "part": ("session_id", "time_updated"),
    "session_message": ("session_id", "time_updated"),
}
_MOST_FORKS = 16


def sessions_in(
    path: Path, redact: Redactor, tally: ReadTally, otherwise: int, before: Before | None = None
) -> Iterator[Transcript]:
    """Every session of a database that a person began, the eldest first.

    One that cannot be read is counted and the others are read. Every change of a row notes its time
    (``time_updated``), which tells those that were read before as they are; they are not read again.

    Raises:
        Unreadable: the database cannot be read at all, or not any further.
    """
    database = Database(path)
    try:
        yield from _Sessions(path, database, tally).each(redact, otherwise, before)
    finally:
        database.close()


class _Sessions:
    def __init__(self, path: Path, database: Database, tally: ReadTally) -> None:
        self._path = path
        self._database = database
        self._tally = tally
        self._heads: dict[str, Head] = {}
        self._families = Families()
        self._changed: dict[str, int] = {}
        self._queries: dict[str, str] = {}

    def each(self, redact: Redactor, otherwise: int, before: Before | None) -> Iterator[Transcript]:
        """Their transcripts."""
        self._database.at_once(self._list)
        self._families = families({one.id: one.parent for one in self._heads.values()}, self._tally)
        self._tally.upto = max(self._changed.values(), default=0)
        for native in self._families.tops:
            changed = max(self._changed.get(one, 0) for one in self._families.of(native))
            if before is not None and before.has("opencode", native, changed):
                yield unchanged("opencode", native, self._tally)
                continue
            counted = ReadTally()
            read = self._database.one(lambda: self._family(native, counted), self._tally)  # noqa: B023
            if read is None:
                continue
            self._tally.add(counted)
            transcript = transcript_of(read[0], read[1:], redact, self._tally, otherwise)
            if transcript is None:
                self._tally.skip("no prompt or call in it")
            else:
                yield transcript

    def _list(self) -> None:
        """Read which sessions there are."""
        have = {table: self._database.columns(table) for table in _COLUMNS}
        whole = {table for table, columns in have.items() if columns >= _NEEDED[table]}
        if not any(whole.issuperset(form) for form in _FORMS):
            raise Unreadable(self._path, "unexpected fields")
        self._queries = {table: self._query(table, have[table]) for table in sorted(whole)}
        self._heads = {}
        for table in ("session", "session_v2"):
            for row in self._database.rows(self._queries[table]) if table in whole else ():
                head = _head(row, two=table == "session_v2")
                if head.id:
                    self._heads[head.id] = head
        self._heads = dict(sorted(self._heads.items(), key=lambda one: (one[1].created, one[0])))
        self._changed = self._last_changes()

    def _query(self, table: str, have: frozenset[str]) -> str:
        """What is asked of a table: all sessions, the messages of one, or the parts of a message."""
        wanted = _COLUMNS[table]
        for column in sorted(set(wanted.split()) - have):
            if f"{table}.{column}" not in _LATER:
                self._tally.drifted("missing field", f"{table}.{column}")
        rest = {
            "message": "WHERE session_id = ? ORDER BY id",
            "part": "WHERE message_id = ? ORDER BY id",
            "session_message": "WHERE session_id = ? ORDER BY seq, id",
        }
        return self._database.select(table, wanted, rest.get(table, ""))

    def _last_changes(self) -> dict[str, int]:
        """When anything of each session changed last."""
        found: dict[str, int] = {}
        tables = {table: _CHANGED[table] for table in self._queries}
        for session, at in self._database.latest(tables):
            if isinstance(at, int):
                found[text_in(session)] = max(at, found.get(text_in(session), 0))
        return found

    def _family(self, native: str, counted: ReadTally) -> list[Branch]:
        """A session, and those of its sub-agents and of theirs."""
        counted.lines, counted.skipped, counted.drift = 0, {}, {}
        return [Branch(self._heads[one], self._told(one, counted)) for one in self._families.of(native)]

    def _told(self, session: str, counted: ReadTally) -> list[Message]:
        """The messages of a session, from where they go on."""
        head = self._heads[session]
        found = [] if head.two else self._of_one(session, counted)
        return found or self._of_two(head, counted) or (self._of_one(session, counted) if head.two else [])

    def _of_one(self, session: str, counted: ReadTally) -> list[Message]:
        messages: list[Message] = []
        if not self._queries.keys() >= {"message", "part"}:
            return messages
        for native, _, data in self._database.rows(self._queries["message"], session):
            message = message_of(_blob(data), text_in(native), counted)
            if message is None:
                continue
            message.id = text_in(native)
            for part_id, _, piece in self._database.rows(self._queries["part"], message.id):
                part = part_of(_blob(piece), text_in(part_id), counted)
                if part is not None:
                    message.parts.append(part)
            messages.append(message)
        in_order(messages)
        return messages

    def _of_two(self, head: Head, counted: ReadTally) -> list[Message]:
        messages: list[Message] = []
        if "session_message" not in self._queries:
            return messages
        for name, kind, seq, data in self._database.rows(self._queries["session_message"], head.id):
            native = text_in(name)
            message = message_of_row(text_in(kind), native, _blob(data), counted)
            if message is not None:
                message.id = self._original(head, native, seq)
                messages.append(message)
        return messages

    def _original(self, head: Head, native: str, seq: object) -> str:
        """What a message is called where it was said first: a fork begins with copies."""
        for _ in range(_MOST_FORKS):
            if not head.forked or not copied_from(native, seq):
                break
            query = self._queries["session_message"].replace(" ORDER", " AND seq = ? ORDER")
            found = next(iter(self._database.rows(query, head.forked, seq)), None)
            if found is None:
                break
            native, head = text_in(found[0]), self._heads.get(head.forked, Head(""))
        return native


def _head(row: tuple[Any, ...], *, two: bool) -> Head:
    native, parent, directory, title, version, created, revert, forked = row
    return Head(
        id=text_in(native),
        parent=text_in(parent),
        directory=text_in(directory),
        title=text_in(title),
        version=text_in(version),
        created=created if isinstance(created, int) and 0 < created <= LAST_TIME else 0,
        reverted=reverted_from(Raw(revert)) if isinstance(revert, bytes) else ("", ""),
        forked=text_in(forked),
        two=two,
    )


def _blob(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
