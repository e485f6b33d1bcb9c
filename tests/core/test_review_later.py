"""In a large memory a deed is done at once; what it means for everything else is weighed later."""

from __future__ import annotations

from pathlib import Path

import pytest

from tacit import Memory
from tacit.core.learn import state


@pytest.fixture
def large(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> Memory:
    """A memory that takes itself for a large one."""
    monkeypatch.setattr(state, "QUICK", 0)
    memory.review_later = True
    return memory


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def test_what_is_deleted_is_gone_before_the_review_and_back_before_it(large: Memory, tmp_path: Path) -> None:
    before = exported(large, tmp_path / "before")
    first = large.patterns()[0]
    large.delete([first.id])
    assert large.review_due()
    assert first.id not in {one.id for one in large.patterns()}
    assert first.id not in {hit.id for hit in large.search(f'"{first.title}"').items}
    large.undo()
    assert large.review_due()
    assert large.get(first.id).title == first.title
    large.review()
    assert exported(large, tmp_path / "after") == before


def test_a_pin_shows_before_the_review_and_is_what_the_review_finds(large: Memory) -> None:
    first = large.patterns()[0]
    large.pin([first.id])
    shown = large.get(first.id)
    assert shown.pinned
    assert large.review_due()
    large.review()
    assert large.get(first.id) == shown
    large.undo()
    assert not large.get(first.id).pinned
    large.review()
    assert large.get(first.id) == first


def test_later_or_at_once_the_end_is_the_same(memory: Memory, large: Memory, tmp_path: Path) -> None:
    episode = large.episodes()[0].id
    ids = [one.id for one in large.patterns()[:2]]
    large.mark(episode, "failure")
    large.delete(ids)
    large.review()
    later = exported(large, tmp_path / "later")
    large.undo()
    large.undo()
    large.review_later = False
    large.mark(episode, "failure")
    large.delete(ids)
    assert not large.review_due()
    assert exported(large, tmp_path / "once") == later


def test_a_small_memory_reviews_at_once_also_when_it_may_wait(memory: Memory) -> None:
    memory.review_later = True
    memory.delete([memory.patterns()[0].id])
    assert not memory.review_due()
