"""Backups among several processes: hot while others write, killed, on a full disk, seen by others."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backup_forge import backed_up, checked, everything, fill, restored
from store_sample import COUNTS, QUIET, SCHEMA, STATE, opened

from tacit.store.verify import verify

Script = Callable[..., Any]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept" / "one.backup"


WRITERS = """
import sys
from store_sample import *
from tacit.store.keys import u64
base = int(sys.argv[2])
with opened(sys.argv[1]) as store:
    print("begun", flush=True)
    n = base
    while True:
        def job(write):
            write.put(NOTES, u64(n), Note(f"n{n}", n, ("t",)))
            write.put(QUIET, u64(n), Note("x" * 500))
            write.add_tally(COUNTS, 1, (1, 0, 0))
            if n % 3 == 0:
                write.trash(NOTES, u64(n))
        store.write(job)
        n += 1
"""


def test_backups_made_while_others_write_are_each_of_one_moment(
    place: Path, file: Path, tmp_path: Path, script: Script
) -> None:
    with opened(place) as store:
        fill(store)
    writers = [script(WRITERS, place, base) for base in (10_000, 2_000_000)]
    for writer in writers:
        assert writer.stdout.readline() == "begun\n"
    moments = []
    with opened(place) as store:
        while len(moments) < 4:
            if store.sequence() > (moments[-1] if moments else 80):
                path = file.with_name(f"{len(moments)}.backup")
                backed_up(store, path)
                moments.append(store.sequence())
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
    grown = set()
    for number in range(4):
        with opened(tmp_path / f"other{number}") as other:
            restored(other, file.with_name(f"{number}.backup"))
            with other.read() as read:
                assert verify(read, SCHEMA) == []
                written = sum(1 for _ in read.keys(QUIET)) - 60
                assert read.tally(COUNTS, 1)[0] == written + 20, "one tally for each record"
                grown.add(written)
    assert len(grown) == 4


KILLED = """
import os, sys
from backup_forge import *
from store_sample import opened
with opened(sys.argv[1]) as store:
    head = header(store)
    def told(done, total):
        print("at work", flush=True)
        sys.stdin.readline()
    with store.read() as read:
        save(read.kv, sys.argv[2], head, told=told)
"""


def test_a_killed_process_leaves_no_backup_and_the_next_one_cleans_up(
    place: Path, file: Path, script: Script
) -> None:
    with opened(place) as store:
        fill(store)
    process = script(KILLED, place, file)
    assert process.stdout.readline() == "at work\n"
    others = script(KILLED, place, file.with_name("two.backup"))
    assert others.stdout.readline() == "at work\n"
    process.kill()
    process.wait()
    assert not file.exists()
    assert len(list(file.parent.iterdir())) == 2, "the halves of the two"
    with opened(place) as store:
        backed_up(store, file)
    assert len(list(file.parent.iterdir())) == 2, "the half of the one that lives is left alone"
    others.communicate("\n" * 100, timeout=120)
    assert sorted(path.name for path in file.parent.iterdir()) == ["one.backup", "two.backup"]
    assert checked(file.with_name("two.backup")) == checked(file)


FULL = """
import resource, sys
from backup_forge import *
from store_sample import opened
from tacit.store.errors import StoreFull
with opened(sys.argv[1]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    try:
        backed_up(store, Path(sys.argv[2]))
    except StoreFull as error:
        print(error)
"""


def test_a_full_disk_is_told_and_leaves_nothing(place: Path, file: Path, script: Script) -> None:
    with opened(place) as store:
        store.write(lambda write: write.set_value(STATE, b"noise", os.urandom(500_000)))
        before = everything(store)
    process = script(FULL, place, file)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert out.startswith(f"There is no room for the backup {file}.")
    assert list(file.parent.iterdir()) == []
    with opened(place) as store:
        assert everything(store) == before


LOOKING = """
import sys
from store_sample import *
with opened(sys.argv[1]) as store:
    with store.read() as read:
        print(read.count(NOTES, "total"), flush=True)
    sys.stdin.readline()
    with store.read() as read:
        print(read.count(NOTES, "total"), read.sequence(), flush=True)
    store.write(lambda write: write.set_value(STATE, b"after", b"1"))
"""


def test_a_process_that_has_the_store_open_sees_what_was_restored(
    place: Path, file: Path, script: Script
) -> None:
    with opened(place) as store:
        backed_up(store, file)
        fill(store)
        last = store.sequence()
        other = script(LOOKING, place)
        assert other.stdout.readline() == "54\n"
        restored(store, file)
        out, errors = other.communicate("\n", timeout=120)
        assert (out, other.returncode) == (f"0 {last + 2}\n", 0), errors
        with store.read() as read:
            assert read.value(STATE, b"after") == b"1"
            assert verify(read, SCHEMA) == []
