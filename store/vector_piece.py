"""Writing the files of a shelf."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from tacit.store.vector_block import Block
from tacit.store.vector_files import Desk, Piece, mapped
from tacit.store.vector_graph import add, grown
from tacit.store.vector_rows import Space

if TYPE_CHECKING:
    from numpy import float16, uint64
    from numpy.typing import NDArray


class Builder(Protocol):
    """Takes the rows of a shelf in order and writes them to files."""

    @property
    def rows(self) -> NDArray[uint64]:
        """The numbers of the rows it has."""
        ...

    def take(self, rows: NDArray[uint64], keys: NDArray[uint64], vectors: NDArray[float16]) -> None:
        """Put rows behind those there are."""
        ...

    def saved(self, desk: Desk, space: Space) -> Piece:
        """Write the files.

        Raises:
            OSError: they cannot be written.
        """
        ...


class ExactBuilder:
    """Files from which a shelf is searched exactly."""

    def __init__(self, dimensions: int) -> None:
        self._block = Block(dimensions)

    @property
    def rows(self) -> NDArray[uint64]:
        """See :class:`Builder`."""
        return self._block.rows

    def take(self, rows: NDArray[uint64], keys: NDArray[uint64], vectors: NDArray[float16]) -> None:
        """See :class:`Builder`."""
        self._block.append(rows, keys, vectors)

    def saved(self, desk: Desk, space: Space) -> Piece:
        """See :class:`Builder`."""
        name, block = _name(space), self._block
        rows = desk.write(f"{name}.rows", block.rows.data, block.keys.data)
        data = desk.write(f"{name}.exact", block.vectors.data)
        return Piece(name, "exact", block.size, rows, data)


class GraphBuilder:
    """Files of a graph: that of a piece, whose rows go up to ``upto``, and what came since; or a new one."""

    def __init__(self, dimensions: int, folder: str, piece: Piece | None, upto: int) -> None:
        import numpy as np

        self._block = Block(0)
        self._upto = 0
        found = None
        if piece is not None and piece.kind == "graph":
            rows = mapped(f"{folder}/{piece.name}.rows", piece.rows)
            found = mapped(f"{folder}/{piece.name}.graph", piece.data)
            if rows is not None and found is not None and len(rows) == 16 * piece.count:
                numbers = np.frombuffer(rows, "<u8")
                self._append(numbers[: piece.count], numbers[piece.count :])
                self._upto = upto
            else:
                found = None
        self._index = grown(dimensions, found)

    @property
    def rows(self) -> NDArray[uint64]:
        """See :class:`Builder`."""
        return self._block.rows

    def take(self, rows: NDArray[uint64], keys: NDArray[uint64], vectors: NDArray[float16]) -> None:
        """See :class:`Builder`."""
        new = rows > self._upto
        if new.any():
            add(self._index, rows[new], vectors[new])
            self._append(rows[new], keys[new])

    def saved(self, desk: Desk, space: Space) -> Piece:
        """See :class:`Builder`."""
        name = _name(space)
        rows = desk.write(f"{name}.rows", self._block.rows.data, self._block.keys.data)
        data = desk.adopt(f"{name}.graph", self._index.save, self._index.serialized_length)
        return Piece(name, "graph", self._block.size, rows, data)

    def _append(self, rows: NDArray[uint64], keys: NDArray[uint64]) -> None:
        import numpy as np

        self._block.append(rows, keys, np.empty((len(rows), 0), np.float16))


def _name(space: Space) -> str:
    return f"{space.number}-{os.urandom(6).hex()}"
