"""Patterns used together, against counting by hand, and how little chance is told as more."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from random import Random

import pytest
from population import Told
from told_episodes import learned, told

from tacit.core.evidence import evidence
from tacit.core.model import Pattern
from tacit.core.recall.related import LOOKED_AT, Relations, related_patterns
from tacit.core.recall.related_words import tells_the_same
from tacit.core.tables import PATTERNS
from tacit.store.reading import Read
from tacit.store.store import Store

HABITS = {"a": ("plan-a", "apply-a"), "b": ("plan-b", "apply-b"), "c": ("plan-c", "apply-c")}


def with_habits(number: int, letters: str, project: str = "alder") -> Told:
    """An episode of some habits of two commands, with two of its own between: no pattern spans those."""
    names: list[str] = [f"once-{project}-{number}"]
    for letter in letters:
        names += [*HABITS[letter], *(f"{word}-{project}-{number}-{letter}" for word in ("then", "next"))]
    return told(number, names, project=project)


def pattern_of(read: Read, *key: str) -> Pattern:
    found = [one for _, one in read.records(PATTERNS) if one.key == key]
    assert found, key
    return found[0]


def other(found: Relations, pattern: Pattern):
    return next((one for one in found.patterns if one.pattern.id == pattern.id), None)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """20 episodes have the habits a and b, 10 only c, 30 none; another project has habits of its own."""
    episodes = [with_habits(n, "ab" if n < 20 else "c" if n < 30 else "") for n in range(60)]
    episodes += [with_habits(n, "c", "birch") for n in range(9)]
    with learned(episodes, tmp_path / "store") as opened:
        yield opened


def test_the_numbers_are_those_of_counting_the_episodes_of_both(store: Store):
    with store.read() as read:
        one, two = pattern_of(read, *HABITS["a"]), pattern_of(read, *HABITS["b"])
        found = related_patterns(read, one)
        both = {use.episode for use in evidence(read, one)} & {use.episode for use in evidence(read, two)}
    assert (found.uses, found.population, found.looked_at) == (20, 60, 20)
    row = other(found, two)
    assert row is not None
    assert row.together == len(both) == 20
    assert row.expected == pytest.approx(20 * 20 / 60)
    assert row.lift == pytest.approx(3)
    assert row.correlation == pytest.approx(1)
    assert row.stands
    assert row.p < 1e-6


def test_what_is_used_apart_is_not_told_as_together(store: Store):
    with store.read() as read:
        one, far = pattern_of(read, *HABITS["a"]), pattern_of(read, *HABITS["c"])
        assert other(related_patterns(read, one), far) is None


def test_only_episodes_of_the_projects_it_is_used_in_are_held_against_it(store: Store):
    """The nine of birch hold neither; counted in, they would make a and b look rarer and closer."""
    with store.read() as read:
        one = pattern_of(read, *HABITS["a"])
        assert related_patterns(read, one).population == 60
        assert related_patterns(read, one, "alder").population == 60
        nowhere = related_patterns(read, one, "birch")
        assert (nowhere.uses, nowhere.population, nowhere.patterns) == (0, 0, ())
        both = pattern_of(read, *HABITS["c"])
        assert related_patterns(read, both).population == 69
        assert related_patterns(read, both, "birch").uses == 9


def test_two_habits_of_one_project_do_not_go_together_for_being_there_alone(tmp_path: Path):
    """Over all projects together the two would stand with lift 2; within alder each is luck."""
    random = Random("within")
    episodes = []
    for n in range(80):
        letters = "".join(letter for letter in "ab" if random.random() < 0.8)
        episodes += [with_habits(n, letters), with_habits(n, "c", "birch")]
    with learned(episodes, tmp_path / "store") as store, store.read() as read:
        one, two = pattern_of(read, *HABITS["a"]), pattern_of(read, *HABITS["b"])
        row = other(related_patterns(read, one), two)
    assert row is None or (row.lift < 1.2 and not row.stands)


def test_a_few_episodes_together_do_not_stand(tmp_path: Path):
    """Three of three sounds like much; of five episodes it is little."""
    episodes = [with_habits(n, "ab" if n in {0, 3, 6} else "") for n in (0, 1, 3, 4, 6)]
    with learned(episodes, tmp_path / "store") as store, store.read() as read:
        row = other(related_patterns(read, pattern_of(read, *HABITS["a"])), pattern_of(read, *HABITS["b"]))
    assert row is not None
    assert row.correlation == pytest.approx(1)
    assert not row.stands


def test_its_own_variants_and_shorter_forms_are_left_out(store: Store):
    with store.read() as read:
        for _, pattern in read.records(PATTERNS):
            found = related_patterns(read, pattern)
            told_ids = {one.pattern.id for one in found.patterns}
            assert not told_ids & {pattern.id, pattern.head, *pattern.variant_ids, *pattern.explained}
            assert not [one for one in found.patterns if tells_the_same(pattern, one.pattern)]


def test_a_pattern_of_many_episodes_is_counted_over_all_of_them(tmp_path: Path):
    many = LOOKED_AT + 60
    episodes = [with_habits(n, "ab" if n % 2 else "a") for n in range(many)]
    episodes += [with_habits(many + n, "") for n in range(40)]
    with learned(episodes, tmp_path / "store") as store, store.read() as read:
        one, two = pattern_of(read, *HABITS["a"]), pattern_of(read, *HABITS["b"])
        found = related_patterns(read, one)
    row = other(found, two)
    assert (found.uses, found.looked_at) == (many, LOOKED_AT)
    assert row is not None
    assert (row.together, row.alone) == (many // 2, many // 2)


def test_what_is_read_follows_the_uses_and_not_the_store(tmp_path: Path):
    def rows_read(size: int) -> int:
        episodes = [with_habits(n, "ab" if n < 6 else "c" if n % 2 else "") for n in range(size)]
        with learned(episodes, tmp_path / str(size)) as store, store.read() as read:
            pattern = pattern_of(read, *HABITS["a"])
            before = read.rows_read
            related_patterns(read, pattern)
            return read.rows_read - before

    assert rows_read(600) <= rows_read(60) + 5


def test_nothing_goes_together_where_all_is_drawn_by_itself(tmp_path: Path):
    """At a false discovery rate of 10 % a store of luck shows anything in one of ten."""
    shown = 0
    for seed in range(12):
        random = Random(f"luck {seed}")
        episodes = [
            with_habits(n, "".join(letter for letter in "abc" if random.random() < 0.4)) for n in range(90)
        ]
        with learned(episodes, tmp_path / str(seed)) as store, store.read() as read:
            rows = [one for _, one in read.records(PATTERNS) if one.listed]
            assert len(rows) >= 3
            shown += any(row.stands for one in rows for row in related_patterns(read, one).patterns)
    assert shown <= 3


def test_the_correlation_of_one_project_is_phi(store: Store):
    with store.read() as read:
        one = pattern_of(read, *HABITS["a"])
        for row in related_patterns(read, one, "alder").patterns:
            n, a, b, k = 60, 20, row.alone, row.together
            phi = (n * k - a * b) / sqrt(a * (n - a) * b * (n - b))
            assert row.correlation == pytest.approx(phi)
