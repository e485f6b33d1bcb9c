"""The database of OpenCode from 1.2 on: its sessions one by one, each with its sub-agents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Raw

from tacit.core.readers.base import Before, ReadTally, Transcript, Unreadable, unchanged
from tacit.core.readers.opencode.files import in_order
from tacit.core.readers.opencode.records import Head, Message, message_of, part_of, reverted_from
from tacit.core.readers.opencode.telling import Branch, transcript_of
from tacit.core.readers.sqlite_file import Database
from tacit.core.redaction import Redactor
from tacit.core.untrusted import LAST_TIME

_COLUMNS = {
    "session": "id parent_id directory title version time_created revert",
    "message": "id session_id data",
    "part": "id message_id data",
}
_NEEDED = {
    "session": {"id"},
    "message": {"id", "session_id", "data"},
    "part": {"id", "message_id", "data"},
}
_CHANGED = {
    "session": ("id", "time_updated"),
    "message": ("session_id", "time_updated"),
    "part": ("session_id", "time_updated"),
}


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
        self._children: dict[str, list[str]] = {}
        self._changed: dict[str, int] = {}
        self._messages = self._parts = ""

    def each(self, redact: Redactor, otherwise: int, before: Before | None) -> Iterator[Transcript]:
        """Their transcripts."""
        self._database.at_once(self._list)
        self._tally.upto = max(self._changed.values(), default=0)
        for native, head in self._heads.items():
            if head.parent:
                continue
            changed = max(self._changed.get(one, 0) for one in self._all_of(native))
            if before is not None and before.has("opencode", native, changed):
                yield unchanged("opencode", native, self._tally)
                continue
            counted = ReadTally()
            try:
                read = self._database.at_once(lambda: self._family(native, counted))  # noqa: B023 - called now
            except Unreadable as flaw:
                if flaw.reason == "locked":
                    raise
                self._tally.skip(flaw.reason)
                continue
            self._add(counted)
            transcript = transcript_of(read[0], read[1:], redact, self._tally, otherwise)
            if transcript is None:
                self._tally.skip("no prompt or call in it")
            else:
                yield transcript

    def _list(self) -> None:
        """Read which sessions there are."""
        queries = {}
        for table, columns in _COLUMNS.items():
            have = self._database.columns(table)
            if not have >= _NEEDED[table]:
                raise Unreadable(self._path, "unexpected fields")
            for column in sorted(set(columns.split()) - have):
                self._tally.drifted("missing field", f"{table}.{column}")
            queries[table] = self._database.select(table, columns)
        self._messages = f"{queries['message']} WHERE session_id = ? ORDER BY id"
        self._parts = f"{queries['part']} WHERE message_id = ? ORDER BY id"
        self._heads, self._children = {}, {}
        for row in self._database.rows(f"{queries['session']} ORDER BY time_created, id"):
            head = _head(row)
            if head.id:
                self._heads[head.id] = head
        self._adopt()
        self._changed = self._last_changes()

    def _last_changes(self) -> dict[str, int]:
        """When anything of each session changed last."""
        found: dict[str, int] = {}
        for session, at in self._database.latest(_CHANGED):
            if isinstance(at, int):
                found[_name(session)] = max(at, found.get(_name(session), 0))
        return found

    def _adopt(self) -> None:
        """Find whose sub-agent a session is; one whose parent is not there is no person's and is left out."""
        for native, head in list(self._heads.items()):
            seen = {native}
            above = head.parent
            while above in self._heads and above not in seen:
                seen.add(above)
                above = self._heads[above].parent
            if above:
                self._tally.skip("without its session")
            elif head.parent:
                self._children.setdefault(head.parent, []).append(native)

    def _family(self, native: str, counted: ReadTally) -> list[Branch]:
        """A session, and those of its sub-agents and of theirs."""
        counted.lines, counted.skipped, counted.drift = 0, {}, {}
        return [Branch(self._heads[one], self._told(one, counted)) for one in self._all_of(native)]

    def _all_of(self, native: str) -> list[str]:
        """A session, those of its sub-agents, and theirs."""
        found = [native]
        for one in found:
            found += self._children.get(one, [])
        return found

    def _told(self, session: str, counted: ReadTally) -> list[Message]:
        messages = []
        for native, _, data in self._database.rows(self._messages, session):
            message = message_of(_blob(data), _name(native), counted)
            if message is None:
                continue
            message.id = _name(native)
            for part_id, _, piece in self._database.rows(self._parts, message.id):
                part = part_of(_blob(piece), _name(part_id), counted)
                if part is not None:
                    message.parts.append(part)
            messages.append(message)
        in_order(messages)
        return messages

    def _add(self, counted: ReadTally) -> None:
        self._tally.lines += counted.lines
        _sum(self._tally.skipped, counted.skipped)
        _sum(self._tally.drift, counted.drift)


def _head(row: tuple[Any, ...]) -> Head:
    native, parent, directory, title, version, created, revert = row
    return Head(
        id=_name(native),
        parent=_name(parent),
        directory=_name(directory),
        title=_name(title),
        version=_name(version),
        created=created if isinstance(created, int) and 0 < created <= LAST_TIME else 0,
        reverted=reverted_from(Raw(revert)) if isinstance(revert, bytes) else ("", ""),
    )


def _name(value: object) -> str:
    return str(value, "utf-8", "replace") if isinstance(value, bytes) else ""


def _blob(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _sum(into: dict[str, int], more: Mapping[str, int]) -> None:
    for key, times in more.items():
        into[key] = into.get(key, 0) + times
