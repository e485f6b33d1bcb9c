"""Hits that differ: maximal marginal relevance (Carbonell and Goldstein 1998).

Each next hit is the one with the most of its own relevance, less its likeness to the nearest hit taken
before it, both on a scale of 0 to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tacit.core.recall.ranked import Scored

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


def diverse(
    found: Sequence[Scored],
    vector: Callable[[Scored], NDArray[float32] | None],
    weight: float,
    most: int,
) -> list[Scored]:
    """The first ``most`` of them in an order in which they differ.

    Args:
        found: best first.
        vector: the unit vector of a hit; what has none is unlike all others.
        weight: 0 leaves the order as it is, 1 looks at nothing but difference.
        most: how many are taken.
    """
    if not found or not weight:
        return list(found[:most])
    import numpy as np

    rows = [vector(one) for one in found]
    wide = next((len(row) for row in rows if row is not None), 1)
    matrix = np.stack([np.zeros(wide, np.float32) if row is None else row for row in rows])
    scores = np.array([one.score for one in found], np.float32)
    relevance = (scores - scores.min()) / max(float(np.ptp(scores)), 1e-9)
    likeness = np.zeros(len(found), np.float32)
    taken: list[int] = []
    open_ = np.ones(len(found), bool)
    while len(taken) < min(most, len(found)):
        worth = np.where(open_, (1 - weight) * relevance - weight * likeness, -np.inf)
        place = int(worth.argmax())
        taken.append(place)
        open_[place] = False
        likeness = np.maximum(likeness, matrix @ matrix[place])
    return [found[place] for place in taken]
