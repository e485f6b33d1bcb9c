"""The stratified exact test, and what it takes to stand among many."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.core.learn.proof import Contender, proven
from tacit.core.learn.significance import Comparison, Stratum, compare, expected_hits

NOTHING = Comparison(1.0, 1.0, None)


@st.composite
def strata(draw: st.DrawFn) -> list[Stratum]:
    found = []
    for _ in range(draw(st.integers(1, 3))):
        judged = draw(st.integers(1, 9))
        successes, uses = draw(st.integers(0, judged)), draw(st.integers(0, judged))
        hits = draw(st.integers(max(0, uses + successes - judged), min(uses, successes)))
        found.append(Stratum(judged, successes, uses, hits))
    return found


@given(strata())
def test_p_is_the_share_of_all_ways_to_deal_the_outcomes(rows: list[Stratum]) -> None:
    """Every possible sum of hits, counted in whole numbers."""
    ways: dict[int, int] = {}
    for sums in product(*(range(row.uses + 1) for row in rows)):
        many = 1
        for row, hits in zip(rows, sums, strict=True):
            many *= comb(row.successes, hits) * comb(row.judged - row.successes, row.uses - hits)
        ways[sum(sums)] = ways.get(sum(sums), 0) + many
    ways = {hits: many for hits, many in ways.items() if many}
    whole, seen = sum(ways.values()), sum(row.hits for row in rows)
    equal = Fraction(ways[seen], whole)
    below = Fraction(sum(many for hits, many in ways.items() if hits < seen), whole)
    p = min(Fraction(1), 2 * min(below + equal / 2, 1 - below - equal / 2))
    found = compare(rows)
    assert found.p == pytest.approx(float(p), abs=1e-9)
    assert found.least == pytest.approx(min(ways[min(ways)], ways[max(ways)]) / whole, abs=1e-9)


@pytest.mark.parametrize("row", [Stratum(20, 20, 8, 8), Stratum(20, 0, 8, 0), Stratum(8, 5, 8, 5)])
def test_a_stratum_that_can_only_end_one_way_says_nothing(row: Stratum) -> None:
    telling = Stratum(20, 10, 8, 7)
    assert compare([row]) == NOTHING
    assert compare([telling, row]) == compare([telling])


def test_many_uses_go_by_the_normal_approximation_which_agrees_with_the_exact_test() -> None:
    few = [Stratum(500, 250, 199, 108), Stratum(400, 300, 200, 155)]
    many = [Stratum(500, 250, 201, 109), Stratum(400, 300, 200, 155)]
    assert compare(many).least == 0.0 < compare(few).least
    assert compare(many).p == pytest.approx(compare(few).p, rel=0.25)


def test_expected_is_what_the_others_of_each_stratum_lead_to() -> None:
    assert expected_hits([Stratum(30, 20, 10, 10)]) == 10 * 10 / 20
    assert expected_hits([Stratum(30, 20, 10, 10), Stratum(4, 3, 4, 3)]) == 5 + 3
    assert expected_hits([Stratum(4, 3, 4, 3)]) is None
    assert expected_hits([]) is None


def test_p_values_of_shuffled_outcomes_are_spread_as_they_should_be() -> None:
    random = Random(5)
    small = {0.01: 0, 0.05: 0, 0.1: 0}
    for _ in range(2_000):
        rows = []
        for _ in range(5):
            judged, uses = random.randint(4, 30), random.randint(0, 4)
            ends = [random.random() < 0.6 for _ in range(judged)]
            rows.append(Stratum(judged, sum(ends), uses, sum(ends[:uses])))
        p = compare(rows).p
        for level in small:
            small[level] += p <= level
    for level, count in small.items():
        assert count <= 2_000 * level * 1.25 + 10


def contender(p: float, *steps: str, least: float = 0.0, digest: str = "") -> Contender:
    return Contender(
        "tool_sequence",
        frozenset(steps),
        Comparison(p, least, True),
        (digest or "".join(steps)).encode(),
        (0, 0, steps),
    )


def test_where_every_candidate_is_a_row_it_is_benjamini_and_hochberg() -> None:
    ps = [0.001, 0.02, 0.03, 0.039, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert proven([contender(p, f"a{n}") for n, p in enumerate(ps)]) == [0, 1, 2, 3]
    ps[3] = 0.041
    assert proven([contender(p, f"a{n}") for n, p in enumerate(ps)]) == [0, 1, 2]


def test_one_habit_found_many_times_makes_no_room_for_others() -> None:
    """Ten forms of one habit are one row: what stands at 0.05 beside them would stand by number only."""
    habit = [contender(1e-9, "a", "b", *([f"c{n}"] if n else [])) for n in range(10)]
    luck = contender(0.05, "x", "y")
    assert proven([*habit, luck]) == [0]
    alone = [contender(1e-9, f"h{n}") for n in range(10)]
    assert proven([*alone, luck])[-1] == 10


def test_what_could_never_be_small_is_no_test() -> None:
    hopeless = [contender(1.0, f"h{n}", least=0.2) for n in range(100)]
    assert proven([contender(0.09, "a"), *hopeless]) == [0]
    assert proven([contender(0.09, "a"), *(contender(1.0, f"h{n}") for n in range(100))]) == []


def test_candidates_of_the_same_episodes_are_one_test_unless_they_could_be_rows_of_their_own() -> None:
    forms = [contender(0.03, "a", "b", *([f"c{n}"] if n else []), digest="same") for n in range(4)]
    assert proven([*forms, contender(1.0, "z"), contender(1.0, "y")]) == [0]
    apart = [contender(0.06, f"a{n}", digest="same") for n in range(2)]
    assert proven([*apart, contender(1.0, "z"), contender(1.0, "y")]) == []
