"""Writing the files of a vector space anew, when they are behind or mostly about what is gone.

Rows are read in short transactions and never in one that writes. What goes meanwhile does no harm: a hit
that is gone is no hit. Whoever is killed, cancelled or finds the disk full leaves the files as they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.text_place import locked
from tacit.store.vector_batch import Batch, batch_after, shelf_of
from tacit.store.vector_files import Desk, Position, decoded, fits, folder_of, noted, position_of
from tacit.store.vector_layout import head
from tacit.store.vector_piece import Builder, ExactBuilder, GraphBuilder
from tacit.store.vector_rows import Space, count, last_row, raw_rows, spaces

if TYPE_CHECKING:
    from tacit.store.vector_files import Piece

LEAST = 10_000
"""Rows below which reading them out of the store costs as little as a file (10 to 15 ms)."""

CROSSOVER = 50_000
"""Rows of a shelf up to which all are looked at: 5 ms, where a graph takes 0.7 and 26 s to build."""

BEHIND = 5_000
"""Rows that may have come since the files were written: reading and searching them costs 8 ms."""

_DEAD = 0.3
"""The share of rows in the files that may be gone; a graph finds less and less past it."""

_KNOWN = 16
_AT_ONCE = 1_000
"""Rows put in between two looks whether to go on: half a second for a graph."""

Told = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def untold(done: int, total: int) -> None:
    """Nobody wants to know."""


def never() -> bool:
    """Nobody cancels."""
    return False


def rebuild_vectors(
    store: Store, space: Space, progress: Told = untold, cancelled: Cancelled = never, *, force: bool = False
) -> bool:
    """Write the files of a space anew, if that is due or wanted; quick when it is not.

    Args:
        store: open for writing, though nothing is written in it.
        space: which one.
        progress: told how many rows of how many are in.
        cancelled: asked now and then whether to stop.
        force: also when it is not due.

    Returns:
        Whether the files are as they should be: not when it was cancelled, somebody else is at it, or there
        is no room for them. Searches are right without them, only slower.
    """
    if store.readonly:
        return False
    if not (force or rebuild_due(store, space)):
        return True
    try:
        with locked(folder_of(store)) as mine:
            return mine and _rebuilt(store, space, progress, cancelled)
    except OSError:
        return False


def rebuild_due(store: Store, space: Space) -> bool:
    """Whether the files of a space should be written anew."""
    with store.read() as read:
        held = _held(store, read, space)
        if held is None:
            return count(read, space) >= LEAST
        return _behind(read, space, held) > BEHIND or _mostly_gone(read, space, held)


def _held(store: Store, read: Read, space: Space) -> Position | None:
    """What the files hold, if the rows of the snapshot go on from there."""
    found = decoded(noted(folder_of(store), space))
    return found if found is not None and fits(read, space, found) else None


def _behind(read: Read, space: Space, held: Position) -> int:
    return sum(1 for _ in raw_rows(read, space, held.row))


def _mostly_gone(read: Read, space: Space, held: Position) -> bool:
    files = sum(piece.count for piece in held.pieces.values())
    return files - (count(read, space) - _behind(read, space, held)) > _DEAD * files


def _rebuilt(store: Store, space: Space, progress: Told, cancelled: Cancelled) -> bool:
    folder = folder_of(store)
    desk = Desk(folder)
    try:
        work = _Work(store, space, desk)
        return work.filled(progress, cancelled) and work.settled()
    finally:
        with store.read() as read:
            live = {f"{one.number}": one.token for one in spaces(read)}
        desk.sweep(live)
        desk.close()


class _Work:
    """The files of a space while they are being written."""

    def __init__(self, store: Store, space: Space, desk: Desk) -> None:
        self._store, self._space, self._desk = store, space, desk
        self._row = 0
        with store.read() as read:
            held = _held(store, read, space)
            grow = held if held is not None and not _mostly_gone(read, space, held) else None
            sizes = _sizes(read, space)
        self._total = sum(sizes.values())
        self._builders: dict[int, Builder] = {}
        for shelf, size in sizes.items():
            if size > CROSSOVER:
                piece = None if grow is None else grow.pieces.get(shelf)
                upto = 0 if grow is None else grow.row
                self._builders[shelf] = GraphBuilder(space.dimensions, desk.folder, piece, upto)

    def filled(self, progress: Told, cancelled: Cancelled) -> bool:
        """Put all rows in; whether it came to its end."""
        done = 0
        while not cancelled():
            with self._store.read() as read:
                if last_row(read, self._space) is None:
                    return False
                batch = batch_after(read, self._space, self._row, _AT_ONCE)
            if batch.upto == self._row:
                return True
            self._take(batch)
            self._row = batch.upto
            done += len(batch)
            progress(min(done, self._total), self._total)
        return False

    def settled(self) -> bool:
        """Write the files and let them answer; not when the space has gone meanwhile."""
        import numpy as np

        pieces: dict[int, Piece] = {}
        for shelf, builder in sorted(self._builders.items()):
            pieces[shelf] = builder.saved(self._desk, self._space)
        ends = [builder.rows[-_KNOWN:] for builder in self._builders.values()]
        known = np.sort(np.concatenate([np.empty(0, np.uint64), *ends]))[-_KNOWN:]
        with self._store.read() as read:
            last = last_row(read, self._space)
            if last is None:
                return False
            position = position_of(read, self._space, min(self._row, last), known.tolist(), pieces)
        self._desk.settle(self._space, position)
        return True

    def _take(self, batch: Batch) -> None:
        import numpy as np

        for shelf in np.unique(batch.shelves).tolist():
            builder = self._builders.setdefault(shelf, ExactBuilder(self._space.dimensions))
            chosen = batch.shelves == shelf
            builder.take(batch.rows[chosen], batch.keys[chosen], batch.vectors[chosen])


def _sizes(read: Read, space: Space) -> Counter[int]:
    """How many rows every shelf has."""
    sizes: Counter[int] = Counter()
    for _, sealed in raw_rows(read, space):
        table, number = head(sealed)
        sizes[shelf_of(table, part=number > 0)] += 1
    return sizes
