"""The text index follows the change log, is built beside itself, and survives whoever is killed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import NOTES, opened
from text_sample import (
    built,
    candidates,
    documents,
    followed,
    many,
    never,
    numbers,
    put,
    remember,
    sums,
    text_folder,
)

from tacit.store.keys import u64
from tacit.store.schema import CHANGES, TextSource
from tacit.store.text_following import Follower, folder_of
from tacit.store.text_look import TAIL, look
from tacit.store.text_place import POSITION, load

Script = Callable[..., Any]


def test_what_is_not_followed_yet_counts_as_found(place: Path) -> None:
    with opened(place) as store:
        put(store, many(50))
        assert built(store)
        put(store, {3: "fresh", 60: "fresh too"})
        store.write(lambda write: write.delete(NOTES, u64(17)))
        assert numbers(candidates(store, "fresh")) == {3, 17, 60}
        assert followed(store)
        assert numbers(candidates(store, "fresh")) == {3, 60}
        assert numbers(candidates(store, "17")) == set()


def test_following_gives_the_same_as_building(place: Path) -> None:
    with opened(place) as store:
        put(store, many(300))
        assert built(store)
        for turn in range(12):
            put(store, many(40, first=turn * 35))
            store.write(lambda write, turn=turn: write.trash(NOTES, u64(turn)))  # type: ignore[misc]
            assert followed(store)
        store.write(lambda write: write.restore(NOTES, u64(5)))
        store.write(lambda write: write.purge(NOTES, u64(6)))
        assert followed(store)
        by_following = sums(store)
        assert built(store)
        assert sums(store) == by_following
        assert len(by_following) == 425 - 12 + 1


def test_a_write_without_a_line_in_the_log_leaves_the_index_up_to_date(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        assert built(store)
        remember(store)
        assert followed(store, most=0)


def test_a_note_in_the_log_names_no_record(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        assert built(store)
        store.write(lambda write: write.note("fixed", "notes", ("p-0123456789ab", "x" * 16)))
        assert numbers(candidates(store, "nothing")) == set()
        assert followed(store)


def test_an_index_far_behind_is_left_alone_by_who_has_no_time(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        assert built(store)
        put(store, many(10, first=20))
        assert not followed(store, most=9)
        assert numbers(candidates(store, "note")) == {*range(20, 30)} | {*range(10)}
        assert followed(store, most=10)


def test_past_a_long_tail_the_index_is_not_asked(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        assert built(store)
        put(store, dict.fromkeys(range(100, 100 + TAIL), "x"))
        assert numbers(candidates(store, "nothing")) == {*range(100, 100 + TAIL)}
        put(store, {9: "x"})
        assert candidates(store, "nothing") is None
        assert followed(store)
        assert numbers(candidates(store, "nothing")) == set()


# What does not fit


def test_an_index_of_another_store_is_not_believed(place: Path, tmp_path: Path) -> None:
    with opened(place) as store, opened(tmp_path / "other") as other:
        put(store, many(10))
        put(other, dict.fromkeys(range(10), "other"))
        assert built(store)
        text_folder(place).rename(text_folder(tmp_path / "other"))
        assert candidates(other, "note") is None
        assert not followed(other)
        assert built(other)
        assert numbers(candidates(other, "note")) == set()


def test_a_copied_store_keeps_its_index(place: Path, tmp_path: Path) -> None:
    with opened(place) as store:
        put(store, many(300))
        assert built(store)
    shutil.copytree(place, tmp_path / "copy", copy_function=shutil.copyfile)
    with opened(tmp_path / "copy") as copy:
        assert numbers(candidates(copy, "217")) == {217}
        put(copy, {217: "other"})
        assert followed(copy)
        assert numbers(candidates(copy, "other")) == {217}


def test_an_index_of_other_texts_is_not_believed(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        assert built(store)
        other = (TextSource(NOTES, documents, version=2),)
        assert look(store, other) is None
        assert Follower(store, other, never).position() is None


def test_a_store_that_returned_to_an_older_state_and_went_on_otherwise_is_noticed(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        older = (place / "data.mdb").read_bytes()
        put(store, {1: "before the return"})
        assert built(store)
    (place / "data.mdb").write_bytes(older)
    with opened(place) as store:
        assert candidates(store, "return") is None  # its position is ahead of the log
        put(store, {2: "after the return"})
        with store.read() as read:
            position = load(f"{folder_of(store)}/{POSITION}")
            assert position is not None
            assert position.seq == read.sequence()
        assert candidates(store, "return") is None  # the same number, another line
        assert built(store)
        assert numbers(candidates(store, "return")) == {2}


@pytest.mark.parametrize(("dropped", "fits"), [(10, True), (11, False)])
def test_an_index_older_than_the_log_is_not_believed(place: Path, dropped: int, fits: bool) -> None:
    with opened(place) as store:
        put(store, many(10))
        assert built(store)
        put(store, {3: "later", 4: "later"})
        store.write(lambda write: [write.kv.delete(CHANGES, u64(seq)) for seq in range(1, dropped + 1)])
        assert numbers(candidates(store, "later")) == ({3, 4} if fits else None)
        assert followed(store) is fits


def test_a_damaged_line_of_the_log_leaves_it_to_a_scan(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        assert built(store)
        put(store, {3: "later"})
        store.write(lambda write: write.kv.put(CHANGES, u64(11), b"garbage"))
        assert candidates(store, "later") is None


def test_a_damaged_record_has_no_texts_and_stops_nobody(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        store.write(lambda write: write.kv.put(NOTES.space, u64(4), b"garbage"))
        assert built(store)
        assert numbers(candidates(store, "note")) in (None, {*range(10)} - {4})
        assert len(sums(store)) == 9
