"""Patterns that another one says better.

A sequence that never occurs outside a longer one says nothing of its own; nor does a class of errors
all of whose occurrences are one exact error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tacit.core.learn.candidates import Candidate

Spans = dict[int, tuple[int, int]]
"""episode -> (first, last) step of the occurrence."""

Places = frozenset[tuple[int, int]]
"""(episode, first step) of every use."""


def is_subsequence(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether the actions of ``short`` stand in ``long`` in the same order, gaps allowed."""
    rest = iter(long)
    return all(action in rest for action in short)


def explained_by(candidates: Sequence[Candidate], spans: Callable[[Candidate], Spans]) -> dict[int, int]:
    """Which candidates (by place) are explained by which longer one.

    A sequence is explained by a longer one that holds its actions in order and occurs in the same
    episodes, when each of its occurrences lies inside the longer one's. Of several the longest
    explains, then the one with the smaller key.
    """
    groups: dict[bytes, list[int]] = {}
    for place, candidate in enumerate(candidates):
        if candidate.kind == "tool_sequence":
            groups.setdefault(candidate.digest, []).append(place)
    found: dict[int, int] = {}
    for group in groups.values():
        if len(group) > 1:
            found.update(_explained_in(candidates, group, spans))
    return found


def _explained_in(
    candidates: Sequence[Candidate], group: list[int], spans: Callable[[Candidate], Spans]
) -> dict[int, int]:
    known: dict[int, Spans] = {}

    def spans_at(place: int) -> Spans:
        if place not in known:
            known[place] = spans(candidates[place])
        return known[place]

    ordered = sorted(group, key=lambda place: (-len(candidates[place].key), candidates[place].key))
    found: dict[int, int] = {}
    for position, place in enumerate(ordered):
        key = candidates[place].key
        for longer in ordered[:position]:
            other = candidates[longer].key
            if longer in found or len(other) <= len(key) or not is_subsequence(key, other):
                continue
            if _inside(spans_at(place), spans_at(longer)):
                found[place] = longer
                break
    return found


def _inside(short: Spans, long: Spans) -> bool:
    return all(
        episode in long and long[episode][0] <= first and last <= long[episode][1]
        for episode, (first, last) in short.items()
    )


def held_by_exact(candidates: Sequence[Candidate], places: Callable[[Candidate], Places]) -> dict[int, int]:
    """Which class recoveries (by place) have all their uses in which exact one with the same actions."""
    exact: dict[tuple[str, ...], list[int]] = {}
    for place, candidate in enumerate(candidates):
        if candidate.kind == "error_recovery" and candidate.key[0] == "exact":
            exact.setdefault((*candidate.key[2:], str(candidate.uses)), []).append(place)
    found: dict[int, int] = {}
    for place, candidate in enumerate(candidates):
        if candidate.kind != "error_recovery" or candidate.key[0] != "class":
            continue
        for other in exact.get((*candidate.key[2:], str(candidate.uses)), ()):
            if candidates[other].digest == candidate.digest and places(candidates[other]) == places(
                candidate
            ):
                found[place] = other
                break
    return found
