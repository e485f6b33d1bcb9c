"""What is forgotten leaves every backup that can be reached, and the receipt names those that cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from everywhere import in_backup, places_of
from transcript import START, Transcript, habit, habits

from tacit import Memory
from tacit.core import forgetting_backups
from tacit.core.backup_lock import making, rewriting
from tacit.core.backup_restore import restore_backup
from tacit.core.errors import StoreBusy, TacitError
from tacit.core.tables import TOMBSTONES
from tacit.exports.directory import locked
from tacit.store.codec import seal
from tacit.store.transaction import Write

WORD = "Zanzibar"

FORGET = """
import sys
from tacit import Memory
with Memory.open(sys.argv[1]) as memory:
    print(*(one.chore for one in memory.forget(matching=sys.argv[2]).pending))
"""

KILLED = """
import os, sys
from tacit import Memory
from tacit.store import backup_writer
backup_writer._settle = lambda *a, **b: os._exit(9)
with Memory.open(sys.argv[1]) as memory:
    memory.create_backup(sys.argv[2] if len(sys.argv) > 2 else None)
"""


KILLED_BEFORE_REWRITING = """
import os, sys
from tacit import Memory
from tacit.core import forgetting_backups
forgetting_backups.rewrite_backups = lambda store: os._exit(9)
with Memory.open(sys.argv[1]) as memory:
    memory.forget(matching=sys.argv[2])
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A memory of three sessions, one of which is about the word, one about another."""
    folder = tmp_path / "in"
    paths = habits(folder, 3)
    for word in (WORD, "Timbuktu"):
        told = Transcript(word, start=START + 9_000_000)
        told.prompt(f"go to {word}")
        told.tests_pass()
        paths.append(told.save(folder))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths(paths)
    return tmp_path / "store"


def forget_elsewhere(store: Path, word: str) -> list[str]:
    """Let another process forget a text; what it leaves to do."""
    done = subprocess.run(
        [sys.executable, "-c", FORGET, str(store), word], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_notes_of_marks_and_paths_of_transcripts_leave_the_backups(store: Path, tmp_path: Path) -> None:
    placed = habit("placed", start=START + 99_000_000).save(tmp_path / f"{WORD}-notes")
    with Memory.open(store, clock=lambda: START) as memory:
        memory.forget(matching=WORD)
        memory.import_paths([placed])
        first, second = (one.id for one in memory.episodes()[:2])
        memory.mark(first, "failure", f"as in {WORD}")
        memory.mark(second, "failure", f"as in {WORD} too")
        memory.mark(first, "partial", "another word")
        made = memory.create_backup()
        memory.undo()
        memory.undo()  # so that only the backup has the note of the second
        assert {"map.files", "map.marks"} <= {place.split()[0] for place in in_backup(WORD, made)}
        receipt = memory.forget(matching=WORD)
        assert (receipt.notes, receipt.episodes, receipt.pending) == (1, 0, ())
        assert list(in_backup(WORD, made)) == []
        assert list(in_backup("another word", made)), "other notes stand"
        assert places_of(WORD, store) == []
        memory.import_paths([placed])
        assert places_of(WORD, store) == []


def test_a_path_alone_can_be_forgotten(store: Path, tmp_path: Path) -> None:
    with Memory.open(store, clock=lambda: START) as memory:
        memory.import_paths([habit("placed").save(tmp_path / "quetzal-notes")])
        assert memory.forget(matching="quetzal").episodes == 0
        assert places_of("quetzal", store) == []


def test_a_run_that_goes_on_after_a_crash_needs_no_text_to_go_by(store: Path) -> None:
    with Memory.open(store, clock=lambda: START) as memory:
        other = next(one.id for one in memory.episodes() if WORD not in one.prompt)
        memory.mark(other, "failure", f"unlike {WORD}")
        made = memory.create_backup()
        with rewriting(store):
            assert [one.chore for one in memory.forget(matching=WORD).pending] == ["backups"]
        assert list(in_backup(WORD, made))
        assert memory.finish_chores() == ()
        assert list(in_backup(WORD, made)) == []


def test_a_backup_in_the_making_is_rewritten_when_it_is_there(store: Path) -> None:
    with Memory.open(store, clock=lambda: START) as memory:
        left: list[str] = []

        def meanwhile(_done: int, _total: int) -> None:
            if not left:
                left.extend(forget_elsewhere(store, WORD))

        made = memory.create_backup(told=meanwhile)
        assert left == ["backups", "compaction"]
        assert list(in_backup(WORD, made))
    with Memory.open(store) as memory:
        assert memory.finish_chores() == ()
        assert list(in_backup(WORD, made)) == []


def test_two_who_forget_at_once_do_not_undo_each_other(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = forgetting_backups.replace_backup
    left: list[str] = []

    def late(path: str, other: object) -> None:
        if not left:
            left.extend(forget_elsewhere(store, "timbuktu"))
        real(path, other)  # type: ignore[arg-type]

    monkeypatch.setattr(forgetting_backups, "replace_backup", late)
    with Memory.open(store, clock=lambda: START) as memory:
        made = memory.create_backup()
        memory.forget(matching=WORD)
        assert "backups" in left
        assert "backups" in memory.chores()
        assert memory.finish_chores() == ()
        assert [*in_backup(WORD, made), *in_backup("timbuktu", made)] == []


def test_a_backup_waits_for_who_rewrites_but_not_for_ever(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tacit.core.backup_lock.PATIENCE", 0.0)
    with Memory.open(store) as memory, rewriting(store) as mine:
        assert mine
        with pytest.raises(StoreBusy, match="being rewritten"):
            memory.create_backup()
    with making(store), making(store), rewriting(store) as mine:
        assert not mine


def test_what_a_killed_maker_left_goes(store: Path, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    for where in ((), (str(tmp_path / "usb" / "one.backup"),)):
        done = subprocess.run([sys.executable, "-c", KILLED, str(store), *where], check=False)
        assert done.returncode == 9
    folders = (tmp_path / "store-backups", tmp_path / "usb")
    assert [len(list(folder.iterdir())) for folder in folders] == [1, 1]
    with Memory.open(store) as memory:
        assert memory.forget(matching=WORD).pending == ()
    assert [list(folder.iterdir()) for folder in folders] == [[], []]


def test_who_comes_after_a_kill_rewrites_the_backups(store: Path, tmp_path: Path) -> None:
    """Also where only the path of a transcript and the note of a mark tell that a backup holds the text."""
    with Memory.open(store) as memory:
        memory.import_paths([habit("placed", start=START + 99_000_000).save(tmp_path / f"{WORD}-notes")])
        memory.mark(memory.episodes()[0].id, "failure", f"as in {WORD}")
        made = memory.create_backup()
    done = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_REWRITING, str(store), WORD], capture_output=True, check=False
    )
    assert done.returncode == 9
    with Memory.open(store) as memory:
        assert list(in_backup(WORD, made))
        assert "backups" in memory.chores()
        assert memory.finish_chores() == ()
        assert places_of(WORD, store, tmp_path / "store-backups") == []


def test_what_is_out_of_reach_is_named(store: Path, tmp_path: Path) -> None:
    with Memory.open(store) as memory:
        made = memory.create_backup(tmp_path / "usb.backup")
        away = made.rename(tmp_path / "away.backup")
        assert memory.forget(matching=WORD, dry_run=True).unreached == (str(made),)
        receipt = memory.forget(matching=WORD)
        assert (receipt.unreached, receipt.pending) == ((str(made),), ())
        away.rename(made)
        assert memory.forget(matching="timbuktu").unreached == ()
        assert list(in_backup(WORD, made)) == []


def test_the_file_behind_a_link_is_rewritten(store: Path, tmp_path: Path) -> None:
    with Memory.open(store) as memory:
        link = memory.create_backup(tmp_path / "link.backup")
        target = link.rename(tmp_path / "target.backup")
        link.symlink_to(target)
        memory.forget(matching=WORD)
    assert link.is_symlink()
    assert list(in_backup(WORD, target)) == []


@pytest.mark.parametrize(("key", "value"), [(b"\xff\xfe", b"\x80"), (b"s-forged", b"\x93\x01\x02\x03")])
def test_a_forged_backup_is_named_and_keeps_nothing_else_waiting(
    store: Path, tmp_path: Path, key: bytes, value: bytes
) -> None:
    def forge(write: Write) -> None:
        write.kv.put(TOMBSTONES.space, key, seal(TOMBSTONES.name, key, value))

    with Memory.open(tmp_path / "other") as other:
        other._store.write(forge)
        bad = other.create_backup(tmp_path / "bad.backup")
    with Memory.open(store) as memory:
        (tmp_path / "store-backups").mkdir()
        bad = bad.rename(tmp_path / "store-backups" / "bad.backup")
        made = memory.create_backup()
        (left,) = memory.forget(matching=WORD).pending
        assert (left.chore, bad.name in left.why) == ("backups", True)
        assert list(in_backup(WORD, made)) == []


def test_a_backup_that_was_looked_at_is_not_read_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command that writes goes on with what is owed; one damaged file must not cost them all."""
    read: list[str] = []
    real = forgetting_backups.keeps

    def keeps(path: str, gone: forgetting_backups.Found) -> bool:
        read.append(Path(path).name)
        return real(path, gone)

    monkeypatch.setattr(forgetting_backups, "keeps", keeps)
    with Memory.open(store) as memory:
        good, bad = memory.create_backup(), memory.create_backup()
        whole = bad.read_bytes()
        bad.write_bytes(whole[:-1])
        (left,) = memory.forget(matching=WORD).pending
        assert sorted(read) == sorted((good.name, bad.name))
        assert memory.finish_chores() == (left,)
        assert len(read) == 2
        bad.write_bytes(whole)
        assert memory.finish_chores() == ()
        assert read[2:] == [bad.name]
        assert [*in_backup(WORD, good), *in_backup(WORD, bad)] == []


def test_a_backup_that_may_not_be_read_is_tried_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = forgetting_backups.replace_backup

    def full(_path: str, _other: object) -> None:
        raise TacitError("There is no room.")

    with Memory.open(store) as memory:
        made = memory.create_backup()
        monkeypatch.setattr(forgetting_backups, "replace_backup", full)
        assert [one.chore for one in memory.forget(matching=WORD).pending] == ["backups"]
        monkeypatch.setattr(forgetting_backups, "replace_backup", real)
        assert memory.finish_chores() == ()
        assert list(in_backup(WORD, made)) == []


def test_what_was_forgotten_stays_so_when_a_backup_out_of_reach_is_taken_back(
    store: Path, tmp_path: Path
) -> None:
    with Memory.open(store) as memory:
        memory.mark(next(one.id for one in memory.episodes() if WORD not in one.prompt), "failure", WORD)
        away = memory.create_backup().rename(tmp_path / "away.backup")
        memory.forget(matching=WORD)
        before = exported(memory, tmp_path / "before")
    restore_backup(str(away), str(store))
    with Memory.open(store) as memory:
        assert exported(memory, tmp_path / "after") == before
        assert not memory.import_paths([tmp_path / "in"]).changed
        assert memory.finish_chores() == ()
        assert all(finding.level == "ok" for finding in memory.doctor())
    assert places_of(WORD, store, tmp_path / "store-backups") == []
    assert list(in_backup(WORD, away)) == [], "now it is in reach"


def test_chores_that_are_owed_are_owed_after_a_restore(store: Path, tmp_path: Path) -> None:
    with Memory.open(store) as memory:
        made = memory.create_backup()
        memory.export()
        with locked(tmp_path / "store-export"):
            memory.forget(matching=WORD)
            restore_backup(str(made), str(store))
        assert "mirror" in memory.chores()
        assert memory.finish_chores() == ()


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}
