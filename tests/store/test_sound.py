"""A file that was changed behind our back is looked through before LMDB may have it."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reachable import open_to_all
from store_sample import NOTES, STATE, Note, opened

from tacit.store import presence, sound
from tacit.store.errors import StoreBusy, StoreDamaged
from tacit.store.keys import u64

Script = Callable[..., Any]
PAGE = 4096

READS = """
import sys
from store_sample import *
from tacit.store.errors import StoreError
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    try:
        with opened(sys.argv[1], readonly=sys.argv[3] == "readonly") as store, store.read() as read:
            print("read", sum(1 for _ in read.records(NOTES)))
    except StoreError as error:
        print(type(error).__name__, error)
"""

WRITES = """
import os, sys
from store_sample import *
from tacit.store.keys import u64
n = int(sys.argv[3])
for turn in range(int(sys.argv[2])):
    with opened(sys.argv[1]) as store:
        for _ in range(5):
            n += 1
            store.write(lambda write: [write.put(NOTES, u64(n % 300), Note("x" * (n % 900), n)),
                                       write.set_value(STATE, b"big", os.urandom(n * 37 % 30_000))])
            print(n, flush=True)
"""


def filled(place: Path) -> Path:
    with opened(place) as store:
        store.write(lambda write: [write.put(NOTES, u64(n), Note(f"note {n}" * 20, n)) for n in range(200)])
    return place / "data.mdb"


def trash_page(data: Path) -> None:
    """Make garbage of a page in use, one that opening a store does not need."""
    raw = bytearray(data.read_bytes())
    at = raw.rindex(b"note 77note 77") // PAGE * PAGE
    raw[at : at + PAGE] = random.Random(1).randbytes(PAGE)
    data.write_bytes(raw)


def test_what_our_own_processes_left_fits_its_note(place: Path) -> None:
    data = filled(place)
    assert sound.fits(str(place))
    with opened(place) as store:
        for size in (10, 300_000, 20):
            store.write(lambda write, size=size: write.set_value(STATE, b"k", os.urandom(size)))
            while not sound.fits(str(place)):  # noted right after the writer's answer
                time.sleep(0.001)
    assert (place / "sound").read_bytes().split() == [
        str(part).encode() for part in (data.stat().st_size, data.stat().st_mtime_ns)
    ]


def test_a_page_of_garbage_is_refused_before_the_file_is_mapped(place: Path, script: Script) -> None:
    data = filled(place)
    trash_page(data)
    before = data.read_bytes()
    for mode in ("readonly", "writing"):
        out, errors = script(READS, place, 2, mode).communicate("\n", timeout=120)
        for line in out.splitlines():
            assert line.startswith(f"StoreDamaged The file data.mdb of the store {place} is damaged:"), errors
            assert "`memory backup restore`" in line
            assert "`memory doctor`" in line
        assert len(out.splitlines()) == 2
    assert data.read_bytes() == before
    assert not sound.fits(str(place))


@pytest.mark.parametrize("change", ["touched", "copied", "no note", "a note of something else"])
def test_a_sound_file_that_does_not_fit_is_looked_through_and_noted(place: Path, change: str) -> None:
    data = filled(place)
    if change == "touched":
        os.utime(data, ns=(1, 1))
    elif change == "copied":
        raw = data.read_bytes()
        data.unlink()
        data.write_bytes(raw)
    elif change == "no note":
        (place / "sound").unlink()
    else:
        (place / "sound").write_bytes(os.urandom(200))
    assert not sound.fits(str(place))
    with opened(place, readonly=True) as store, store.read() as read:
        assert read.count(NOTES, "total") == 200
    assert sound.fits(str(place))


def test_a_file_that_fits_is_trusted(place: Path) -> None:
    data = filled(place)
    stamp = data.stat().st_mtime_ns
    trash_page(data)
    os.utime(data, ns=(stamp, stamp))
    with opened(place) as store:
        assert store.id


def test_whoever_finds_company_trusts_it(place: Path, script: Script) -> None:
    data = filled(place)
    with opened(place):
        os.utime(data, ns=(1, 1))
        out, _ = script(READS, place, 1, "readonly").communicate("\n", timeout=120)
        assert out == "read 200\n"
        assert not sound.fits(str(place))
    opened(place).close()
    assert sound.fits(str(place))


def test_of_many_that_come_at_once_none_takes_another_for_a_proof(place: Path, script: Script) -> None:
    for _ in range(3):
        trash_page(filled(place))
        crowd = [script(READS, place, 5, "readonly") for _ in range(6)]
        outs = [process.communicate("\n", timeout=120)[0] for process in crowd]
        assert [process.returncode for process in crowd] == [0] * 6
        lines = [line for out in outs for line in out.splitlines()]
        assert len(lines) == 30
        assert {line.split()[0] for line in lines} == {"StoreDamaged"}
        for path in place.iterdir():
            path.unlink()


def test_a_storm_of_openers_beside_writers_hears_of_no_damage(place: Path, script: Script) -> None:
    filled(place)
    writers = [script(WRITES, place, 25, seed) for seed in (1, 10_000)]
    readers = [script(READS, place, 60, mode) for mode in ("readonly", "readonly", "writing")]
    outs = [process.communicate("\n", timeout=300) for process in (*writers, *readers)]
    assert [process.returncode for process in (*writers, *readers)] == [0] * 5, outs
    lines = [line for out, _ in outs[2:] for line in out.splitlines()]
    assert len(lines) == 180
    assert {line.split()[0] for line in lines} == {"read"}
    opened(place).close()
    assert sound.fits(str(place))


def test_a_store_whose_writer_was_killed_is_sound(place: Path, script: Script) -> None:
    filled(place)
    chance = random.Random(5)
    for turn in range(12):
        process = script(WRITES, place, 1000, turn * 5000)
        said = [process.stdout.readline() for _ in range(chance.randrange(1, 12))]
        time.sleep(chance.random() / 100)
        process.send_signal(signal.SIGKILL)
        process.wait()
        said += process.stdout.read().splitlines()
        last = int(said[-1])
        with opened(place) as store, store.read() as read:
            assert read.get(NOTES, u64(last % 300)) is not None
            assert sound.fits(str(place))


def test_a_file_that_is_being_looked_through_is_waited_for(place: Path) -> None:
    data = filled(place)
    os.utime(data, ns=(1, 1))
    turn = sound._turn(str(place), 1)
    with pytest.raises(StoreBusy, match="looking through the file"):
        opened(place, busy_timeout=0.1)
    presence.leave(turn)
    opened(place, busy_timeout=0.1).close()


AS_NOBODY = """
import os, sys
from store_sample import *
import tacit.store.verify, lmdb.verify
from tacit.store.errors import StoreError
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for _ in range(2):
    try:
        with opened(sys.argv[1]) as store, store.read() as read:
            print("read", read.count(NOTES, "total"), store.unlocked)
    except StoreError as error:
        print(type(error).__name__, error)
"""


@pytest.mark.parametrize("harm", [False, True])
@pytest.mark.parametrize("lost", [("sound",), ("sound", "presence"), ("sound", "presence", "lock.mdb")])
def test_where_no_note_can_be_written_the_file_is_looked_through_every_time(
    tmp_path: Path, script: Script, harm: bool, lost: tuple[str, ...]
) -> None:
    open_to_all(tmp_path)
    place = tmp_path / "store"
    data = filled(place)
    if harm:
        trash_page(data)
    for name in lost:
        (place / name).unlink()
    for path in place.iterdir():
        path.chmod(0o444)
    place.chmod(0o555)
    try:
        out, errors = script(AS_NOBODY, place).communicate(timeout=120)
    finally:
        place.chmod(0o700)
    lines = out.splitlines()
    assert len(lines) == 2, errors
    for line in lines:
        assert line.startswith("StoreDamaged") if harm else line == "read 200 True", line
    assert not (place / "sound").exists()


def test_problems_are_only_told_of_a_file_that_stays_as_it_is(place: Path) -> None:
    data = filled(place)
    trash_page(data)
    assert sound.problems(str(place))
    with pytest.raises(StoreDamaged):
        raise sound.damaged(str(place), sound.problems(str(place)))


def test_a_folder_that_was_moved_away_for_a_while_does_not_end_the_writer(place: Path) -> None:
    away = place.with_name("away")
    with opened(place, busy_timeout=5) as store:
        store.write(lambda write: write.put(NOTES, u64(1), Note("a")))
        while not sound.fits(str(place)):  # noted right after the writer's answer
            time.sleep(0.001)
        place.rename(away)
        place.write_text("in the way")
        for n in (2, 3):
            store.write(lambda write, n=n: write.put(NOTES, u64(n), Note("b")))  # type: ignore[misc]
        place.unlink()
        away.rename(place)
        store.write(lambda write: write.put(NOTES, u64(4), Note("c")))
    with opened(place) as store, store.read() as read:
        assert [note.name for _, note in read.records(NOTES)] == ["a", "b", "b", "c"]
