"""A first plan of upkeep: rows of the list that say nearly the same. It changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from tacit.core.ids import parse_id
from tacit.core.learn.candidates import events_of
from tacit.core.model import Pattern
from tacit.core.tables import PATTERNS, owner_of
from tacit.store.reading import Read

ONE_IN = 5
"""Two rows are near when at most one in so many of their actions, or of their uses, differs."""

_MOST_ALIKE = 200
"""So many rows that share an action are compared with each other; more say nothing by sharing it."""

_FILE_KIND = re.compile(r"^(read|edit|write) \S+")
_NUMBER = re.compile(r"\d+")


class Proposal(Struct, frozen=True):
    """One thing to do: what stays, what would go into it, why, and how many rows it saves."""

    op: Literal["merge"]
    keep: Pattern
    drop: tuple[Pattern, ...]
    reason: str
    gain: str


def proposals(read: Read) -> tuple[Proposal, ...]:
    """Near-duplicates among the listed rows, each row in one proposal at most.

    Sequences by the edit distance over their actions, without kinds of file and numbers; a class of
    errors and an exact error that makes up most of it, with the same actions. Of near rows the one
    that stands first in the list stays. Project facts are never merged: two projects with the same
    command are two facts.
    """
    rows = []
    for _, key in read.scan(PATTERNS, "rank"):
        pattern = read.get(PATTERNS, key)
        if pattern is not None:
            rows.append(pattern)
    taken: set[str] = set()
    found = []
    for keep, near in _near(read, rows):
        drop = tuple(pattern for pattern, _ in near if pattern.id not in taken)
        if keep.id in taken or not drop:
            continue
        taken.update((keep.id, *(pattern.id for pattern in drop)))
        reason = next(why for pattern, why in near if pattern.id == drop[0].id)
        found.append(Proposal("merge", keep, drop, reason, _gain(drop)))
    return tuple(found)


def general(action: str) -> str:
    """An action without its kind of file and its numbers: ``edit *.go failed`` as ``edit failed``."""
    return _NUMBER.sub("#", _FILE_KIND.sub(r"\1", action))


def edit_distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Levenshtein's distance over actions: how many to add, drop or change to get from one to the other."""
    before = list(range(len(other) + 1))
    for row, mine in enumerate(one, 1):
        line = [row]
        for place, theirs in enumerate(other, 1):
            line.append(min(before[place] + 1, line[-1] + 1, before[place - 1] + (mine != theirs)))
        before = line
    return before[-1]


def _near(read: Read, rows: Sequence[Pattern]) -> Iterator[tuple[Pattern, list[tuple[Pattern, str]]]]:
    """Each row with the rows behind it that are near, and why."""
    sharing: dict[tuple[str, ...], list[int]] = {}
    for place, pattern in enumerate(rows):
        for bucket in _buckets(pattern):
            sharing.setdefault(bucket, []).append(place)
    for place, pattern in enumerate(rows):
        others: set[int] = set()
        for bucket in _buckets(pattern):
            if len(sharing[bucket]) <= _MOST_ALIKE:
                others.update(other for other in sharing[bucket] if other > place)
        near = [(rows[other], why) for other in sorted(others) if (why := _why(read, pattern, rows[other]))]
        if near:
            yield pattern, near


def _buckets(pattern: Pattern) -> list[tuple[str, ...]]:
    if pattern.kind == "tool_sequence":
        return [(pattern.kind, action) for action in sorted(set(map(general, pattern.key)))]
    return [(pattern.kind, *pattern.key[2:])] if pattern.kind == "error_recovery" else []


def _why(read: Read, one: Pattern, other: Pattern) -> str:
    if one.kind == "tool_sequence":
        return _alike(list(map(general, one.key)), list(map(general, other.key)))
    levels = {pattern.key[0]: pattern for pattern in (one, other)}
    wide, exact = levels.get("class"), levels.get("exact")
    if wide is None or exact is None or ONE_IN * (wide.uses - exact.uses) > wide.uses:
        return ""
    if not _places(read, exact) <= _places(read, wide):
        return ""
    return f"{exact.uses} of {wide.uses} uses are this one error"


def _alike(one: Sequence[str], other: Sequence[str]) -> str:
    longest = max(len(one), len(other))
    distance = edit_distance(one, other)
    if distance == 0:
        return "the same steps but for the kind of file or a number"
    return f"{longest - distance} of {longest} steps are the same" if ONE_IN * distance <= longest else ""


def _places(read: Read, pattern: Pattern) -> set[tuple[int, int]]:
    """(episode, first step) of every use."""
    return {(event[0], event[3]) for event in events_of(read, owner_of(pattern.kind, parse_id(pattern.id)))}


def _gain(drop: Sequence[Pattern]) -> str:
    uses = sum(pattern.uses for pattern in drop)
    return f"{len(drop)} fewer {'row' if len(drop) == 1 else 'rows'}, {uses} more uses behind one"
