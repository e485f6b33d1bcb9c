"""Bars of text: no longer than their room, and something is never drawn as nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tacit.widgets.bars import Part, bar, outcome_parts, scale_of, shares
from tacit.widgets.ink import plain

NUMBERS = st.lists(st.integers(0, 1_000_000), min_size=1, max_size=4)


@given(NUMBERS, st.integers(4, 60), st.integers(0, 3_000_000))
def test_a_bar_fills_its_room_exactly_and_shows_every_part(numbers: list[int], room: int, most: int) -> None:
    scale = scale_of(max(most, sum(numbers)), room)
    fills = "█▓▒░"[: len(numbers)]
    drawn = plain(bar([Part(one, fill) for one, fill in zip(numbers, fills, strict=True)], scale, room))
    assert len(drawn) == room
    for one, fill in zip(numbers, fills, strict=True):
        assert (fill in drawn) is bool(one)
    assert drawn.strip() == "".join(sorted(drawn.strip(), key=fills.index))


@given(NUMBERS, st.integers(4, 60))
def test_parts_keep_their_order_of_size_and_add_up(numbers: list[int], room: int) -> None:
    total = sum(numbers)
    lengths = shares(numbers, room / total if total else 1.0, room)
    some = sum(map(bool, numbers))
    assert sum(lengths) == (max(room, some) if total else 0)
    for one, length in zip(numbers, lengths, strict=True):
        for other, another in zip(numbers, lengths, strict=True):
            assert one <= other or length >= another - 1


def test_a_longer_bar_stands_for_more() -> None:
    scale = scale_of(40, 20)
    drawn = [len(plain(bar([Part(number, "█")], scale, 20)).strip()) for number in (0, 1, 10, 20, 40)]
    assert drawn == [0, 1, 5, 10, 20]


def test_few_things_make_no_crowd() -> None:
    assert plain(bar([Part(2, "█")], scale_of(2, 40), 40)).strip() == "█" * 6


def test_the_parts_of_an_outcome_differ_without_colour() -> None:
    assert plain(bar(outcome_parts(4, 3, 2), 3, 14)) == "██████▒▒▒░░░  "
