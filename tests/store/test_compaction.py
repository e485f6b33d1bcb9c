"""Writing the file anew: nothing of what was removed stays in it, and nothing else is lost."""

from __future__ import annotations

import os
import random
import re
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lmdb
import pytest
from store_sample import NOTES, SCHEMA, Note, opened

from tacit.store import guard, presence, sound
from tacit.store.compaction import COMPANY, HERE, NEW, company
from tacit.store.errors import StoreFull, StoreReadOnly
from tacit.store.keys import u64
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.verify import structure, verify

Script = Callable[..., Any]

OPEN = """
import sys
from store_sample import *
with opened(sys.argv[1], readonly=len(sys.argv) > 2) as store:
    print("open", flush=True)
    sys.stdin.readline()
"""

COMPACT = """
import sys, time
from store_sample import *
with opened(sys.argv[1]) as store:
    print("open", flush=True)
    while True:
        store.compact()
        time.sleep(float(sys.argv[2]))
"""


def fill(store: Store, count: int = 2_000) -> None:
    """Notes, nine of ten of which are removed again."""

    def come(write: Write) -> None:
        for n in range(count):
            write.put(NOTES, u64(n), Note(f"watermark {n}" * 5, n, ("t",)))

    def go(write: Write) -> None:
        for n in range(count):
            if n % 10:
                write.delete(NOTES, u64(n))
        write.demand_compaction()

    store.write(come)
    store.write(go)


def watermarks(place: Path) -> set[int]:
    """The numbers of the notes that any byte of the file tells of."""
    return {int(number) for number in re.findall(rb"watermark (\d+)w", (place / "data.mdb").read_bytes())}


def kept(store: Store) -> list[int]:
    with store.read() as read:
        assert verify(read, SCHEMA) == []
        return [note.size for _, note in read.records(NOTES)]


def test_the_file_gets_smaller_and_holds_nothing_that_was_removed(place: Path) -> None:
    with opened(place) as store:
        fill(store)
        assert watermarks(place) >= set(range(2_000)), "the search finds what was removed"
        done = store.compact()
        assert done.done
        assert done.after < done.before
        assert (place / "data.mdb").stat().st_size == done.after
        assert watermarks(place) == set(range(0, 2_000, 10)), "also no branch of the tree names a removed key"
        assert kept(store) == list(range(0, 2_000, 10))
        store.write(lambda write: write.put(NOTES, u64(1), Note("again", 1)))
        assert kept(store)[:2] == [0, 1]


def test_the_new_file_is_private_and_the_gate_trusts_it(place: Path) -> None:
    with opened(place) as store:
        fill(store)
        locks = (place / "lock.mdb").stat().st_ino
        store.compact()
    assert stat.S_IMODE((place / "data.mdb").stat().st_mode) == 0o600
    assert (place / "lock.mdb").stat().st_ino == locks
    assert sound.fits(str(place))
    assert structure(place) == []


def test_a_compaction_that_is_due_is_done_once_by_the_next_that_opens_for_writing(place: Path) -> None:
    with opened(place) as store:
        fill(store)
        before = (place / "data.mdb").stat().st_ino
    opened(place, readonly=True).close()
    assert (place / "data.mdb").stat().st_ino == before, "a reader changes nothing"
    with opened(place) as store:
        after = (place / "data.mdb").stat().st_ino
        assert after != before
        assert not store.compaction_due()
    opened(place).close()
    assert (place / "data.mdb").stat().st_ino == after


@pytest.mark.parametrize("how", [(), ("readonly",)])
def test_other_processes_prevent_it_and_are_named(place: Path, script: Script, how: tuple[str, ...]) -> None:
    with opened(place) as store:
        fill(store)
        other = script(OPEN, place, *how)
        assert other.stdout.readline() == "open\n"
        refused = store.compact()
        assert (refused.done, refused.why) == (False, COMPANY)
        assert refused.processes in {(other.pid,), ()}
        assert company(str(place)) == refused.processes
        assert store.compaction_due()
        assert len(kept(store)) == 200
        other.communicate("\n", timeout=120)
        assert store.compact().done


def test_another_part_of_this_process_prevents_it(place: Path) -> None:
    with opened(place) as store, opened(place) as other:
        fill(store)
        assert store.compact().why == HERE
        assert len(kept(store)) == len(kept(other)) == 200
        other.close()
        assert store.compact().done


def test_whoever_comes_meanwhile_waits_and_sees_the_new_file(place: Path, script: Script) -> None:
    with opened(place) as store:
        fill(store, 20_000)
    compacting = script(COMPACT, place, 0.2)
    assert compacting.stdout.readline() == "open\n"
    try:
        for _ in range(20):
            with opened(place, readonly=True) as store, store.read() as read:
                assert read.count(NOTES, "total") == 2_000
    finally:
        compacting.kill()
        compacting.communicate(timeout=120)


def test_killed_at_any_moment_the_old_file_or_the_new_one_is_whole(place: Path, script: Script) -> None:
    with opened(place) as store:
        fill(store, 20_000)
    chance = random.Random(7)
    left = 0
    for _ in range(25):
        process = script(COMPACT, place, 0)
        assert process.stdout.readline() == "open\n"
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=120)
        left += (place / NEW).exists()
        assert structure(place) == []
        with opened(place, readonly=True) as store:
            assert len(kept(store)) == 2_000
    assert left, "no kill came while the new file was being written"
    with opened(place) as store:
        assert store.compact().done
    assert not (place / NEW).exists(), "what a killed one left is removed"


def test_where_there_is_no_room_nothing_changes(place: Path, script: Script) -> None:
    with opened(place) as store:
        fill(store, 20_000)
    tight = script(
        """
import resource, signal, sys
from store_sample import *
from tacit.store.errors import StoreFull
store = opened(sys.argv[1], readonly=True)
store.close()
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with opened(sys.argv[1]) as store:
    try:
        store.compact()
    except StoreFull:
        print("full")
""",
        place,
    )
    out, errors = tight.communicate(timeout=120)
    assert out == "full\n", errors
    assert not (place / NEW).exists()
    with opened(place, readonly=True) as store:
        assert len(kept(store)) == 2_000


def test_a_store_opened_for_reading_is_not_compacted(place: Path) -> None:
    opened(place).close()
    with opened(place, readonly=True) as store, pytest.raises(StoreReadOnly):
        store.compact()


def test_the_company_is_unknown_where_the_system_does_not_tell(place: Path, tmp_path: Path) -> None:
    with opened(place):
        assert company(str(place), str(tmp_path / "missing")) == ()
        (tmp_path / "odd").write_text("1: FLOCK\nnonsense\n")
        assert company(str(place), os.fspath(tmp_path / "odd")) == ()


def test_a_compaction_that_is_due_and_does_not_fit_writes_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(place) as store:
        fill(store)
        live = store.sizes().live
    begun: list[str] = []
    really = lmdb.open
    monkeypatch.setattr(lmdb, "open", lambda path, **more: begun.append(path) or really(path, **more))

    class Stat:
        f_bavail = (live + guard.ROOM) // 4096 - 1
        f_frsize = 4096

    monkeypatch.setattr(os, "statvfs", lambda path: Stat)
    for _ in range(3):
        with opened(place) as store:
            assert store.compaction_due()
            with pytest.raises(StoreFull, match="no room to write the store"):
                store.compact()
    assert [path for path in begun if path.endswith(NEW)] == []
    assert not (place / NEW).exists()
    Stat.f_bavail += 1
    with opened(place) as store:
        assert not store.compaction_due()


def test_the_company_is_that_of_the_file_on_its_own_disk(place: Path, tmp_path: Path) -> None:
    opened(place).close()
    stat = (place / presence.FILE).stat()
    device = f"{os.major(stat.st_dev):02x}:{os.minor(stat.st_dev):02x}"
    line = "1: FLOCK  ADVISORY  READ {} {}:{} 0 EOF\n"
    locks = tmp_path / "locks"
    locks.write_text(line.format(11, "ff:ff", stat.st_ino) + line.format(12, device, stat.st_ino))
    assert company(str(place), str(locks)) == (12,)
    locks.write_text(line.format(11, "ff:ff", stat.st_ino) + line.format(12, device, stat.st_ino + 1))
    assert company(str(place), str(locks)) == (11,), "where the disk goes by another number than stat tells"
