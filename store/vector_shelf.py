"""A shelf: the vectors that are searched together, those a file had and those that came since."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from tacit.store.vector_block import Block
from tacit.store.vector_files import Piece, mapped
from tacit.store.vector_graph import Graph

if TYPE_CHECKING:
    from numpy import bool_, float16, float32, uint64
    from numpy.typing import NDArray

    from tacit.store.vector_block import Hits

_FEW = 200
"""Chosen rows that are rather all read than searched."""


class Shelf:
    """``base`` is what a file had, ``tail`` what came since, which is searched exactly."""

    def __init__(self, dimensions: int, base: Block | Graph | None = None) -> None:
        self.base = base
        self.tail = Block(dimensions)

    def __len__(self) -> int:
        return self.tail.size + (0 if self.base is None else self.base.size)

    def append(self, rows: NDArray[uint64], keys: NDArray[uint64], vectors: NDArray[float16]) -> None:
        """Put rows behind those there are."""
        self.tail.append(rows, keys, vectors)

    def nearest(
        self, query: NDArray[float32], most: int, among: Collection[bytes] | None = None
    ) -> tuple[NDArray[uint64], bool]:
        """The numbers of about the nearest rows, and whether there are no more than these."""
        import numpy as np

        held = [self.tail] if self.base is None else [self.base, self.tail]
        masks: list[NDArray[bool_] | None] = [None] * len(held)
        if among is not None:
            keys = np.frombuffer(b"".join(among), ">u8").astype(np.uint64)
            masks = [np.isin(one.keys, keys) for one in held]
            chosen = np.concatenate([one.rows[mask] for one, mask in zip(held, masks, strict=True)])
            if len(chosen) <= max(_FEW, most):
                return chosen, True
        hits = [one.nearest(query, most, mask) for one, mask in zip(held, masks, strict=True)]
        return _best(hits, most), most >= len(self)


def opened(folder: str, piece: Piece, dimensions: int) -> Shelf | None:
    """A shelf from its files; ``None`` when they are not what was written."""
    import numpy as np

    rows = mapped(f"{folder}/{piece.name}.rows", piece.rows)
    data = mapped(f"{folder}/{piece.name}.{piece.kind}", piece.data)
    if rows is None or data is None or len(rows) != 16 * piece.count:
        return None
    numbers = np.frombuffer(rows, "<u8")
    first, second = numbers[: piece.count], numbers[piece.count :]
    if piece.kind == "graph":
        try:
            return Shelf(dimensions, Graph(first, second, data, dimensions))
        except RuntimeError:
            return None
    if len(data) != 2 * dimensions * piece.count:
        return None
    return Shelf(dimensions, Block.of(first, second, np.frombuffer(data, "<f2").reshape(-1, dimensions)))


def _best(hits: list[Hits], most: int) -> NDArray[uint64]:
    import numpy as np

    rows = np.concatenate([found for found, _ in hits])
    scores = np.concatenate([found for _, found in hits])
    return rows[np.argsort(-scores, kind="stable")[:most]]
