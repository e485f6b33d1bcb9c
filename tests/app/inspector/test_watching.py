"""Events of the file are a hint that comes at once; without any, the look of every second finds the same."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from another_process import memory as other
from awaited import until

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.live import live
from tacit.app.inspector.live.hints import Watching
from tacit.memory import Memory

NEVER = 3_600.0  # seconds


async def deleted_elsewhere(store: Path, memory: Memory) -> None:
    code, _, told = await asyncio.to_thread(other, store, "delete", memory.patterns(limit=1)[0].id)
    assert code == 0, told


async def test_an_event_alone_shows_what_another_process_wrote(
    demo: Memory, calm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_POLL", NEVER)
    begun = asyncio.Event()
    hints: list[int] = []
    hinted = live.Live.hinted

    def told(self: live.Live) -> None:
        hints.append(1)
        hinted(self)
        begun.set()

    monkeypatch.setattr(live.Live, "hinted", told)
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        total = app.screen.list.total
        file = Path(demo.path) / "data.mdb"
        async with asyncio.timeout(120):  # the thread has its library loaded and watches
            while not begun.is_set():
                file.touch()
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)  # what was touched last is told
        hints.clear()
        await deleted_elsewhere(Path(demo.path), demo)
        await until(pilot, lambda: app.screen.list.total == total - 1)
        assert hints


async def test_without_events_the_look_of_every_second_shows_it(
    demo: Memory, calm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Watching, "start", lambda _: None)
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        total = app.screen.list.total
        await deleted_elsewhere(Path(demo.path), demo)
        await until(pilot, lambda: app.screen.list.total == total - 1)


async def test_a_folder_that_cannot_be_watched_is_no_trouble(tmp_path: Path) -> None:
    hints: list[int] = []
    watching = Watching(tmp_path / "nowhere", lambda: hints.append(1))
    await asyncio.to_thread(watching._run)
    assert hints == []
