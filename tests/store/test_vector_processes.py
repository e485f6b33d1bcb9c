"""Several processes at the vectors of one store, and processes that are killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import NOTES
from vector_sample import SCHEMA, by_hand, fill, found, gone, opened, raw, space_of, unit, vector_files

from tacit.store import vector_rebuilding
from tacit.store.vector_check import check_vectors
from tacit.store.vector_dropping import drop_strays
from tacit.store.vector_look import _looks as looks
from tacit.store.vector_look import vector_look
from tacit.store.vector_rebuilding import rebuild_vectors
from tacit.store.vector_rows import dropping, rows_after, spaces
from tacit.store.verify import verify

Script = Callable[..., Any]

BEGIN = """
import os, signal, sys
from random import Random
from store_sample import NOTES
from vector_sample import *
from tacit.store import vector_dropping, vector_piece, vector_rebuilding
from tacit.store.vector_dropping import drop_space
from tacit.store.vector_files import Desk
from tacit.store.vector_rebuilding import rebuild_vectors
vector_rebuilding.CROSSOVER, vector_rebuilding.LEAST, vector_rebuilding.BEHIND = 400, 100, 50
"""

DIES = (
    BEGIN
    + """
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def dying(real, left):
    count = [left]
    def replaced(*given, **named):
        count[0] -= 1
        return die() if count[0] <= 0 else real(*given, **named)
    return replaced
owner, name, left = sys.argv[2].split(".")
of = {"Graph": vector_piece.GraphBuilder, "Desk": Desk, "os": os, "dropping": vector_dropping}[owner]
with opened(sys.argv[1]) as store:
    with store.read() as read:
        space = the_space(read)
    setattr(of, name, dying(getattr(of, name), int(left)))
    if owner == "dropping":
        drop_space(store, space)
    else:
        rebuild_vectors(store, space, force=True)
print("lived")
"""
)


@pytest.mark.parametrize(
    "where",
    ["Graph.take.2", "Graph.saved.1", "Desk.adopt.1", "Desk.write.1", "Desk.write.2", "Desk.settle.1",
     "os.rename.1", "os.fsync.2", "os.fsync.3", "Desk.sweep.1"],
)  # fmt: skip
@pytest.mark.parametrize("had", [True, False])
def test_a_kill_in_the_worst_moment_costs_no_answer(
    place: Path, script: Script, monkeypatch: pytest.MonkeyPatch, where: str, had: bool
) -> None:
    for name, value in (("CROSSOVER", 400), ("LEAST", 100), ("BEHIND", 50)):
        monkeypatch.setattr(vector_rebuilding, name, value)
    seeds = {n: n for n in range(1500)}
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, seeds)
        if had:
            assert rebuild_vectors(store, space)
        fill(store, space, {n: n + 7 for n in range(100, 200)})
        seeds.update({n: n + 7 for n in range(100, 200)})
        gone(store, range(40))
        seeds = {n: of for n, of in seeds.items() if n >= 40}
    process = script(DIES, place, where)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, errors
    with opened(place) as store:
        for asked in (3, 150, 900):
            assert set(found(store, space, asked)) == set(by_hand(seeds, asked))
        assert rebuild_vectors(store, space, force=True)
        checked = check_vectors(store, space)
        assert (checked.state, checked.held, checked.wrong) == ("sound", len(seeds), 0)
        assert len(vector_files(place)) == 4


@pytest.mark.parametrize("at", ["_some.1", "_some.3", "_some.9", "_forget.1"])
def test_a_drop_that_was_killed_left_no_damage_and_is_finished_by_another(
    place: Path, script: Script, at: str
) -> None:
    with opened(place) as store:
        fill(store, space_of(store), range(300))
        other = space_of(store, "test/two", 8)
        fill(store, other, range(20))
    process = script(
        DIES.replace("with opened", "vector_dropping._AT_ONCE = 50\nwith opened"), place, f"dropping.{at}"
    )
    _, errors = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, errors
    with opened(place) as store:
        with store.read() as read:
            assert spaces(read) == (other,)
            assert len(dropping(read)) == 1
            assert verify(read, SCHEMA) == []
        again = space_of(store)
        fill(store, again, range(10))
        gone(store, range(250, 300))
        left = raw(store)
        assert drop_strays(store) == left - raw(store)
        assert raw(store) == 2 * (20 + 10)
        with store.read() as read:
            assert spaces(read) == (other, again)
            assert dropping(read) == ()
            assert verify(read, SCHEMA) == []
            assert len(list(rows_after(read, again))) == 10
            assert len(list(rows_after(read, other))) == 20


CHURNS = (
    BEGIN
    + """
rng = Random(int(sys.argv[2]))
with opened(sys.argv[1]) as store:
    with store.read() as read:
        space = the_space(read)
    print("ready", flush=True)
    while True:
        fill(store, space, {rng.randrange(900): rng.randrange(2000) for _ in range(20)})
        gone(store, {rng.randrange(900)})
        if rng.random() < 0.2:
            rebuild_vectors(store, space, force=rng.random() < 0.3)
"""
)


def test_among_writers_every_answer_is_that_of_its_snapshot(
    place: Path, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes fill, delete and rebuild while this one asks; in the end no vector is lost or left."""
    monkeypatch.setattr(vector_rebuilding, "CROSSOVER", 400)
    import numpy as np

    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(600))
        processes = [script(CHURNS, place, number) for number in range(2)]
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        shares = []
        until = time.monotonic() + 4
        asked = 0
        while time.monotonic() < until or asked < 30:
            asked += 1
            if asked % 5 == 0:
                looks.pop(store, None)  # as if this process began now
            with store.read() as read:
                near = vector_look(store, space).nearest(read, unit(asked), 10)
                rows = list(rows_after(read, space))
                vectors = np.stack([np.frombuffer(row.vector, "<f2") for row in rows]).astype(np.float32)
                scores = vectors @ unit(asked) / np.linalg.norm(vectors, axis=1)
                right = {rows[at].key for at in np.argsort(-scores, kind="stable")[:10]}
                assert all(read.get(NOTES, one.key) is not None for one in near)
                shares.append(len({one.key for one in near} & right) / 10)
        for process in processes:
            assert process.poll() is None, process.stderr.read()
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert sum(shares) / len(shares) >= 0.98
        with store.read() as read:
            assert verify(read, SCHEMA) == []
        assert rebuild_vectors(store, space, force=True)
        checked = check_vectors(store, space)
        assert (checked.state, checked.wrong) == ("sound", 0)


FILLS = (
    BEGIN
    + """
first = int(sys.argv[2])
with opened(sys.argv[1]) as store:
    with store.read() as read:
        space = the_space(read)
    for n in range(first, first + 200, 10):
        fill(store, space, {m: m for m in range(n, n + 10)})
        rebuild_vectors(store, space)
print("done")
"""
)


def test_parallel_writers_lose_no_vector(place: Path, script: Script) -> None:
    with opened(place) as store:
        space = space_of(store)
        processes = [script(FILLS, place, 200 * number) for number in range(4)]
        for process in processes:
            out, errors = process.communicate(timeout=300)
            assert (process.returncode, out) == (0, "done\n"), errors
        with store.read() as read:
            assert {int.from_bytes(row.key, "big") for row in rows_after(read, space)} == set(range(800))
            assert verify(read, SCHEMA) == []
        assert all(found(store, space, number, 1) == [number] for number in range(0, 800, 20))
