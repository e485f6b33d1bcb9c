"""Backups of a small store: what goes in comes out, whole, hot, and never half."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backup_forge import backed_up, checked, everything, fill, header, records_of, restored
from msgspec.structs import replace
from store_sample import COUNTS, NOTES, QUIET, SCHEMA, STATE, Note, opened

from tacit.store.backup_format import BLOCK, MAGIC, MOST_VALUE
from tacit.store.backup_writer import save
from tacit.store.errors import StoreError, StoreFull
from tacit.store.keys import u64
from tacit.store.schema import CHANGES, COUNTERS, META
from tacit.store.verify import verify

Script = Callable[..., Any]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept" / "one.backup"


def test_a_restored_store_equals_the_one_that_was_backed_up(place: Path, file: Path, tmp_path: Path) -> None:
    with opened(place) as store, opened(tmp_path / "other") as other:
        fill(store)
        before = everything(store)
        backed_up(store, file)
        restored(other, file)
        after = everything(other)
        assert (other.id, other.secret) == (store.id, store.secret)
        with other.read() as read:
            assert verify(read, SCHEMA) == []
            assert [(line.op, line.seq) for line in read.changes(0)] == [
                ("restore", len(before[CHANGES]) + 2)
            ]
        for space in before.keys() - {CHANGES}:
            assert after[space] == before[space], space


def test_index_entries_and_counters_are_not_in_it_and_all_else_is(place: Path, file: Path) -> None:
    with opened(place) as store:
        fill(store)
        stored = everything(store)
        backed_up(store, file)
    head, records = records_of(file)
    assert COUNTERS not in head.spaces
    assert not any(name.startswith("index.") for name in head.spaces)
    kept = {name: rows for name, rows in stored.items() if not name.startswith(("index.", COUNTERS)) and rows}
    assert set(head.spaces) == kept.keys()
    assert sorted(records) == sorted((name, *row) for name, rows in kept.items() for row in rows)


def test_what_was_there_is_gone_after_a_restore(place: Path, file: Path) -> None:
    with opened(place) as store:
        store.write(lambda write: write.put(NOTES, u64(1), Note("one", 1, ("a",))))
        backed_up(store, file)
        fill(store)
        last = store.sequence()
        restored(store, file)
        with store.read() as read:
            assert [note.name for _, note in read.records(NOTES)] == ["one"]
            assert list(read.records(QUIET)) == list(read.items(STATE)) == list(read.tallies(COUNTS)) == []
            assert list(read.trash_items()) == []
            assert read.count(NOTES, "total") == 1
            assert verify(read, SCHEMA) == []
            assert read.sequence() == last + 2, "whoever followed the log finds a hole"


def test_the_log_stays_where_nobody_can_have_followed_it(place: Path, file: Path, tmp_path: Path) -> None:
    with opened(place) as store, opened(tmp_path / "other") as other:
        fill(store)
        backed_up(store, file)
        restored(other, file, keep_log=True)
        assert everything(other)[CHANGES] == everything(store)[CHANGES]


def test_the_file_is_ours_alone_and_begins_with_what_it_is(place: Path, file: Path) -> None:
    with opened(place) as store:
        fill(store)
        backed_up(store, file, counts={"things": 7})
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().startswith(MAGIC)
    assert b'"counts":{"things":7}' in file.read_bytes()[:1000]
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_an_empty_store_can_be_kept_too(place: Path, file: Path, tmp_path: Path) -> None:
    with opened(place) as store:
        backed_up(store, file)
    assert records_of(file)[0].spaces == (META,)
    with opened(tmp_path / "other") as other:
        fill(other)
        restored(other, file)
        with other.read() as read:
            assert list(read.records(NOTES)) == []
            assert verify(read, SCHEMA) == []


def test_values_longer_than_a_frame_come_back(place: Path, file: Path, tmp_path: Path) -> None:
    noise = os.urandom(3 * BLOCK)
    with opened(place) as store, opened(tmp_path / "other") as other:
        store.write(lambda write: write.set_value(STATE, b"noise", noise), large=True)
        store.write(lambda write: write.set_value(STATE, b"zeros", bytes(3 * BLOCK)), large=True)
        backed_up(store, file)
        restored(other, file)
        with other.read() as read:
            assert read.value(STATE, b"noise") == noise
            assert read.value(STATE, b"zeros") == bytes(3 * BLOCK)


def test_a_value_no_backup_could_take_back_is_refused_when_it_is_made(place: Path, file: Path) -> None:
    with opened(place) as store:
        head = header(store)
        store.write(lambda write: write.kv.put(STATE.space, b"huge", os.urandom(MOST_VALUE + 1)), large=True)
        with store.read() as read, pytest.raises(StoreError, match="too large for a backup"):
            save(read.kv, str(file), head)
    assert list(file.parent.iterdir()) == []


def test_a_place_that_is_taken_stays_as_it_is_unless_it_shall_be_replaced(place: Path, file: Path) -> None:
    file.write_bytes(b"mine")
    with opened(place) as store:
        fill(store)
        with pytest.raises(FileExistsError):
            backed_up(store, file)
        assert file.read_bytes() == b"mine"
        assert [path.name for path in file.parent.iterdir()] == [file.name]
        with store.read() as read:
            save(read.kv, str(file), header(store), replacing=True)
    assert checked(file).records > 100


def test_a_place_that_cannot_be_written_is_told(place: Path, tmp_path: Path) -> None:
    with opened(place) as store, pytest.raises(StoreError, match="cannot be written: No such file"):
        backed_up(store, tmp_path / "nowhere" / "one.backup")


def test_a_restore_that_finds_no_room_changes_nothing(place: Path, file: Path, tmp_path: Path) -> None:
    with opened(place) as store:
        store.write(lambda write: write.set_value(STATE, b"noise", os.urandom(3_000_000)), large=True)
        backed_up(store, file)
    with opened(tmp_path / "small", _map_sizes=(1 << 20,)) as small:
        small.write(lambda write: write.put(NOTES, u64(1), Note("kept")))
        before = everything(small)
        with pytest.raises(StoreFull):
            restored(small, file)
        assert everything(small) == before


def test_a_backup_of_a_store_nobody_writes_to_is_the_same_each_time(place: Path, file: Path) -> None:
    with opened(place) as store:
        fill(store)
        backed_up(store, file)
        time.sleep(0.01)
        backed_up(store, file.with_name("two.backup"))
        assert file.read_bytes() == file.with_name("two.backup").read_bytes()
        assert records_of(file)[0] == replace(header(store), spaces=records_of(file)[0].spaces)
