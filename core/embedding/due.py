"""Which records need vectors next: at first every one in turn, then those that the change log names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.embedding.position import Position, begin
from tacit.core.embedding.texts import EMBEDDED, TABLES, documents, sum_of
from tacit.store.errors import Corrupt
from tacit.store.reading import Read
from tacit.store.schema import Table
from tacit.store.text_place import line_sum
from tacit.store.vector_rows import sums_of

if TYPE_CHECKING:
    from tacit.store.changelog import Change
    from tacit.store.vector_rows import Space

LINES = 2_000
"""Records, or lines of the change log, that are looked at within one snapshot."""


Unit = tuple[str, bytes]
"""A record: the name of its table, and its key."""


class Due(Struct, frozen=True):
    """A record whose rows are not what its texts want.

    ``sealed`` are its stored bytes, ``texts`` number to checksum of all its texts, ``wanted`` those that
    are to be embedded, not more than there was room for.
    """

    table: Table[Any]
    key: bytes
    sealed: bytes
    texts: dict[int, bytes]
    wanted: tuple[str, ...]


class Gathered(Struct, frozen=True):
    """What one round is about: ``after`` holds once it is stored, ``looked`` counts what was looked at."""

    due: list[Due]
    after: Position
    looked: int


def named_after(read: Read, seq: int) -> set[Unit]:
    """The records that the log names after a line, of the tables that are embedded; they may be gone.

    Raises:
        Corrupt: the log is damaged.
    """
    found = (_named(change) for change in read.changes(seq))
    return {unit for unit in found if unit is not None}


def gather(read: Read, space: Space | None, at: Position, room: int) -> Gathered:
    """The next records from a position on that want at most ``room`` texts embedded.

    A record that wants more is in it with some of them, and comes again in the next round.
    """
    try:
        return _Gathering(read, space, room).run(at)
    except Corrupt:  # the change log is damaged, so that it cannot be followed
        return _Gathering(read, space, room).run(begin(read))


class _Gathering:
    def __init__(self, read: Read, space: Space | None, room: int) -> None:
        self._read = read
        self._space = space
        self._room = room
        self._due: list[Due] = []
        self._looked = 0

    def run(self, at: Position) -> Gathered:
        after = self._followed(at) if at.complete else self._scanned(at)
        return Gathered(self._due, after, self._looked)

    def _scanned(self, at: Position) -> Position:
        """Look at records in their order, from where the position stands."""
        seen = at.seen
        for table, key in _keys(self._read, at):
            if self._full() or not self._look(table, key):
                return replace(at, at=(table.name, key), seen=seen)
            seen += 1
            self._looked += 1
        return replace(at, at=None, seen=seen)

    def _followed(self, at: Position) -> Position:
        """Look at what the log names, each record once, as it is now."""
        looked: set[Unit] = set()
        upto = at.seq
        for change in self._read.changes(at.seq):
            unit = _named(change)
            if unit is not None and unit not in looked:
                if self._full() or not self._look(TABLES[unit[0]], unit[1]):
                    break
                looked.add(unit)
            upto = change.seq
            self._looked += 1
        if upto == at.seq:
            return at
        return replace(at, seq=upto, line=line_sum(self._read.kv, upto) or 0)

    def _full(self) -> bool:
        return self._room <= 0 or self._looked >= LINES

    def _look(self, table: Table[Any], key: bytes) -> bool:
        """See whether a record wants vectors; ``False`` when there was not room for all of them."""
        record = self._read.get(table, key)
        sealed = self._read.kv.get(table.space, key)
        if record is None or sealed is None:
            return True
        texts = dict(documents(self._read, table, key, record))
        sums = {number: sum_of(text) for number, text in texts.items()}
        there = {} if self._space is None else sums_of(self._read, self._space, table.name, key)
        if there == sums:
            return True
        have = set(there.values())
        missing = [texts[number] for number, one in sums.items() if one not in have]
        wanted = tuple(missing[: self._room])
        self._room -= len(wanted)
        self._due.append(Due(table, key, sealed, sums, wanted))
        return len(wanted) == len(missing)


def _named(change: Change) -> Unit | None:
    """The record that a line is about, of a table that is embedded."""
    if change.table not in TABLES or len(change.key) != 16:
        return None
    return change.table, bytes.fromhex(change.key)


def _keys(read: Read, at: Position) -> Iterator[tuple[Table[Any], bytes]]:
    name, low = at.at or ("", b"")
    names = [table.name for table in EMBEDDED]
    for table in EMBEDDED[names.index(name) if name in names else 0 :]:
        for key in read.keys(table, low if table.name == name else b""):
            yield table, key
