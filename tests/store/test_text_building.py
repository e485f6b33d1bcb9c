"""The text index is built beside itself, and gone on with after a break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import NOTES, Note, opened
from text_sample import (
    SOURCES,
    built,
    candidates,
    followed,
    generations,
    many,
    never,
    numbers,
    put,
    sums,
    text_folder,
)

from tacit.store.keys import u64
from tacit.store.schema import CHANGES
from tacit.store.text_building import build
from tacit.store.text_following import Follower, folder_of
from tacit.store.text_index import Unusable
from tacit.store.text_place import BUILDING, locked

Script = Callable[..., Any]


def test_the_old_index_answers_while_a_new_one_is_built(place: Path) -> None:
    with opened(place) as store:
        put(store, many(500))
        assert built(store)
        (before,) = generations(place)
        seen: list[set[int] | None] = []
        assert built(store, told=lambda done, total: seen.append(numbers(candidates(store, "17"))))
        (after,) = generations(place)
        assert before != after
        assert len(seen) > 3
        assert all(found == {17, *range(170, 180)} for found in seen)


def test_building_tells_how_far_it_is(place: Path) -> None:
    with opened(place) as store:
        put(store, many(250))
        told: list[tuple[int, int]] = []
        assert built(store, told=lambda done, total: told.append((done, total)))
        assert told == [(0, 250), (100, 250), (200, 250), (250, 250)]


def test_a_build_that_was_cancelled_is_gone_on_with(place: Path) -> None:
    with opened(place) as store:
        put(store, many(500))
        asked: list[int] = []
        assert not built(store, cancelled=lambda: len(asked) >= 3 or asked.append(1) is not None)
        (half,) = generations(place)
        assert candidates(store, "note") is None
        put(store, {7: "changed", 499: "changed", 501: "changed"})
    with opened(place) as store:
        told: list[tuple[int, int]] = []
        assert built(store, told=lambda done, total: told.append((done, total)))
        assert told[0] == (300, 501)
        assert generations(place) == [half]
        assert not (text_folder(place) / half / BUILDING).exists()
        assert numbers(candidates(store, "changed")) == {7, 499, 501}
        by_resuming = sums(store)
        assert built(store)
        assert sums(store) == by_resuming


def test_what_was_written_while_it_was_built_is_in_it(place: Path) -> None:
    with opened(place) as store, opened(place) as other:
        put(store, many(500))

        def write(done: int, total: int) -> None:
            put(other, {0: f"at {done}", 499: f"at {done}", 1000 + done: "new"})

        assert built(store, told=write)
        assert followed(store)
        by_building = sums(store)
        assert numbers(candidates(store, "new")) == {1000 + done for done in range(0, 600, 100)}
        assert built(store)
        assert sums(store) == by_building


def test_a_log_cut_while_it_was_built_lets_the_next_run_begin_anew(place: Path) -> None:
    with opened(place) as store:
        put(store, many(300))

        def cut(done: int, total: int) -> None:
            put(store, {1: f"at {done}"})
            last = store.sequence()
            store.write(lambda write: [write.kv.delete(CHANGES, u64(seq)) for seq in range(1, last)])

        with pytest.raises(Unusable, match="log was cut"):
            built(store, told=cut)
        assert candidates(store, "at") is None
        assert built(store)
        assert numbers(candidates(store, "at")) == {1}


def test_a_build_holds_no_snapshot_for_long(place: Path) -> None:
    """Else the store could not use any page again until it ends."""
    with opened(place) as store:
        put(store, many(1000))
        sequences: list[int] = []

        def told(done: int, total: int) -> None:
            put(store, {0: f"at {done}"})
            sequences.append(store.sequence())

        with locked(folder_of(store)) as mine:
            assert mine
            assert build(Follower(store, SOURCES, never), told)
        assert len(set(sequences)) == 11
        with store.read() as read:
            assert read.get(NOTES, u64(0)) == Note("at 1000", tags=("number0",))
