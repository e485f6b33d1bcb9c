"""The change log as it is told to a person: who did what to which record, and when. Never any text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from tacit.core.clock import rfc3339
from tacit.core.errors import Corrupt
from tacit.core.ids import Prefix, format_id
from tacit.core.tables import EPISODES, NOTES, OFFERS, PATTERNS, SESSIONS, SHARED
from tacit.store.changelog import Change as Change
from tacit.store.changelog import since as lines_above

if TYPE_CHECKING:
    from tacit.store.reading import Read
    from tacit.store.store import Store

BATCH = 1_000
"""Lines that are read in one transaction: whoever prints them may be kept waiting by its reader."""

_PREFIXES: dict[str, Prefix] = {
    PATTERNS.name: "p",
    SESSIONS.name: "s",
    EPISODES.name: "e",
    NOTES.name: "n",
    OFFERS.name: "p",
    SHARED.name: "p",
}
_KEY = 16
"""Hex digits of the key that a public id stands for."""


class Auditor:
    """Reads the change log from its oldest line on, and goes on where it stopped.

    Attributes:
        lost: lines that were dropped from the log before they could be read here.
    """

    def __init__(self, store: Store, *, since: int = 0, actor: str | None = None) -> None:
        """``since`` is a time in milliseconds; only lines of ``actor``, where one is named."""
        self._store = store
        self._since = since
        self._actor = actor
        with store.read() as read:
            self._at = max(read.first_sequence() - 1, 0)
        self.lost = 0

    def lines(self) -> Iterator[Change]:
        """The lines that were not read yet, oldest first, up to the newest there is when it is reached."""
        while True:
            with self._store.read() as read:
                self._note_lost(read.first_sequence())
                before = self._at
                found = self._batch(read)
            yield from (one for one in found if self._wanted(one))
            if self._at == before:
                return

    def newest(self, most: int) -> Iterator[Change]:
        """The ``most`` newest of the lines that were not read yet, oldest first."""
        from collections import deque

        if not self._since and self._actor is None:
            with self._store.read() as read:
                self._at = max(self._at, read.sequence() - most)
        yield from deque(self.lines(), maxlen=most)

    def _batch(self, read: Read) -> list[Change]:
        """Some lines behind the last one read; a damaged one is passed over and noted."""
        found: list[Change] = []
        try:
            for change in islice(read.changes(self._at), BATCH):
                found.append(change)
                self._at = change.seq
        except Corrupt as error:
            number = int(error.key, 16)
            again = self._again(read, number)
            if again is None:
                read.left_out.add((error.table, error.key))
            else:
                found.append(again)
            self._at = number
        return found

    @staticmethod
    def _again(read: Read, number: int) -> Change | None:
        """A line that looked damaged, once more: without a lock its page may have changed meanwhile."""
        try:
            return read.looked(lambda kv: next(lines_above(kv, number - 1), None))
        except Corrupt:
            return None

    def _note_lost(self, first: int) -> None:
        if first > self._at + 1:
            self.lost += first - 1 - self._at
            self._at = first - 1

    def _wanted(self, change: Change) -> bool:
        return change.at >= self._since and (self._actor is None or change.actor == self._actor)


def id_of(change: Change) -> str | None:
    """The public id of the record of a line, of an offer that of its pattern; what a note names as it is."""
    prefix = _PREFIXES.get(change.table)
    digits = change.key[:_KEY]
    if prefix is None or len(digits) < _KEY or not _hex(digits):
        return change.key or None
    return format_id(prefix, int(digits, 16))


def change_json(change: Change) -> dict[str, Any]:
    """A line of the change log in its JSON form."""
    return {
        "seq": change.seq,
        "at": rfc3339(change.at),
        "actor": change.actor or None,
        "command": change.command or None,
        "op": change.op,
        "table": change.table,
        "id": id_of(change),
        "result": change.result or None,
    }


def _hex(text: str) -> bool:
    try:
        int(text, 16)
    except ValueError:
        return False
    return True
