"""Stores of many patterns with vectors of a real model, made once below .bench."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from msgspec.structs import replace

from benchmarks.generate import fingerprint, made_up
from benchmarks.measure import WORK
from benchmarks.model_here import give, model
from benchmarks.phrases import phrases
from tacit.core.clock import system_clock
from tacit.core.embedding.local import LocalProvider
from tacit.core.embedding.spaces import fill_with
from tacit.core.embedding.texts import pattern_text
from tacit.core.model import Pattern
from tacit.core.tables import PATTERNS, SCHEMA, key_of
from tacit.core.texts import rebuild_text
from tacit.store.store import Store
from tacit.store.transaction import Write

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from tacit.core.embedding.provider import Role

_BATCH = 5_000


class Kept:
    """A provider that looks up the vectors of texts embedded before, by the real one."""

    def __init__(self, texts: Sequence[str], vectors: NDArray[float32]) -> None:
        self.space, self.dimensions = model().space, vectors.shape[1]
        self._places = {text: place for place, text in enumerate(texts)}
        self._vectors = vectors

    def embed(self, texts: Sequence[str], role: Role = "document") -> NDArray[float32]:  # noqa: ARG002
        """The rows ``(n, dimensions)`` of these texts."""
        found: NDArray[float32] = self._vectors[[self._places[text] for text in texts]]
        return found

    def close(self) -> None:
        """Nothing is held."""


def home_of(count: int) -> Path:
    """A home with the model and a store of so many patterns, all embedded and indexed."""
    folder = WORK / f"recall-{count}-{fingerprint()}-{model().space.rpartition('/')[2]}"
    if not folder.is_dir():
        for older in WORK.glob(f"recall-{count}-*"):
            shutil.rmtree(older)
        building = folder.with_suffix(".part")
        environment = give(building)
        with Store.open(Path(environment["TACIT_HOME"]) / "store", SCHEMA, clock=system_clock) as store:
            for batch in _batches(patterns(count)):
                store.write(partial(_put, batch))
            rebuild_text(store)
            fill_with(store, Kept(texts(count), vectors(count)))
        building.rename(folder)
    return folder


def patterns(count: int) -> Iterator[Pattern]:
    """Patterns whose titles are phrases."""
    rng = Random(7)
    for number, phrase in enumerate(phrases(count)):
        made = made_up(rng, number)
        yield replace(made, title=phrase, files=made.files[:1])


def texts(count: int) -> list[str]:
    """What of each is embedded."""
    return [pattern_text(pattern) for pattern in patterns(count)]


def vectors(count: int) -> NDArray[float32]:
    """The unit vectors ``(n, dimensions)`` of those texts, embedded once and kept."""
    import numpy as np

    path = WORK / f"vectors-{count}-{model().space.rpartition('/')[2]}.npy"
    if not path.is_file():
        provider = LocalProvider(model())
        every = texts(count)
        rows = [provider.embed(every[at : at + 1_000]) for at in range(0, count, 1_000)]
        with path.with_suffix(".part").open("wb") as file:
            np.save(file, np.concatenate(rows))
        path.with_suffix(".part").rename(path)
    found: NDArray[float32] = np.load(path)
    return found


def _batches(found: Iterator[Pattern]) -> Iterator[list[Pattern]]:
    batch: list[Pattern] = []
    for pattern in found:
        batch.append(pattern)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _put(batch: Sequence[Pattern], write: Write) -> None:
    for pattern in batch:
        write.put(PATTERNS, key_of(pattern.id), pattern)
