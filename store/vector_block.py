"""Vectors of one shelf in memory, searched exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tacit.store.vector_native import make_way

if TYPE_CHECKING:
    from numpy import bool_, float16, float32, uint64
    from numpy.typing import NDArray

    Hits = tuple[NDArray[uint64], NDArray[float32]]
    """Row numbers and cosines, the best first."""

_FIRST = 256


class Block:
    """Rows, the keys of their records and their vectors (n, dimensions) float16; it grows at its end."""

    def __init__(self, dimensions: int) -> None:
        import numpy as np

        self.size = 0
        self._rows = np.empty(0, np.uint64)
        self._keys = np.empty(0, np.uint64)
        self._vectors = np.empty((0, dimensions), np.float16)

    @classmethod
    def of(cls, rows: NDArray[uint64], keys: NDArray[uint64], vectors: NDArray[float16]) -> Block:
        """A block over arrays that are there, which it does not change."""
        made = cls(vectors.shape[1])
        made.size, made._rows, made._keys, made._vectors = len(rows), rows, keys, vectors
        return made

    @property
    def rows(self) -> NDArray[uint64]:
        """The numbers of the rows, ascending."""
        return self._rows[: self.size]

    @property
    def keys(self) -> NDArray[uint64]:
        """The keys of their records, as numbers."""
        return self._keys[: self.size]

    @property
    def vectors(self) -> NDArray[float16]:
        """(n, dimensions), one a row."""
        return self._vectors[: self.size]

    def append(self, rows: NDArray[uint64], keys: NDArray[uint64], vectors: NDArray[float16]) -> None:
        """Put rows behind those there are."""
        end = self.size + len(rows)
        if end > len(self._rows):
            room = end if not self.size else max(_FIRST, end + end // 2)
            self._rows = _grown(self.rows, room)
            self._keys = _grown(self.keys, room)
            self._vectors = _grown(self.vectors, room)
        self._rows[self.size : end] = rows
        self._keys[self.size : end] = keys
        self._vectors[self.size : end] = vectors
        self.size = end

    def nearest(self, query: NDArray[float32], most: int, among: NDArray[bool_] | None = None) -> Hits:
        """The rows whose vectors have the greatest cosine with a query, of those ``among`` says."""
        rows, vectors = self.rows, self.vectors
        if among is not None:
            rows, vectors = rows[among], vectors[among]
        return exact(rows, vectors, query, most)


def exact(rows: NDArray[uint64], vectors: NDArray[float16], query: NDArray[float32], most: int) -> Hits:
    """Look at every vector."""
    import numpy as np

    make_way()
    from usearch.compiled import MetricKind
    from usearch.index import search

    if not len(rows):
        return rows, np.empty(0, np.float32)
    asked = query.astype(np.float16)[None, :]
    found = search(vectors, asked, min(most, len(rows)), MetricKind.Cos, exact=True, threads=1)
    return rows[found.keys], 1 - found.distances


def _grown(held: NDArray[Any], room: int) -> NDArray[Any]:
    import numpy as np

    made = np.empty((room, *held.shape[1:]), held.dtype)
    made[: len(held)] = held
    return made
