"""A store that is written to for ever stays small, whoever dies while reading it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import NOTES, SCHEMA, STATE, Note, opened

from tacit.store.keys import u64
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.verify import verify

Script = Callable[..., Any]

READERS = """
import os, select, signal, sys
from store_sample import *
killed = 0
while not select.select([sys.stdin], [], [], 0.02)[0]:
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        with opened(sys.argv[1], readonly=bool(killed % 2)) as store:
            held = [store.begin() for _ in range(5)]
            for kv in held:
                found = [sum(1 for _ in kv.scan(space)) for space in ("table.notes", "index.notes.name")]
                assert found[0] == found[1], found
            os.write(tell, b".")
            signal.pause()
    os.close(tell)
    assert os.read(ready, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ready)
    killed += 1
    if killed == 1:
        print("begun", flush=True)
print(killed, flush=True)
"""
"""Processes that open the store, read, and die while they hold snapshots of it."""

COMMITS = 10_000
LIVE = 1_500


def write_on(store: Store) -> None:
    """Notes that come, grow, shrink and go, and a value of a few pages."""
    dice = random.Random(3)

    def job(write: Write, n: int) -> None:
        key = u64(dice.randrange(LIVE))
        if dice.random() < 0.1:
            write.delete(NOTES, key)
        else:
            write.put(NOTES, key, Note("x" * dice.randrange(2_000), n, ("t",)))
        if n % 10 == 0:
            write.set_value(STATE, b"state", dice.randbytes(dice.randrange(20_000)))

    for n in range(COMMITS):
        store.write(lambda write, n=n: job(write, n))  # type: ignore[misc]


def test_ten_thousand_commits_beside_readers_that_are_killed_leave_a_small_file(
    place: Path, script: Script
) -> None:
    with opened(place) as store:
        readers = script(READERS, place)
        assert readers.stdout.readline() == "begun\n"
        write_on(store)
        out, errors = readers.communicate("stop\n", timeout=120)
        assert readers.returncode == 0, errors
        assert int(out) >= 50
        sizes = store.sizes()
        assert store.sequence() > COMMITS * 0.9
        # a single reader that is never cleared away makes it more than fifty times as large
        assert (place / "data.mdb").stat().st_size < 8 * sizes.live, sizes
        with store.read() as read:
            assert verify(read, SCHEMA) == []


HOLD = """
import sys
from store_sample import *
with opened(sys.argv[1]) as store:
    held = [store.begin() for _ in range(5)]
    print("holding", flush=True)
    sys.stdin.readline()
"""


def killed_while_reading(place: Path, script: Script) -> None:
    reader = script(HOLD, place)
    assert reader.stdout.readline() == "holding\n"
    reader.kill()
    reader.wait()


def dead_readers(store: Store) -> int:
    shared: Any = store._shared
    return int(shared.engine._env.reader_check())


@pytest.mark.parametrize("readonly", [False, True])
def test_opening_clears_away_readers_that_died(place: Path, script: Script, readonly: bool) -> None:
    opened(place).close()
    killed_while_reading(place, script)
    with opened(place, readonly=readonly) as store:
        assert dead_readers(store) == 0


def test_an_open_store_clears_them_away_as_it_writes_and_as_it_reads(place: Path, script: Script) -> None:
    with opened(place) as store:
        killed_while_reading(place, script)
        store.write(lambda write: None)
        assert dead_readers(store) == 0
        killed_while_reading(place, script)
        for _ in range(300):
            store.sequence()
        assert dead_readers(store) == 0
        killed_while_reading(place, script)
        assert dead_readers(store) > 0, "or this test would not see any"
