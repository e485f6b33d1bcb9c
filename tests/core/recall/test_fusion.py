"""One order out of words and meaning."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.core.recall.diversity import diverse
from tacit.core.recall.fusion import by_words, fused
from tacit.core.recall.spots import Spot

SPOTS = st.integers(0, 20).map(lambda number: Spot("episode", number.to_bytes(8, "big")))
SCORES = st.floats(0, 40, allow_nan=False)
COSINES = st.floats(-1, 1, allow_nan=False)


def spot(number: int) -> Spot:
    return Spot("pattern", number.to_bytes(8, "big"))


@given(words=st.dictionaries(SPOTS, SCORES), meaning=st.dictionaries(SPOTS, COSINES), whole=st.sets(SPOTS))
def test_everything_found_is_in_it_once_with_parts_that_add_up(
    words: dict[Spot, float], meaning: dict[Spot, float], whole: set[Spot]
) -> None:
    found = fused(words, meaning, whole)
    assert {one.key for one in found} == {one.key for one in {**words, **meaning}}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert one.score == pytest.approx(sum(part for _, part in one.parts))
        assert math.isfinite(one.score)
        place = Spot(one.type, one.key)
        assert (one.words, one.meaning) == (words.get(place), meaning.get(place))


def test_what_both_sides_find_comes_before_what_one_of_them_finds_as_well() -> None:
    found = fused({spot(1): 5.0, spot(2): 5.0, spot(4): 1.0}, {spot(1): 0.8, spot(3): 0.8, spot(4): 0.1})
    assert found[0].key == spot(1).key


def test_what_has_no_vector_is_not_put_before_the_farthest_that_has_one() -> None:
    found = {one.key: one.score for one in fused({spot(1): 5.0, spot(2): 5.0}, {spot(1): 0.4, spot(3): 0.9})}
    assert found[spot(2).key] == found[spot(1).key]


def test_by_words_alone_what_has_all_of_them_comes_first() -> None:
    found = by_words({spot(1): 9.0, spot(2): 2.0, spot(3): 1.0}, {spot(3)})
    assert [one.key for one in found] == [spot(3).key, spot(1).key, spot(2).key]


def test_hits_differ_as_much_as_is_wished() -> None:
    found = by_words({spot(1): 9.0, spot(2): 8.9, spot(3): 5.0, spot(4): 4.0})
    rows = {1: (1.0, 0.0), 2: (0.99, 0.14), 3: (0.0, 1.0)}
    vectors = {spot(number).key: np.array(row, np.float32) for number, row in rows.items()}

    def order(weight: float, most: int = 4) -> list[int]:
        taken = diverse(found, lambda one: vectors.get(one.key), weight, most)
        return [int.from_bytes(one.key, "big") for one in taken]

    assert order(0.0) == [1, 2, 3, 4]
    assert order(0.6)[:2] == [1, 3]
    assert sorted(order(0.6)) == [1, 2, 3, 4]
    assert order(0.6, 2) == [1, 3]
    assert diverse([], lambda _: None, 0.5, 3) == []
