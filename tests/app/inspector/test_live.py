"""What another process writes shows up by itself, and the selection stays where it is."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from another_process import memory as other
from awaited import until
from transcript import habits

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.leads.following import follow, open_list
from tacit.app.inspector.screens.fed import FedScreen
from tacit.app.inspector.work.starting import newest
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


async def test_a_page_of_what_was_deleted_closes_once_nothing_stands_over_it(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        pattern = app.screen.list.row
        follow(app.screen, pattern)
        await calm(pilot)
        page = app.screen
        open_list(page, "sessions")
        await calm(pilot)
        demo.delete([pattern.id])
        page.renew()
        await calm(pilot)
        assert page in app.screen_stack
        assert app.screen is not page
        await pilot.press("escape")
        await calm(pilot)
        assert page not in app.screen_stack
        assert len(app.screen_stack) == 1


async def test_a_pattern_that_goes_while_those_of_a_task_are_read_is_told(demo, calm, monkeypatch) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        task = next(one for one in demo.page("episodes", demo.plan("")).items if demo.patterns_of(one.id))
        read = demo.patterns_of(task.id)
        demo.delete([read[0].id])
        monkeypatch.setattr(demo, "patterns_of", lambda _: read)
        app.push_screen(FedScreen(1, task, 1))
        await calm(pilot)
        assert read[0].id in app.telling.all[-1].text
        await pilot.press("escape")
        assert len(app.screen_stack) == 1


async def test_a_deed_done_while_the_totals_are_counted_can_be_taken_back(demo, calm) -> None:
    """That count began before it and knows of nothing to undo."""
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        assert not app.can_undo
        counted, gate, count, offered = threading.Event(), threading.Event(), app.live._count, []

        def slowly():
            offered.append(app.can_undo)
            found = count()
            counted.set()
            gate.wait(120)
            return found

        app.live._count = slowly
        app.live.recount()
        assert await asyncio.to_thread(counted.wait, 120)
        await pilot.press("d", "y")
        gate.set()
        await calm(pilot)
        assert offered[0] is False
        assert len(offered) > 1
        assert all(offered[1:])
        assert app.can_undo
