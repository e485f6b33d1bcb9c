"""A memory taken back from a backup, with all that follows from it."""

from __future__ import annotations

import _thread
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from shutil import rmtree

import pytest
from transcript import START, Transcript

from tacit import Memory
from tacit.core.backup_files import BEFORE_RESTORE, KEPT, MANUAL, backups
from tacit.core.backup_restore import Restored, _Replacing, restore_backup
from tacit.core.errors import BackupDamaged, StoreFull
from tacit.core.texts import check_text

NOW = START + 30 * 86_400_000
SECOND = 1_000


def another(folder: Path, name: str = "another") -> Path:
    one = Transcript(name, cwd="/home/dev/work/other")
    one.prompt("Fix the other thing")
    one.edit("src/x.py")
    one.tests_pass()
    return one.save(folder)


def tree(memory: Memory, folder: Path) -> dict[str, bytes]:
    """What an export of the memory holds, byte for byte."""
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


def taken_back(path: Path, store: Path, at: int = NOW) -> Restored:
    return restore_backup(str(path), str(store), clock=lambda: at, command="backup restore")


def damage(memory: Memory) -> list[str]:
    return [one.what for one in memory.doctor() if one.level == "damage"]


@pytest.fixture
def path(memory: Memory) -> Path:
    return memory.path


def test_a_restored_memory_exports_the_same_bytes_and_undo_works_on(memory: Memory, tmp_path: Path) -> None:
    whole = tree(memory, tmp_path / "whole")
    memory.delete([memory.patterns()[0].id])
    memory.delete([memory.sessions()[0].id])
    before = tree(memory, tmp_path / "before")
    made = memory.create_backup()
    fresh = tmp_path / "fresh" / "store"
    taken_back(made, fresh)
    with Memory.open(fresh, create=False, clock=lambda: NOW) as other:
        assert tree(other, tmp_path / "after") == before
        assert damage(other) == []
        assert not other.review_due()
        assert other.undo() is not None
        assert other.undo() is not None
        assert tree(other, tmp_path / "undone") == whole
        assert damage(other) == []


def test_the_real_transcripts_come_back_byte_for_byte(samples: Path, tmp_path: Path) -> None:
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([samples / "claude-code"])
        memory.delete([memory.patterns()[0].id])
        before = tree(memory, tmp_path / "before")
        made = memory.create_backup()
        memory.delete([session.id for session in memory.sessions()])
        taken_back(made, memory.path)
        assert tree(memory, tmp_path / "after") == before
        assert damage(memory) == []
        assert memory.import_paths([samples / "claude-code"]).changed is False
    taken_back(made, tmp_path / "fresh")
    with Memory.open(tmp_path / "fresh", create=False) as fresh:
        assert tree(fresh, tmp_path / "fresh-export") == before
        assert fresh.undo() is not None
        assert damage(fresh) == []


def test_a_restore_keeps_what_was_there_and_can_itself_be_taken_back(
    memory: Memory, transcripts: Path, tmp_path: Path, path: Path
) -> None:
    first = tree(memory, tmp_path / "first")
    made = memory.create_backup()
    memory.import_paths([another(transcripts)])
    second = tree(memory, tmp_path / "second")
    sequence = memory.sequence()
    done = taken_back(made, path)
    assert done.before.endswith("-before-restore.backup")
    assert tree(memory, tmp_path / "back") == first
    assert memory.sequence() >= sequence + 2
    taken_back(Path(done.before), path, NOW + SECOND)
    assert tree(memory, tmp_path / "forth") == second
    assert damage(memory) == []


def test_an_empty_store_leaves_no_backup_behind(memory: Memory, tmp_path: Path) -> None:
    made = memory.create_backup()
    Memory.open(tmp_path / "empty").close()
    assert taken_back(made, tmp_path / "empty").before == ""
    assert len(backups(str(tmp_path / "empty"))) == 1, "the one that was taken back"


def test_a_restored_store_is_the_one_that_was_backed_up(memory: Memory, tmp_path: Path) -> None:
    made = memory.create_backup()
    with Memory.open(tmp_path / "other") as other:
        assert other._store.secret != memory._store.secret
    taken_back(made, tmp_path / "other")
    with Memory.open(tmp_path / "other") as other:
        assert (other._store.id, other._store.secret) == (memory._store.id, memory._store.secret)


def test_a_review_that_began_before_a_restore_does_not_write_after_it(
    memory: Memory, transcripts: Path, path: Path
) -> None:
    """Its revision would be that of the restored state, were it not raised beyond both."""
    from tacit.core.learn.state import revision

    made = memory.create_backup()
    with memory._store.read() as read:
        backed_up = revision(read)
    memory.import_paths([another(transcripts)])
    with memory._store.read() as read:
        seen = revision(read)
    taken_back(made, path)
    with memory._store.read() as read:
        assert revision(read) > seen > backed_up


def test_restoring_again_and_again_keeps_a_few_of_what_was_there(memory: Memory, path: Path) -> None:
    made = memory.create_backup()
    for number in range(KEPT + 2):
        taken_back(made, path, NOW + number * SECOND)
    rows = backups(str(path))
    assert sorted(row.reason for row in rows) == [BEFORE_RESTORE] * KEPT + [MANUAL]


def test_a_backup_that_cannot_be_used_changes_nothing_and_makes_no_store(
    memory: Memory, path: Path, tmp_path: Path
) -> None:
    made = memory.create_backup()
    torn = tmp_path / "torn.backup"
    torn.write_bytes(made.read_bytes()[:-1])
    sequence = memory.sequence()
    for place in (path, tmp_path / "nowhere"):
        with pytest.raises(BackupDamaged, match=r"torn\.backup"):
            taken_back(torn, place)
    assert memory.sequence() == sequence
    assert not (tmp_path / "nowhere").exists()
    assert [row.name for row in backups(str(path))] == [made.name]


OPEN = """
import sys
from tacit import Memory
with Memory.open(sys.argv[1]) as memory:
    window = memory.window("sessions", memory.plan())
    print(memory.sequence(), len(memory.sessions()), flush=True)
    sys.stdin.readline()
    print(memory.sequence(), len(memory.sessions()), window.stale(), flush=True)
    memory.import_path(sys.argv[2])
    print(len(memory.sessions()), sum(one.level == "damage" for one in memory.doctor()), flush=True)
"""


def test_a_process_that_has_the_memory_open_sees_it_and_goes_on(
    memory: Memory, transcripts: Path, path: Path
) -> None:
    made = memory.create_backup()
    memory.import_paths([another(transcripts)])
    more = another(transcripts, "more")
    other = subprocess.Popen(
        [sys.executable, "-c", OPEN, str(path), str(more)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    sequence, sessions = other.stdout.readline().split()
    assert sessions == "5"
    taken_back(made, path)
    out, _ = other.communicate("\n", timeout=120)
    after, now, stale, final, damaged = out.split()
    assert int(after) > int(sequence) + 1
    assert (now, stale, final, damaged) == ("4", "True", "5", "0")


def test_an_interrupted_restore_leaves_all_as_it_was(
    memory: Memory, path: Path, transcripts: Path, tmp_path: Path
) -> None:
    made = memory.create_backup()
    memory.import_paths([another(transcripts)])
    before = tree(memory, tmp_path / "before")
    told: list[int] = []

    def interrupt(done: int, total: int) -> None:
        told.append(done)
        if len(told) > 1 and told[-1] < told[-2]:  # the second time through: in the transaction
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_backup(str(made), str(path), clock=lambda: NOW, told=interrupt)
    assert len(told) > 2
    assert tree(memory, tmp_path / "after") == before
    assert [row.name for row in backups(str(path))] == [made.name]


def until_nobody_waits() -> None:
    """Return once the thread that asked for a restore has given up."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        if isinstance(asked := frame.f_locals.get("self"), _Replacing):
            assert asked._stop.wait(120)
            return
        frame = frame.f_back
    raise AssertionError("nobody asked for a restore")


def test_ctrl_c_while_the_writer_is_at_work_stops_it(memory: Memory, path: Path, tmp_path: Path) -> None:
    made = memory.create_backup()
    before = tree(memory, tmp_path / "before")
    calls: list[str] = []

    def interrupt(done: int, total: int) -> None:
        calls.append(threading.current_thread().name)
        if calls[-1] == "tacit-writer":
            _thread.interrupt_main()
            until_nobody_waits()

    with pytest.raises(KeyboardInterrupt):
        restore_backup(str(made), str(path), clock=lambda: NOW, told=interrupt)
    assert calls.count("tacit-writer") == 1
    assert tree(memory, tmp_path / "after") == before
    assert [row.name for row in backups(str(path))] == [made.name]


def test_ctrl_c_while_it_commits_keeps_what_was_there(
    memory: Memory, path: Path, transcripts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows yet whether it will be stored, so the only copy of what was there stays."""
    from tacit.store.lmdb_transaction import LmdbTransaction

    made = memory.create_backup()
    memory.import_paths([another(transcripts)])
    commit, interrupted = LmdbTransaction.commit, threading.Event()

    def slow(kv: LmdbTransaction) -> None:
        if threading.current_thread().name == "tacit-writer" and not interrupted.is_set():
            interrupted.set()
            _thread.interrupt_main()
            until_nobody_waits()  # on a slow disk
        commit(kv)

    monkeypatch.setattr(LmdbTransaction, "commit", slow)
    with pytest.raises(KeyboardInterrupt):
        restore_backup(str(made), str(path), clock=lambda: NOW)
    deadline = time.monotonic() + 120
    while len(memory.sessions()) != 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(memory.sessions()) == 4, "it was committed after all"
    (before,) = [row for row in backups(str(path)) if row.reason == BEFORE_RESTORE]
    assert before.counts["sessions"] == 5


def test_a_restore_owes_nothing_where_nothing_was_forgotten(memory: Memory, path: Path) -> None:
    made = memory.create_backup()
    memory.delete([memory.sessions()[0].id])
    memory.create_backup()
    assert taken_back(made, path).undone == ""
    assert set(memory.chores()) <= {"compaction"}
    with Memory.open(path, readonly=True) as other:
        found = check_text(other._store)
        assert found
        assert all(one.level == "ok" for one in found)


def test_on_a_full_disk_a_restore_does_all_or_nothing_and_says_which(memory: Memory, tmp_path: Path) -> None:
    """Whatever room there is: an error means that nothing was changed."""
    made = memory.create_backup(tmp_path / "made.backup")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "none", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only a superuser makes a disk of few bytes")
    try:
        ends = {end_of_restore(made, disk / "store", room) for room in range(1_000_000, 1_500_000, 20_480)}
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
    assert ends == {"refused", "undone", "whole"}


def end_of_restore(made: Path, store: Path, room: int) -> str:
    """Restore a backup over a store that lost a session, on a disk with so much room; how that ended."""
    taken_back(made, store)
    with Memory.open(store, clock=lambda: NOW) as one:
        whole = len(one.sessions())
        one.delete([one.sessions()[0].id])
    fill = store.parent / "fill"
    status = os.statvfs(store.parent)
    fill.write_bytes(bytes(max(0, status.f_bavail * status.f_frsize - room)))
    try:
        done = taken_back(made, store)
    except StoreFull:
        done = None
    fill.unlink()
    with Memory.open(store, readonly=True) as one:
        assert len(one.sessions()) == whole - (done is None)
        assert damage(one) == []
    for folder in (store, store.parent / "store-backups"):
        for _ in range(100):  # threads of the text index may still be merging in there
            rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
    if done is None:
        return "refused"
    assert done.before
    return "undone" if done.undone else "whole"
