"""Whether what a backup holds are records of this store's kind, each whole and of use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from tacit.store import changelog
from tacit.store.backup_format import primary_spaces
from tacit.store.backup_reader import Backup
from tacit.store.backup_writer import Told
from tacit.store.codec import dump, is_old, load, unseal
from tacit.store.entries import amounts, index_entries
from tacit.store.errors import BackupDamaged, StoreError, StoreNewer
from tacit.store.pending import unpack_tally
from tacit.store.rows import unpacked
from tacit.store.schema import CHANGES, ID, META, SECRET, TRASH, VERSION, Map, R, Rows, Schema, Table, Tallies

Extra = Callable[[str, bytes, bytes], object]
"""Looks at (name of a map, key, bytes); raises where they make no sense."""


class Checked(Struct, frozen=True):
    """What a backup turned out to hold: records by space, and how many are of spaces that are gone."""

    records: int
    raw: int
    skipped: int


class Entry(Struct, frozen=True):
    """A record of a backup as it is to be stored, with what follows from it.

    ``entries`` are (space, index entry), ``sums`` counter key to amount.
    """

    sealed: bytes
    entries: frozenset[tuple[str, bytes]] = frozenset()
    sums: dict[bytes, int] = {}


Look = Callable[[bytes, bytes], Entry]


class Checker:
    """Judges the records of one backup, and brings those of an older version up to date."""

    def __init__(self, backup: Backup, schema: Schema, extra: Extra | None = None) -> None:
        header = backup.header
        if header.schema > schema.version:
            which = f"{header.tacit}, schema {header.schema}"
            raise StoreNewer(
                f"The backup {backup.path} was made by a newer Tacit ({which}).", "Update Tacit."
            )
        self._path = backup.path
        self._extra = extra
        self._header = header
        self._tables: dict[bytes, Table[Any]] = {table.name.encode(): table for table in schema.tables}
        self._looks = self._of_spaces(schema)
        self.meta: dict[bytes, bytes] = {}
        self.sequence = 0
        unknown = set(header.spaces) - self._looks.keys()
        if unknown and header.schema == schema.version:
            raise BackupDamaged(backup.path, f"it holds {min(unknown)!r}, which no store has")

    def look(self, space: str, key: bytes, sealed: bytes) -> Entry | None:
        """The record to store, ``None`` where its space is gone.

        Raises:
            BackupDamaged: it is no record of its space.
            StoreNewer: a newer Tacit wrote it.
        """
        look = self._looks.get(space)
        if look is None:
            return None
        try:
            return look(key, sealed)
        except StoreNewer as error:
            raise StoreNewer(f"The backup {self._path} cannot be used. {error.message}", error.hint) from None
        except StoreError as error:
            why = f"{error.message[:1].lower()}{error.message[1:]}"
            raise BackupDamaged(self._path, why.rstrip(".")) from error
        except Exception as error:  # whatever a forged record makes of the functions that read it
            what = f"the record {key.hex()} in {space} makes no sense ({type(error).__name__})"
            raise BackupDamaged(self._path, what) from error

    def finish(self) -> None:
        """See that the store's own facts were there.

        Raises:
            BackupDamaged: they were not, or are not what the header says.
        """
        for key, length in ((ID, 32), (SECRET, 32), (VERSION, 4)):
            if len(self.meta.get(key, b"")) != length:
                raise BackupDamaged(self._path, f"the {key.decode()} of its store is missing")
        own = (self.meta[ID].decode(errors="replace"), int.from_bytes(self.meta[VERSION], "big"))
        if own != (self._header.store, self._header.schema):
            raise BackupDamaged(self._path, "its header is that of another store")

    def _of_spaces(self, schema: Schema) -> dict[str, Look]:
        looks: dict[str, Look] = dict.fromkeys(primary_spaces(schema), _opaque)
        looks[META], looks[CHANGES], looks[TRASH] = self._meta, self._change, self._trashed
        for table in schema.tables:
            looks[table.space] = _record(table)
        for rows in schema.rows:
            looks[rows.space] = _chunk(rows)
        for tallies in schema.tallies:
            looks[tallies.space] = _tally(tallies)
        for held in schema.maps:
            looks[held.space] = self._value(held)
        return looks

    def _meta(self, key: bytes, sealed: bytes) -> Entry:
        self.meta[key] = unseal(META, key, sealed)
        return Entry(sealed)

    def _change(self, key: bytes, sealed: bytes) -> Entry:
        change = changelog.line(key, sealed)
        if len(key) != 8 or change.seq != int.from_bytes(key, "big") or change.seq >> 62:
            raise ValueError("a line under another number")
        self.sequence = change.seq
        return Entry(sealed)

    def _trashed(self, place: bytes, sealed: bytes) -> Entry:
        name, _, key = place.partition(b"\0")
        table = self._tables.get(name)
        if table is None:
            raise ValueError("a record of an unknown table")
        return Entry(_current(table, key, sealed)[1])

    def _value(self, held: Map) -> Look:
        def look(key: bytes, sealed: bytes) -> Entry:
            value = unseal(held.name, key, sealed)
            if self._extra is not None:
                self._extra(held.name, key, value)
            return Entry(sealed)

        return look


def check(backup: Backup, schema: Schema, extra: Extra | None = None, told: Told | None = None) -> Checked:
    """Read all of a backup: every checksum, every record.

    Raises:
        BackupDamaged: it could not be restored.
        StoreNewer: a newer Tacit wrote it.
        StoreError: it cannot be read.
    """
    checker = Checker(backup, schema, extra)
    skipped = 0
    for space, key, sealed in backup.records(told):
        skipped += checker.look(space, key, sealed) is None
    checker.finish()
    return Checked(backup.count, backup.raw, skipped)


def _opaque(key: bytes, sealed: bytes) -> Entry:  # noqa: ARG001 - a Look
    return Entry(sealed)


def _record(table: Table[R]) -> Look:
    def look(key: bytes, sealed: bytes) -> Entry:
        record, current = _current(table, key, sealed)
        return Entry(current, frozenset(index_entries(table, key, record)), amounts(table, record))

    return look


def _current(table: Table[R], key: bytes, sealed: bytes) -> tuple[R, bytes]:
    """The record, and how it is stored today."""
    record = load(table, key, sealed)
    return record, dump(table, key, record) if is_old(table, sealed) else sealed


def _chunk(rows: Rows) -> Look:
    def look(key: bytes, sealed: bytes) -> Entry:
        if len(key) != 12:
            raise ValueError("no key of a chunk")
        unpacked(rows, key, sealed)
        return Entry(sealed)

    return look


def _tally(tallies: Tallies) -> Look:
    def look(key: bytes, sealed: bytes) -> Entry:
        if len(key) != 8:
            raise ValueError("no key of a tally")
        unpack_tally(tallies, key, sealed)
        return Entry(sealed)

    return look
