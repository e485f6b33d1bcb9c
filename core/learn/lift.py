"""Whether files change together more than their popularity explains.

Of the episodes of a project that changed files, ``n`` changed the one, ``m`` the other and ``k`` both.
Where the two have nothing to do with each other, ``k`` follows a hypergeometric distribution; lift is
``k`` against the ``n × m ÷ population`` that it leads to expect. A pair stands when its lift is 2 or more
and it survives the correction over its family at a false discovery rate of 10 % (Benjamini and
Hochberg 1995). The family are all pairs that could have support and whose smallest possible p is 0.10 or
less (Tarone 1990), whether they ever met or not.

A group of more files is held against each of its splits into one file and the others: it is productive
when none of them leads one to expect as much (G. I. Webb, "Self-sufficient itemsets", ACM TKDD 4 (2010)
1:3). Lift and p are those of the split that explains it best. Its family are all files that each of the
groups looked at could have taken in, groups of the same episodes counted once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations_with_replacement
from math import exp, lgamma

from msgspec import Struct

from tacit.core.learn.significance import LEVEL, discovered

LEAST_LIFT = 2.0
LEAST_TOGETHER = 3
"""Episodes a pair has to share at least; the support of the kind."""


class Pair(Struct, frozen=True):
    """How often two files were changed together and apart, of how many episodes that changed files."""

    both: int
    one: int
    other: int
    population: int

    @property
    def lift(self) -> float:
        """How many times more often than by chance; 1 is chance."""
        return self.both * self.population / (self.one * self.other)


def tail(pair: Pair) -> float:
    """The chance of so many episodes together or more, if the files had nothing to do with each other."""
    most = min(pair.one, pair.other)
    total = _log_choose(pair.population, pair.other)
    chance = 0.0
    for both in range(pair.both, most + 1):
        apart = pair.population - pair.one
        if pair.other - both <= apart:
            chance += exp(_log_choose(pair.one, both) + _log_choose(apart, pair.other - both) - total)
    return min(1.0, chance)


def family_size(projects: Iterable[tuple[int, Sequence[int]]]) -> int:
    """How many pairs are tested, of (population, changes of each file) by project."""
    size = 0
    for population, changes in projects:
        often = Counter(count for count in changes if count >= LEAST_TOGETHER)
        for one, other in combinations_with_replacement(sorted(often), 2):
            if tail(Pair(one, one, other, population)) <= LEVEL:
                same = often[one] * (often[one] - 1) // 2
                size += same if one == other else often[one] * often[other]
    return size


def extensions(projects: Iterable[tuple[int, Sequence[int], Sequence[int]]]) -> int:
    """How many ways to grow are tested, of (population, uses of each group, changes of each file)."""
    size = 0
    for population, uses, changes in projects:
        often = Counter(count for count in changes if count >= LEAST_TOGETHER)
        for group, times in Counter(uses).items():
            for one, files in often.items():
                if tail(Pair(min(group, one), group, one, population)) <= LEVEL:
                    size += times * files
    return size


def productive(groups: Sequence[Sequence[Pair]], family: int) -> frozenset[int]:
    """The places of the groups that stand in a family of so many; a group is given by all its splits."""
    tested = [(max(map(tail, splits)), min(split.lift for split in splits)) for splits in groups]
    stand = discovered([p for p, _ in tested], family)
    return frozenset(place for place in stand if tested[place][1] >= LEAST_LIFT)


def standing(pairs: Sequence[Pair], family: int) -> frozenset[int]:
    """The places of the pairs that stand, in a family of so many."""
    found = discovered([tail(pair) for pair in pairs], family)
    return frozenset(place for place in found if pairs[place].lift >= LEAST_LIFT)


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
