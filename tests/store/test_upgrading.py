"""A store of an older version is brought up to date whole, by one who is alone, or not at all."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from upgrade_sample import (
    NEW,
    NOTES,
    OLD,
    OLD_NOTES,
    PAIRS,
    STATE,
    Note,
    OldNote,
    Pair,
    fill,
    opened,
    upgraded,
)

from tacit.store.codec import dump, load, recorded_version
from tacit.store.errors import Corrupt, StoreError, StoreFull, StoreNewer, StoreOlder
from tacit.store.keys import text, u64
from tacit.store.reading import Read
from tacit.store.schema import COUNTERS, TRASH, Schema, Table
from tacit.store.transaction import Write
from tacit.store.verify import verify

Script = Callable[..., Any]


def is_old(place: Path) -> bool:
    """Whether it is the store of the old version, whole; if not, it is the new one, whole."""
    try:
        with opened(place, OLD) as store, store.read() as read:
            assert verify(read, OLD) == []
            assert read.count(OLD_NOTES, "total") == sum(1 for _ in read.keys(OLD_NOTES))
            return True
    except StoreNewer:
        with opened(place, NEW) as store, store.read() as read:
            assert verify(read, NEW) == []
            assert read.value(STATE, b"long") == str(read.count(NOTES, "length")).encode()
            return False


def test_a_record_of_an_older_version_is_read_as_it_would_be_now() -> None:
    sealed = dump(OLD_NOTES, b"k", OldNote("seven", 1500))
    assert load(NOTES, b"k", sealed) == Note("seven", 1.5, 5)
    with pytest.raises(Corrupt):
        load(NOTES, b"k", sealed[:-1])


def test_a_table_of_a_version_needs_all_the_upgrades_that_led_to_it() -> None:
    with pytest.raises(ValueError, match="needs 2 upgrades"):
        Table("notes", Note, version=3, upgrades=(dict,))


def test_an_older_store_is_not_opened_until_it_is_up_to_date(place: Path) -> None:
    fill(place)
    for readonly in (False, True):
        with pytest.raises(StoreOlder, match="older Tacit") as caught:
            opened(place, NEW, readonly=readonly)
        assert caught.value.exit_code == 3
    assert upgraded(place) is not None
    with opened(place, NEW) as store, store.read() as read:
        assert verify(read, NEW) == []


def test_every_record_index_counter_and_map_is_brought_to_the_new_version(place: Path) -> None:
    fill(place, 20)
    done = upgraded(place)
    assert done is not None
    assert (done.before, done.after, done.damaged) == (1, 2, 0)
    with opened(place, NEW) as store, store.read() as read:
        assert read.get(NOTES, u64(19)) == Note("note 19", 0.019, 7)
        assert read.get(PAIRS, u64(7)) == Pair(u64(7), (7, 7), 14)
        assert {recorded_version(sealed) for _, sealed in read.kv.scan(NOTES.space)} == {3}
        assert sorted(recorded_version(sealed) for _, sealed in read.kv.scan(TRASH)) == [2, 3]
        assert read.trashed(NOTES, u64(0)) == Note("note 0", 0.0, 6)
        assert [key for _, key in read.scan(NOTES, "name", text("NOTE 19"))] == [u64(19)]
        assert read.count(NOTES, "length") == 9 * 6 + 10 * 7
        assert read.value(STATE, b"long") == b"124"
        assert list(read.kv.scan("index.notes.grams")) == []
        assert {key.split(b"\0")[1] for key, _ in read.kv.scan(COUNTERS)} == {b"total", b"length"}
        assert [change.op for change in read.changes(0)][-1] == "upgrade"


def test_what_was_in_the_trash_can_be_taken_back_afterwards(place: Path) -> None:
    fill(place, 3)
    upgraded(place)
    with opened(place, NEW) as store:
        assert store.write(lambda write: write.restore(NOTES, u64(0)))
        with store.read() as read:
            assert (read.count(NOTES, "total"), verify(read, NEW)) == (3, [])


def test_it_is_done_once(place: Path) -> None:
    fill(place)
    assert upgraded(place) is not None
    backups: list[Read] = []

    def backup(read: Read) -> Path:
        backups.append(read)
        return Path()

    assert upgraded(place, backup=backup) is None
    assert backups == []


def test_the_backup_sees_the_store_as_it_was(place: Path) -> None:
    fill(place, 5)
    seen: list[object] = []

    def backup(read: Read) -> Path:
        seen.extend((read.count(OLD_NOTES, "grams"), read.get(OLD_NOTES, u64(4))))
        return place / "kept"

    done = upgraded(place, backup=backup)
    assert done is not None
    assert done.backup == place / "kept"
    assert seen == [10, OldNote("note 4", 4)]


def test_without_a_backup_nothing_is_changed(place: Path) -> None:
    fill(place)

    def backup(_: Read) -> Path:
        raise StoreFull("no room", "make some")

    with pytest.raises(StoreFull):
        upgraded(place, backup=backup)
    assert is_old(place)


def test_a_migration_that_fails_changes_nothing(place: Path) -> None:
    def fails(write: Write) -> None:
        write.set_value(STATE, b"half", b"done")
        raise StoreError("it went wrong", "look")

    fill(place)
    with pytest.raises(StoreError, match="went wrong"):
        upgraded(place, Schema((NOTES, PAIRS), maps=(STATE,), version=2, migrations={2: fails}))
    assert is_old(place)


def test_only_the_missing_migrations_run(place: Path) -> None:
    ran: list[int] = []
    migrations = {n: lambda _, n=n: ran.append(n) for n in (1, 2, 3, 4)}
    tables = (OLD_NOTES, *OLD.tables[1:])
    fill(place)
    upgraded(place, Schema(tables, maps=(STATE,), version=2, migrations=migrations))
    upgraded(place, Schema(tables, maps=(STATE,), version=4, migrations=migrations))
    assert ran == [2, 3, 4]


def test_nobody_else_may_have_it_open(place: Path) -> None:
    fill(place)
    with opened(place, OLD):
        assert upgraded(place) is None
    assert is_old(place)
    assert upgraded(place) is not None


def test_a_damaged_record_is_passed_over_and_told(place: Path) -> None:
    fill(place, 10)
    with opened(place, OLD) as store:
        store.write(lambda write: write.kv.put(OLD_NOTES.space, u64(3), b"\1\0\0\1garbage"))
    done = upgraded(place)
    assert done is not None
    assert done.damaged == 1
    with opened(place, NEW) as store, store.read() as read:
        assert [key for _, key in read.scan(NOTES, "length")] == [u64(n) for n in (1, 2, 4, 5, 6, 7, 8, 9)]
        assert read.count(NOTES, "total") == 8
        assert [difference.what for difference in verify(read, NEW)] == ["damaged record"]


def test_how_far_it_is_can_be_watched(place: Path) -> None:
    fill(place, 30)
    told: list[int] = []
    upgraded(place, step=told.append)
    assert max(told) == 29


KILLED = """
import os, signal, sys
from upgrade_sample import *
left = int(sys.argv[2])
def step(_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
upgraded(sys.argv[1], step=step)
"""


@pytest.mark.parametrize("after", [1, 20, 49, 60, 99, 148, 149])
def test_killed_at_a_record_it_leaves_the_old_store(place: Path, script: Script, after: int) -> None:
    fill(place)
    process = script(KILLED, place, after)
    assert process.wait(120) == -signal.SIGKILL
    assert is_old(place)
    assert upgraded(place) is not None
    assert not is_old(place)


def test_killed_at_any_moment_it_leaves_the_old_store_or_the_new_one(tmp_path: Path, script: Script) -> None:
    fill(tmp_path / "model", 4000)
    rng = random.Random(5)
    found = set()
    for number in range(12):
        place = tmp_path / str(number)
        shutil.copytree(tmp_path / "model", place, ignore=shutil.ignore_patterns("lock.mdb"))
        step = "lambda n: n == 2000 and sys.argv[2] == '1' and sys.stdin.readline()"  # one stays in the midst
        go = f"print('go', flush=True); upgraded(sys.argv[1], step={step}); print('done', flush=True)"
        process = script(f"import sys; from upgrade_sample import *; {go}", place, number)
        assert process.stdout.readline() == "go\n"
        if number:  # the first one runs to its end
            time.sleep(rng.random() * 0.25)
            process.kill()
        process.wait(120)
        found.add(is_old(place))
        shutil.rmtree(place)
    assert found == {True, False}


FULL = """
import os, resource, sys
from upgrade_sample import *
from tacit.store.errors import StoreFull
size = os.stat(sys.argv[1] + "/data.mdb").st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
try:
    upgraded(sys.argv[1])
except StoreFull as error:
    print(error.exit_code)
"""


def test_on_a_full_disk_the_store_stays_as_it_was(place: Path, script: Script) -> None:
    fill(place, 3000)
    out, errors = script(FULL, place).communicate(timeout=120)
    assert (out, errors) == ("3\n", "")
    assert is_old(place)
    assert upgraded(place) is not None


def test_of_several_that_come_at_once_one_does_it(place: Path, script: Script) -> None:
    fill(place, 2000)
    go = "sys.stdin.readline(); print(upgraded(sys.argv[1]) is not None)"
    source = f"import sys; from upgrade_sample import *; {go}"
    processes = [script(source, place) for _ in range(4)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert sorted(process.communicate(timeout=120)[0] for process in processes) == ["False\n"] * 3 + [
        "True\n"
    ]
    assert not is_old(place)


@pytest.mark.parametrize("late", [False, True])
def test_a_migration_that_meets_damage_heals_what_rests_on_it(place: Path, late: bool) -> None:
    fill(place, 5)
    with opened(place, OLD) as store:

        def harm(write: Write) -> None:
            sealed = write.kv.get(OLD_NOTES.space, u64(3))
            assert sealed is not None
            write.kv.put(OLD_NOTES.space, u64(3), sealed[:-1] + bytes((sealed[-1] ^ 1,)))

        store.write(harm)
    healed: list[tuple[str, bytes]] = []

    def heal(write: Write, lost: frozenset[tuple[str, bytes]]) -> None:
        healed.extend(lost)
        write.set_value(STATE, b"left", str(write.count(NOTES, "total")).encode())

    def migrate(write: Write) -> None:
        assert late or write.get(NOTES, u64(3)) is None

    schema = Schema((NOTES, PAIRS), maps=(STATE,), version=2, migrations={2: migrate}, heal=heal)
    done = upgraded(place, schema)
    assert done is not None
    assert done.damaged == 1
    with opened(place, schema) as store:
        store.write(lambda write: write.get(NOTES, u64(3)))
        with store.read() as read:
            assert read.value(STATE, b"left") == b"3"
            assert verify(read, schema) == []
    assert healed == [("notes", u64(3))]
