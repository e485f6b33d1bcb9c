"""What another process writes shows up by itself, and the selection stays where it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

from another_process import memory as other
from awaited import until
from transcript import habits

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.work import newest
from tacit.memory import Memory


async def test_an_import_and_a_delete_elsewhere_show_and_the_selection_stays(
    tmp_path: Path, see, calm
) -> None:
    habits(tmp_path / "first")
    store = tmp_path / "store"
    with Memory.open(store) as memory:
        memory.import_paths([tmp_path / "first"])
        app = Inspector(memory)
        async with app.run_test(size=(80, 24)) as pilot:
            await calm(pilot)
            await pilot.press("j")
            here = app.screen.list.row.id
            total = app.screen.list.total
            rest = [one.id for one in memory.patterns() if one.id != here]
            code, _, told = await asyncio.to_thread(other, store, "delete", rest[0])
            assert code == 0, told
            await until(pilot, lambda: app.screen.list.total == total - 1)
            assert app.screen.list.row.id == here
            code, _, told = await asyncio.to_thread(other, store, "undo")
            assert code == 0, told
            await until(pilot, lambda: app.screen.list.total == total)
            assert app.screen.list.row.id == here


async def test_a_look_never_begins_again_what_is_still_being_read(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        room, gate, renewed = app.screen, asyncio.Event(), []

        async def walk() -> None:
            await gate.wait()

        room.renew = lambda: renewed.append(app.sequence)
        newest(room, "list", walk)
        await pilot.pause()
        for pattern in demo.patterns(limit=3):
            demo.delete([pattern.id])
            app.look()
        assert renewed == []
        gate.set()
        await calm(pilot)
        app.look()
        app.look()
        assert renewed == [demo.sequence()]


async def test_many_hints_at_once_are_one_look(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        looks, look = [], app.live.look
        app.live.look = lambda: (looks.append(1), look())
        for _ in range(1_000):
            app.live.hinted()
        await until(pilot, lambda: bool(looks))
        assert len(looks) <= 2  # one of them may be the look of every second


async def test_counting_is_done_once_for_all_that_is_asked_meanwhile(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        counts, count = [], app.live._count
        app.live._count = lambda: (counts.append(1), count())[1]
        for _ in range(50):
            app.live.recount()
        await calm(pilot)
        assert 1 <= len(counts) <= 2
