"""Following the change log: every record it names is put into the text index as it is now.

Records are read in short transactions, newer than the line of the log that made them due; a line is
replayed by taking all documents of its record out and putting them in anew, so it may be replayed any
number of times. Whoever is killed has lost at most what was not committed: the position on disk is
never ahead of the index.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any

from msgspec.structs import replace

from tacit.store.errors import Corrupt
from tacit.store.reading import Read
from tacit.store.schema import TextSource
from tacit.store.store import Store
from tacit.store.text_files import check, stamps
from tacit.store.text_index import TextIndex, Unusable, Writer
from tacit.store.text_place import FOLDER, POSITION, Position, fits, line_sum, load, save

Sources = Sequence[TextSource[Any]]
Cancelled = Callable[[], bool]
Unit = tuple[str, bytes]
"""The table and the key of a record."""

FORMAT = 2
"""Raised when the terms or the fields of the index change."""

SOME = 100
"""Records put in within one read transaction."""

_DUE = 2_000
"""Records put in between two commits."""


def spec_of(sources: Sources) -> str:
    """What an index must have been built by to answer for these sources."""
    parts = [f"{FORMAT}", *(f"{one.table.name} {one.table.version} {one.version}" for one in sources)]
    return blake2b(" ".join(parts).encode(), digest_size=8).hexdigest()


def folder_of(store: Store) -> str:
    """Where the index of a store lies."""
    return f"{os.path.realpath(store.path)}/{FOLDER}"


def due(read: Read, seq: int, names: Iterable[str], most: int | None = None) -> tuple[int, list[Unit]]:
    """The records that changed after a line of the log, each once, and the last line that was looked at.

    Raises:
        Corrupt: the log is damaged.
    """
    wanted = frozenset(names)
    units: dict[Unit, None] = {}
    for change in read.changes(seq):
        if most is not None and len(units) >= most:
            break
        seq = change.seq
        if change.table in wanted and _is_key(change.key):
            units[change.table, bytes.fromhex(change.key)] = None
    return seq, list(units)


def _is_key(text: str) -> bool:
    """Whether a line names a record; a note has ids in this place."""
    return len(text) == 16 and not text.strip("0123456789abcdef")


class Follower:
    """Brings the index of a store up to date. Only whoever holds the lock may do that."""

    def __init__(self, store: Store, sources: Sources, cancelled: Cancelled) -> None:
        self.store = store
        self.sources = {source.table.name: source for source in sources}
        self.spec = spec_of(sources)
        self.text = folder_of(store)
        self.cancelled = cancelled

    def position(self) -> Position | None:
        """Where the index is, if it can be followed from there."""
        found = load(f"{self.text}/{POSITION}")
        return found if found is not None and self.fits(found) else None

    def fits(self, position: Position) -> bool:
        """Whether the change log tells all that happened since."""
        with self.store.read() as read:
            return fits(read.kv, position, self.spec)

    def follow(self, position: Position, most: int | None = None) -> bool:
        """Catch up from the position on disk; whether the index is up to date now.

        Args:
            position: the one on disk.
            most: leave the index alone when it is more than so many lines behind.

        Raises:
            Unusable: the index is damaged, or cannot be written.
        """
        behind = self.store.sequence() - position.seq
        if most is not None and behind > most:
            return False
        check(self.folder(position), position.files)
        if not behind:
            return True
        index = TextIndex(self.folder(position), list(self.sources))
        return self.pursue(index, position, POSITION).seq >= position.seq + behind

    def pursue(self, index: TextIndex, position: Position, name: str) -> Position:
        """Replay the log until it ends, writing down now and then in the file ``name`` how far that is.

        Raises:
            Unusable: the log does not reach back to the position any more, or the index is damaged.
        """
        while not self.cancelled():
            with self.store.read() as read:
                if not fits(read.kv, position, self.spec):
                    raise Unusable("the change log was cut")
                upto, units = due(read, position.seq, self.sources, _DUE)
                line = line_sum(read.kv, upto) or 0
            if upto == position.seq:
                break
            if units and not self._put_all(index, units):
                break
            position = self.saved(replace(position, seq=upto, line=line), name)
        return position

    def _put_all(self, index: TextIndex, units: list[Unit]) -> bool:
        rest = iter(units)
        with index.writer() as writer:
            while some := list(islice(rest, SOME)):
                if self.cancelled():
                    return False
                with self.store.read() as read:
                    for name, key in some:
                        self.put(writer, read, name, key)
            writer.commit()
        return True

    def put(self, writer: Writer, read: Read, name: str, key: bytes) -> int:
        """Put a record in as it is, which may be gone or damaged; the characters of its terms."""
        source = self.sources[name]
        try:
            record = read.get(source.table, key)
            documents = [] if record is None else list(source.documents(read, key, record))
        except Corrupt:
            documents = []
        return writer.replace(name, key, documents)

    def folder(self, position: Position) -> str:
        """The folder of a position's generation."""
        return f"{self.text}/{position.generation}"

    def saved(self, position: Position, name: str) -> Position:
        """Write down how far the generation is, now that it was committed."""
        position = replace(position, files=stamps(self.folder(position)))
        save(f"{self.text}/{name}", position)
        return position
