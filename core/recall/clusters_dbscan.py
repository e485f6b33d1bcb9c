"""Groups of vectors by density: DBSCAN over cosines.

M. Ester, H.-P. Kriegel, J. Sander and X. Xu, "A density-based algorithm for discovering clusters in large
spatial databases with noise" (KDD 1996). A vector with enough neighbours is a core; cores that are neighbours
are one group, with everything near one of them; the rest is noise. Nobody has to say how many groups there
are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

BLOCK = 1_000
"""Rows compared with all others at once: 1,000 against 5,000 take 20 MB."""

NOISE = -1


def dbscan(vectors: NDArray[float32], least: float, members: int) -> list[int]:
    """The number of the group of each vector, :data:`NOISE` for those in none.

    A vector near two groups joins the first. Groups are numbered by their first core.

    Args:
        vectors: (n, d) float32, unit length.
        least: the cosine from which two are neighbours.
        members: so many neighbours, itself included, make a core.
    """
    near = _neighbours(vectors, least)
    groups = [NOISE] * len(near)
    number = 0
    for place, own in enumerate(near):
        if groups[place] != NOISE or len(own) < members:
            continue
        groups[place] = number
        waiting = [place]
        while waiting:
            for other in near[waiting.pop()]:
                if groups[other] == NOISE:
                    groups[other] = number
                    if len(near[other]) >= members:
                        waiting.append(other)
        number += 1
    return groups


def pairs_above(vectors: NDArray[float32], least: float) -> list[tuple[float, int, int]]:
    """(cosine, one, other) of each two vectors at least so near, the nearest first."""
    import numpy as np

    found = []
    for start in range(0, len(vectors), BLOCK):
        cosines = vectors[start : start + BLOCK] @ vectors.T
        for one, other in np.argwhere(cosines >= least).tolist():
            if start + one < other:
                found.append((min(1.0, float(cosines[one, other])), start + one, other))
    return sorted(found, key=lambda pair: (-pair[0], pair[1:]))


def _neighbours(vectors: NDArray[float32], least: float) -> list[list[int]]:
    """The places of all that are near each, itself included."""
    import numpy as np

    found = []
    for start in range(0, len(vectors), BLOCK):
        close = vectors[start : start + BLOCK] @ vectors.T >= least
        close[np.arange(len(close)), np.arange(start, start + len(close))] = True
        found += [np.flatnonzero(row).tolist() for row in close]
    return found
