"""A list in groups: headings with counts, the rows of each, and what folding does to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from library import START
from many import PROJECTS, fill, many
from msgspec.structs import replace

from tacit import Memory
from tacit.core.errors import Usage
from tacit.core.model import Pattern
from tacit.core.present import day, kind_word, verdict_word
from tacit.core.tables import PATTERNS, key_of
from tacit.core.window_groups import Heading

MANY = 600


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    path = tmp_path_factory.mktemp("groups") / "store"
    fill(path, MANY, sessions=60)
    with Memory.open(path, clock=lambda: START) as memory:
        yield memory


def grouped(memory: Memory, by: str, query: str = "", table: str = "patterns", walk: bool = True) -> Any:
    window = memory.grouped(table, memory.plan(query, table=table), by)
    if walk:
        window.walk(lambda: False)
        window.settle()
    return window


def parted(rows: list[Any]) -> dict[str, list[str]]:
    """The ids under each heading."""
    found: dict[str, list[str]] = {}
    name = ""
    for row in rows:
        if isinstance(row, Heading):
            name = row.name
            found[name] = []
        else:
            found[name].append(row.id)
    return found


@pytest.mark.parametrize("query", ["", "sort:uses", "cargo", "uses:>4 sort:success"])
@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("kind", ["sequence", "recovery", "heuristic"]),
        ("verdict", ["unproven", "recovery", "fact"]),
        ("project", list(PROJECTS)),
    ],
)
def test_each_group_has_its_rows_in_the_order_of_the_list(
    memory: Memory, by: str, names: list[str], query: str
) -> None:
    window = grouped(memory, by, query)
    rows = window.rows(0, window.total)
    found = parted(rows)
    assert list(found) == names
    everything = memory.patterns(query)
    for name, ids in found.items():
        fit = _of(memory, by, "fact" if name == "heuristic" else name, query)
        assert ids == [one.id for one in everything if one.id in fit]
    assert [row.count for row in rows if isinstance(row, Heading)] == list(map(len, found.values()))
    assert window.count == len(everything)
    assert set(window.ids()) == {one.id for one in everything}
    assert len(list(window.ids())) == window.count


def _of(memory: Memory, by: str, name: str, query: str) -> set[str]:
    return {one.id for one in memory.patterns(f"{by}:{name} {query}")}


def test_in_a_project_a_pattern_has_the_numbers_that_it_has_there(memory: Memory) -> None:
    window = grouped(memory, "project")
    for name in PROJECTS:
        start = window.at(name, 1)
        assert tuple(window.rows(start, 5)) == memory.patterns(f"project:{name} limit:5")


def test_groups_of_an_index_are_whole_at_once_and_the_others_grow_where_they_are(memory: Memory) -> None:
    assert grouped(memory, "kind", walk=False).exact
    growing = grouped(memory, "kind", "sort:uses", walk=False)
    assert not growing.exact
    shown = growing.rows(0, 60)
    assert len(shown) > 40
    growing.walk(lambda: False)
    assert growing.rows(0, 60) == shown  # nothing moves until it is told to
    spot = growing.spot(50)
    growing.settle()
    assert growing.exact
    assert growing.rows(growing.at(*spot), 1) == [shown[50]]
    assert growing.total == MANY + 3


def test_folding_leaves_the_heading_and_its_count(memory: Memory) -> None:
    window = grouped(memory, "kind")
    counts = [row.count for row in window.rows(0, window.total) if isinstance(row, Heading)]
    inside = window.rows(counts[0] + 5, 1)[0]
    window.fold("recovery")
    assert window.total == MANY + 3 - counts[1]
    assert window.position(inside.id) == counts[0] + 1  # the heading stands for what is folded under it
    assert window.position("kind:recovery") == counts[0] + 1
    window.fold_all()
    assert [(row.name, row.count, row.folded) for row in window.rows(0, 9)] == [
        (name, number, True)
        for name, number in zip(("sequence", "recovery", "heuristic"), counts, strict=True)
    ]
    window.fold_all()
    assert window.total == MANY + 3
    assert window.rows(window.position(inside.id), 1) == [inside]


def test_a_row_of_several_groups_is_found_in_its_own(memory: Memory) -> None:
    window = grouped(memory, "project")
    rows = window.rows(0, window.total)
    twice = [one for one, number in Counter(row.id for row in rows).items() if number > 1]
    assert twice
    for one in twice[:20]:
        places = [place for place, row in enumerate(rows) if row.id == one]
        assert [window.position(one, None, window.spot(place)[0]) for place in places] == places


def test_any_part_of_a_grouped_list_is_read_alone(memory: Memory) -> None:
    for query in ("", "sort:title"):
        window = grouped(memory, "project", query)
        window.fold(PROJECTS[2])
        everything = window.rows(0, window.total)
        for start in range(0, window.total, 97):
            assert window.rows(start, 30) == everything[start : start + 30]


def test_sessions_stand_by_day_newest_first_and_by_project(memory: Memory) -> None:
    everything = memory.sessions()
    days = grouped(memory, "day", table="sessions")
    found = parted(days.rows(0, days.total))
    assert list(found) == sorted({day(one.started) for one in everything}, reverse=True)
    assert [one for ids in found.values() for one in ids] == [one.id for one in everything]
    projects = parted(grouped(memory, "project", table="sessions").rows(0, 99))
    assert {name: len(ids) for name, ids in projects.items()} == dict.fromkeys(PROJECTS[:3], 20)


def test_no_list_is_grouped_by_what_it_does_not_have(memory: Memory) -> None:
    with pytest.raises(Usage, match="Sessions are not grouped by kind"):
        memory.grouped("sessions", memory.plan(), "kind")


@pytest.mark.parametrize("by", ["outcome", "project"])
def test_episodes_stand_by_outcome_and_project(memory: Memory, by: str) -> None:
    window = grouped(memory, by, table="episodes")
    found = parted(window.rows(0, window.total))
    for name, ids in found.items():
        assert ids == [one.id for one in memory.episodes(f"{by}:{name}")]
    assert sum(map(len, found.values())) == len(memory.episodes()) == 60


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_written_groups_are_the_list_parted(tmp_path: Path, seed: int) -> None:
    rng, number = Random(seed), 300
    fill(tmp_path / "store", number)
    queries = ["", "sort:uses", f"project:={PROJECTS[1]}", "sort:effectiveness uses:>3", "limit:33"]
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        for query in queries:
            number = _stir(memory, rng, number)
            everything = memory.patterns(query)
            flat = memory.window("patterns", memory.plan(query))
            flat.walk(lambda: False)
            flat.settle()
            assert tuple(flat.rows(0, flat.total)) == everything
            for by in ("kind", "verdict", "project"):
                window = grouped(memory, by, query)
                wanted: dict[str, list[str]] = {}
                for one in everything:
                    for name in _groups_of(one, by, query):
                        wanted.setdefault(name, []).append(one.id)
                assert parted(window.rows(0, window.total)) == wanted
                for place in rng.sample(range(window.total), 5):
                    (row,) = window.rows(place, 1)
                    name, inside = window.spot(place)
                    assert window.at(name, inside) == window.position(row.id, None, name) == place


def _stir(memory: Memory, rng: Random, number: int) -> int:
    """Delete some patterns, change some and add some; the next number."""

    def write(write: Any) -> None:
        keys = [key for _, key in write.scan(PATTERNS, "rank")]
        for key in rng.sample(keys, 40):
            one = write.get(PATTERNS, key)
            homes = tuple(sorted(rng.sample(PROJECTS, rng.choice((1, 2, 3)))))
            verdict = rng.choice(("helps", "harms", "unproven")) if one.verdict else None
            write.put(PATTERNS, key, replace(one, verdict=verdict, project_names=homes))
        for key in rng.sample(keys, 20):
            write.delete(PATTERNS, key)
        for new in range(number, number + 30):
            write.put(PATTERNS, key_of(many(new).id), many(new))

    memory._store.write(write)
    return number + 30


def _groups_of(one: Pattern, by: str, query: str) -> list[str]:
    if by == "kind":
        return [kind_word(one.kind)]
    if by == "verdict":
        return [verdict_word(one)]
    wanted = query.partition("project:=")[2]
    return [name for name in one.project_names if wanted in {"", name}]


def test_an_empty_list_has_no_groups(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        for query in ("", "cargo"):
            window = grouped(memory, "kind", query)
            assert (window.total, window.rows(0, 9), window.position("kind:fact")) == (0, [], None)
            window.fold_all()
            assert window.at(*window.spot(0)) == 0
