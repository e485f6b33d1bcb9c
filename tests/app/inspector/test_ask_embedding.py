"""What waits is embedded beside the inspector, and beside a search of any memory that stays open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from embedded import waits, wrong_vectors

from tacit.app.inspector.answers.questions import SEARCH
from tacit.app.inspector.answers.screen import open_question
from tacit.app.inspector.application import Inspector
from tacit.core.embedding.hashing import HashingProvider
from tacit.memory import Memory


def until(holds: Callable[[], bool]) -> None:
    """Another thread is waited for."""
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def nothing_waits(memory: Memory) -> bool:
    return waits(memory._store, HashingProvider()) == 0


@pytest.fixture(autouse=True)
def hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")


async def test_the_inspector_embeds_what_waits_and_then_searches_by_meaning(demo, see, calm) -> None:
    assert not nothing_waits(demo)
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await asyncio.to_thread(until, lambda: nothing_waits(demo))
        open_question(app.screen, SEARCH)
        await pilot.press(*"~cargo", "enter")
        await calm(pilot)
        assert "by meaning" in see(app) or "by words and meaning" in see(app)
    assert list(wrong_vectors(demo._store, HashingProvider())) == []


def test_a_search_wakes_the_thread_and_says_so_until_it_is_done(demo: Memory) -> None:
    found = demo.search("cargo check")
    assert found.note
    assert found.mode == "lexical"
    until(lambda: nothing_waits(demo) and demo.search("cargo check").mode == "hybrid")
    assert not demo.search("cargo check").waiting


def test_a_search_of_a_memory_open_for_reading_starts_no_thread(demo: Memory) -> None:
    path: Path = demo.path
    demo.close()
    with Memory.open(path, readonly=True) as memory:
        assert memory.search("cargo check").note
        assert memory._embedder is None
