"""A memory that learned from some sessions at once, and one that stored the same to learn from it later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import START, habit
from waiting import Told, clock, store_later, told_in

from tacit import Memory

DAY = 86_400_000
SESSIONS = 7


def stories(folder: Path) -> Path:
    """Sessions of one habit with a second task; every third resumes the one before and goes on."""
    for number in range(SESSIONS):
        origin = number - number % 3 % 2
        one = habit(f"h{origin}", start=START + origin * DAY, good=origin % 2 == 0)
        one.prompt("now the reader, please")
        one.edit("src/reader.py")
        one.tests_pass()
        if origin != number:
            one.native = habit(f"resumed {number}").native
            for line in one.lines:
                line["sessionId"] = one.native
            one.read("more.py")
        one.save(folder)
    return folder


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """A memory that learned from everything at once."""
    folder = tmp_path_factory.mktemp("direct")
    with Memory.open(folder / "store", clock=clock) as memory:
        memory.import_path(stories(folder / "in"))
        yield memory


@pytest.fixture
def told(direct: Memory) -> list[Told]:
    return told_in(direct)


@pytest.fixture
def later(tmp_path: Path, told: list[Told]) -> Iterator[Memory]:
    """A memory that has stored the same and learned from nothing."""
    with Memory.open(tmp_path / "later", clock=clock) as memory:
        store_later(memory, told)
        yield memory


@pytest.fixture
def at_once(tmp_path: Path, direct: Memory) -> Iterator[Memory]:
    """A memory that learned from the same at once, to do something with."""
    direct.export(tmp_path / "tree")
    with Memory.open(tmp_path / "at once", clock=clock) as memory:
        memory.import_path(tmp_path / "tree")
        yield memory
