"""Families: patterns that are one habit stand behind one row.

Two patterns of one kind belong together when the Jaccard index of their step sets is at least one
half. The first in the given order leads; every later one joins the first leader it is close to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

CLOSE = 0.5


class Family:
    """A leader and those behind it, as places in the order that was given."""

    __slots__ = ("head", "members")

    def __init__(self, head: int) -> None:
        self.head = head
        self.members: list[int] = []


def group_families(steps: Sequence[frozenset[str]]) -> list[Family]:
    """Group step sets greedily in the order given; only sets that share a step are compared."""
    families: list[Family] = []
    leading: dict[str, list[int]] = {}
    for place, own in enumerate(steps):
        near = _first_close(own, steps, families, leading)
        if near is not None:
            near.members.append(place)
            continue
        for step in own:
            leading.setdefault(step, []).append(len(families))
        families.append(Family(place))
    return families


def _first_close(
    own: frozenset[str],
    steps: Sequence[frozenset[str]],
    families: list[Family],
    leading: dict[str, list[int]],
) -> Family | None:
    shared: dict[int, int] = {}
    for number in _numbers(own, leading):
        shared[number] = shared.get(number, 0) + 1
    for number in sorted(shared):
        head = steps[families[number].head]
        if shared[number] >= CLOSE * (len(own) + len(head) - shared[number]):
            return families[number]
    return None


def _numbers(own: Iterable[str], leading: dict[str, list[int]]) -> Iterable[int]:
    for step in own:
        yield from leading.get(step, ())
