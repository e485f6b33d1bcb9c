"""Candidates that lack one episode to become patterns: why a memory is thin, and what would help."""

from __future__ import annotations

from collections.abc import Iterator, Set
from heapq import nsmallest

from tacit.core.ids import format_id
from tacit.core.learn.candidates import events_of, support_of
from tacit.core.learn.titles import is_generic
from tacit.core.model import KINDS, Kind
from tacit.core.projects import OF_PROJECT, former_ids, other_names
from tacit.core.tables import CANDIDATES, CONTRIBUTIONS, EPISODES, kind_of, number_of
from tacit.core.tombstones import tombstones
from tacit.store.keys import text, u64
from tacit.store.reading import Read

NAMED = 5
"""So many are named; all are counted."""

_LOOKED_AT = 60
_OF_A_KIND = 2
_FIRST: dict[Kind, int] = {"error_recovery": 0, "heuristic": 1, "custom": 2, "file_group": 3}

Row = tuple[int, int, int, int]
"""Place of the kind, and uses and judged uses as negative numbers, then the candidate: best first."""


def nearest(read: Read) -> tuple[int, tuple[int, ...]]:
    """How many candidates lack one episode, and which of them to name: at most two of a kind."""
    gone = {public_id for public_id, _ in tombstones(read, "patterns")}
    gone |= _gone_before(read, gone)
    lacking = 0

    def rows() -> Iterator[Row]:
        nonlocal lacking
        for owner, counts in read.tallies(CANDIDATES):
            if _lacks_one(kind_of(owner), counts) and format_id("p", number_of(owner)) not in gone:
                lacking += 1
                yield _FIRST.get(kind_of(owner), len(_FIRST)), -counts[0], -counts[1], owner

    named: list[int] = []
    seen: dict[Kind, int] = {}
    for *_, owner in nsmallest(_LOOKED_AT, rows()):
        kind = kind_of(owner)
        if len(named) < NAMED and seen.get(kind, 0) < _OF_A_KIND and _says_something(read, owner):
            seen[kind] = seen.get(kind, 0) + 1
            named.append(owner)
    return lacking, tuple(named)


def _gone_before(read: Read, gone: Set[str]) -> set[str]:
    """The ids of what was deleted under an id it had before its project was merged."""
    names = other_names(read) if gone else {}
    seen: set[int] = set()
    found = set()
    for project in names:
        for _, key in read.scan(EPISODES, "project", text(project)):
            contribution = read.get(CONTRIBUTIONS, key)
            for share in () if contribution is None else contribution.shares:
                if share.owner in seen or KINDS[share.kind] not in OF_PROJECT or contribution is None:
                    continue
                seen.add(share.owner)
                own = tuple(contribution.words[part] for part in share.parts)
                if not gone.isdisjoint(former_ids(KINDS[share.kind], own, names)):
                    found.add(format_id("p", number_of(share.owner)))
    return found


def candidate_key(read: Read, owner: int) -> tuple[str, ...] | None:
    """The canonical key of a candidate; ``None`` once nothing feeds it."""
    for event in events_of(read, owner)[:1]:
        contribution = read.get(CONTRIBUTIONS, u64(event[0]))
        for share in () if contribution is None else contribution.shares:
            if contribution is not None and share.owner == owner:
                return tuple(contribution.words[part] for part in share.parts)
    return None


def _lacks_one(kind: Kind, counts: tuple[int, ...]) -> bool:
    least = support_of(kind)
    return counts[5] == least.episodes - 1 and counts[2] >= least.successes - 1


def _says_something(read: Read, owner: int) -> bool:
    key = candidate_key(read, owner)
    return key is not None and not is_generic(kind_of(owner), key)
