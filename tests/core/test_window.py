"""A list of any length is read where it is looked at, and nowhere else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from counted_reads import counted_reads
from hypothesis import given, settings
from hypothesis import strategies as st
from library import START, opened
from many import fill, many
from msgspec.structs import replace

from tacit.core.listing import STRIDE
from tacit.core.model import Pattern
from tacit.core.query import parse
from tacit.core.tables import PATTERNS, key_of
from tacit.core.window import Window
from tacit.core.window_guess import SAMPLE
from tacit.store.keys import u64
from tacit.store.store import Store

MANY = 20_000
PAGE = 40


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("many") / "store"
    fill(path, MANY)
    return path


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(made, tmp_path / "store")
    with opened(tmp_path / "store") as store:
        yield store


@pytest.fixture
def rows_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many entries and records each read transaction touched."""
    return counted_reads(monkeypatch)


def window(store: Store, query: str = "") -> Window[Pattern]:
    return Window(store, "patterns", parse(query), lambda: START)


def whole(store: Store, index: str = "rank", prefix: bytes = b"") -> list[str]:
    with store.read() as read:
        found = (read.get(PATTERNS, key) for _, key in read.scan(PATTERNS, index, prefix))
        return [one.id for one in found if one is not None]


def ids(rows: list[Any]) -> list[str]:
    return [row.id for row in rows]


@pytest.mark.parametrize("order", ["rank", "uses", "success", "recent", "title"])
def test_a_landing_reads_a_page_and_a_sample_wherever_it_is(
    store: Store, rows_read: list[int], order: str
) -> None:
    for place in (0, 100, MANY // 3, MANY // 2, MANY - 5_000, MANY - 10):
        del rows_read[:]
        found = window(store, f"sort:{order}").rows(place, PAGE)
        assert len(found) == min(PAGE, MANY - place)
        assert sum(rows_read) <= 4 * PAGE + SAMPLE


@pytest.mark.parametrize("order", ["rank", "uses", "success", "recent", "title"])
def test_a_landing_is_near_the_place_that_was_meant(store: Store, order: str) -> None:
    places = {one: place for place, one in enumerate(whole(store, order))}
    for share in range(1, 10):
        asked = MANY * share // 10
        found = window(store, f"sort:{order}").rows(asked, 1)
        assert abs(places[found[0].id] - asked) < MANY * 0.15


def test_both_ends_are_exact_at_once(store: Store) -> None:
    everything = whole(store)
    list_ = window(store)
    assert ids(list_.rows(MANY // 2, PAGE))
    assert ids(list_.rows(MANY - PAGE, PAGE)) == everything[-PAGE:]
    assert ids(list_.rows(MANY - STRIDE, PAGE)) == everything[-STRIDE:][:PAGE]
    assert ids(list_.rows(0, PAGE)) == everything[:PAGE]
    assert ids(list_.rows(STRIDE, PAGE)) == everything[STRIDE : STRIDE + PAGE]


def test_whoever_comes_back_to_a_landing_finds_the_same_rows(store: Store) -> None:
    list_ = window(store)
    first = ids(list_.rows(8_000, PAGE))
    assert ids(list_.rows(14_000, PAGE)) != first
    assert ids(list_.rows(8_000, PAGE)) == first
    assert ids(list_.rows(8_000 - PAGE, 2 * PAGE))[PAGE:] == first


def test_landings_stand_in_their_order(store: Store) -> None:
    everything = {one: place for place, one in enumerate(whole(store))}
    list_ = window(store)
    asked = [11_000, 3_000, 17_000, 9_000, 5_000, 13_000, 12_900, 9_050]
    landed = {place: everything[list_.rows(place, 1)[0].id] for place in asked}
    places = [landed[place] for place in sorted(asked)]
    assert places == sorted(set(places))


def test_after_the_walk_the_same_row_stands_at_its_true_place(store: Store) -> None:
    everything = whole(store)
    list_ = window(store)
    row = list_.rows(9_000, PAGE)[7]
    list_.walk(lambda: False)
    assert list_.loose
    assert list_.rows(9_000, PAGE)[7] == row  # what is on the screen stays until it is told to move
    place = list_.position(row.id, 9_007)
    assert place == everything.index(row.id)
    list_.settle()
    assert not list_.loose
    assert ids(list_.rows(place - 7, PAGE)) == everything[place - 7 : place - 7 + PAGE]


def test_a_walked_list_reads_little_wherever_it_is_read(store: Store, rows_read: list[int]) -> None:
    list_ = window(store)
    list_.walk(lambda: False)
    del rows_read[:]
    for place in range(0, MANY, 1_777):
        list_.rows(place, PAGE)
    assert max(rows_read) <= STRIDE + 2 * PAGE
    del rows_read[:]
    assert list_.position(whole(store)[12_345]) == 12_345
    assert rows_read[-1] <= STRIDE + 2  # the last is that of the position


def test_a_walk_reads_in_short_transactions_and_stops_when_it_is_told_to(
    store: Store, rows_read: list[int]
) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    list_ = window(store)
    del rows_read[:]
    list_.walk(cancelled)
    assert max(rows_read) <= 4 * STRIDE
    assert sum(rows_read) <= 8 * STRIDE
    counted = window(store, "uses:>3")
    asked = 0
    counted.walk(cancelled)
    assert not counted.exact
    assert 0 < counted.total < MANY // 4


def test_a_row_known_to_stand_somewhere_is_put_there(store: Store) -> None:
    everything = whole(store)
    list_ = window(store)
    assert list_.position(everything[10_000], near=9_990) == 9_990
    assert ids(list_.rows(9_990, PAGE)) == everything[10_000 : 10_000 + PAGE]
    assert window(store).position(everything[5], near=9_990) == 5
    assert window(store).position(everything[-5], near=9_990) == MANY - 5
    assert window(store).position(many(MANY + 1).id) is None


def test_effectiveness_has_its_first_rows_at_once_and_all_of_them_in_the_end(
    store: Store, rows_read: list[int]
) -> None:
    list_ = window(store, "sort:effectiveness")
    first = ids(list_.rows(0, PAGE))
    assert len(first) == PAGE
    assert sum(rows_read) < 600  # the first rows, and one or two of each week
    list_.walk(lambda: False)
    assert list_.exact
    assert list_.total == MANY
    found = ids(list_.rows(0, MANY))
    assert found[:PAGE] == first
    assert len(set(found)) == MANY


@settings(max_examples=40, deadline=None)
@given(
    place=st.integers(0, MANY - 1),
    steps=st.lists(st.sampled_from([1, PAGE // 2, PAGE]), min_size=2, max_size=8),
    seed=st.integers(0, 9_999),
    up=st.booleans(),
    walked=st.booleans(),
)
def test_paging_on_from_anywhere_gives_each_row_once_in_order_whatever_is_written(
    lasting: Store, place: int, steps: list[int], seed: int, up: bool, walked: bool
) -> None:
    before = set(_keys(lasting))
    list_ = window(lasting)
    if walked:
        list_.walk(lambda: False)
    seen: list[str] = []
    for number, step in enumerate(steps):
        if not STRIDE < place < list_.total - STRIDE:
            break
        page = ids(list_.rows(place, step))
        seen = page + seen if up else seen + page
        place += -steps[(number + 1) % len(steps)] if up else step
        _disturb(lasting, seen, seed + number)
    after = {key: place for place, key in enumerate(_keys(lasting))}
    places = [after[key] for key in map(key_of, seen) if key in after]
    assert places == sorted(set(places))
    assert len(seen) == len(set(seen))
    there = {place for key, place in after.items() if key in before}
    assert not places or there.intersection(range(places[0], places[-1])) <= set(places)


def _keys(store: Store) -> list[bytes]:
    with store.read() as read:
        return [key for _, key in read.scan(PATTERNS, "rank")]


def _disturb(store: Store, seen: list[str], seed: int) -> None:
    """Delete what was seen or comes next, and put something before and behind."""

    def write(write: Any) -> None:
        keys = [key for _, key in write.scan(PATTERNS, "rank", start=None)][seed % 9_000 :: 1_000]
        for key in keys[:3]:
            write.delete(PATTERNS, key)
        for one in {seen[0], seen[-1], seen[seed % len(seen)]} if seed % 2 else ():
            write.delete(PATTERNS, key_of(one))
        for number in range(3):
            new = many(MANY + seed * 10 + number)
            write.put(PATTERNS, key_of(new.id), replace(new, rank=b"\1" + u64(seed * 7919 + number)))

    store.write(write)


@pytest.fixture(scope="module")
def lasting(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("lasting") / "store"
    shutil.copytree(made, path)
    with opened(path) as store:
        yield store


@pytest.mark.parametrize("query", ["uses:>3", "project:one/p03 sort:uses", "cargo", "used:<20d", ""])
def test_whatever_the_route_a_position_is_where_the_row_is(store: Store, query: str) -> None:
    list_: Window[Any] = Window(store, "patterns", parse(query), lambda: START)
    list_.walk(lambda: False)
    list_.settle()
    for place in range(0, list_.total, max(list_.total // 7, 1)):
        row = list_.rows(place, 1)[0]
        assert list_.position(row.id) == place
    assert list(list_.ids())[:3] == ids(list_.rows(0, 3))
