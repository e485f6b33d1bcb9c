"""The plan of upkeep: what could be merged, put away, dropped and let go. It changes nothing.

Each operation stands in a file of its own and goes over the rows of the list that nothing before it took,
so that a row is in one proposal at most. What a person pinned is in none, nor is a row that something
pinned stands behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

from tacit.core.config import Config
from tacit.core.optimize_archive import archives
from tacit.core.optimize_drop import drops
from tacit.core.optimize_ground import Enough, Ground, Looking
from tacit.core.optimize_merge import merges
from tacit.core.optimize_retain import retains
from tacit.core.proposals import OPS, Op, Proposal
from tacit.store.reading import Read

_PLANNERS: dict[Op, Callable[[Ground], Iterator[Proposal]]] = {
    "merge": merges,
    "archive": archives,
    "drop": drops,
    "retain": retains,
}


def plan(
    read: Read,
    config: Config,
    now: int,
    only: Collection[Op] | None = None,
    *,
    most: int | None = None,
    told: Callable[[int, int], bool] | None = None,
) -> tuple[Proposal, ...]:
    """What upkeep would do, operation by operation.

    Args:
        read: the snapshot.
        config: for how long and how much is kept.
        now: milliseconds UTC.
        only: plan only these operations.
        most: end with so many proposals, though there may be more.
        told: hears now and then how many rows were looked at, of about how many: each operation goes over
            all of them once more. Where it answers ``False`` the plan ends with what was found so far.
    """
    found: list[Proposal] = []
    with suppress(Enough):
        _plan(Ground(read, config, now, Looking(told)), only, most, found)
    return tuple(found)


def _plan(over: Ground, only: Collection[Op] | None, most: int | None, found: list[Proposal]) -> None:
    for op in OPS:
        if only is None or op in only:
            for proposal in _PLANNERS[op](over):
                over.take(proposal)
                found.append(proposal)
                if len(found) == most:
                    return
