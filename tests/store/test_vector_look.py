"""Looking for near vectors: always those of the snapshot that asks, and all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from store_sample import NOTES
from vector_sample import (
    DIMENSIONS,
    by_hand,
    fill,
    found,
    gone,
    item,
    nears,
    opened,
    space_of,
    the_space,
    total,
    unit,
)

from tacit.store.keys import u64
from tacit.store.vector_dropping import drop_space
from tacit.store.vector_look import Near, vector_look
from tacit.store.vector_rows import put_vectors

Script = Callable[..., Any]


def keys_of(nears: list[Near]) -> list[bytes]:
    return [near.key for near in nears]


def test_the_nearest_come_first_with_their_cosine(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(400))
        seeds = {n: n for n in range(400)}
        for asked in (3, 60, 999):
            assert found(store, space, asked) == by_hand(seeds, asked)
        best = nears(store, space, 60, 1)[0]
        assert (best.table, best.key, best.number, best.sum) == ("notes", u64(60), 0, total(60))
        assert best.score == pytest.approx(1, abs=1e-3)


def test_an_empty_space_finds_nothing_and_a_small_one_all(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        assert found(store, space, 1) == []
        fill(store, space, range(3))
        assert sorted(found(store, space, 1, 10)) == [0, 1, 2]
        assert found(store, space, 1, 0) == []


def test_a_query_that_is_no_direction_finds_nothing(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(3))
        look = vector_look(store, space)
        with store.read() as read:
            for value in (0.0, float("nan"), float("inf")):
                assert look.nearest(read, np.full(DIMENSIONS, value, np.float32), 3) == []
            with pytest.raises(ValueError, match="shape"):
                look.nearest(read, np.ones(DIMENSIONS + 1, np.float32), 3)
            assert keys_of(look.nearest(read, 1000 * unit(1), 3)) == keys_of(look.nearest(read, unit(1), 3))


def test_what_changes_is_followed(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        seeds = {n: n for n in range(200)}
        fill(store, space, seeds)
        found(store, space, 5)
        fill(store, space, {n: n for n in range(200, 300)})
        seeds.update({n: n for n in range(200, 300)})
        gone(store, set(range(0, 300, 3)))
        seeds = {n: of for n, of in seeds.items() if n % 3}
        fill(store, space, {1: 77, 2: 78})
        seeds.update({1: 77, 2: 78})
        for asked in (5, 77, 250):
            assert found(store, space, asked, 20) == by_hand(seeds, asked, 20)


def test_the_gone_never_keep_the_living_from_being_found(place: Path) -> None:
    """All near ones are gone, and with them most of what is in memory."""
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(3000))
        found(store, space, 7)
        left = {n for n in range(3000) if n % 50 != 7 and n % 10 == 3}
        gone(store, set(range(3000)) - left)
        assert found(store, space, 7, 20) == by_hand({n: n for n in left}, 7, 20)


def test_an_older_snapshot_does_not_see_what_came_after_it(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(50))
        look = vector_look(store, space)
        with store.read() as before:
            fill(store, space, {60: 3})
            gone(store, {3})
            with store.read() as after:
                now = {near.key for near in look.nearest(after, unit(3), 5)}
            then = {near.key for near in look.nearest(before, unit(3), 5)}
        assert u64(60) in now
        assert u64(3) not in now
        assert u64(60) not in then


def test_tables_parts_and_records_can_be_chosen(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(100))
        fill(store, space, range(100), "quiet")
        store.write(
            lambda w: [put_vectors(w, space, "notes", u64(n), [item(2, n)], keep=(0,)) for n in range(9)]
        )
        assert {near.table for near in nears(store, space, 5, 300)} == {"notes", "quiet"}
        assert {near.table for near in nears(store, space, 5, 20, tables=("quiet",))} == {"quiet"}
        assert len(nears(store, space, 5, 300)) == 209
        parts = nears(store, space, 5, 300, parts=True)
        assert {(near.table, near.number) for near in parts} == {("notes", 2)}
        assert len(parts) == 9
        assert {near.number for near in nears(store, space, 5, 300, parts=False)} == {0}
        among = {u64(n) for n in (1, 8, 30, 500)}
        chosen = nears(store, space, 5, 300, tables={"notes"}, among=among)
        assert {(near.key, near.number) for near in chosen} == {
            (u64(1), 0), (u64(1), 2), (u64(8), 0), (u64(8), 2), (u64(30), 0)
        }  # fmt: skip
        assert nears(store, space, 5, among=set()) == []


def test_every_vector_can_be_had(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(30))
        fill(store, space, range(5), "quiet")
        look = vector_look(store, space)
        with store.read() as read:
            one = look.vector(read, "notes", u64(7))
            assert one is not None
            assert one == pytest.approx(unit(7), abs=1e-3)
            assert look.vector(read, "notes", u64(7), 1) is None
            assert look.vector(read, "notes", u64(70)) is None
            near = look.cosines(read, unit(3), [("notes", u64(n), 0) for n in (7, 70)])
            assert near == {("notes", u64(7), 0): pytest.approx(float(unit(3) @ unit(7)), abs=1e-3)}
            named, vectors = look.matrix(read, {"notes"})
            assert named == [("notes", u64(n), 0, total(n)) for n in range(30)]
            assert vectors.shape == (30, DIMENSIONS)
            assert vectors.dtype == np.float32
            assert np.array_equal(vectors[7], one)
            assert len(look.matrix(read)[0]) == 35
            assert look.matrix(read, parts=True)[1].shape == (0, DIMENSIONS)


def test_a_space_that_went_finds_nothing_and_one_in_its_place_is_another(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(30))
        assert found(store, space, 3)
        drop_space(store, space)
        assert found(store, space, 3) == []
        other = space_of(store, "test/one", 8)
        assert other.number == space.number
        fill(store, other, range(5))
        assert found(store, space, 3) == []
        assert sorted(found(store, other, 3)) == [0, 1, 2, 3, 4]


def test_a_damaged_row_is_left_out_and_noted(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(10))

        def damage(write: Any) -> None:
            key = b"r" + (1).to_bytes(4, "big") + u64(4)
            sealed = write.kv.get("vectors.vectors", key)
            write.kv.put("vectors.vectors", key, sealed[:30] + bytes((sealed[30] ^ 1,)) + sealed[31:])

        store.write(damage)
        assert sorted(found(store, space, 3)) == [0, 1, 2, 4, 5, 6, 7, 8, 9]
        assert {name for name, _ in store.left_out} == {"vectors"}


def test_threads_ask_at_once(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(300))
        wrong: list[int] = []

        def ask(first: int) -> None:
            wrong.extend(n for n in range(first, first + 30) if n not in found(store, space, n, 3))

        threads = [threading.Thread(target=ask, args=(30 * n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for n in range(20):
            fill(store, space, range(300 + n, 301 + n))
        for thread in threads:
            thread.join()
        assert wrong == []


WRITES = """
import sys
from vector_sample import *
with opened(sys.argv[1]) as store:
    print("ready", flush=True)
    with store.read() as read:
        space = the_space(read)
    for line in sys.stdin:
        number = int(line)
        fill(store, space, {number: number})
        print("written", flush=True)
"""


def test_what_another_process_wrote_a_moment_before_is_found(place: Path, script: Script) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(100))
        process = script(WRITES, place)
        assert process.stdout.readline() == "ready\n"
        for number in range(1000, 1040):
            process.stdin.write(f"{number}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "written\n"
            assert found(store, space, number, 1) == [number]
            with store.read() as read:
                assert read.get(NOTES, u64(number)) is not None
                assert the_space(read) == space
