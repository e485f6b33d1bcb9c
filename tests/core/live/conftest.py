"""A memory that programs tell what they do, with a clock and ids of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from time import sleep

import pytest
from transcript import START

from tacit import Memory
from tacit.core.live.heads import open_heads
from tacit.core.live.storing import read_open


class Clock:
    """Moves on when it is told to."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Iterator[Callable[[], Memory]]:
    """Opens the same memory, as often as one likes."""
    with ExitStack() as stack:
        ids = count(1)

        def another() -> Memory:
            memory = stack.enter_context(Memory.open(tmp_path / "store", clock=clock))
            memory.new_id = lambda: f"id{next(ids)}"
            return memory

        yield another


@pytest.fixture
def live(opened: Callable[[], Memory]) -> Memory:
    return opened()


@pytest.fixture
def stored() -> Callable[[Memory, str], list[str]]:
    """The observations of the stored steps of an open episode, in the order they were stored."""

    def steps(memory: Memory, episode_id: str) -> list[str]:
        with memory._store.read() as read:
            return [step.observation for step in read_open(read, episode_id)[1]]

    return steps


@pytest.fixture
def left_open() -> Callable[[Memory], list[str]]:
    """The ids of all open episodes."""

    def ids(memory: Memory) -> list[str]:
        with memory._store.read() as read:
            return [head.id for head in open_heads(read)]

    return ids


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Waits for something that another thread or process does."""

    def wait(there: Callable[[], bool]) -> None:
        for _ in range(12_000):
            if there():
                return
            sleep(0.01)
        raise AssertionError("it did not happen")

    return wait
