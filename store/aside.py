"""What a transaction that writes does about damage it meets: put it aside, and make good what rests on it."""

from __future__ import annotations

from typing import Any

from tacit.store import changelog
from tacit.store.building import build, clear
from tacit.store.changelog import Change
from tacit.store.codec import load
from tacit.store.engine import Transaction
from tacit.store.errors import Corrupt
from tacit.store.keys import successor
from tacit.store.pending import Pending, read_sum
from tacit.store.quarantine import Damaged, keep
from tacit.store.reading import Read
from tacit.store.schema import COUNTERS, Map, Part, Rows, Schema, Table, Tallies, Vectors


class Aside(Read):
    """The half of :class:`~tacit.store.transaction.Write` that sees to damage, and writes the change log."""

    def __init__(  # noqa: PLR0917 - the store makes it
        self,
        kv: Transaction,
        at: int,
        actor: str,
        command: str,
        schema: Schema | None = None,
        left_out: set[tuple[str, str]] | None = None,
    ) -> None:
        super().__init__(kv, left_out=left_out, schema=schema)
        self._at = at
        self._actor = actor
        self._command = command
        self._seq: int | None = None
        self._lines = 0
        self._pending = Pending()
        self._lost: set[tuple[str, bytes]] = set()

    @property
    def at(self) -> int:
        """When it began, in milliseconds UTC."""
        return self._at

    def set_aside(self, part: Part, key: bytes, why: str) -> None:
        """Put what lies under a key into the quarantine, for being damaged.

        Rows, tallies and vectors are only taken out: nobody could read them, and they are derived anew.
        """
        raw = self.kv.get(part.space, key)
        if raw is not None:
            if not isinstance(part, Rows | Tallies | Vectors):
                keep(self.kv, part.name, key, Damaged(self._at, why, raw))
            self.kv.delete(part.space, key)
            if isinstance(part, Table):
                self._unvector(part, key)
            self._lost.add((part.name, key))
            self.left_out.add((part.name, key.hex()))
            self._append("quarantine", part.name, "" if isinstance(part, Map) else key.hex(), "")

    def rebuild(self, table: Table[Any]) -> None:
        """Make all indexes and counters of a table anew; damaged records go into the quarantine."""
        for key, sealed in self.kv.scan(table.space):
            try:
                load(table, key, sealed)
            except Corrupt as error:
                self.set_aside(table, key, error.why)
        build(self.kv, table, table.indexes, table.counters)
        self._pending.forget(tuple(table.stems.values()))

    def clear(self, part: Part) -> None:
        """Take everything out of a table with its indexes and counters, or out of a map, rows or tallies.

        The change log does not mention it, and nothing of it is looked at.
        """
        if isinstance(part, Table) and self._has_vectors(part):
            for key, _ in self.kv.scan(part.space):
                self._unvector(part, key)
        clear(self.kv, part.space)
        if isinstance(part, Table):
            self.rebuild(part)
        elif isinstance(part, Tallies):
            self._pending.tallies.pop(part, None)

    def flush(self) -> None:
        """Write the gathered counters and heal what lost something; the store does this before it commits.

        Raises:
            Corrupt: a tally would leave its range, and the schema knows no way to derive it anew.
        """
        self._gathered()
        while self._lost:
            lost, self._lost = frozenset(self._lost), set()
            if self.schema is not None and self.schema.heal is not None:
                self.schema.heal(self, lost)
                self._gathered()

    def _hurt(self, part: Part, key: bytes, error: Corrupt) -> None:
        if isinstance(part, Rows | Tallies) and (self.schema is None or self.schema.heal is None):
            raise error
        self.set_aside(part, key, error.why)
        if isinstance(part, Table):
            self.rebuild(part)

    def _has_vectors(self, table: Table[Any]) -> bool:
        vectors = None if self.schema is None else self.schema.vectors
        return vectors is not None and table in vectors.tables

    def _unvector(self, table: Table[Any], key: bytes) -> None:
        """A record leaves its table: so do the vectors of its texts."""
        if self._has_vectors(table):
            from tacit.store.vector_rows import leave

            leave(self, table.name, key)

    def _astray(self, table: Table[Any], error: Corrupt) -> None:
        super()._astray(table, error)
        self.rebuild(table)

    def _summed(self, table: Table[Any], error: Corrupt) -> dict[bytes, int]:
        self.left_out.add((error.table, error.key))
        self.rebuild(table)
        return {
            key: read_sum(self.kv, key)
            for stem in table.stems.values()
            for key, _ in self.kv.scan(COUNTERS, stem, successor(stem))
        }

    def _gathered(self) -> None:
        """Write the gathered counters and tallies, past damaged ones."""
        while True:
            try:
                self._pending.flush(self.kv)
            except Corrupt as error:
                self._mend(error)
            else:
                return

    def _mend(self, error: Corrupt) -> None:
        """See to a counter or tally that stands in the way.

        Raises:
            Corrupt: nothing is known of it.
        """
        if self.schema is None:
            raise error
        key = bytes.fromhex(error.key)
        for table in self.schema.tables if error.table == COUNTERS else ():
            if key.startswith(tuple(table.stems.values())):
                self._summed(table, error)
                return
        for tallies in self.schema.tallies:
            if tallies.name == error.table:
                self._hurt(tallies, key, error)
                self._pending.tallies.get(tallies, {}).pop(int.from_bytes(key, "big"), None)
                self._lost.add((tallies.name, key))
                return
        raise error

    def _append(self, op: str, table: str, key: str, result: str) -> None:
        """Write a line of the change log."""
        seq = (self.sequence() if self._seq is None else self._seq) + 1
        self._seq = seq
        self._lines += 1
        change = Change(seq, self._at, op, table, key, self._actor, self._command, result)
        changelog.append(self.kv, change)
