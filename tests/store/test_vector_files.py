"""The files beside the store: quick to open, never trusted, and never needed."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vector_sample import (
    EXACT,
    GRAPH,
    agree,
    anew,
    by_hand,
    fill,
    found,
    gone,
    nears,
    opened,
    rows_read,
    space_of,
    unit,
    vector_files,
)

from tacit.store import vector_rebuilding
from tacit.store.store import Store
from tacit.store.vector_check import VectorCheck, check_vectors
from tacit.store.vector_dropping import drop_space
from tacit.store.vector_files import drop_vectors_index
from tacit.store.vector_look import vector_look
from tacit.store.vector_rebuilding import rebuild_due, rebuild_vectors
from tacit.store.vector_rows import Space

Script = Callable[..., Any]


def test_a_process_that_begins_reads_the_files_instead_of_the_rows(
    store: Store, space: Space, seeds: dict[int, int], crossover: int, place: Path
) -> None:
    assert rebuild_due(store, space)
    assert rebuild_vectors(store, space)
    assert not rebuild_due(store, space)
    assert {path.suffix for path in vector_files(place)} == {
        "", ".position", ".rows", ".exact" if crossover == EXACT else ".graph"
    }  # fmt: skip
    with anew(store) as other:
        assert rows_read(other, space, 3) < 100
        assert agree(other, space, seeds) >= 0.98
    modes = {stat.S_IMODE(path.stat().st_mode) for path in vector_files(place)}
    assert modes == {0o600}
    assert stat.S_IMODE((place / "vectors").stat().st_mode) == 0o700


def test_what_changed_since_is_seen(store: Store, space: Space, seeds: dict[int, int]) -> None:
    assert rebuild_vectors(store, space)
    gone(store, set(range(0, 2000, 4)))
    fill(store, space, {n: n for n in range(2000, 2100)} | {1: 500})
    left = {n: of for n, of in seeds.items() if n % 4} | {n: n for n in range(2000, 2100)} | {1: 500}
    with anew(store) as other:
        assert agree(other, space, left) >= 0.98
        assert found(other, space, 2050, 1) == [2050]


def test_few_rows_need_no_files(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(200))
        assert not rebuild_due(store, space)
        assert rebuild_vectors(store, space)
        assert not (place / "vectors").exists()


def test_files_are_written_anew_when_they_are_behind_or_mostly_gone(
    store: Store, space: Space, seeds: dict[int, int], place: Path
) -> None:
    assert rebuild_vectors(store, space)
    first = vector_files(place)
    fill(store, space, {n: n for n in range(2000, 2040)})
    assert not rebuild_due(store, space)
    assert rebuild_vectors(store, space)
    assert vector_files(place) == first
    fill(store, space, {n: n for n in range(2040, 2100)})
    assert rebuild_vectors(store, space)
    second = vector_files(place)
    assert second != first
    assert len(second) == len(first)
    assert check_vectors(store, space).held == 2100
    gone(store, range(700))
    assert rebuild_due(store, space)
    assert rebuild_vectors(store, space)
    left = {n: n for n in range(700, 2100)}
    assert check_vectors(store, space).wrong == 0
    with anew(store) as other:
        assert agree(other, space, left) >= 0.98


def test_a_graph_that_grew_is_as_good_as_one_made_at_once(
    store: Store, space: Space, seeds: dict[int, int]
) -> None:
    assert rebuild_vectors(store, space)
    for first in range(2000, 3000, 100):
        fill(store, space, {n: n for n in range(first, first + 100)})
        assert rebuild_vectors(store, space)
    checked = check_vectors(store, space)
    assert (checked.state, checked.held, checked.wrong) == ("sound", 3000, 0)
    with anew(store) as other:
        assert agree(other, space, {n: n for n in range(3000)}) >= 0.98


def test_a_running_process_takes_newer_files_up(
    store: Store, space: Space, seeds: dict[int, int], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tacit.store.vector_look._LONG", 10)
    found(store, space, 1)
    with opened(place) as other:
        fill(other, space, {n: n for n in range(2000, 2100)})
        assert rebuild_vectors(other, space)
    assert agree(store, space, seeds | {n: n for n in range(2000, 2100)}) >= 0.98
    fill(store, space, {2100: 2100})
    assert rows_read(store, space, 2100) < 100


def test_a_cancelled_rebuild_leaves_what_there_was(store: Store, space: Space, place: Path) -> None:
    assert not rebuild_vectors(store, space, cancelled=lambda: True)
    assert [path.name for path in vector_files(place)] == ["lock"]
    assert rebuild_vectors(store, space)
    before = vector_files(place)
    heard: list[tuple[int, int]] = []
    told = lambda done, total: heard.append((done, total))  # noqa: E731
    assert not rebuild_vectors(store, space, told, lambda: bool(heard), force=True)
    assert heard == [(1000, 2000)]
    assert vector_files(place) == before


def test_progress_is_told_to_the_end(store: Store, space: Space) -> None:
    heard: list[tuple[int, int]] = []
    assert rebuild_vectors(store, space, lambda done, total: heard.append((done, total)))
    assert heard == [(1000, 2000), (2000, 2000)]


def test_the_check_finds_what_differs(store: Store, space: Space, crossover: int, place: Path) -> None:
    assert check_vectors(store, space) == VectorCheck("none")
    assert rebuild_vectors(store, space)
    checked = check_vectors(store, space)
    assert (checked.state, checked.held, checked.wrong) == ("sound", 2000, 0)
    if crossover == GRAPH:
        assert checked.recall is not None
        assert checked.recall >= 0.98
        assert checked.sample == 100
    else:
        assert checked.recall is None
    gone(store, range(100))
    assert (check_vectors(store, space).held, check_vectors(store, space).wrong) == (1900, 0)

    def spoil(write: Any) -> None:
        from tacit.store.vector_layout import Row, pack_row, row_key, unpack_row

        key = row_key(space.number, 500)
        row = unpack_row("vectors", key, write.kv.get("vectors.vectors", key))
        other = Row(500, row.table, row.key, row.number, row.sum, unit(999).astype("<f2").tobytes())
        write.kv.put("vectors.vectors", key, pack_row("vectors", space.number, other))

    store.write(spoil)
    assert check_vectors(store, space).wrong == 1
    next(path for path in vector_files(place) if path.suffix == ".rows").unlink()
    assert check_vectors(store, space) == VectorCheck("damaged")


def test_files_of_spaces_that_went_go_with_the_next_that_are_written(
    store: Store, space: Space, place: Path
) -> None:
    other = space_of(store, "test/two")
    fill(store, other, range(300))
    assert rebuild_vectors(store, space)
    assert rebuild_vectors(store, other)
    both = len(vector_files(place))
    drop_space(store, space)
    assert rebuild_vectors(store, other, force=True)
    assert len(vector_files(place)) == both - 3
    assert all(path.name.startswith("2") or path.name == "lock" for path in vector_files(place))


def test_a_read_only_store_is_searched_and_nothing_is_written(
    store: Store, space: Space, seeds: dict[int, int], place: Path
) -> None:
    store.close()
    with opened(place, readonly=True) as reader:
        assert not rebuild_vectors(reader, space)
        assert not (place / "vectors").exists()
        assert agree(reader, space, seeds) >= 0.98
    with opened(place) as writer:
        assert rebuild_vectors(writer, space)
    with opened(place, readonly=True) as reader:
        assert rows_read(reader, space, 3) < 100


def test_a_graph_answers_within_what_is_chosen(store: Store, space: Space, seeds: dict[int, int]) -> None:
    assert rebuild_vectors(store, space)
    with anew(store) as other:
        for count in (5, 300, 1500):
            chosen = {n: n for n in range(0, 3 * count, 3) if n < 2000}
            among = {n.to_bytes(8, "big") for n in chosen}
            answer = found(other, space, 6, 10, among=among)
            right = by_hand(chosen, 6, 10)
            assert len(answer) == len(right)
            assert len(set(answer) & set(right)) >= len(right) - 1


def test_the_same_rows_give_the_same_graph(store: Store, space: Space, place: Path) -> None:
    def graphs() -> list[bytes]:
        return [path.read_bytes() for path in vector_files(place) if path.suffix in {".graph", ".exact"}]

    assert rebuild_vectors(store, space)
    first = graphs()
    drop_vectors_index(store)
    assert rebuild_vectors(store, space)
    assert graphs() == first


def test_a_query_of_many_dimensions_and_many_answers(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_rebuilding, "CROSSOVER", 50)
    with opened(place) as store:
        space = space_of(store, "test/large", 1536)
        fill(store, space, range(120))
        assert rebuild_vectors(store, space, force=True)
        with store.read() as read:
            answer = vector_look(store, space).nearest(read, np.ones(1536, np.float32), 1000)
        assert len(answer) == 120
    with opened(place) as other:
        assert len(nears(other, space, 3, 1000)) == 120
