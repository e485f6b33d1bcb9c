"""Files that go together, against counting by hand; and what was used where a file was changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from population import Told
from told_episodes import DAY, START, learned, told

from tacit.core.learn.lift import Pair, tail
from tacit.core.recall.files import files_together, files_with
from tacit.core.tables import EPISODES, PATTERNS, key_of
from tacit.core.tombstones import bury
from tacit.store.store import Store

PAIR = ("core/tables.py", "docs/tables.md")


@pytest.fixture(scope="module")
def episodes() -> list[Told]:
    """120 days: two files that go together, a popular one that goes with everything, some at random."""
    random = Random("files")
    found = []
    for n in range(120):
        files = {f"src/{random.randrange(12)}.py" for _ in range(random.randrange(3))}
        if random.random() < 0.6:
            files.add("README.md")
        if random.random() < 0.2:
            files.update(PAIR if random.random() < 0.9 else PAIR[:1])
        names = ("make check failed", "tidy", "make check") if PAIR[0] in files else ("make check",)
        found.append(told(n, names, sorted(files), good=random.random() < 0.7))
    return [*found, told(7, (), ("core/tables.py", "src/1.py"), project="birch")]


@pytest.fixture(scope="module")
def store(episodes: list[Told], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with learned(episodes, tmp_path_factory.mktemp("files") / "store") as opened:
        yield opened


def together(episodes: list[Told], files: tuple[str, ...], project: str = "alder") -> list[Told]:
    mine = (one for one in episodes if one.episode.project == project)
    return [one for one in mine if set(files) <= set(one.episode.files)]


def test_the_planted_pair_stands_with_the_numbers_of_its_episodes(store: Store, episodes: list[Told]):
    with store.read() as read:
        found = files_together(read)
    group = next(one for one in found.groups if one.files == PAIR)
    both = together(episodes, PAIR)
    changing = [one for one in episodes if one.episode.files and one.episode.project == "alder"]
    sizes = tuple(len(together(episodes, (name,))) for name in PAIR)
    pair = Pair(len(both), *sizes, len(changing))
    assert (group.together, group.changed, group.population) == (len(both), sizes, len(changing))
    assert group.lift == pytest.approx(pair.lift)
    assert pair.lift > 2
    assert group.p == pytest.approx(tail(pair))
    ends = [one.episode.outcome.label for one in both]
    assert (group.judged, group.successes) == (len(ends), ends.count("success"))
    assert group.low is not None
    assert group.rate is not None
    assert group.low < group.rate
    assert (group.standing, group.pattern is not None) == ("stands", True)


def test_what_is_only_popular_goes_with_nothing(store: Store):
    with store.read() as read:
        assert not [one for one in files_together(read).groups if "README.md" in one.files]


@pytest.mark.parametrize("path", ["core/tables.py", "README.md", "src/3.py"])
def test_every_file_changed_with_one_is_told_with_what_it_is(store: Store, episodes: list[Told], path: str):
    with store.read() as read:
        found = files_with(read, path, "alder")
    pairs = {one.files: one for one in found.groups if len(one.files) == 2}
    others = {name for one in together(episodes, (path,)) for name in one.episode.files} - {path}
    assert {name for files in pairs for name in files} - {path} == others
    for files, group in pairs.items():
        count = len(together(episodes, files))
        assert group.together == count
        assert (group.standing == "few") is (count < 3)
        assert (group.standing == "stands") is (files == PAIR)
    order = ["stands", "chance", "few"]
    places = [order.index(one.standing) for one in found.groups]
    assert places == sorted(places)


def test_a_whole_path_means_itself_in_every_project_and_parts_what_holds_them(store: Store):
    with store.read() as read:
        exact = files_with(read, "./core/tables.py")
        parts = files_with(read, "core", "birch")
        glob = files_with(read, "*.md")
        nothing = files_with(read, "tables")
    assert set(exact.meant) == {("alder", PAIR[0]), ("birch", PAIR[0])}
    assert parts.meant == (("birch", PAIR[0]),)
    assert {name for _, name in glob.meant} == {"README.md", PAIR[1]}
    assert (nothing.meant, nothing.groups, nothing.patterns) == ((), (), ())


def test_patterns_used_with_a_file_within_a_time_are_those_of_the_episodes_that_changed_it_then(
    store: Store, episodes: list[Told]
):
    since = START + 90 * DAY
    with store.read() as read:
        found = files_with(read, PAIR[0], "alder", since)
        rows = {pattern.id: pattern for _, pattern in read.records(PATTERNS)}
    recent = [one for one in together(episodes, PAIR[:1]) if one.episode.ended >= since]
    assert 0 < len(recent) < len(together(episodes, PAIR[:1]))
    assert found.episodes == found.looked_at == len(recent)
    used = {one.pattern.title: one for one in found.patterns}
    tidied = next(one for title, one in used.items() if "tidy" in title)
    assert tidied.uses == len(recent)
    assert tidied.last_used == max(one.episode.ended for one in recent)
    ends = [one.episode.outcome.label for one in recent]
    assert (tidied.judged, tidied.successes) == (len(ends), ends.count("success"))
    assert all(rows[one.pattern.id].listed for one in found.patterns)
    pair = next(one for one in found.patterns if one.pattern.kind == "file_group")
    assert pair.on_file == pair.uses, "its steps are the changes themselves"


def test_a_pair_that_was_deleted_is_not_told(episodes: list[Told], tmp_path: Path):
    with learned(episodes, tmp_path / "store") as store:
        with store.read() as read:
            gone = next(one.pattern for one in files_together(read).groups if one.files == PAIR)
        assert gone is not None

        def delete(write):
            bury(write, "patterns", gone, "head")
            write.delete(PATTERNS, key_of(gone))

        store.write(delete)
        with store.read() as read:
            assert PAIR not in [one.files for one in files_with(read, PAIR[0], "alder").groups]


def test_three_files_of_a_group_are_one_row_and_none_of_its_pairs_is_called_luck(tmp_path: Path):
    trio = ("a.py", "b.py", "c.py")
    episodes = [told(n, (), trio if n % 4 == 0 else (f"z{n % 9}.py",)) for n in range(80)]
    with learned(episodes, tmp_path / "store") as store, store.read() as read:
        groups = files_together(read).groups
        beside = files_with(read, "b.py")
    assert [one.files for one in groups] == [trio]
    assert (groups[0].together, groups[0].lift) == (20, 4)
    assert [one.standing for one in beside.groups] == ["stands"] * 3


def test_what_is_read_follows_the_file_and_not_the_store(tmp_path: Path):
    def rows_read(size: int) -> int:
        episodes = [told(n, (), ("a.py", "b.py") if n < 5 else (f"{n % 7}.py", "c.py")) for n in range(size)]
        with learned(episodes, tmp_path / str(size)) as store, store.read() as read:
            files_with(read, "a.py")
            return read.rows_read

    assert rows_read(500) <= rows_read(50) + 5


def test_the_index_of_files_holds_what_is_learned_from_only(store: Store, episodes: list[Told]):
    with store.read() as read:
        entries = sum(1 for _ in read.scan(EPISODES, "file"))
        worthy = dict(read.groups(EPISODES, "worthy"))
    assert entries == sum(len(one.episode.files) for one in episodes)
    assert sum(worthy.values()) == len(episodes)


def test_pairs_are_told_once_whichever_file_is_asked_for(store: Store):
    with store.read() as read:
        names = [f"src/{n}.py" for n in range(4)]
        told_of = [{one.files for one in files_with(read, name, "alder").groups} for name in names]
    for (one, mine), (other, theirs) in combinations(zip(names, told_of, strict=True), 2):
        pair = tuple(sorted((one, other)))
        assert (pair in mine) is (pair in theirs)
