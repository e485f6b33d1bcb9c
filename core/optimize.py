"""The plan of upkeep: what could be merged, put away, dropped and let go. It changes nothing.

Each operation stands in a file of its own and goes over the rows of the list that nothing before it took,
so that a row is in one proposal at most. What a person pinned is in none, nor is a row that something
pinned stands behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from tacit.core.config import Config
from tacit.core.optimize_archive import archives
from tacit.core.optimize_drop import drops
from tacit.core.optimize_ground import Ground, ground
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


def plan(read: Read, config: Config, now: int, only: Collection[Op] | None = None) -> tuple[Proposal, ...]:
    """What upkeep would do, operation by operation.

    Args:
        read: the snapshot.
        config: for how long and how much is kept.
        now: milliseconds UTC.
        only: plan only these operations.
    """
    over = ground(read, config, now)
    found: list[Proposal] = []
    for op in OPS:
        if only is None or op in only:
            for proposal in _PLANNERS[op](over):
                over.take(proposal)
                found.append(proposal)
    return tuple(found)
