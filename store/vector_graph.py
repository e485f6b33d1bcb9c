"""A shelf with too many vectors to look at each: a graph of neighbours, as USearch makes it (HNSW).

What is known of USearch: adding with several threads strands vectors, saving while adding and loading a
damaged file end the process. So there is one thread, one at a time, and a checksum before every load.
The same rows in the same order give the same graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tacit.store.vector_native import make_way

if TYPE_CHECKING:
    from mmap import mmap

    from numpy import bool_, float16, float32, uint64
    from numpy.typing import NDArray

    from tacit.store.vector_block import Hits

CONNECTIVITY = 16
_ADD, _SEARCH = 128, 160
"""How many candidates are held while a vector is put in, and while one is looked for."""


class Graph:
    """Rows, the keys of their records, and the graph over their vectors, which does not change."""

    def __init__(self, rows: NDArray[uint64], keys: NDArray[uint64], data: mmap, dimensions: int) -> None:
        """Open a graph whose checksum was looked at.

        Raises:
            RuntimeError: USearch does not take it.
        """
        self.rows, self.keys = rows, keys
        self.index = empty(dimensions)
        self.index.view(data)
        self._data = data  # USearch reads from it
        if len(self.index) != len(rows):
            raise RuntimeError(f"a graph of {len(self.index)} rows, not {len(rows)}")

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def nearest(self, query: NDArray[float32], most: int, among: NDArray[bool_] | None = None) -> Hits:
        """Rows whose vectors have about the greatest cosine with a query, less those ``among`` excludes."""
        import numpy as np

        found = self.index.search(query, min(most, self.size), threads=1)
        rows, scores = found.keys, 1 - found.distances
        if among is not None:
            chosen = np.isin(rows, self.rows[among])
            rows, scores = rows[chosen], scores[chosen]
        return rows, scores


def empty(dimensions: int) -> Any:
    """A graph without rows."""
    make_way()
    from usearch.compiled import MetricKind
    from usearch.index import Index

    return Index(
        ndim=dimensions,
        metric=MetricKind.Cos,
        dtype="f16",
        connectivity=CONNECTIVITY,
        expansion_add=_ADD,
        expansion_search=_SEARCH,
    )


def grown(dimensions: int, data: mmap | None) -> Any:
    """A graph that can be added to, a copy of one that was saved, or without rows."""
    index = empty(dimensions)
    if data is not None:
        index.load(data)
    return index


def add(index: Any, rows: NDArray[uint64], vectors: NDArray[float16]) -> None:
    """Put vectors in."""
    index.add(rows, vectors, threads=1)
