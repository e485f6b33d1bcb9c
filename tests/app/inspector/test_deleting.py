"""Deleting asks, can be undone, and leaves the cursor where a person expects it."""

from __future__ import annotations

import pytest

from tacit.app.inspector.application import Inspector
from tacit.core.errors import NotFound


async def test_d_y_deletes_the_row_and_what_goes_with_it_and_u_brings_it_back(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.press("j", "j")
        await calm(pilot)
        rows = app.screen.window.rows(0, 5)
        await pilot.press("d")
        await calm(pilot)
        assert rows[2].id in see(app)
        assert "u brings it back, now or later" in see(app).replace("\n", " ")
        await pilot.press("y")
        await calm(pilot)
        assert "u brings it back" in see(app)
        with pytest.raises(NotFound):
            demo.get(rows[2].id)
        assert app.screen.list.row.id == rows[3].id
        await pilot.press("u")
        await calm(pilot)
        assert demo.get(rows[2].id) == rows[2]
        assert app.screen.list.row.id == rows[3].id
        assert "Brought back" in see(app)


async def test_keys_typed_in_one_breath_mean_the_row_they_went_to(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        rows = app.screen.window.rows(0, 4)
        for key in ("j", "j", "d", "y"):
            app.simulate_key(key)
        await pilot.pause()
        await calm(pilot)
        with pytest.raises(NotFound):
            demo.get(rows[2].id)
        assert demo.get(rows[0].id)


async def test_a_session_and_a_task_can_be_deleted(demo, see, calm) -> None:
    app, before = Inspector(demo), len(demo.sessions())
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("2", "d")
        await calm(pilot)
        assert "Delete this session?" in see(app)
        assert "With it go its" in see(app)
        await pilot.press("y")
        await calm(pilot)
        assert len(demo.sessions()) == before - 1
        await pilot.press("enter")
        await calm(pilot)
        await pilot.press("enter")
        await calm(pilot)
        task = app.screen.thing
        await pilot.press("d", "y")
        await calm(pilot)
        with pytest.raises(NotFound):
            demo.get(task.id)
        assert len(app.screen_stack) == 1


async def test_a_delete_and_its_undo_typed_at_once_happen_in_that_order(demo, calm) -> None:
    before = demo.patterns()
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        for key in ("d", "y", "u", "d", "y", "u"):
            app.simulate_key(key)
        await pilot.pause()
        await calm(pilot)
    assert demo.patterns() == before
    assert [step.undone for step in demo.undo_list()] == [True, True]


async def test_a_mark_made_elsewhere_is_taken_back_with_u(demo, see, calm) -> None:
    task = demo.episodes()[0]
    demo.mark(task.id, "failure")
    app = Inspector(demo)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await calm(pilot)
        await pilot.press("u")
        await calm(pilot)
        assert "Took back what was said of" in see(app)
    assert demo.get(task.id) == task
