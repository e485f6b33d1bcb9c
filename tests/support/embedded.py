"""What must hold of the vectors of a store, seen from outside: every text embedded once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy import float32
from numpy.typing import NDArray
from transcript import START, Transcript

from tacit import Memory
from tacit.core.embedding.catching_up import embed_waiting, space_of, waiting
from tacit.core.embedding.hashing import HashingProvider
from tacit.core.embedding.provider import EmbeddingError, Provider, Role
from tacit.core.embedding.texts import EMBEDDED, documents, sum_of
from tacit.store.store import Store
from tacit.store.vector_look import vector_look
from tacit.store.vector_rows import count, rows_after, spaces

DAY = 86_400_000


class Counting(HashingProvider):
    """Counts what it is asked for, and fails or does something else when it is told to."""

    def __init__(self, dimensions: int = 64, fails_at: int | None = None) -> None:
        super().__init__(dimensions)
        self.asked: list[str] = []
        self.fails_at = fails_at
        self.meanwhile: Callable[[], object] = lambda: None

    def embed(self, texts: Sequence[str], role: Role = "document") -> NDArray[float32]:
        """As the hashing provider does."""
        if self.fails_at is not None and len(self.asked) + len(texts) > self.fails_at:
            raise EmbeddingError("The provider is down.", "Start it.")
        self.asked += texts
        self.meanwhile()
        return super().embed(texts, role)


def texts_of(store: Store) -> dict[tuple[str, bytes, int], str]:
    """(table, key, number) to text of everything that is to have a vector."""
    with store.read() as read:
        return {
            (table.name, key, number): text
            for table in EMBEDDED
            for key, record in read.records(table)
            for number, text in documents(read, table, key, record)
        }


def packed(provider: Provider, texts: Sequence[str]) -> list[bytes]:
    """The vectors of texts as they are stored."""
    return [row.tobytes() for row in provider.embed(texts).astype("<f2")] if texts else []


def rows_of(store: Store, provider: Provider) -> int:
    """How many rows the space of a provider has."""
    with store.read() as read:
        space = space_of(read, provider.space)
        return 0 if space is None else count(read, space)


def waits(store: Store, provider: Provider) -> int:
    """How many records wait to be embedded with a provider."""
    with store.read() as read:
        return waiting(read, space_of(read, provider.space))


def wrong_vectors(store: Store, provider: Provider, *, only: bool = True) -> Iterator[str]:
    """Where the rows of a store that has caught up are not the vectors of its texts.

    Args:
        store: whose.
        provider: who embedded them.
        only: whether there may be no other space.
    """
    texts = texts_of(store)
    wanted = dict(zip(texts, packed(provider, list(texts.values())), strict=True))
    with store.read() as read:
        space = space_of(read, provider.space)
        if only and len(spaces(read)) > 1:
            yield f"spaces: {[one.name for one in spaces(read)]}"
        if space is None:
            yield from ["there is no space"] if texts else []
            return
        rows = {(row.table, row.key, row.number): row for row in rows_after(read, space)}
        if number := len(wanted.keys() - rows.keys()):
            yield f"{number} texts have no vector"
        if number := len(rows.keys() - wanted.keys()):
            yield f"{number} rows stand for nothing"
        for unit in wanted.keys() & rows.keys():
            if (rows[unit].sum, rows[unit].vector) != (sum_of(texts[unit]), wanted[unit]):
                yield f"another vector than that of {texts[unit][:60]!r}"
        if count(read, space) != len(rows):
            yield f"{count(read, space)} rows counted, {len(rows)} there"
    look = vector_look(store, space)
    with store.read() as read:
        for unit in list(wanted)[:: max(1, len(wanted) // 50)]:
            query = np.frombuffer(wanted[unit], "<f2").astype(np.float32)
            near = look.nearest(read, query / np.linalg.norm(query), 10)
            if not near or near[0].score < 0.99:
                yield f"not found by its own vector: {texts[unit][:60]!r}"


def right(memory: Memory, provider: Counting) -> None:
    """Nothing waits, and every vector is that of its text."""
    embed_waiting(memory._store, provider)
    assert waits(memory._store, provider) == 0
    assert list(wrong_vectors(memory._store, Counting())) == []


def more(folder: Path, name: str, day: int) -> Path:
    """A session of its own."""
    one = Transcript(name, start=START + day * DAY)
    one.prompt(f"write {name}")
    one.bash("make", f"no rule for {name}", error=True)
    one.edit("src/a.py")
    one.tests_pass()
    return one.save(folder)
