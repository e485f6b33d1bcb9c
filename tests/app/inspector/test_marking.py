"""`m` says how a task really ended, `u` takes it back, and what is on the screen follows at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from awaited import until

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.deeds.mark_dialog import MarkDialog
from tacit.app.inspector.keys.shown import help_keys
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.app.inspector.screens.lookback import LookbackScreen
from tacit.core.model import Episode
from tacit.memory import Memory


async def to_task(app, pilot, calm) -> Episode:
    """Open a task that a test judged a success."""
    tasks = [one for one in app.memory.episodes() if one.outcome.source == "test"]
    task = next(one for one in tasks if one.outcome.label == "success")
    app.push_screen(ReadingScreen(2, task.id))
    await calm(pilot)
    assert app.screen.thing == task
    return task


def keys_of(app) -> str:
    return " ".join(key.label for key in help_keys(app.screen))


def screen_keys(see, app) -> str:
    return see(app).split("\n")[-1]


async def test_m_marks_the_task_and_u_takes_it_back(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        task = await to_task(app, pilot, calm)
        await pilot.press("m")
        await calm(pilot)
        assert isinstance(app.screen, MarkDialog)
        await pilot.press("G", "k", "tab", *"I looked", "enter")
        await calm(pilot)
        mark = demo.mark_of(task.id)
        assert (mark.label, mark.note) == ("failure", "I looked")
        assert "✗ failure" in see(app)
        assert f"Marked failure, was {task.outcome.label}" in see(app)
        await pilot.press("u")
        await calm(pilot)
        assert demo.mark_of(task.id) is None
        assert demo.get(task.id) == task
        assert f"✓ {task.outcome.label} · " in see(app)


async def test_the_question_begins_with_what_holds_now_and_offers_to_clear_a_mark(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        task = await to_task(app, pilot, calm)
        await pilot.press("m")
        await calm(pilot)
        assert app.screen._list.row[0] == task.outcome.label
        assert "take the mark away" not in see(app)
        await pilot.press("escape")
        await calm(pilot)
        assert demo.mark_of(task.id) is None
        demo.mark(task.id, "partial", "half of it")
        app.look()
        await calm(pilot)
        await pilot.press("m")
        await calm(pilot)
        assert app.screen._list.row[0] == "partial"
        assert "half of it" in see(app)
        await pilot.press("G", "enter")
        await calm(pilot)
        assert demo.mark_of(task.id) is None
        assert demo.get(task.id) == task


async def test_the_task_under_the_cursor_of_a_session_is_marked(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("2")
        await calm(pilot)
        assert "outcome" not in keys_of(app)
        await pilot.press("enter")
        await calm(pilot)
        assert "outcome" in keys_of(app)
        task = app.screen.thing
        assert isinstance(task, Episode)
        await pilot.press("m", "G", "enter")
        await calm(pilot)
        assert demo.mark_of(task.id).label == "unknown"


async def test_a_note_that_is_too_long_is_told_and_nothing_is_lost(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        task = await to_task(app, pilot, calm)
        await pilot.press("m")
        await calm(pilot)
        app.screen.query_one("#note").value = "é" * 501
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, MarkDialog)
        assert "longer than 1,000 bytes" in see(app)
        assert demo.mark_of(task.id) is None


async def test_the_help_shows_it_and_so_does_the_key_line_where_there_is_room(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        assert "m outcome" not in screen_keys(see, app)
        await to_task(app, pilot, calm)
        assert "m outcome" in screen_keys(see, app)
        await pilot.resize_terminal(80, 24)
        await calm(pilot)
        assert {"outcome", "look back"} <= {key.label for key in help_keys(app.screen)}


async def test_nothing_is_marked_in_a_memory_that_is_only_read(demo_store: Path, see, calm, tmp_path) -> None:
    shutil.copytree(demo_store, tmp_path / "store")
    with Memory.open(tmp_path / "store", readonly=True) as memory:
        app = Inspector(memory)
        async with app.run_test(size=(100, 30)) as pilot:
            await to_task(app, pilot, calm)
            assert "m outcome" not in screen_keys(see, app)
            await pilot.press("m")
            await calm(pilot)
            assert isinstance(app.screen, ReadingScreen)
            await pilot.press("b")
            await calm(pilot)
            assert "Reward" in see(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_b_looks_back_and_enter_on_a_remark_goes_to_its_step(demo, see, calm, size) -> None:
    app = Inspector(demo)
    async with app.run_test(size=size) as pilot:
        task = await to_task(app, pilot, calm)
        found = demo.look_back(task.id)
        await pilot.press("b")
        await calm(pilot)
        assert isinstance(app.screen, LookbackScreen)
        shown = see(app)
        assert f"{found.reward.value:.3g} = {task.outcome.label}" in shown
        assert "…" not in "".join(line for line in shown.split("\n") if "•" in line)
        remark = next(
            one
            for name in ("successes", "improvements", "insights")
            for one in getattr(found.reflection, name)
        )
        assert remark.text.split()[0] in shown
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, ReadingScreen)
        assert app.screen.list.row.n == remark.steps[0]


async def test_a_mark_is_seen_while_looking_back(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        task = await to_task(app, pilot, calm)
        await pilot.press("b")
        await calm(pilot)
        await pilot.press("m")
        await calm(pilot)
        await pilot.press("g", "j", "tab", *"half", "enter")
        await calm(pilot)
        assert demo.mark_of(task.id).label == "partial"
        await until(pilot, lambda: "◐ partial" in see(app))
        assert "Marked" in see(app)
        assert ": half" in see(app)


async def test_a_task_that_somebody_deletes_meanwhile_closes_the_page(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        task = await to_task(app, pilot, calm)
        await pilot.press("b")
        await calm(pilot)
        demo.delete([task.id])
        app.look()
        await calm(pilot)
        assert not isinstance(app.screen, LookbackScreen)
        assert app.is_running
