from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tacit.store.store import Store
    from tacit.store.vector_rows import Space

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

Script = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store"


@pytest.fixture
def script() -> Iterator[Script]:
    """Starts Python on some source in a process of its own; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(source: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", source, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(HERE)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(params=[100_000, 500])
def crossover(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Files for a few thousand vectors, from which they are searched exactly, and by a graph."""
    from tacit.store import vector_rebuilding

    monkeypatch.setattr(vector_rebuilding, "CROSSOVER", request.param)
    monkeypatch.setattr(vector_rebuilding, "LEAST", 100)
    monkeypatch.setattr(vector_rebuilding, "BEHIND", 50)
    found: int = request.param
    return found


@pytest.fixture
def seeds() -> dict[int, int]:
    """Number of a note to the seed of its vector."""
    return {number: number for number in range(2000)}


@pytest.fixture
def store(place: Path, seeds: dict[int, int], crossover: int) -> Iterator[Store]:
    """A store with these vectors."""
    from vector_sample import fill, opened, space_of

    with opened(place) as store:
        fill(store, space_of(store), seeds)
        yield store


@pytest.fixture
def space(store: Store) -> Space:
    """Its vector space."""
    from vector_sample import the_space

    with store.read() as read:
        return the_space(read)
