"""Writing records with everything that follows from them, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter

from tacit.store import changelog
from tacit.store import rows as columns
from tacit.store.aside import Aside
from tacit.store.codec import dump, seal
from tacit.store.entries import MAX_KEY, amounts, index_entries
from tacit.store.errors import Corrupt
from tacit.store.reading import Read as Read
from tacit.store.reading import trash_key
from tacit.store.schema import COMPACT, META, TRASH, Map, R, Rows, Table, Tallies


class Write(Aside):
    """The one transaction that writes. Everything it did is seen by its own reads.

    Nothing is stored when the job that has it raises. A damaged record, row or value that is met goes
    into the quarantine, as if it had never been there; what rests on it is derived anew before the end.
    """

    def put(self, table: Table[R], key: bytes, record: R) -> None:
        """Insert or replace. A record equal to the stored one changes nothing."""
        sealed = dump(table, key, record)
        before = self.kv.get(table.space, key)
        if before == sealed:
            return
        old = None if before is None else self.get(table, key)
        self.kv.put(table.space, key, sealed)
        self._follow(table, key, old, record)
        self._log(table, "put", key)

    def delete(self, table: Table[R], key: bytes) -> bool:
        """Remove for good; whether it was there."""
        return self._take(table, key, "delete") is not None

    def put_many(self, table: Table[R], items: Iterable[tuple[bytes, R]]) -> None:
        """Insert or replace many records, in the order of their keys: neighbours share pages."""
        for key, record in sorted(items, key=itemgetter(0)):
            self.put(table, key, record)

    def delete_many(self, table: Table[R], keys: Iterable[bytes]) -> int:
        """Remove many for good; how many were there."""
        return sum(self.delete(table, key) for key in sorted(keys))

    def trash(self, table: Table[R], key: bytes) -> bool:
        """Out of the table, its indexes and counters, into the trash; whether it was there."""
        sealed = self._take(table, key, "trash")
        if sealed is None:
            return False
        self.kv.put(TRASH, trash_key(table, key), sealed)
        return True

    def restore(self, table: Table[R], key: bytes) -> bool:
        """Back from the trash, in place of a record that has come meanwhile; whether it was there."""
        place = trash_key(table, key)
        sealed = self.kv.get(TRASH, place)
        if sealed is None:
            return False
        record = self.trashed(table, key)
        if record is None:
            return False
        old = self.get(table, key)
        self.kv.put(table.space, key, sealed)
        self.kv.delete(TRASH, place)
        self._follow(table, key, old, record)
        self._log(table, "restore", key)
        return True

    def purge(self, table: Table[R], key: bytes) -> bool:
        """Out of the trash for good; whether it was there."""
        if not self.kv.delete(TRASH, trash_key(table, key)):
            return False
        self._log(table, "purge", key)
        return True

    def add_rows(self, rows: Rows, owner: int, packed: bytes) -> list[int]:
        """Append packed rows; the number of the chunk each one went to."""
        while True:
            try:
                return columns.add(self.kv, rows, owner, packed)
            except Corrupt as error:  # out of the last chunk, before anything was added
                self._hurt(rows, bytes.fromhex(error.key), error)

    def remove_rows(self, rows: Rows, owner: int, chunks: set[int], match: Callable[[bytes], bool]) -> int:
        """Take the matching rows out of these chunks; how many there were."""
        removed = 0
        for number in sorted(chunks):
            try:
                removed += columns.remove(self.kv, rows, owner, {number}, match)
            except Corrupt as error:
                self._hurt(rows, bytes.fromhex(error.key), error)
        return removed

    def add_tally(self, tallies: Tallies, owner: int, deltas: tuple[int, ...]) -> None:
        """Add to the counters of an owner; one that ends below zero is Corrupt, at the latest at the end."""
        self._pending.add(tallies, owner, deltas)

    def set_value(self, map: Map, key: bytes, value: bytes) -> None:  # noqa: A002
        """Store bytes under a key."""
        self.kv.put(map.space, key, seal(map.name, key, value))

    def delete_value(self, map: Map, key: bytes) -> bool:  # noqa: A002
        """Remove a key; whether it was there."""
        return self.kv.delete(map.space, key)

    def note(self, op: str, table: str, ids: tuple[str, ...], result: str = "") -> None:
        """An extra line in the change log: ids and counts, never text."""
        self._append(op, table, " ".join(ids), result)

    def count(self, table: Table[R], counter: str, group: bytes = b"") -> int:
        """The sum of a group as it will be."""
        place = (table.stems[counter] + group)[:MAX_KEY]
        return super().count(table, counter, group) + self._pending.counters.get(place, 0)

    def groups(self, table: Table[R], counter: str, prefix: bytes = b"") -> Iterator[tuple[bytes, int]]:
        """(group key, sum) of every group as it will be."""
        self._gathered()
        return super().groups(table, counter, prefix)

    def tally(self, tallies: Tallies, owner: int) -> tuple[int, ...]:
        """The counters of an owner as they will be."""
        stored = super().tally(tallies, owner)
        deltas = self._pending.tallies.get(tallies, {}).get(owner)
        if deltas is None:
            return stored
        return tuple(count + delta for count, delta in zip(stored, deltas, strict=True))

    def tallies(self, tallies: Tallies, start: int = 0) -> Iterator[tuple[int, tuple[int, ...]]]:
        """(owner, counters) of every owner as they will be."""
        self._gathered()
        return super().tallies(tallies, start)

    def put_trashed(self, table: Table[R], key: bytes, record: R) -> None:
        """Replace a record that lies in the trash."""
        self.kv.put(TRASH, trash_key(table, key), dump(table, key, record))

    def demand_compaction(self) -> None:
        """Say that the file holds what must not stay in it: whoever is next alone writes it anew."""
        self.kv.put(META, COMPACT, seal(META, COMPACT, b""))

    def number(self, seq: int) -> None:
        """Give the next line of the change log this number, which must be higher than any there."""
        self._seq = seq - 1

    def trim(self, floor: int) -> None:
        """Drop some lines of the change log that nobody needs any more, now and then.

        Args:
            floor: what derives from the log has followed it this far.
        """
        if self._seq is not None:
            changelog.trim(self.kv, self._seq, self._lines, self._at, floor)

    def _take(self, table: Table[R], key: bytes, op: str) -> bytes | None:
        sealed = self.kv.get(table.space, key)
        record = None if sealed is None else self.get(table, key)
        if record is None:
            return None
        self.kv.delete(table.space, key)
        self._unvector(table, key)
        self._follow(table, key, record, None)
        self._log(table, op, key)
        return sealed

    def _follow(self, table: Table[R], key: bytes, old: R | None, new: R | None) -> None:
        """Bring indexes and counters from the old record to the new one, touching only what differs."""
        before = set() if old is None else index_entries(table, key, old)
        after = set() if new is None else index_entries(table, key, new)
        for space, entry in before - after:
            self.kv.delete(space, entry)
        for space, entry in after - before:
            self.kv.put(space, entry, key)
        deltas = {} if new is None else amounts(table, new)
        if old is not None:
            for place, amount in amounts(table, old).items():
                deltas[place] = deltas.get(place, 0) - amount
        for place, delta in deltas.items():
            if delta:
                self._pending.count(place, delta)

    def _log(self, table: Table[R], op: str, key: bytes) -> None:
        if table.logged:
            self._append(op, table.name, key.hex(), "")
