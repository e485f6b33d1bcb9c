"""Looking for the nearest vectors of a space, in a snapshot of the store.

What was loaded stays in memory and follows the rows of the store by their numbers: new ones are put
behind. Rows that went are noticed when they are found: every hit is read from the snapshot that asks,
which also gives its score, so no answer names what is gone, whatever the memory or a file holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec import Struct

from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.vector_batch import Batch, batch_after, rows_of, shelf_of
from tacit.store.vector_files import decoded, fits, folder_of, noted
from tacit.store.vector_rows import Space, count, last_row, part_of, places_of, row_of
from tacit.store.vector_shelf import Shelf, opened

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_DEAD = 0.3
"""The share of rows in memory that may be gone."""

_FEW = 1_000
"""Rows that may be gone before that share counts."""

_LONG = 20_000
"""Rows that came since the files, past which it is looked whether there are newer files."""

_AT_ONCE = 10_000
"""Rows that are taken from the store at once."""


class Near(Struct, frozen=True):
    """A vector that was found: which text of which record it stands for, and its cosine with the query."""

    table: str
    key: bytes
    number: int
    sum: bytes
    score: float


class VectorLook:
    """The vectors of one space of a store. Threads may share it."""

    def __init__(self, store: Store, space: Space) -> None:
        self._store = store
        self.space = space
        self._lock = Lock()
        self._shelves: dict[int, Shelf] = {}
        self._last = 0
        self._noted = b""

    def nearest(  # noqa: PLR0917 - what may be found is said in several ways
        self,
        read: Read,
        query: NDArray[float32],
        most: int,
        tables: Collection[str] | None = None,
        among: Collection[bytes] | None = None,
        parts: bool | None = None,
    ) -> list[Near]:
        """The vectors nearest to a query, the best first; fewer than ``most`` only where there are no more.

        Args:
            read: the snapshot that answers.
            query: (dimensions,) float32; its length does not matter.
            most: how many.
            tables: only those of these tables.
            among: only those of records with these keys.
            parts: only those of parts of records (``True``), or of records themselves (``False``).

        Raises:
            ValueError: the query is of another length than the vectors.
        """
        import numpy as np

        if query.shape != (self.space.dimensions,):
            raise ValueError(
                f"a query of shape {query.shape} in a space of {self.space.dimensions} dimensions"
            )
        length = float(np.linalg.norm(query))
        if not (0 < length < float("inf")) or most < 1:
            return []
        unit = (query / length).astype(np.float32)
        with self._lock:
            if not self._follow(read):
                return []
            found: list[Near] = []
            for number in self._wanted(read, tables, parts):
                shelf = self._shelves.get(number)
                if shelf is not None:
                    found += self._live(read, shelf, unit, most, among)
        found.sort(key=lambda near: (-near.score, near.table, near.key, near.number))
        return found[:most]

    def vector(self, read: Read, table: str, key: bytes, number: int = 0) -> NDArray[float32] | None:
        """The vector of a text of a record, (dimensions,) float32; ``None`` when it has none."""
        import numpy as np

        for place in places_of(read, self.space, table, key):
            if place.number == number:
                found = row_of(read, self.space, place.row)
                return None if found is None else np.frombuffer(found.vector, "<f2").astype(np.float32)
        return None

    def cosines(
        self, read: Read, query: NDArray[float32], wanted: Iterable[tuple[str, bytes, int]]
    ) -> dict[tuple[str, bytes, int], float]:
        """How near to a unit query (table, record key, number) are, of those that have a vector."""
        rows = [
            place.row
            for table, key, number in wanted
            for place in places_of(read, self.space, table, key)
            if place.number == number
        ]
        found = self._read(read, rows, query).values()
        return {(one.table, one.key, one.number): one.score for one in found if one is not None}

    def matrix(
        self, read: Read, tables: Collection[str] | None = None, parts: bool | None = None
    ) -> tuple[list[tuple[str, bytes, int, bytes]], NDArray[float32]]:
        """All vectors: (table, record key, number, sum) of each, and they as (n, dimensions) float32."""
        import numpy as np

        names = [table.name for table in part_of(read).tables]
        wanted = self._wanted(read, tables, parts)
        named: list[tuple[str, bytes, int, bytes]] = []
        vectors = [np.empty((0, self.space.dimensions), np.float32)]
        row = 0
        while last_row(read, self.space) is not None:
            batch = batch_after(read, self.space, row, _AT_ONCE)
            if batch.upto == row:
                break
            row = batch.upto
            chosen = np.flatnonzero(np.isin(batch.shelves, wanted))
            named += [_named(batch, names, int(at)) for at in chosen]
            vectors.append(batch.vectors[chosen].astype(np.float32))
        return named, np.concatenate(vectors)

    def _wanted(self, read: Read, tables: Collection[str] | None, parts: bool | None) -> list[int]:
        return [
            shelf_of(place, part=part)
            for place, table in enumerate(part_of(read).tables)
            if tables is None or table.name in tables
            for part in ((False, True) if parts is None else (parts,))
        ]

    def _follow(self, read: Read) -> bool:
        """Bring the memory up to the snapshot; whether the space is there."""
        last = last_row(read, self.space)
        if last is None:
            return False
        if not self._last or (last >= self._last and self._is_worn(read)):
            self._load(read)
        while last > self._last:
            batch = batch_after(read, self.space, self._last, _AT_ONCE)
            self._add(batch)
            self._last = min(batch.upto, last) if batch.upto > self._last else last
        return True

    def _is_worn(self, read: Read) -> bool:
        """Whether most in memory is gone, or so much came since that newer files save time."""
        held = sum(len(shelf) for shelf in self._shelves.values())
        gone = held - count(read, self.space)
        if gone > _FEW and gone > _DEAD * held:
            return True
        tail = sum(shelf.tail.size for shelf in self._shelves.values())
        return tail > _LONG and noted(folder_of(self._store), self.space) != self._noted

    def _load(self, read: Read) -> None:
        """Begin with what the files hold, or with nothing."""
        self._shelves, self._last = {}, 0
        folder = folder_of(self._store)
        self._noted = noted(folder, self.space)
        position = decoded(self._noted)
        if position is None or not fits(read, self.space, position):
            return
        found = {
            number: opened(folder, piece, self.space.dimensions) for number, piece in position.pieces.items()
        }
        shelves = {number: shelf for number, shelf in found.items() if shelf is not None}
        held = sum(map(len, shelves.values()))
        if len(shelves) == len(found) and held - count(read, self.space) <= max(_FEW, _DEAD * held):
            self._shelves, self._last = shelves, position.row

    def _add(self, batch: Batch) -> None:
        import numpy as np

        for number in np.unique(batch.shelves).tolist():
            shelf = self._shelves.setdefault(number, Shelf(self.space.dimensions))
            chosen = batch.shelves == number
            shelf.append(batch.rows[chosen], batch.keys[chosen], batch.vectors[chosen])

    def _live(
        self, read: Read, shelf: Shelf, query: NDArray[float32], most: int, among: Collection[bytes] | None
    ) -> list[Near]:
        """The nearest of a shelf that are there, looking at ever more until there are enough."""
        wanted = min(most + most // 4 + 8, len(shelf))
        known: dict[int, Near | None] = {}
        while True:
            rows, whole = shelf.nearest(query, wanted, among)
            fresh = [int(row) for row in rows if int(row) not in known]
            known.update(self._read(read, fresh, query))
            found = [
                near for near in known.values() if near is not None and (among is None or near.key in among)
            ]
            if len(found) >= most or whole:
                return found
            wanted = min(4 * wanted, len(shelf))

    def _read(self, read: Read, rows: list[int], query: NDArray[float32]) -> dict[int, Near | None]:
        """What lies in some rows of the snapshot, and how near it is; ``None`` for what is gone."""
        import numpy as np

        names = [table.name for table in part_of(read).tables]
        found, vectors = rows_of(read, self.space, rows)
        # einsum, unlike a matrix product, gives equal vectors equal cosines wherever they stand
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        scores = np.einsum("ij,j->i", vectors, query) / np.where(lengths, lengths, 1)
        known: dict[int, Near | None] = dict.fromkeys(rows)
        for one, score in zip(found, scores.tolist(), strict=True):
            known[one.row] = Near(names[one.table], one.key, one.number, one.sum, score)
        return known


def _named(batch: Batch, names: list[str], at: int) -> tuple[str, bytes, int, bytes]:
    key = int(batch.keys[at]).to_bytes(8, "big")
    return names[batch.shelves[at] // 2], key, int(batch.numbers[at]), batch.sums[at].tobytes()


_looks: WeakKeyDictionary[Store, dict[int, VectorLook]] = WeakKeyDictionary()


def vector_look(store: Store, space: Space) -> VectorLook:
    """The look of a space, kept as long as the store is."""
    held = _looks.setdefault(store, {})
    found = held.get(space.number)
    if found is None or found.space != space:
        found = held[space.number] = VectorLook(store, space)
    return found
