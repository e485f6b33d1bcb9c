"""With a model, what means the same is found, and what has nothing to do with it still is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import habits

from tacit import Memory


@pytest.fixture
def meant(tmp_path: Path, with_model: Path) -> Iterator[Memory]:
    """A memory of one habit, and the packaged model."""
    habits(tmp_path / "sessions")
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([tmp_path / "sessions"])
        yield memory


def test_an_error_told_in_other_words_is_found(meant: Memory) -> None:
    found = meant.recall_error("you must read a file before you edit it")
    assert {(one.where, one.action) for one in found.recoveries} == {("similar", "read")}
    assert found.note == ""


def test_a_task_told_in_other_words_is_found(meant: Memory) -> None:
    found = meant.predict("repair the parsing code")
    assert (found.basis, len(found.alike)) == ("similar", 4)
    assert all(0.4 <= one.likeness < 1 for one in found.alike)


@pytest.mark.parametrize(
    "text", ["the oven is too hot for bread", "plant a tree in the garden", "index out of range"]
)
def test_nothing_rather_than_something_unrelated(meant: Memory, text: str) -> None:
    assert meant.recall_error(text).recoveries == ()
    assert meant.predict(text).alike == ()
