"""Vectors over the sample schema; also imported by the processes tests start."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from store_sample import COUNTS, EVENTS, NOTES, QUIET, STATE, Note, tick

from tacit.store.keys import u64
from tacit.store.reading import Read
from tacit.store.schema import Schema, Vectors
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.vector_look import Near, vector_look
from tacit.store.vector_rows import Item, Space, make_space, put_vectors, spaces

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Matrix = NDArray[float32]

SCHEMA = Schema((NOTES, QUIET), (EVENTS,), (COUNTS,), (STATE,), vectors=Vectors("vectors", (NOTES, QUIET)))
DIMENSIONS = 32


def opened(path: Path | str, **options: object) -> Store:
    settings: dict[str, object] = {"clock": tick, "command": "test", **options}
    return Store.open(Path(path), SCHEMA, **settings)  # type: ignore[arg-type]


@cache
def unit(seed: int, dimensions: int = DIMENSIONS) -> Matrix:
    """A vector of its own for every number, near those of the numbers that are the same modulo 50."""
    import numpy as np

    centre = np.random.default_rng(seed % 50).standard_normal(dimensions)
    found = centre + 0.4 * np.random.default_rng(1000 + seed).standard_normal(dimensions)
    return (found / np.linalg.norm(found)).astype(np.float32)


def total(seed: int) -> bytes:
    """What stands for the checksum of the text that :func:`unit` stands for."""
    return blake2b(str(seed).encode(), digest_size=8).digest()


def item(number: int, seed: int, dimensions: int = DIMENSIONS) -> Item:
    return number, total(seed), unit(seed, dimensions).astype("<f2").tobytes()


def space_of(store: Store, name: str = "test/one", dimensions: int = DIMENSIONS) -> Space:
    return store.write(lambda write: make_space(write, name, dimensions))


def fill(store: Store, space: Space, seeds: dict[int, int] | range, table: str = "notes") -> None:
    """Notes with a vector each: number of the note to the seed of its vector."""
    of = seeds if isinstance(seeds, dict) else {seed: seed for seed in seeds}

    def job(write: Write) -> None:
        for number, seed in of.items():
            write.put(NOTES if table == "notes" else QUIET, u64(number), Note(f"note {seed}"))
            put_vectors(write, space, table, u64(number), [item(0, seed, space.dimensions)])

    store.write(job, large=True)


def gone(store: Store, numbers: range | set[int]) -> None:
    store.write(lambda write: write.delete_many(NOTES, [u64(number) for number in numbers]), large=True)


def raw(store: Store) -> int:
    """Everything that lies in the space of the vectors but the notes of the spaces themselves."""
    with store.read() as read:
        return sum(1 for key, _ in read.kv.scan("vectors.vectors") if key[:1] != b"s")


def found(store: Store, space: Space, seed: int, most: int = 10, **options: object) -> list[int]:
    """The numbers of the notes nearest to a vector."""
    return [int.from_bytes(near.key, "big") for near in nears(store, space, seed, most, **options)]


def nears(store: Store, space: Space, seed: int, most: int = 10, **options: object) -> list[Near]:
    with store.read() as read:
        query = unit(seed, space.dimensions)
        return vector_look(store, space).nearest(read, query, most, **options)  # type: ignore[arg-type]


def by_hand(seeds: dict[int, int], seed: int, most: int = 10, dimensions: int = DIMENSIONS) -> list[int]:
    """The nearest, by looking at every vector as it is stored."""
    import numpy as np

    numbers = list(seeds)
    stored = np.stack([unit(of, dimensions) for of in seeds.values()]).astype(np.float16).astype(np.float32)
    scores = stored @ unit(seed, dimensions) / np.linalg.norm(stored, axis=1)
    return [numbers[at] for at in np.argsort(-scores, kind="stable")[:most]]


def the_space(read: Read) -> Space:
    return spaces(read)[0]


def vector_files(place: Path) -> list[Path]:
    return sorted((place / "vectors").iterdir())


EXACT, GRAPH = 100_000, 500
"""Crossovers at which a few thousand rows are searched exactly, and by a graph."""


def anew(store: Store) -> Store:
    """The store as a process sees it that begins; the caller lets go of the first."""
    path = store.path
    store.close()
    return opened(path)


def rows_read(store: Store, space: Space, seed: int) -> int:
    with store.read() as read:
        vector_look(store, space).nearest(read, unit(seed), 10)
        return read.rows_read


def agree(store: Store, space: Space, seeds: dict[int, int], most: int = 10) -> float:
    """The share of the nearest that is found, over many questions; no question may find less than half."""
    shares = []
    for asked in range(0, 3000, 100):
        right = by_hand(seeds, asked, most)
        answer = nears(store, space, asked, most)
        assert len(answer) == min(most, len(seeds))
        assert all(int.from_bytes(near.key, "big") in seeds for near in answer)
        assert [near.score for near in answer] == sorted((near.score for near in answer), reverse=True)
        shares.append(len({int.from_bytes(near.key, "big") for near in answer} & set(right)) / len(right))
    assert min(shares) >= 0.5
    return sum(shares) / len(shares)
