"""Reading: one snapshot of everything a store holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from tacit.store import changelog
from tacit.store import rows as columns
from tacit.store.changelog import Change
from tacit.store.codec import load, unseal, unseal_meta
from tacit.store.engine import Transaction
from tacit.store.entries import MAX_KEY, amounts, misplaced
from tacit.store.errors import Corrupt
from tacit.store.keys import successor, u64
from tacit.store.pending import read_sum, read_tally, unpack_sum, unpack_tally
from tacit.store.schema import COUNTERS, META, TRASH, TRASHED, Map, Part, R, Rows, Schema, Table, Tallies

T = TypeVar("T")


class Read:
    """One snapshot. Keep it for one answer, never across a pause.

    Attributes:
        kv: the engine's transaction beneath.
        rows_read: how many records, entries and rows this transaction touched.
        left_out: (name, key in hex) of what is damaged and was passed over.
        schema: what the store holds, where whoever made this knows.
    """

    def __init__(
        self,
        kv: Transaction,
        renew: Callable[[], Transaction] | None = None,
        left_out: set[tuple[str, str]] | None = None,
        schema: Schema | None = None,
    ) -> None:
        self.kv = kv
        self.schema = schema
        self._renew = renew
        self._sums: dict[str, dict[bytes, int]] = {}
        self.rows_read = 0
        self.left_out = set() if left_out is None else left_out

    def get(self, table: Table[R], key: bytes) -> R | None:
        """The record, or ``None``, also where a damaged one lies, which is noted then.

        Raises:
            StoreNewer: a newer Tacit wrote it.
        """
        try:
            return self.exact(table, key)
        except Corrupt as error:
            self._hurt(table, key, error)
            return None

    def exact(self, table: Table[R], key: bytes) -> R | None:
        """The record, or ``None``.

        Raises:
            Corrupt: it does not match its checksum.
            StoreNewer: a newer Tacit wrote it.
        """
        self.rows_read += 1

        def look(kv: Transaction) -> R | None:
            sealed = kv.get(table.space, key)
            return None if sealed is None else load(table, key, sealed)

        return self.looked(look)

    def get_many(self, table: Table[R], keys: Sequence[bytes]) -> list[R | None]:
        """The records of some keys in the order asked, ``None`` for each that is not there or damaged.

        Raises:
            StoreNewer: a newer Tacit wrote one.
        """
        found = {key: self.get(table, key) for key in sorted(set(keys))}
        return [found[key] for key in keys]

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
                self._astray(table, misplaced(space, entry))
                made_anew = self.kv.get(space, entry)
                if made_anew is None or not entry.endswith(made_anew):
                    continue
                key = made_anew  # noqa: PLW2901
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
            try:
                record = load(table, key, sealed)
            except Corrupt as error:
                self._hurt(table, key, error)
                continue
            yield key, record

    def count(self, table: Table[R], counter: str, group: bytes = b"") -> int:
        """The sum of a group, 0 when there is none; of a damaged one the records are summed up anew."""
        place = (table.stems[counter] + group)[:MAX_KEY]
        try:
            return self.looked(lambda kv: read_sum(kv, place))
        except Corrupt as error:
            return self._summed(table, error).get(place, 0)

    def groups(self, table: Table[R], counter: str, prefix: bytes = b"") -> Iterator[tuple[bytes, int]]:
        """(group key, sum) of every group that is not zero."""
        stem = table.stems[counter]
        low = stem + prefix
        for key, sealed in self.kv.scan(COUNTERS, low, successor(low)):
            self.rows_read += 1
            try:
                total = unpack_sum(key, sealed)
            except Corrupt as error:
                for place, anew in sorted(self._summed(table, error).items()):
                    if anew and place >= low and place.startswith(stem + prefix):
                        yield place[len(stem) :], anew
                return
            low = key + b"\0"
            yield key[len(stem) :], total

    def rows(self, rows: Rows, owner: int) -> bytes:
        """All packed rows of an owner, in no particular order."""
        return self.looked(lambda kv: b"".join(columns.chunks(kv, rows, owner)))

    def tally(self, tallies: Tallies, owner: int) -> tuple[int, ...]:
        """The counters of an owner, zeros when it has none."""
        return self.looked(lambda kv: read_tally(kv, tallies, owner))

    def tallies(self, tallies: Tallies, start: int = 0) -> Iterator[tuple[int, tuple[int, ...]]]:
        """(owner, counters) of every owner from ``start`` on.

        Raises:
            Corrupt: one is damaged.
        """
        for key, sealed in self.kv.scan(tallies.space, u64(start)):
            self.rows_read += 1
            yield int.from_bytes(key, "big"), unpack_tally(tallies, key, sealed)

    def value(self, map: Map, key: bytes) -> bytes | None:  # noqa: A002 - the name of the interface
        """The bytes under a key, or ``None``, also where they are damaged, which is noted then."""

        def look(kv: Transaction) -> bytes | None:
            sealed = kv.get(map.space, key)
            return None if sealed is None else unseal(map.name, key, sealed)

        try:
            return self.looked(look)
        except Corrupt as error:
            self._hurt(map, key, error)
            return None

    def present(self, map: Map, key: bytes) -> bool:  # noqa: A002
        """Whether anything lies under a key, be it damaged."""
        return self.kv.get(map.space, key) is not None

    def items(
        self,
        map: Map,  # noqa: A002
        prefix: bytes = b"",
        instead: Callable[[bytes], bytes] | None = None,
    ) -> Iterator[tuple[bytes, bytes]]:
        """(key, bytes) of every key with this prefix.

        Damaged ones are left out and noted, or stay as they are and count as what ``instead`` says.
        """
        for key, sealed in self.kv.scan(map.space, prefix, successor(prefix)):
            self.rows_read += 1
            try:
                value = unseal(map.name, key, sealed)
            except Corrupt as error:
                if instead is None:
                    self._hurt(map, key, error)
                    continue
                value = instead(key)
            yield key, value

    def trashed(self, table: Table[R], key: bytes) -> R | None:
        """The record in the trash, or ``None``, also where a damaged one lies, which is noted then."""
        place = trash_key(table, key)
        sealed = self.kv.get(TRASH, place)
        try:
            return None if sealed is None else load(table, key, sealed)
        except Corrupt as error:
            self._hurt(TRASHED, place, error)
            return None

    def trash_items(self) -> Iterator[tuple[str, bytes]]:
        """(table name, record key) of everything in the trash."""
        for place, _ in self.kv.scan(TRASH):
            name, _, key = place.partition(b"\0")
            yield name.decode(), key

    def trash_keys(self, table: Table[Any], prefix: bytes = b"") -> Iterator[bytes]:
        """The keys with this prefix of the records of a table that lie in the trash."""
        low = trash_key(table, prefix)
        for place, _ in self.kv.scan(TRASH, low, successor(low)):
            yield place[len(low) - len(prefix) :]

    def changes(self, since: int) -> Iterator[Change]:
        """The lines of the change log above a sequence number, oldest first."""
        return changelog.since(self.kv, since)

    def sequence(self) -> int:
        """The newest number in the change log, 0 in a new store."""
        return changelog.newest(self.kv)

    def first_sequence(self) -> int:
        """The oldest number still in the change log, 0 when it is empty.

        Who has followed it to less than the number before must look at the records themselves.
        """
        return changelog.oldest(self.kv)

    def meta(self, key: bytes) -> bytes | None:
        """What the store knows of itself under a key: its id, its secret, its schema version."""
        sealed = self.kv.get(META, key)
        return None if sealed is None else unseal_meta(key, sealed)

    def end(self) -> None:
        """Let the snapshot go."""
        self.kv.abort()

    def _hurt(self, part: Part, key: bytes, error: Corrupt) -> None:  # noqa: ARG002 - a write needs it
        """Something damaged was met and is left out."""
        self.left_out.add((part.name, key.hex()))

    def _astray(self, table: Table[Any], error: Corrupt) -> None:  # noqa: ARG002 - a write needs it
        """An index entry was met that leads nowhere."""
        self.left_out.add((error.table, error.key))

    def _summed(self, table: Table[Any], error: Corrupt) -> dict[bytes, int]:
        """All sums of a table one of whose counters is damaged, from its records."""
        self.left_out.add((error.table, error.key))
        if table.name not in self._sums:
            sums = self._sums[table.name] = {}
            for _, record in self.records(table):
                for place, amount in amounts(table, record).items():
                    sums[place] = sums.get(place, 0) + amount
        return self._sums[table.name]

    def looked(self, look: Callable[[Transaction], T]) -> T:
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
