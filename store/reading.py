"""Reading: one snapshot of everything a store holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from tacit.store import changelog
from tacit.store import rows as columns
from tacit.store.changelog import Change
from tacit.store.codec import load, unseal
from tacit.store.engine import Transaction
from tacit.store.entries import MAX_KEY, misplaced
from tacit.store.errors import Corrupt
from tacit.store.keys import successor, u64
from tacit.store.pending import read_sum, read_tally, unpack_sum, unpack_tally
from tacit.store.schema import COUNTERS, META, TRASH, Map, R, Rows, Table, Tallies

T = TypeVar("T")


class Read:
    """One snapshot. Keep it for one answer, never across a pause.

    Attributes:
        kv: the engine's transaction beneath.
        rows_read: how many records, entries and rows this transaction touched.
    """

    def __init__(self, kv: Transaction, renew: Callable[[], Transaction] | None = None) -> None:
        self.kv = kv
        self._renew = renew
        self.rows_read = 0

    def get(self, table: Table[R], key: bytes) -> R | None:
        """The record, or ``None``.

        Raises:
            Corrupt: it does not match its checksum.
            StoreNewer: a newer Tacit wrote it.
        """
        self.rows_read += 1

        def look(kv: Transaction) -> R | None:
            sealed = kv.get(table.space, key)
            return None if sealed is None else load(table, key, sealed)

        return self._looked(look)

    def scan(
        self,
        table: Table[R],
        index: str,
        prefix: bytes = b"",
        *,
        start: bytes | None = None,
        reverse: bool = False,
    ) -> Iterator[tuple[bytes, bytes]]:
        """(index key, record key) in the order of an index.

        Args:
            table: the table.
            index: the name of one of its indexes.
            prefix: what every index key begins with.
            start: where to begin, inclusive: an index key as this yields it, or one followed by its
                record key, where several records share an index key.
            reverse: from the last entry, or from ``start``, backwards.
        """
        space = table.spaces[index]
        low, high = prefix, successor(prefix)
        if start is not None and reverse:
            last = successor(start)
            high = last if high is None or (last is not None and last < high) else high
        elif start is not None:
            low = max(low, start)
        for entry, key in self.kv.scan(space, low, high, reverse=reverse):
            self.rows_read += 1
            if not entry.endswith(key):
                raise misplaced(space, entry)
            yield entry[: -len(key)], key

    def keys(
        self, table: Table[R], low: bytes = b"", high: bytes | None = None, *, reverse: bool = False
    ) -> Iterator[bytes]:
        """The record keys in [``low``, ``high``)."""
        for key, _ in self.kv.scan(table.space, low, high, reverse=reverse):
            self.rows_read += 1
            yield key

    def records(
        self, table: Table[R], low: bytes = b"", high: bytes | None = None
    ) -> Iterator[tuple[bytes, R]]:
        """(record key, record) in [``low``, ``high``)."""
        for key, sealed in self.kv.scan(table.space, low, high):
            self.rows_read += 1
            yield key, load(table, key, sealed)

    def count(self, table: Table[R], counter: str, group: bytes = b"") -> int:
        """The sum of a group, 0 when there is none."""
        place = (table.stems[counter] + group)[:MAX_KEY]
        return self._looked(lambda kv: read_sum(kv, place))

    def groups(self, table: Table[R], counter: str, prefix: bytes = b"") -> Iterator[tuple[bytes, int]]:
        """(group key, sum) of every group that is not zero."""
        stem = table.stems[counter]
        low = stem + prefix
        for key, sealed in self.kv.scan(COUNTERS, low, successor(low)):
            self.rows_read += 1
            yield key[len(stem) :], unpack_sum(key, sealed)

    def rows(self, rows: Rows, owner: int) -> bytes:
        """All packed rows of an owner, in the order they were added."""
        return self._looked(lambda kv: b"".join(columns.chunks(kv, rows, owner)))

    def tally(self, tallies: Tallies, owner: int) -> tuple[int, ...]:
        """The counters of an owner, zeros when it has none."""
        return self._looked(lambda kv: read_tally(kv, tallies, owner))

    def tallies(self, tallies: Tallies, start: int = 0) -> Iterator[tuple[int, tuple[int, ...]]]:
        """(owner, counters) of every owner from ``start`` on."""
        for key, sealed in self.kv.scan(tallies.space, u64(start)):
            self.rows_read += 1
            yield int.from_bytes(key, "big"), unpack_tally(tallies, key, sealed)

    def value(self, map: Map, key: bytes) -> bytes | None:  # noqa: A002 - the name of the interface
        """The bytes under a key, or ``None``."""

        def look(kv: Transaction) -> bytes | None:
            sealed = kv.get(map.space, key)
            return None if sealed is None else unseal(map.name, key, sealed)

        return self._looked(look)

    def items(self, map: Map, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:  # noqa: A002
        """(key, bytes) of every key with this prefix."""
        for key, sealed in self.kv.scan(map.space, prefix, successor(prefix)):
            self.rows_read += 1
            yield key, unseal(map.name, key, sealed)

    def trashed(self, table: Table[R], key: bytes) -> R | None:
        """The record in the trash, or ``None``."""
        sealed = self.kv.get(TRASH, trash_key(table, key))
        return None if sealed is None else load(table, key, sealed)

    def trash_items(self) -> Iterator[tuple[str, bytes]]:
        """(table name, record key) of everything in the trash."""
        for place, _ in self.kv.scan(TRASH):
            name, _, key = place.partition(b"\0")
            yield name.decode(), key

    def changes(self, since: int) -> Iterator[Change]:
        """The lines of the change log above a sequence number, oldest first."""
        return changelog.since(self.kv, since)

    def sequence(self) -> int:
        """The newest number in the change log, 0 in a new store."""
        return changelog.newest(self.kv)

    def meta(self, key: bytes) -> bytes | None:
        """What the store knows of itself under a key: its id, its secret, its schema version."""
        sealed = self.kv.get(META, key)
        return None if sealed is None else unseal(META, key, sealed)

    def end(self) -> None:
        """Let the snapshot go."""
        self.kv.abort()

    def _looked(self, look: Callable[[Transaction], T]) -> T:
        """What ``look`` sees; without a lock, a page that changed meanwhile is looked at once more."""
        try:
            return look(self.kv)
        except Corrupt:
            if self._renew is None:
                raise
        fresh = self._renew()
        try:
            return look(fresh)
        finally:
            fresh.abort()


def trash_key(table: Table[R], key: bytes) -> bytes:
    """Where a record of a table lies in the trash."""
    return table.name.encode() + b"\0" + key
