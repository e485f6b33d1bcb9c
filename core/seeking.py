"""Looking for a text through everything that is stored, in a store or in a backup, damaged or not.

A damaged record is looked at as the bytes it is: those that hold the text tell by their key whose they
are. So what transcripts would tell again of them can be forgotten too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import msgspec
from msgspec.structs import replace

from tacit.core.aliases import alias_in, mark_of_merge
from tacit.core.backup_files import ELSEWHERE
from tacit.core.filenotes import hashed, is_hashed
from tacit.core.holders import Found
from tacit.core.ids import format_id
from tacit.core.learn.outcome import as_judged
from tacit.core.live.records import Open, OpenSteps
from tacit.core.loop.outcomes import is_link
from tacit.core.loop.outcomes import load as load_word
from tacit.core.loop.outcomes import note_name as note_of_word
from tacit.core.loop.records import Offer, Shared, ToldOutcome
from tacit.core.loop.traces import Trace, merged, trace_of, trace_of_contact
from tacit.core.marks import Said, note_name
from tacit.core.matching import Matcher
from tacit.core.model import Episode, Session, Step
from tacit.core.notes.records import Note
from tacit.core.tables import (
    ALIASES,
    CONTACTS,
    COPIES,
    EPISODES,
    FILES,
    MARKS,
    NOTES,
    OFFERS,
    OPEN,
    OPEN_STEPS,
    OUTCOMES,
    SESSIONS,
    SHARED,
    STATE,
    STEPS,
    body_of,
)
from tacit.store.codec import bare, load, unseal
from tacit.store.errors import Corrupt
from tacit.store.quarantine import opened
from tacit.store.reading import Read
from tacit.store.schema import QUARANTINE, TRASH, Table

_TABLES: tuple[Table[Any], ...] = (
    SESSIONS,
    EPISODES,
    COPIES,
    STEPS,
    OPEN,
    OPEN_STEPS,
    OFFERS,
    SHARED,
    NOTES,
)
_BY_SPACE = {table.space: table for table in _TABLES}
_BY_NAME = {table.name: table for table in _TABLES}
_MAPS = (FILES, MARKS, ALIASES, STATE, OUTCOMES, CONTACTS)
_SPACES = (*_BY_SPACE, TRASH, QUARANTINE, *(one.space for one in _MAPS))


class Seeker:
    """Takes records in any order, and tells what of them holds a text.

    Attributes:
        damaged: how many damaged records it was given, those in quarantine not counted.
        unread: how many of all damaged ones could not be looked into.
    """

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._tellings: list[tuple[int, str, str]] = []
        self._bodies: set[int] = set()
        self._sessions: set[str] = set()
        self._titles: set[str] = set()
        self._known: set[str] = set()
        self._episodes: set[str] = set()
        self._hidden: set[str] = set()
        self._paths: set[bytes] = set()
        self._notes: set[bytes] = set()
        self._backups: set[bytes] = set()
        self._merges: set[bytes] = set()
        self._traces: set[bytes] = set()
        self._imported: set[str] = set()
        self._aside = False
        self.damaged = 0
        self.unread = 0

    def take_all(self, read: Read) -> None:
        """Look at all that a store holds."""
        for space in _SPACES:
            for key, sealed in read.kv.scan(space):
                self.take(space, key, sealed)

    def take(self, space: str, place: bytes, sealed: bytes) -> None:
        """Look at one record."""
        name, key = _table_of(space, place)
        try:
            if name in _BY_NAME:
                self._told(key, load(_BY_NAME[name], key, sealed))
            elif space == QUARANTINE:
                self._quarantined(place, sealed)
            elif space == FILES.space and not is_hashed(key) and self._matcher.text(os.fsdecode(key)):
                self._paths.add(hashed(key))
            elif space == MARKS.space:
                self._said(key, unseal(MARKS.name, key, sealed))
            elif space == ALIASES.space:
                self._merged(unseal(ALIASES.name, key, sealed))
            elif space == OUTCOMES.space and not is_link(key):
                self._told_word(load_word(unseal(OUTCOMES.name, key, sealed)))
            elif space == CONTACTS.space:
                self._left(trace_of_contact(key, unseal(CONTACTS.name, key, sealed)))
            elif space == STATE.space and key.startswith(ELSEWHERE):
                self._remembered(key, unseal(STATE.name, key, sealed))
        except Corrupt:
            self.damaged += 1
            self._damaged(name, key, sealed)

    def found(self) -> Found:
        """What holds the text.

        A session that holds it only in its title, and has an episode that holds it, is not among it: it is
        titled anew when the episode goes.
        """
        episodes = self._episodes | {one for body, one, _ in self._tellings if body in self._bodies}
        strays = self._bodies - {body for body, _, _ in self._tellings}
        sessions = self._known | {session for _, _, session in self._tellings} if strays else ()
        owners = {body_of(one, session): one for one in self._hidden for session in sessions}
        episodes |= {owners[body] for body in strays & owners.keys()}
        losing = {session for _, episode, session in self._tellings if episode in episodes}
        return Found(
            frozenset(self._sessions | (self._titles - losing)),
            frozenset(episodes),
            frozenset(self._paths),
            frozenset(self._notes),
            frozenset(self._backups),
            frozenset(self._merges),
            merged(self._traces),
            frozenset(self._imported),
            aside=self._aside or bool(strays),
        )

    def _told(
        self, key: bytes, record: Session | Episode | Step | Open | OpenSteps | Offer | Shared | Note
    ) -> None:
        if isinstance(record, (Offer, Shared)):
            self._left(trace_of(record))
        elif isinstance(record, Note):
            if self._matcher.record(record):
                self._imported.add(record.id)
        elif isinstance(record, (Open, OpenSteps)):
            if self._matcher.record(record):
                self._episodes.add(format_id("e", _number(key)))
        elif isinstance(record, Step):
            if self._matcher.record(record):
                self._bodies.add(_number(key))
        elif isinstance(record, Episode):
            body = body_of(record.id, record.session)
            self._tellings.append((body, record.id, record.session))
            if self._matcher.record(as_judged(record)):  # what was said of it beside is found where that lies
                self._bodies.add(body)
        else:
            self._known.add(record.id)
            if self._matcher.record(replace(record, title="")):
                self._sessions.add(record.id)
            elif self._matcher.text(record.title):
                self._titles.add(record.id)

    def _said(self, key: bytes, raw: bytes) -> None:
        for one in msgspec.msgpack.decode(raw, type=tuple[Said, ...]):
            if one.mark is not None and self._matcher.text(one.mark.note):
                self._notes.add(note_name(key.decode(), one))

    def _told_word(self, told: ToldOutcome) -> None:
        if self._matcher.text(told.note):
            self._notes.add(note_of_word(told))

    def _left(self, trace: Trace) -> None:
        if any(map(self._matcher.text, trace.words)):
            self._traces.add(trace.name)

    def _merged(self, raw: bytes) -> None:
        alias = alias_in(raw)
        for one in alias.said:
            if self._matcher.text(alias.name) or self._matcher.text(one.target):
                self._merges.add(mark_of_merge(alias.name, one.target))

    def _remembered(self, key: bytes, path: bytes) -> None:
        if self._matcher.text(os.fsdecode(path)):
            self._backups.add(key.removeprefix(ELSEWHERE))

    def _quarantined(self, place: bytes, sealed: bytes) -> None:
        name, key, damaged = opened(place, sealed)
        if damaged is None:
            self._damaged("", key, sealed, again=True)
        elif name == TRASH:
            self._damaged(*_table_of(TRASH, key), damaged.raw)
        else:
            self._damaged(name, key, damaged.raw)

    def _damaged(self, name: str, key: bytes, sealed: bytes, *, again: bool = False) -> None:
        """Look at the bytes of a damaged record, which may have been damaged before it was set aside."""
        forms, whole = bare(sealed)
        holds = any(self._matcher.text(form.decode("utf-8", "replace")) for form in forms)
        self._aside |= holds
        self.unread += (again or not whole) and not holds
        if name == SESSIONS.name:
            self._known.add(format_id("s", _number(key)))
            self._sessions |= {format_id("s", _number(key))} if holds else set()
        elif name == EPISODES.name:
            self._hidden.add(format_id("e", _number(key)))
            self._episodes |= {format_id("e", _number(key))} if holds else set()
        elif name == NOTES.name and holds:
            self._imported.add(format_id("n", _number(key)))
        elif name in {OPEN.name, OPEN_STEPS.name} and holds:
            self._episodes.add(format_id("e", _number(key)))
        elif name == STEPS.name and holds:
            self._bodies.add(_number(key))
        elif name == COPIES.name:
            self._copied(key, forms, holds=holds)

    def _copied(self, key: bytes, forms: Iterable[bytes], *, holds: bool) -> None:
        """A damaged copy lies under no id; it says whose it is where that much of it can be read."""
        for form in forms:
            with suppress(msgspec.MsgspecError, UnicodeDecodeError):
                copy = COPIES.decode(form)
                if body_of(copy.id, copy.session) == _number(key):
                    self._tellings.append((_number(key), copy.id, copy.session))
                    break
        if holds:
            self._bodies.add(_number(key))


def _table_of(space: str, place: bytes) -> tuple[str, bytes]:
    """The name of the table whose record it is, and its key there; no name for what is none."""
    if space == TRASH:
        name, _, key = place.partition(b"\0")
        return name.decode("utf-8", "replace"), key
    table = _BY_SPACE.get(space)
    return ("" if table is None else table.name), place


def _number(key: bytes) -> int:
    return int.from_bytes(key[:8], "big")
