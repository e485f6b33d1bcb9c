"""A screen whose first read takes long says so, and can be left meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from awaited import until
from textual.widget import Widget

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.frame.room import Room
from tacit.app.inspector.work.starting import newest
from tacit.widgets.ink import Cell
from tacit.widgets.lines_pane import LinesPane, PaneLine


class Slow(Room):
    """A screen over a store that answers when it is let."""

    def __init__(self) -> None:
        super().__init__(1, inner=True)
        self.gate = asyncio.Event()

    def body(self) -> Iterable[Widget]:
        yield LinesPane(id="list")

    def begin(self) -> None:
        newest(self, "read", self._read)

    async def _read(self) -> None:
        await self.gate.wait()
        self.query_one(LinesPane).show(lambda _: [PaneLine([Cell("what was read")])])
        self.wake()


async def test_a_slow_screen_says_that_it_reads_and_takes_keys(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        slow = Slow()
        app.push_screen(slow)
        await until(pilot, lambda: "reading…" in see(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not slow)
        assert "reading…" not in see(app)


async def test_it_shows_what_it_read_when_that_comes(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        slow = Slow()
        app.push_screen(slow)
        await until(pilot, lambda: "reading…" in see(app))
        slow.gate.set()
        await until(pilot, lambda: "what was read" in see(app))
        await calm(pilot)
        assert "reading…" not in see(app)
