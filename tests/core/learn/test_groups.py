"""Groups of more than two files: what pairs grow into, and within which bounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from random import Random

from tacit.core.learn.groups import MOST_TAKEN_IN, different, grow, without
from tacit.core.learn.lift import Pair, extensions, family_size, productive, standing, tail

LEAST = 3


def pairs_in(episodes: Sequence[Iterable[str]]) -> dict[tuple[str, str], int]:
    """The episodes of every pair that has support, as bits."""
    found: dict[tuple[str, str], int] = {}
    for place, files in enumerate(episodes):
        for pair in combinations(sorted(files), 2):
            found[pair] = found.get(pair, 0) | 1 << place
    return {pair: bits for pair, bits in found.items() if bits.bit_count() >= LEAST}


def grown(episodes: Sequence[Iterable[str]]) -> dict[str, int]:
    """What all pairs with support grow into, pairs left out."""
    groups = grow(pairs_in(episodes), LEAST)
    return {" ".join(group.files): group.uses for group in groups if len(group.files) > 2}


def test_files_that_always_change_together_are_one_group_of_any_size() -> None:
    names = [f"{number:02}" for number in range(30)]
    assert grown([names] * 4 + [["other"]]) == {" ".join(names): 4}


def test_a_pair_takes_in_the_file_that_keeps_most_of_its_episodes() -> None:
    episodes = ["abc"] * 5 + ["ab"] * 2 + ["abd"] * 4
    assert grown(episodes) == {"a b c": 5, "a b d": 4}
    assert grown(["abcd"] * 4 + ["abc"] * 2 + ["ab"]) == {"a b c": 6, "a b c d": 4}


def test_it_grows_only_while_the_group_tells_as_much() -> None:
    assert grown(["abc"] * 4 + ["ab", "ac", "bc"] * 2) == {"a b c": 4}
    assert grown(["abc"] * 3 + ["ab", "ac", "bc"] * 2) == {}


def test_a_group_has_support_itself_and_each_two_of_its_files_are_a_pair() -> None:
    assert grown(["ab", "bc", "ac"] * 3 + ["abc"] * 2) == {}
    pairs = pairs_in(["abc"] * 5)
    del pairs["b", "c"]
    assert [group for group in grow(pairs, LEAST) if len(group.files) > 2] == []


def test_its_uses_are_the_episodes_that_hold_all_of_it_whoever_is_left_out() -> None:
    rng = Random(4)
    episodes = [rng.sample("abcdefgh", rng.randint(2, 8)) for _ in range(60)]
    pairs = pairs_in(episodes)
    groups = grow(pairs, LEAST)
    assert max(len(group.files) for group in groups) > 3
    for group in groups:
        assert group.uses == sum(set(group.files) <= set(one) for one in episodes)
        for name in group.files if len(group.files) > 2 else ():
            rest = set(group.files) - {name}
            assert without(pairs, group.files, name) == sum(rest <= set(one) for one in episodes)


def test_the_order_of_the_pairs_makes_no_difference() -> None:
    rng = Random(5)
    pairs = pairs_in([rng.sample("abcdefgh", 6) for _ in range(40)])
    shuffled = sorted(pairs.items(), key=lambda _: rng.random())
    assert grow(dict(shuffled), LEAST) == grow(pairs, LEAST)


def test_where_every_group_is_a_different_one_a_pair_makes_only_so_many() -> None:
    """Thirty files of which another one is missing each time: all their subsets differ."""
    names = [f"{number:02}" for number in range(30)]
    pairs = pairs_in([[name for name in names if name != missing] for missing in names])
    groups = grow(pairs, LEAST)
    assert len(pairs) == 435
    assert len(groups) <= len(pairs) * (1 + MOST_TAKEN_IN)
    assert max(len(group.files) for group in groups) == 2 + MOST_TAKEN_IN
    assert len(different(groups)) == len(groups)
    assert (groups[-1].files, groups[-1].uses) == (("28", "29"), 28)


def test_a_group_stands_by_the_split_that_explains_it_best() -> None:
    close = [Pair(6, 6, 6, 60)] * 3
    popular = [Pair(6, 6, 40, 60), *close[1:]]
    assert productive([close, popular], family=10) == {0}
    assert productive([close], family=10**9) == frozenset()
    assert productive([], family=0) == frozenset()


def test_its_family_are_all_files_that_each_group_could_have_taken_in() -> None:
    uses, changes = [3, 3, 5], [1, 2, 3, 4, 9, 9]
    able = [
        (group, one)
        for group in uses
        for one in changes
        if one >= 3 and tail(Pair(min(group, one), group, one, 10)) <= 0.10
    ]
    assert extensions([(10, uses, changes)]) == len(able) > 0
    assert extensions([(10, uses, changes), (3, [3], [3])]) == len(able)


def test_pairs_that_have_nothing_to_do_with_others_grow_in_few_of_many_tries() -> None:
    """Five pairs that always change together, among files that change by chance; no group is true."""
    wrong = 0
    for seed in range(100):
        rng = Random(seed)
        units = [f"{name}1 {name}2".split() for name in "abcde"] + [[f"f{n}"] for n in range(15)]
        often = [rng.random() * 0.4 for _ in units]
        told = [
            [name for unit, much in zip(units, often, strict=True) if rng.random() < much for name in unit]
            for _ in range(60)
        ]
        wrong += bool(stand(told))
    assert wrong <= 10


def stand(episodes: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The groups of more than two files that a review would find."""
    population = sum(bool(files) for files in episodes)
    changes = Counter(name for files in episodes for name in files)
    pairs = pairs_in(episodes)
    held = list(pairs)
    kept = standing(
        [Pair(pairs[one].bit_count(), *(changes[name] for name in one), population) for one in held],
        family_size([(population, list(changes.values()))]),
    )
    uses = {one: pairs[one] for place, one in enumerate(held) if place in kept}
    groups = grow(uses, LEAST)
    family = extensions([(population, different(groups), list(changes.values()))])
    larger = [group for group in groups if len(group.files) > 2]
    splits = [
        [Pair(one.uses, without(uses, one.files, name), changes[name], population) for name in one.files]
        for one in larger
    ]
    return [larger[place].files for place in sorted(productive(splits, family))]


def test_files_that_do_belong_together_are_found_among_others() -> None:
    found = 0
    for seed in range(40):
        rng = Random(seed)
        told = [
            (["x", "y", "z"] if rng.random() < 0.2 else [])
            + [f"f{n}" for n in range(15) if rng.random() < 0.2]
            for _ in range(60)
        ]
        found += ("x", "y", "z") in stand(told)
    assert found >= 38
