"""Patterns that another one says better.

A sequence that never occurs outside a longer one says nothing of its own; nor do files that change only
together with more, nor a class of errors all of whose occurrences are one exact error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from tacit.core.learn.candidates import Candidate
from tacit.core.learn.events import events_of
from tacit.store.reading import Read

Spans = dict[int, tuple[int, int]]
"""episode -> (first, last) step of the occurrence."""

Places = frozenset[tuple[int, int]]
"""(episode, first step) of every use."""


def closed(read: Read, candidates: Sequence[Candidate], rejected: Counter[str]) -> dict[int, int]:
    """Which candidates (by place) are said better by which other one; counted in ``rejected`` by reason."""
    longer = explained_by(candidates, lambda one: _spans(read, one)) | held_by_group(candidates)
    single = held_by_exact(candidates, lambda one: _places(read, one))
    rejected["explained by a longer one"] += len(longer)
    rejected["all uses are one exact error"] += len(single)
    return longer | single


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


def held_by_group(candidates: Sequence[Candidate]) -> dict[int, int]:
    """Which groups of files (by place) were changed only when a larger one was, and which that is.

    Of several the largest, then the one with the smaller key.
    """
    same: dict[bytes, list[int]] = {}
    for place, candidate in enumerate(candidates):
        if candidate.kind == "file_group":
            same.setdefault(candidate.digest, []).append(place)
    found: dict[int, int] = {}
    for places in same.values():
        ordered = sorted(places, key=lambda place: (-len(candidates[place].key), candidates[place].key))
        names = {place: frozenset(candidates[place].key[1:]) for place in ordered}
        for position, place in enumerate(ordered):
            for larger in ordered[:position]:
                if larger not in found and names[place] < names[larger]:
                    found[place] = larger
                    break
    return found


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


def _spans(read: Read, candidate: Candidate) -> Spans:
    return {event[0]: (event[3], event[4]) for event in events_of(read, candidate.owner)}


def _places(read: Read, candidate: Candidate) -> Places:
    return frozenset((event[0], event[3]) for event in events_of(read, candidate.owner))
