"""The process that embeds and asks by vector, and what must be true of the vectors after a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from embedded import wrong_vectors

from tacit import Memory
from tacit.core.embedding.catching_up import embed_waiting, space_of
from tacit.core.embedding.hashing import HashingProvider
from tacit.core.embedding.spaces import fill_with
from tacit.core.embedding.texts import EMBEDDED, documents, sum_of
from tacit.store.vector_look import vector_look

if TYPE_CHECKING:
    from actors import Actor

NOW, THEN = HashingProvider(64), HashingProvider(48)
"""The model most of a run is done with, and the one it is changed to now and then."""

QUESTIONS = ("fix the parser", "file has not been read", "unused import", "pytest failed")


def embedder(actor: Actor) -> None:
    """Some of what waits is embedded, now and then all with another model; then it is asked."""
    store = actor.memory._store
    chance = actor.random.random()
    if chance < 0.15:
        fill_with(store, THEN if chance < 0.05 else NOW)
    else:
        embed_waiting(store, NOW, actor.random.choice((1, 5, 40, None)))
    actor.journal.note("embedded")
    _ask(actor)


def _ask(actor: Actor) -> None:
    """Whatever is found is there, and where it stands for its text it has the vector of that text."""
    store = actor.memory._store
    with store.read() as read:
        space = space_of(read, NOW.space)
    if space is None:
        return
    look = vector_look(store, space)
    query = NOW.embed([actor.random.choice(QUESTIONS)])[0]
    tables = {table.name: table for table in EMBEDDED}
    with store.read() as read:
        for near in look.nearest(read, query, 10):
            record = read.get(tables[near.table], near.key)
            if record is None:
                actor.alarm(f"found and not there: {near.table} {near.key.hex()}")
                continue
            texts = dict(documents(read, tables[near.table], near.key, record))
            text = texts.get(near.number)
            if text is None or sum_of(text) != near.sum:
                continue
            if abs(float(NOW.embed([text])[0] @ query) - near.score) > 0.01:
                actor.alarm(f"another vector than that of {text[:60]!r}")
    actor.journal.note("asked by vector")


def wrong(memory: Memory) -> Iterator[str]:
    """Once all is embedded every text has its vector, no row stands for anything else, and all are found."""
    if left := fill_with(memory._store, NOW).waiting:
        yield f"{left} records wait after everything was embedded"
    yield from wrong_vectors(memory._store, NOW)


def asked(memory: Memory) -> None:
    """Embed everything and ask once, so that every file there can be is there."""
    fill_with(memory._store, NOW)
    with memory._store.read() as read:
        space = space_of(read, NOW.space)
    if space is not None:
        look = vector_look(memory._store, space)
        with memory._store.read() as read:
            look.nearest(read, NOW.embed(["parser"])[0], 1)
