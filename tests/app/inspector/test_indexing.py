"""The inspector keeps the text index up to date beside everything else."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from library import fill, opened

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.live.indexing import Indexing
from tacit.core import texts
from tacit.memory import Memory


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Memory]:
    """A memory large enough for an index."""
    with opened(tmp_path / "large") as store:
        fill(store, 2_400)
    with Memory.open(tmp_path / "large") as memory:
        memory.review()
        yield memory


async def until(pilot, calm, holds) -> None:
    """One worker starts the next, which may come after those that are waited for."""
    for _ in range(100):
        await calm(pilot)
        if holds():
            return
    raise AssertionError("it never came")


async def test_it_builds_the_index_after_the_first_paint_and_follows_other_writers(large, calm) -> None:
    threads: set[int] = set()
    catch_up = large.catch_up

    def seen(cancelled) -> bool:
        threads.add(threading.get_ident())
        return catch_up(cancelled)

    large.catch_up = seen
    assert texts.text_floor(large._store) == sys.maxsize
    app = Inspector(large)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, calm, lambda: texts.text_floor(large._store) == large.sequence())
        with opened(large.path) as other:
            fill(other, 30, first=5_000)
        app.look()
        await until(pilot, calm, lambda: texts.text_floor(large._store) == large.sequence())
    assert threads
    assert threading.get_ident() not in threads


async def test_a_filter_finds_through_the_index_what_a_scan_finds(large, calm) -> None:
    wanted = large.page("patterns", large.plan("rare7x")).items
    app = Inspector(large)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, calm, lambda: texts.text_floor(large._store) == large.sequence())
        await pilot.press("slash", *"rare7x", "enter")
        await calm(pilot)
        window = app.screen.window
        assert window.exact
        assert tuple(window.rows(0, 99)) == wanted
        assert len(wanted) > 1


async def test_while_somebody_writes_on_and_on_it_waits_for_a_quiet_moment(large) -> None:
    looked, go_on = [], threading.Event()

    def seen(_cancelled) -> bool:
        looked.append(large.sequence())
        return go_on.wait(120)

    large.catch_up = seen
    indexing = Indexing(large, threading.Event())
    first = asyncio.create_task(indexing.follow())
    while not looked:
        await asyncio.sleep(0.01)
    await indexing.follow()
    go_on.set()
    for _ in range(50):
        await asyncio.sleep(0.01)
        await indexing.follow()
    await first
    assert 2 <= len(looked) < 10, "at once, and once for what came in a row"


async def test_leaving_ends_it_and_the_next_one_goes_on(large, calm) -> None:
    app = Inspector(large)
    app.leaving.set()
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        assert texts.text_floor(large._store) == sys.maxsize
    assert large.catch_up(lambda: False)


async def test_a_memory_open_for_reading_gets_no_index(large, calm) -> None:
    path = large.path
    large.close()
    with Memory.open(path, readonly=True) as memory:
        app = Inspector(memory)
        async with app.run_test(size=(100, 30)) as pilot:
            await calm(pilot)
    assert not (path / "text").exists()
