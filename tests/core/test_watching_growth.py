"""When a file that changed is imported: once it is quiet, not too late, not too often."""

from __future__ import annotations

import math

import pytest

from tacit.core.watching_growth import Growth, Pace
from tacit.core.watching_scan import Print

WALL = 1_000_000.0
PACE = Pace(quiet=2.0, longest=15.0)


def seen(size: int = 10, age: float = 100.0, inode: int = 1) -> Print:
    at = int((WALL - age) * 1e9)
    return Print(size, at, at, inode)


@pytest.fixture
def growth() -> Growth:
    return Growth(PACE)


def taken(growth: Growth, now: float, seconds: float = 0.0, **found: Print) -> None:
    growth.see(found, now, WALL, ())
    growth.taken(found, seconds, now)


def test_what_lay_there_for_long_is_due_at_once(growth: Growth) -> None:
    growth.see({"a": seen()}, 0, WALL)
    assert growth.due(0) == {"a": seen()}


@pytest.mark.parametrize("age", [0.5, -3_600.0])
def test_what_is_being_written_is_due_when_it_is_quiet(growth: Growth, age: float) -> None:
    growth.see({"a": seen(age=age)}, 0, WALL)
    assert (growth.due(1.9), growth.next()) == ({}, 2.0)
    assert growth.due(2.0)


def test_what_is_written_to_without_a_pause_is_due_in_the_end(growth: Growth) -> None:
    for second in range(15):
        growth.see({"a": seen(second, 0.0)}, second, WALL)
        assert growth.due(second) == {}
        assert growth.next() == min(second + 2, 15)
    growth.see({"a": seen(15, 0.0)}, 15, WALL)
    assert growth.due(15) == {"a": seen(15, 0.0)}


def test_what_was_imported_is_not_due_until_it_changes(growth: Growth) -> None:
    taken(growth, 0, a=seen())
    growth.see({"a": seen()}, 5, WALL)
    assert (growth.due(math.inf), growth.next(), len(growth)) == ({}, math.inf, 1)


@pytest.mark.parametrize(
    "now",
    [seen(11), seen(9), seen(10, 200.0), seen(10, 50.0), seen(inode=2), seen()._replace(changed=5)],
    ids=["grown", "truncated", "time gone back", "touched", "replaced", "permission changed"],
)
def test_whatever_changes_of_it_is_a_change(growth: Growth, now: Print) -> None:
    taken(growth, 0, a=seen())
    growth.see({"a": now}, 5, WALL)
    assert growth.due(5) == {"a": now}


def test_a_file_rests_ten_times_as_long_as_its_own_part_of_an_import_took(growth: Growth) -> None:
    taken(growth, 100, 4.0, large=seen(900), small=seen(100))
    growth.see({"large": seen(901), "small": seen(101)}, 101, WALL)
    assert (set(growth.due(104)), growth.next()) == ({"small"}, 104.0)
    assert set(growth.due(136)) == {"large", "small"}


def test_what_is_no_transcript_is_tried_ever_more_seldom(growth: Growth) -> None:
    now, waits = 0.0, []
    for size in range(1, 15):
        growth.see({"log": seen(size)}, now, WALL)
        waits.append(growth.next() - now if growth.next() > now else 0.0)
        now = max(now, growth.next())
        growth.taken(growth.due(now), 0.0, now, {"log"})
    assert waits == [0, 0, *(2 * 2**tries for tries in range(1, 11)), 3600, 3600]
    growth.see({"log": seen(99)}, now, WALL)
    now = growth.next()
    growth.taken(growth.due(now), 0.0, now)
    growth.see({"log": seen(100)}, now + 1, WALL)
    assert growth.due(now + 1)


def test_what_is_gone_is_forgotten_and_new_when_it_is_back(growth: Growth) -> None:
    taken(growth, 0, a=seen(), b=seen())
    growth.see({"b": seen()}, 1, WALL)
    assert len(growth) == 1
    growth.see({"a": seen(), "b": seen()}, 2, WALL)
    assert set(growth.due(2)) == {"a"}


def test_a_look_at_some_says_nothing_of_the_others(growth: Growth) -> None:
    taken(growth, 0, a=seen(), b=seen(), c=seen())
    growth.see({"b": seen(11)}, 1, WALL, ("b", "c"))
    assert len(growth) == 2
    assert growth.waiting == ["b"]


def test_what_goes_away_while_it_waits_is_not_due(growth: Growth) -> None:
    growth.see({"a": seen(age=0.0)}, 0, WALL)
    growth.see({}, 1, WALL, ("a",))
    assert (growth.due(math.inf), growth.waiting) == ({}, [])


def test_a_file_of_which_the_store_has_to_say_whether_it_was_read_is_due(growth: Growth) -> None:
    taken(growth, 0, a=seen())
    growth.forget()
    growth.see({"a": seen()}, 1, WALL)
    assert set(growth.due(1)) == {"a"}
