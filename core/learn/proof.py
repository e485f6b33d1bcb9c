"""Which patterns earn a verdict when many are tested at once.

The same habit comes as many candidates (a sequence, its longer forms, its neighbours), but the list
shows one row for it. A false discovery rate over candidates would not hold for rows: one true habit
found fifty times over would make room for five false rows. So all candidates are tested, and what is
counted as found is the rows they make: the largest threshold t is taken for which tests × t ÷ rows
found at t is at most the level (E. Katsevich, C. Sabatti, M. Bogomolov, "Filtering the rejection set
while preserving false discovery rate control", JASA 118 (2023), 165–176; where every candidate is a row
it is the procedure of Benjamini and Hochberg). Rows are families, led by the strongest proof.

Candidates of the very same episodes are one test, counted as often as it could make a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tacit.core.learn.families import group_families
from tacit.core.learn.significance import LEVEL, Comparison
from tacit.core.model import Kind


class Contender(Struct, frozen=True):
    """A candidate that was tested: its kind, its step set (what makes rows of it) and its test.

    ``digest`` is the same for candidates of the same episodes. ``order`` breaks ties between equal p
    values, the smallest leading.
    """

    kind: Kind
    steps: frozenset[str]
    test: Comparison
    digest: bytes
    order: tuple[int, int, tuple[str, ...]]


def proven(tested: Sequence[Contender], level: float = LEVEL) -> list[int]:
    """Places of those that stand and lead a row, the strongest first."""
    family = [place for place, one in enumerate(tested) if one.test.least <= level]
    family.sort(key=lambda place: (tested[place].test.p, tested[place].order))
    tests = _tests(tested, family)
    near = [place for place in family if tested[place].test.p <= level]
    leading = _leaders(tested, near)
    rows = stand = 0
    for rank, place in enumerate(near, 1):
        rows += place in leading
        p = tested[place].test.p
        last_of_equals = rank == len(near) or tested[near[rank]].test.p > p
        if last_of_equals and tests * p <= level * rows:
            stand = rank
    return [place for place in near[:stand] if place in leading]


def _tests(tested: Sequence[Contender], family: Iterable[int]) -> int:
    """How many tests were made, each as often as the candidates it stands for could make a row."""
    same: dict[bytes, list[int]] = {}
    for place in family:
        same.setdefault(tested[place].digest, []).append(place)
    return sum(1 if len(places) == 1 else len(_leaders(tested, places)) for places in same.values())


def _leaders(tested: Sequence[Contender], ordered: Sequence[int]) -> set[int]:
    """Those that would stand in a list, each kind by itself; whoever comes later changes none of them."""
    kinds: dict[Kind, list[int]] = {}
    for place in ordered:
        kinds.setdefault(tested[place].kind, []).append(place)
    return {
        places[family.head]
        for places in kinds.values()
        for family in group_families([tested[place].steps for place in places])
    }
