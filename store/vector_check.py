"""Whether the files of a vector space hold what the store holds, and how much its graph finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from tacit.store.reading import Read
from tacit.store.store import Store
from tacit.store.vector_batch import Batch, batch_after
from tacit.store.vector_block import Block, exact
from tacit.store.vector_files import decoded, fits, folder_of, noted
from tacit.store.vector_graph import Graph
from tacit.store.vector_rows import Space
from tacit.store.vector_shelf import opened

if TYPE_CHECKING:
    from numpy import bool_, float16, intp
    from numpy.typing import NDArray

_SAMPLE = 100
_BEST = 10
_AT_ONCE = 10_000


class VectorCheck(Struct, frozen=True):
    """What was found of the files of a space.

    ``state`` is ``none`` where there are none, which costs time only; ``misfit`` where they are of
    another state of the store, and not used; ``damaged`` likewise. ``held`` are the rows in them that are
    still there, ``wrong`` those that are missing or differ from the store's. ``recall`` is the share of
    the ten nearest that a graph finds, over ``sample`` stored vectors; ``None`` without a graph.
    """

    state: Literal["none", "misfit", "damaged", "sound"]
    held: int = 0
    wrong: int = 0
    recall: float | None = None
    sample: int = 0


def check_vectors(store: Store, space: Space) -> VectorCheck:
    """Compare every row of the files with the store's, and ask a graph what looking at all would find."""
    folder = folder_of(store)
    for _ in range(3):  # a position and its files may be replaced between the two looks
        found = noted(folder, space)
        if not found:
            return VectorCheck("none")
        with store.read() as read:
            checked = _checked(read, folder, space, found)
        if checked.state == "sound" or noted(folder, space) == found:
            return checked
    return checked


def _checked(read: Read, folder: str, space: Space, found: bytes) -> VectorCheck:
    position = decoded(found)
    if position is None:
        return VectorCheck("damaged")
    if not fits(read, space, position):
        return VectorCheck("misfit")
    held = wrong = sample = 0
    recalls: list[float] = []
    rows = _rows(read, space, position.row)
    wrong += sum(block.size for number, block in rows.items() if number not in position.pieces)
    for number, piece in sorted(position.pieces.items()):
        stored = rows.get(number, Block(space.dimensions))
        shelf = opened(folder, piece, space.dimensions)
        if shelf is None or shelf.base is None:
            return VectorCheck("damaged")
        same = _same(shelf.base, stored)
        held, wrong = held + int(same.sum()), wrong + int((~same).sum())
        if isinstance(shelf.base, Graph) and stored.size:
            recalls.append(_recall(shelf.base, stored))
            sample += min(_SAMPLE, stored.size)
    return VectorCheck("sound", held, wrong, min(recalls, default=None), sample)


def _rows(read: Read, space: Space, upto: int) -> dict[int, Block]:
    """Shelf to its rows in the store, as far as the files go."""
    import numpy as np

    found: dict[int, Block] = {}
    row = 0
    while row < upto:
        batch: Batch = batch_after(read, space, row, _AT_ONCE)
        if batch.upto == row:
            break
        for number in np.unique(batch.shelves).tolist():
            chosen = (batch.shelves == number) & (batch.rows <= upto)
            block = found.setdefault(number, Block(space.dimensions))
            block.append(batch.rows[chosen], batch.keys[chosen], batch.vectors[chosen])
        row = batch.upto
    return found


def _same(base: Block | Graph, stored: Block) -> NDArray[bool_]:
    """Which stored rows the files hold as they are."""
    import numpy as np

    at = np.searchsorted(base.rows, stored.rows)
    there = at < base.size
    there[there] = base.rows[at[there]] == stored.rows[there]
    there[there] = base.keys[at[there]] == stored.keys[there]
    there[there] = (_vectors(base, at[there]) == stored.vectors[there]).all(axis=1)
    return there


def _vectors(base: Block | Graph, at: NDArray[intp]) -> NDArray[float16]:
    import numpy as np

    if isinstance(base, Block):
        return base.vectors[at]
    found = base.index.get(np.ascontiguousarray(base.rows[at]))
    return np.array(found, np.float16).reshape(len(at), -1)


def _recall(graph: Graph, stored: Block) -> float:
    """The share of the nearest stored vectors that a graph finds, for some of them spread over all."""
    import numpy as np

    asked = np.linspace(0, stored.size - 1, min(_SAMPLE, stored.size)).astype(int)
    most = min(_BEST, stored.size)
    shares = []
    for one in asked:
        query = stored.vectors[one].astype(np.float32)
        right, _ = exact(stored.rows, stored.vectors, query, most)
        hits, _ = graph.nearest(query, 2 * most + 8)
        live = hits[np.isin(hits, stored.rows)][:most]
        shares.append(np.isin(right, live).mean())
    return float(np.mean(shares))
