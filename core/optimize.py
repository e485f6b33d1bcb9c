"""A first plan of upkeep: rows of the list that say nearly the same. It changes nothing."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from tacit.core.model import Pattern
from tacit.core.tables import PATTERNS
from tacit.store.reading import Read

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
    """Near-duplicates: patterns of one kind whose keys are the same but for file kinds and numbers.

    The most used stays (ties by the order of the list). Project facts are never merged: two projects
    with the same command are two facts.
    """
    groups: dict[tuple[str, ...], list[Pattern]] = {}
    for _, key in read.scan(PATTERNS, "rank"):
        pattern = read.get(PATTERNS, key)
        if pattern is not None and pattern.kind != "heuristic":
            groups.setdefault((pattern.kind, *map(general, pattern.key)), []).append(pattern)
    found = [_merge(group) for group in groups.values() if len(group) > 1]
    return tuple(sorted(found, key=lambda one: (-len(one.drop), one.keep.rank)))


def general(action: str) -> str:
    """An action without its kind of file and its numbers: ``edit *.go failed`` as ``edit failed``."""
    return _NUMBER.sub("#", _FILE_KIND.sub(r"\1", action))


def _merge(group: list[Pattern]) -> Proposal:
    ordered = sorted(group, key=lambda pattern: (-pattern.uses, pattern.rank))
    keep, drop = ordered[0], tuple(ordered[1:])
    uses = sum(pattern.uses for pattern in drop)
    return Proposal(
        op="merge",
        keep=keep,
        drop=drop,
        reason="the same steps but for the kind of file or a number",
        gain=f"{len(drop)} fewer {'row' if len(drop) == 1 else 'rows'}, {uses} more uses behind one",
    )
