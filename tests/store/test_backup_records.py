"""Backups with every checksum right and records that are wrong, and those of an older version."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from backup_forge import (
    Records,
    Sound,
    everything,
    restored,
)
from store_sample import COUNTS, EVENTS, NOTES, QUIET, SCHEMA, STATE, Note, tick

from tacit.store.backup_check import check
from tacit.store.backup_reader import Backup
from tacit.store.backup_restore import restore
from tacit.store.changelog import Change
from tacit.store.codec import dump, encode, seal, seal_numbers
from tacit.store.errors import BackupDamaged, StoreNewer
from tacit.store.keys import u32, u64
from tacit.store.schema import CHANGES, COUNTERS, ID, META, SECRET, TRASH, VERSION, Schema, Table
from tacit.store.store import Store
from tacit.store.verify import verify


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sound]:
    made = Sound(tmp_path_factory.mktemp("sound"))
    yield made
    made.store.close()


def other(
    space: str, key: bytes, payload: bytes, name: str = "", version: int = 1
) -> Callable[[Records], Records]:
    """The records with one more, or another under the same key."""

    def change(records: Records) -> Records:
        kept = [record for record in records if record[:2] != (space, key)]
        return [*kept, (space, key, seal(name or space, key, payload, version))]

    return change


def without(space: str, key: bytes) -> Callable[[Records], Records]:
    return lambda records: [record for record in records if record[:2] != (space, key)]


NOTE = encode(Note("x"))
CASES: list[tuple[str, Callable[[Records], Records], str]] = [
    ("a space nobody knows", other("table.others", b"k", b""), "'table.others', which no store has"),
    ("index entries", other("index.notes.name", b"k", b""), "which no store has"),
    ("counters", other(COUNTERS, b"k", b""), "which no store has"),
    ("another table's record", other(NOTES.space, u64(1), NOTE, "quiet"), "checksum does not fit"),
    ("no record", other(NOTES.space, u64(1), b"\xc1", "notes"), "it is no Note"),
    ("deep nesting", other(NOTES.space, u64(1), b"\x91" * 100_000, "notes"), "no Note|no sense"),
    ("a newer record", other(NOTES.space, u64(1), NOTE, "notes", 2), "newer Tacit"),
    ("a huge number", other(NOTES.space, u64(1), encode(Note("x", 1 << 63)), "notes"), "makes no sense"),
    ("trash of an unknown table", other(TRASH, b"others\0k", NOTE, "others"), "makes no sense"),
    ("trash without a table", other(TRASH, b"k", NOTE), "makes no sense"),
    ("half a row", other(EVENTS.space, u64(1) + u32(9), b"123", "events"), "no whole rows"),
    ("rows under no owner", other(EVENTS.space, b"k", bytes(8), "events"), "makes no sense"),
    ("a bare value", lambda records: [*records, (STATE.space, b"k", b"v")], "shorter than its envelope"),
    (
        "a short tally",
        lambda records: [
            *records,
            (COUNTS.space, u64(99), seal_numbers("counts", u64(99), b"1234")),
        ],
        "makes no sense",
    ),
    (
        "a line of another number",
        other(CHANGES, u64(999), encode(Change(5, 0, "put", "notes", ""))),
        "no sense",
    ),
    (
        "a line no number follows",
        other(CHANGES, b"\xff" * 8, encode(Change((1 << 64) - 1, 0, "put", "notes", ""))),
        "no sense",
    ),
    ("no id", without(META, ID), "the id of its store is missing"),
    ("no secret", without(META, SECRET), "the secret of its store is missing"),
    ("no version", without(META, VERSION), "the schema of its store is missing"),
    ("a short secret", other(META, SECRET, b"123"), "the secret of its store is missing"),
    ("another id", other(META, ID, b"0" * 32), "its header is that of another store"),
    ("another version", other(META, VERSION, u32(0)), "its header is that of another store"),
]


@pytest.mark.parametrize(("change", "why"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_records_that_are_none(sound: Sound, change: Callable[[Records], Records], why: str) -> None:
    sound.refused(sound.forge(change(sound.records)), why)


def test_a_value_that_unfolds_to_much(sound: Sound) -> None:
    sealed = seal("state", b"bomb", bytes(300 << 20))
    assert len(sealed) < 100_000
    sound.refused(sound.forge([*sound.records, (STATE.space, b"bomb", sealed)]), "too large decompressed")


def test_sums_that_no_counter_holds(sound: Sound) -> None:
    most = (1 << 63) - 1
    many = [(NOTES.space, u64(n), dump(NOTES, u64(n), Note("x", most))) for n in (1, 2)]
    kept = [record for record in sound.records if record[:2] not in {(NOTES.space, u64(n)) for n in (1, 2)}]
    path = sound.forge([*kept, *many])
    with pytest.raises(BackupDamaged, match="more than a counter holds"):
        restored(sound.store, path)
    assert everything(sound.store) == sound.before


def test_a_backup_of_a_newer_schema(sound: Sound) -> None:
    error = sound.refused(sound.forge(sound.records, schema=sound.header.schema + 1), "newer Tacit")
    assert isinstance(error, StoreNewer)


def test_a_file_that_changes_between_the_check_and_the_restore(sound: Sound) -> None:
    path = sound.write(sound.bytes)
    with Backup(str(path)) as backup:
        check(backup, SCHEMA)
        with path.open("r+b") as file:
            file.seek(len(sound.bytes) - 40)
            file.write(b"changed")
        with pytest.raises(BackupDamaged):
            sound.store.write(lambda write: restore(write, backup, SCHEMA), large=True)
    assert everything(sound.store) == sound.before


def test_records_of_older_versions_are_brought_up_to_date(sound: Sound, tmp_path: Path) -> None:
    """A later schema: notes have a version of their own, a space is gone, a migration does the rest."""
    done: list[int] = []
    newer = Table(
        NOTES.name, Note, NOTES.indexes, NOTES.counters, version=2, upgrades=(lambda old: old | {"size": 7},)
    )
    schema = Schema(
        (newer, QUIET), (EVENTS,), (), (STATE,), version=2, migrations={2: lambda write: done.append(2)}
    )
    with Backup(str(sound.file)) as backup:
        found = check(backup, schema)
        assert found.skipped == 3, "the tallies"
        with Store.open(tmp_path / "later", schema, clock=tick) as later:
            later.write(lambda write: restore(write, backup, schema), large=True)
            later.refresh(schema)
            with later.read() as read:
                assert {note.size for _, note in read.records(newer)} == {7}
                assert {read.trashed(newer, key).size for _, key in read.trash_items()} == {7}  # type: ignore[union-attr]
                assert read.count(newer, "size") == 7 * read.count(newer, "total") > 0
                assert verify(read, schema) == []
    assert done == [2]
