"""What is told of a row's place is what sorted it."""

from __future__ import annotations

import pytest

from tacit import Memory
from tacit.core.demo.store import build_demo
from tacit.core.learn.place import GROUPS, borrowed_rank, place_of, rank_of
from tacit.core.learn.titles import specificity
from tacit.core.model import Pattern

NOW = 1_790_000_000_000


@pytest.fixture(scope="module")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pattern, ...]:
    """The list of the demo, in its order."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TACIT_HOME", str(folder / "home"))
        build_demo(folder / "store", folder / "transcripts", lambda: NOW)
    with Memory.open(folder / "store", clock=lambda: NOW) as memory:
        return memory.patterns()


def test_the_list_stands_by_group_then_by_the_two_numbers(patterns: tuple[Pattern, ...]) -> None:
    places = [place_of(one.rank) for one in patterns]
    keys = [(GROUPS.index(one.group), -one.first, -one.then) for one in places if one is not None]
    assert len(keys) == len(patterns) > 50
    assert keys == sorted(keys)
    assert {one.group for one in places if one is not None} == set(GROUPS) - {"shared"}


def test_the_numbers_are_those_of_the_pattern(patterns: tuple[Pattern, ...]) -> None:
    for one in patterns:
        place = place_of(one.rank)
        assert place is not None
        if place.group == "proven":
            assert one.low is not None
            assert one.high is not None
            assert place.first == (one.low if one.verdict == "helps" else 1 - one.high)
        elif place.group == "recovery":
            assert (place.first, place.then) == (one.successes, one.low or 0.0)
        elif place.group == "fact":
            clear = -1.0 if one.low is None or one.high is None else max(one.low - 0.5, 0.5 - one.high)
            assert (place.first, place.then) == (clear, one.judged)
        else:
            assert (place.first, place.then) == (one.episodes, specificity(one.kind, one.key))


def test_equal_numbers_are_told_apart_by_the_key_alone() -> None:
    counts = (5, 4, 3, 1, 0, 5)
    ranks = [rank_of("error_recovery", ("exact", name, "a", "b"), counts, None, (0.3, 0.9)) for name in "xy"]
    assert ranks[0] != ranks[1]
    assert place_of(ranks[0]) == place_of(ranks[1])


def test_what_only_others_speak_for_stands_behind_everything() -> None:
    routine = rank_of("tool_sequence", ("a", "b"), (3, 3, 0, 3, 0, 3), "unproven", (0.0, 0.6))
    ranks = [borrowed_rank(("x",), 0.9, 50), borrowed_rank(("x",), 0.4, 500), borrowed_rank(("x",), 0.4, 5)]
    assert sorted([*reversed(ranks), routine]) == [routine, *ranks]
    place = place_of(ranks[0])
    assert place is not None
    assert (place.group, place.first, place.then) == ("shared", 0.9, 50)


@pytest.mark.parametrize("rank", [b"", b"\x00", b"\x05" + bytes(20), b"\x01" + bytes(30)])
def test_bytes_of_something_else_have_no_place(rank: bytes) -> None:
    assert place_of(rank) is None
