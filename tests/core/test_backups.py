"""Backups of a memory: made, kept, listed, found, checked."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from transcript import START

from tacit import Memory
from tacit.core import backup_files
from tacit.core.backup_files import BEFORE_RESTORE, BEFORE_UPGRADE, KEPT, MANUAL, backups, find, prune
from tacit.core.backup_restore import Restored, restore_backup, restore_into
from tacit.core.backups import before_upgrade, create_backup, replace_backup, snapshot, verify_backup
from tacit.core.errors import (
    BackupDamaged,
    NotFound,
    StoreError,
    StoreNewer,
    StoreReadOnly,
    Usage,
)
from tacit.core.places import Places

NOW = START + 30 * 86_400_000
SECOND = 1_000


def taken_back(path: Path, store: Path, at: int = NOW) -> Restored:
    return restore_backup(str(path), str(store), clock=lambda: at, command="backup restore")


@pytest.fixture
def path(memory: Memory) -> Path:
    return memory.path


def test_backups_lie_in_a_folder_of_their_own_that_nobody_else_can_look_into(
    memory: Memory, own_home: Path, path: Path
) -> None:
    made = memory.create_backup()
    assert made.parent == Path(f"{path}-backups")
    assert made.name == "tacit-20260204T100000Z-manual.backup"
    assert (made.parent.stat().st_mode & 0o777, made.stat().st_mode & 0o777) == (0o700, 0o600)
    usual = Places()
    assert usual.backups_of(usual.store) == f"{own_home}/tacit/backups"
    assert Places(store="/x/y").backups_of("/x/y") == "/x/y-backups"


def test_backups_of_one_second_have_names_of_their_own(memory: Memory) -> None:
    names = [memory.create_backup().name for _ in range(3)]
    assert names == [f"tacit-20260204T100000Z-manual{more}.backup" for more in ("", "-2", "-3")]


def test_the_list_tells_what_is_in_them_newest_first_and_what_cannot_be_used(
    memory: Memory, path: Path, tmp_path: Path
) -> None:
    older = create_backup(memory._store, at=NOW - 86_400_000)
    memory.create_backup()
    elsewhere = memory.create_backup(tmp_path / "stick.backup")
    (older.parent / "torn.backup").write_bytes(older.read_bytes()[:50])
    os.utime(older.parent / "torn.backup", (1, 1))
    (older.parent / "notes.txt").write_text("mine")
    rows = backups(str(path))
    names = [row.name for row in rows]
    assert set(names[:2]) == {"stick.backup", "tacit-20260204T100000Z-manual.backup"}
    assert names[2:] == [older.name, "torn.backup"]
    assert rows[2].counts == {"sessions": 4, "episodes": 4, "patterns": len(memory.patterns())}
    assert (rows[2].reason, rows[2].created) == (MANUAL, NOW - 86_400_000)
    assert "cut off" in rows[3].problem
    elsewhere.unlink()
    assert "stick.backup" not in [row.name for row in backups(str(path))]


def test_backups_are_listed_and_found_where_the_store_is_gone(memory: Memory, path: Path) -> None:
    made = memory.create_backup()
    memory.close()
    shutil.rmtree(path)
    assert [row.name for row in backups(str(path))] == [made.name]
    assert find(str(path), "latest") == str(made)
    taken_back(made, path)
    with Memory.open(path, create=False) as back:
        assert len(back.sessions()) == 4


def test_a_backup_elsewhere_stays_known_after_a_restore_and_where_it_was_taken_back(
    memory: Memory, tmp_path: Path, path: Path
) -> None:
    first = memory.create_backup()
    away = memory.create_backup(tmp_path / "away.backup")
    taken_back(first, path)
    assert str(away) in backup_files.backup_paths(str(path))
    taken_back(away, tmp_path / "other")
    assert str(away) in backup_files.backup_paths(str(tmp_path / "other"))


def test_what_a_person_may_call_a_backup(
    memory: Memory, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFound, match="no backups yet"):
        find(str(path), "latest")
    made = str(memory.create_backup())
    for name in ("latest", Path(made).name, Path(made).stem, made):
        assert find(str(path), name) == made
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").write_bytes(b"x")
    assert find(str(path), "mine") == str(tmp_path / "mine")
    assert find(str(path), "./nothing") == str(tmp_path / "nothing")
    with pytest.raises(NotFound, match="no backup “nothing”"):
        find(str(path), "nothing")


def test_only_old_automatic_backups_go(memory: Memory, path: Path) -> None:
    with memory._store.read() as read:
        for number in range(KEPT + 3):
            for reason in (MANUAL, BEFORE_RESTORE, BEFORE_UPGRADE):
                snapshot(read, path, reason, NOW + number * SECOND)
    folder = Path(f"{path}-backups")
    named = folder / "mine.backup"
    shutil.copy(next(folder.glob("*before-restore*")), named)
    oldest = min(folder.glob("tacit-*before-upgrade*"))
    prune(str(folder), str(oldest))
    rows = backups(str(path))
    left = {reason: [row for row in rows if row.reason == reason] for reason in (MANUAL, BEFORE_RESTORE)}
    assert len(left[MANUAL]) == KEPT + 3
    assert len(left[BEFORE_RESTORE]) == KEPT + 1
    assert named.exists()
    assert min(row.created for row in left[BEFORE_RESTORE] if row.name != "mine.backup") == NOW + 3 * SECOND
    assert oldest.exists(), "the one that is being taken back"
    assert len(list(folder.glob("tacit-*before-upgrade*"))) == KEPT + 1


def test_a_place_that_is_taken_and_one_that_is_not_there(memory: Memory, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"mine")
    with pytest.raises(Usage, match="something at"):
        memory.create_backup(tmp_path / "taken")
    assert (tmp_path / "taken").read_bytes() == b"mine"
    with pytest.raises(Usage, match="is a folder"):
        memory.create_backup(tmp_path)
    with pytest.raises(StoreError, match="No such file or directory"):
        memory.create_backup(tmp_path / "no" / "folder")


def test_a_store_open_for_reading_only_is_kept_but_not_told_of_a_place_elsewhere(
    memory: Memory, path: Path, tmp_path: Path
) -> None:
    with Memory.open(path, readonly=True) as looking:
        assert looking.create_backup().exists()
        with pytest.raises(StoreReadOnly):
            looking.create_backup(tmp_path / "away.backup")
    assert not (tmp_path / "away.backup").exists()


def test_a_damaged_record_is_copied_and_found_by_the_check(memory: Memory) -> None:
    from tacit.core.tables import STEPS

    def job(write):  # type: ignore[no-untyped-def]
        key, sealed = next(iter(write.kv.scan(STEPS.space)))
        write.kv.put(STEPS.space, key, sealed[:-1] + b"\xff")

    memory._store.write(job)
    made = memory.create_backup()
    with pytest.raises(BackupDamaged, match=r"the record .* in table steps is damaged"):
        verify_backup(str(made))


def test_a_temporary_store_of_a_backup_holds_its_log_and_can_take_its_place(
    memory: Memory, tmp_path: Path
) -> None:
    made = memory.create_backup()
    os.utime(made, (1_000, 1_000))
    with memory._store.read() as read:
        log = list(read.changes(0))
    with restore_into(str(made), tmp_path / "short") as store:
        with store.read() as read:
            assert list(read.changes(0)) == log
        assert (store.id, store.secret) == (memory._store.id, memory._store.secret)
    with Memory.open(tmp_path / "short") as short:
        short.delete([short.sessions()[0].id])
        replace_backup(str(made), short._store)
    header, _ = verify_backup(str(made))
    assert (header.created, header.reason) == (NOW, MANUAL)
    assert (header.counts["sessions"], made.stat().st_mtime) == (3, 1_000)
    assert len(list(made.parent.iterdir())) == 1


def test_a_store_before_an_upgrade_is_kept_as_it_is(memory: Memory, path: Path) -> None:
    with memory._store.read() as read:
        made = before_upgrade(path)(read)
    header, checked = verify_backup(str(made))
    assert header.reason == BEFORE_UPGRADE
    assert checked.records > 50


def test_a_newer_backup_is_told_as_newer(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    from tacit.core.tables import SCHEMA

    made = memory.create_backup()
    monkeypatch.setattr(SCHEMA, "version", SCHEMA.version - 1)
    with pytest.raises(StoreNewer, match="newer Tacit"):
        verify_backup(str(made))


@pytest.mark.parametrize("name", ["patterns", "sessions", "undo", "tombstones"])
def test_forged_records_are_refused_before_anything_reads_them(
    memory: Memory, tmp_path: Path, name: str
) -> None:
    from tacit.core.tables import SCHEMA
    from tacit.store.codec import seal

    spaces = {table.name: table.space for table in SCHEMA.tables} | {
        one.name: one.space for one in SCHEMA.maps
    }

    def job(write):  # type: ignore[no-untyped-def]
        write.kv.put(spaces[name], b"forged", seal(name, b"forged", b"\x93\x01\x02\x03"))

    memory._store.write(job)
    made = memory.create_backup()
    with pytest.raises(BackupDamaged, match=made.name):
        taken_back(made, tmp_path / "fresh")
    assert not (tmp_path / "fresh").exists()
