"""Cursor's own database (``state.vscdb``): its conversations one by one, each with its sub-agents.

The editor keeps them in the table ``cursorDiskKV``, among very much else: a row ``composerData:<id>`` for
each, and one ``bubbleId:<id>:<bubble>`` for each message, in the order of ``fullConversationHeadersOnly``.
Messages that are not in that list were taken back. Rows are asked for by their keys, one conversation at a
time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Raw, Struct
from msgspec.structs import replace

from tacit.core.readers.base import Before, ReadTally, Transcript, Unreadable, unchanged
from tacit.core.readers.cursor.composers import Bubble, Composer, bubble_of, composer_of, folder_of
from tacit.core.readers.cursor.telling import Thread, transcript_of
from tacit.core.readers.families import Families, families
from tacit.core.readers.jsontext import without_lone_surrogates
from tacit.core.readers.loose import fields_of, items_of, text_of
from tacit.core.readers.sqlite_file import Database, text_in
from tacit.core.redaction import Redactor

TABLE = "cursorDiskKV"

_PREFIX = "composerData:"
_LISTED = f"SELECT key, value FROM {TABLE} WHERE key >= '{_PREFIX}' AND key < 'composerData;'"  # noqa: S608
_ROW = f"SELECT value FROM {TABLE} WHERE key = ?"  # noqa: S608 - names of the reader's own
_INDEX = "SELECT value FROM ItemTable WHERE key = 'composer.composerHeaders'"
_HEADERS = "SELECT composerId, value FROM composerHeaders"
_NOBODY = "-"
_MADE_BY_AGENTS = "task-"
"""How the ids of composers begin that nobody but an agent's call began."""


class _Known(Struct):
    """What is kept of every composer; ``key`` is that of its row, ``last`` the id of its last bubble.

    ``begun`` are the sub-agents that it knows of.
    """

    key: str
    created: int
    directory: str
    parent: str
    call: str
    last: str
    changed: int
    begun: tuple[str, ...]


def sessions_in(
    path: Path, redact: Redactor, tally: ReadTally, otherwise: int, before: Before | None = None
) -> Iterator[Transcript]:
    """Every conversation that a person began, the eldest first.

    One that cannot be read is counted and the others are read. What changes a conversation adds a message to
    it, so that the time of the last one tells those that are as they were read; they are not read again.

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
        self._known: dict[str, _Known] = {}
        self._families = Families()
        self._counted = ReadTally()

    def each(self, redact: Redactor, otherwise: int, before: Before | None) -> Iterator[Transcript]:
        """Their transcripts."""
        self._database.at_once(self._list)
        self._add()
        self._families = families(self._parents(), self._tally)
        for native in sorted(self._families.tops, key=lambda one: (self._known[one].created, one)):
            changed = self._database.one(lambda: self._changed(native), self._tally)  # noqa: B023 - called now
            if changed is None:
                continue
            self._tally.upto = max(self._tally.upto, changed)
            if before is not None and before.has("cursor", native, changed):
                yield unchanged("cursor", native, self._tally)
                continue
            threads = self._database.one(lambda: self._family(native), self._tally)  # noqa: B023 - called now
            if threads is None:
                continue
            self._add()
            told = transcript_of(threads, redact, self._tally, otherwise) if threads else None
            if told is None:
                self._tally.skip("no prompt or call in it")
            else:
                yield told

    def _list(self) -> None:
        """Find which composers there are; those in which nothing was said yet are none."""
        if not self._database.columns(TABLE) >= {"key", "value"}:
            raise Unreadable(self._path, "unexpected fields")
        self._known, self._counted = {}, ReadTally()
        try:
            beside = self._beside()
            for key, raw in self._database.rows(_LISTED):
                native = text_in(key).removeprefix(_PREFIX)
                composer = composer_of(_whole(raw), native, self._counted) if isinstance(raw, bytes) else None
                if composer is not None and (composer.order or composer.inline):
                    self._know(native, composer, beside.get(composer.native, Composer("")))
        except Unreadable as flaw:
            if not self._known or flaw.reason == "locked":
                raise
            self._counted.skip(flaw.reason)

    def _know(self, key: str, composer: Composer, place: Composer) -> None:
        self._known[composer.native] = _Known(
            key=key,
            created=composer.created,
            directory=composer.directory or place.directory,
            parent=composer.parent or place.parent,
            call=composer.call or place.call,
            last=composer.order[-1][0] if composer.order else "",
            changed=composer.order[-1][1] if composer.order else 0,
            begun=composer.begun,
        )

    def _beside(self) -> dict[str, Composer]:
        """What the list of conversations that the editor shows says of their folders and parents.

        From 3.9 on it is a table, before it was one value.
        """
        found: dict[str, Composer] = {}
        if self._database.columns("ItemTable") >= {"key", "value"}:
            for (raw,) in self._database.rows(_INDEX):
                for fields in map(fields_of, items_of(fields_of(Raw(_whole(raw))).get("allComposers"))):
                    native = text_of(fields.get("composerId")).lower()
                    found[native] = _placed(native, fields)
        if self._database.columns("composerHeaders") >= {"composerId", "value"}:
            for key, raw in self._database.rows(_HEADERS):
                native = text_in(key).lower()
                found[native] = _placed(native, fields_of(Raw(_whole(raw))))
        return found

    def _parents(self) -> dict[str, str]:
        """Which composer began each: the one that it names, else one that knows of it."""
        parents = {native: one.parent for native, one in self._known.items()}
        for native, one in self._known.items():
            for child in one.begun:
                parents[child] = parents.get(child) or native
        return {
            native: parents[native] or (_NOBODY if native.startswith(_MADE_BY_AGENTS) else "")
            for native in self._known
        }

    def _changed(self, native: str) -> int:
        """When the last message of a conversation and its sub-agents was made; 0 where one does not tell."""
        times = []
        for one in map(self._known.__getitem__, self._families.of(native)):
            if not one.changed and one.last:
                bubble = self._bubble(one.key, one.last, 0, ReadTally())
                one.changed = 0 if bubble is None else bubble.at
            times.append(one.changed)
        return max(times) if all(times) else 0

    def _family(self, native: str) -> list[Thread]:
        self._counted = ReadTally()
        main = self._thread(native)
        others = map(self._thread, self._families.of(native)[1:])
        return [] if main is None else [main, *(one for one in others if one is not None)]

    def _thread(self, native: str) -> Thread | None:
        known, unseen = self._known[native], ReadTally()
        raw = self._database.first(_ROW, _PREFIX + known.key)
        composer = composer_of(_whole(raw), native, unseen) if isinstance(raw, bytes) else None
        if composer is None:
            return None
        if composer.order:
            bubbles = [self._bubble(known.key, one, at, self._counted) for one, at in composer.order]
        else:
            bubbles = [bubble_of(bytes(one), "", 0, self._counted) for one in composer.inline]
        composer = replace(composer, directory=known.directory, call=known.call, order=(), inline=())
        return Thread(composer, [bubble for bubble in bubbles if bubble is not None])

    def _bubble(self, composer: str, native: str, at: int, counted: ReadTally) -> Bubble | None:
        key = f"bubbleId:{composer}:{native}"
        raw = self._database.first(_ROW, key)
        if not isinstance(raw, bytes):
            counted.skip("message is gone")
            return None
        return bubble_of(_whole(raw), native, at, counted)

    def _add(self) -> None:
        """Count what was counted while it was read, which may have been done twice."""
        self._tally.add(self._counted)
        self._counted = ReadTally()


def _placed(native: str, fields: Mapping[str, Raw]) -> Composer:
    started = fields_of(fields.get("subagentInfo"))
    return Composer(
        native,
        directory=folder_of(fields.get("workspaceIdentifier")),
        parent=text_of(started.get("parentComposerId")).lower(),
        call=text_of(started.get("toolCallId")),
    )


def _whole(value: object) -> bytes:
    """A value without halves of surrogate pairs, which would stay unseen in what is looked at later."""
    return without_lone_surrogates(value) if isinstance(value, bytes) else b""
