"""Lift: files that change together more than their popularity explains."""

from fractions import Fraction
from itertools import combinations
from math import comb
from random import Random

import pytest

from tacit.core.learn.lift import Pair, family_size, standing, tail


@pytest.mark.parametrize("numbers", [(3, 3, 3, 5), (3, 5, 4, 20), (4, 9, 12, 30), (0, 2, 2, 4), (6, 6, 6, 6)])
def test_the_tail_is_the_hypergeometric_one(numbers):
    both, one, other, population = numbers
    exact = sum(
        Fraction(comb(one, k) * comb(population - one, other - k), comb(population, other))
        for k in range(both, min(one, other) + 1)
    )
    assert tail(Pair(*numbers)) == pytest.approx(float(exact))


def test_lift_is_how_many_times_more_often_than_by_chance():
    assert Pair(3, 5, 6, 100).lift == 10
    assert Pair(25, 50, 50, 100).lift == 1


def test_the_family_are_all_pairs_that_could_have_stood():
    changes = [1, 2, 3, 3, 4, 10]
    pairs = [pair for pair in combinations(changes, 2) if min(pair) >= 3]
    able = [pair for pair in pairs if tail(Pair(min(pair), *pair, 10)) <= 0.10]
    assert family_size([(10, changes)]) == len(able) == 3
    assert family_size([(10, changes), (3, [3, 3]), (1000, [3])]) == 3


def test_a_pair_stands_by_lift_and_by_proof_against_its_whole_family():
    close, loose = Pair(5, 5, 6, 60), Pair(3, 20, 20, 60)
    assert standing([loose, close], family=10) == {1}
    assert standing([close], family=100_000_000) == frozenset()
    often = Pair(60, 70, 70, 100)
    assert tail(often) < 1e-4
    assert standing([often], family=1) == frozenset()
    assert standing([], family=0) == frozenset()


def test_files_that_have_nothing_to_do_with_each_other_stand_in_few_of_many_tries():
    wrong = 0
    for seed in range(200):
        rng = Random(seed)
        weights = [rng.random() ** 2 for _ in range(25)]
        episodes = [{f for f in range(25) if rng.random() < weights[f] * 0.5} for _ in range(60)]
        changes = [sum(f in one for one in episodes) for f in range(25)]
        pairs = []
        for one, other in combinations(range(25), 2):
            both = sum(one in each and other in each for each in episodes)
            if both >= 3:
                pairs.append(Pair(both, changes[one], changes[other], 60))
        wrong += bool(standing(pairs, family_size([(60, changes)])))
    assert wrong <= 0.10 * 200
