"""Several processes at one text index, and processes that are killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import NOTES, opened
from text_sample import (
    SOURCES,
    built,
    candidates,
    followed,
    generations,
    many,
    numbers,
    put,
    sums,
    text_folder,
)

from tacit.store.keys import u64
from tacit.store.text_following import folder_of
from tacit.store.text_index import Unusable
from tacit.store.text_look import look
from tacit.store.text_place import drop, locked

Script = Callable[..., Any]


def test_only_one_changes_the_index_and_the_others_skip(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        with locked(folder_of(store)) as mine, locked(folder_of(store)) as yours:
            assert (mine, yours) == (True, False)
        assert built(store)


def test_a_dropped_index_leaves_nothing_and_its_writer_stops(place: Path) -> None:
    with opened(place) as store:
        put(store, many(500))
        assert built(store)
        with pytest.raises((Unusable, OSError)):
            built(store, told=lambda done, total: drop(folder_of(store)) if done == 200 else None)
        assert not text_folder(place).exists()
        assert not [path.name for path in place.iterdir() if "text" in path.name]
        assert candidates(store, "note") is None
        assert built(store)
        assert numbers(candidates(store, "17")) == {17, *range(170, 180)}


def test_an_interrupted_drop_is_finished_by_the_next(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        assert built(store)
        text_folder(place).rename(place / ".text-1-abc")
        drop(folder_of(store))
        assert not [path.name for path in place.iterdir() if "text" in path.name]


DIES = """
import os, signal, sys
from store_sample import opened
from text_sample import *
from tacit.store import text_following, text_building, text_index
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
what, where, count = sys.argv[2], sys.argv[3], int(sys.argv[4])
def dying(real):
    left = [count]
    def replaced(*given, **named):
        left[0] -= 1
        return die() if left[0] <= 0 else real(*given, **named)
    return replaced
if where == "put":
    text_index.Writer.replace = dying(text_index.Writer.replace)
elif where == "commit":
    text_index.Writer.commit = dying(text_index.Writer.commit)
elif where == "position":
    text_following.save = dying(text_following.save)
elif where == "switch":
    text_building.save = dying(text_building.save)
elif where == "cleared":
    text_building.discard = dying(text_building.discard)
with opened(sys.argv[1]) as store:
    text_building._COMMIT = 4_000
    built(store) if what == "build" else followed(store)
print("lived")
"""


@pytest.mark.parametrize(
    ("what", "where", "count"),
    [
        *(("follow", where, 1) for where in ("commit", "position")),
        ("follow", "put", 30),
        *(("build", where, 1) for where in ("commit", "position", "switch")),
        *(("build", where, 3) for where in ("commit", "position")),
        ("build", "put", 400),
        ("build", "cleared", 2),
    ],
)
@pytest.mark.parametrize("had", [True, False])
def test_a_kill_in_the_worst_moment_costs_no_answer(
    place: Path, script: Script, what: str, where: str, count: int, had: bool
) -> None:
    with opened(place) as store:
        put(store, many(500))
        if had or what == "follow":
            assert built(store)
        put(store, {n: f"changed {n}" for n in range(100, 200)})
        store.write(lambda write: [write.delete(NOTES, u64(n)) for n in range(40)])
        process = script(DIES, place, what, where, count)
        _, errors = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, errors
        found = numbers(candidates(store, "changed"))
        assert found is None if not had and what == "build" and where != "cleared" else found is not None
        assert found is None or found >= {*range(100, 200)}
        assert followed(store) or built(store)
        assert numbers(candidates(store, "changed")) == {*range(100, 200)}
        after = sums(store)
        assert built(store)
        assert sums(store) == after
        assert len(generations(place)) == 1


WRITES = """
import sys
from store_sample import opened
from text_sample import *
with opened(sys.argv[1]) as store:
    print("ready", flush=True)
    for line in sys.stdin:
        first = int(line)
        put(store, {n: f"turn{first} word" for n in range(first, first + 20)})
        print("written", flush=True)
        if first % 40 == 0:
            followed(store)
            print("followed", flush=True)
"""


def test_what_another_process_wrote_a_moment_before_is_found(place: Path, script: Script) -> None:
    with opened(place) as store:
        put(store, many(500))
        assert built(store)
        process = script(WRITES, place)
        assert process.stdout.readline() == "ready\n"
        for first in range(0, 400, 20):
            process.stdin.write(f"{first}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "written\n"
            found = numbers(candidates(store, f"turn{first}"))
            assert found is not None
            assert found >= {*range(first, first + 20)}
            if first % 40 == 0:
                assert process.stdout.readline() == "followed\n"
                assert numbers(candidates(store, f"turn{first}")) == {*range(first, first + 20)}


CHURNS = """
import sys
from random import Random
from store_sample import opened
from text_sample import *
rng = Random(int(sys.argv[2]))
with opened(sys.argv[1]) as store:
    print("ready", flush=True)
    while True:
        put(store, {rng.randrange(300): f"now {rng.randrange(9)}" for _ in range(5)})
        store.write(lambda write: write.delete(NOTES, u64(rng.randrange(300))))
        if not followed(store) and rng.random() < 0.2:
            built(store)
"""


def test_among_many_writers_the_answer_is_always_that_of_a_scan(place: Path, script: Script) -> None:
    with opened(place) as store:
        put(store, many(300))
        assert built(store)
        processes = [script(CHURNS.replace("from text_sample import *", _NAMES), place, n) for n in range(3)]
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        asked = 0
        for turn in range(400):
            through = look(store, SOURCES)
            with store.read() as read:
                tail = None if through is None else through.tail(read)
                right = {key for key, note in read.records(NOTES) if note.name == f"now {turn % 9}"}
                if through is None or tail is None:
                    continue
                found = through.candidates("notes", wanted(f"{turn % 9}"), tail["notes"])
                asked += found is not None
                assert found is None or found.keys() >= right
        assert asked > 100
        for process in processes:
            assert process.poll() is None, process.stderr.read()
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert followed(store) or built(store)
        with store.read() as read:
            whole = {key for key, _ in read.records(NOTES)}
        assert sums(store).keys() == whole


_NAMES = "from text_sample import *\nfrom store_sample import NOTES\nfrom tacit.store.keys import u64"


def wanted(word: str) -> Any:
    from tacit.store.text_runs import wants

    return wants(("now", word), ())


def test_a_build_whose_index_was_dropped_leaves_that_of_another_alone(place: Path) -> None:
    """Dropped at its very end, when somebody else has begun anew in its place."""
    with opened(place) as store, opened(place) as other:
        put(store, many(10))
        at_end: list[bool] = []
        theirs: list[str] = []

        def cancelled() -> bool:
            if at_end and not theirs:
                drop(folder_of(store))
                assert built(other)
                theirs.extend(generations(place))
            return False

        def told(done: int, total: int) -> None:
            at_end.extend([True] * (done == total))

        with pytest.raises((Unusable, OSError)):
            built(store, told=told, cancelled=cancelled)
        assert generations(place) == theirs
        assert numbers(candidates(other, "note")) == set(range(10))
