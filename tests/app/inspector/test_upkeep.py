"""Optimize: rows are ticked by hand, `a` asks and names the counts, `u` takes all of it back."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.keys.shown import help_keys
from tacit.app.inspector.pattern.screen import PatternScreen
from tacit.app.inspector.upkeep.board import Group
from tacit.memory import Memory
from tacit.widgets.confirm import Confirm

DAY = 86_400_000


@pytest.fixture
def old(demo: Memory, monkeypatch) -> Memory:
    """The demo a year later, so that there is something to merge, to put away and to let go."""
    monkeypatch.setattr(demo.config, "keep_time", 400 * DAY)
    later = demo.clock() + 365 * DAY
    monkeypatch.setattr(demo, "clock", lambda: later)
    return demo


async def to_plan(app, pilot, calm) -> None:
    await calm(pilot)
    await pilot.press("4")
    await calm(pilot)


async def tick_all(app, pilot) -> None:
    """Tick every operation with all of its proposals."""
    for place, row in enumerate(rows(app)):
        if isinstance(row, Group):
            app.screen.list.action_go(place)
            await pilot.press("space")


def labels(app) -> set[str]:
    return {key.label for key in help_keys(app.screen)}


def rows(app) -> list[object]:
    return list(app.screen.list._source.rows(0, app.screen.list.total))


async def test_the_plan_is_grouped_and_nothing_is_ticked_at_first(old, see, calm) -> None:
    app = Inspector(old)
    async with app.run_test(size=(120, 36)) as pilot:
        await to_plan(app, pilot, calm)
        plan = old.optimize()
        groups = [row for row in rows(app) if isinstance(row, Group)]
        assert [group.op for group in groups] == list(dict.fromkeys(one.op for one in plan))
        assert len(groups) > 1
        assert sum(group.number for group in groups) == len(plan) == len(rows(app)) - len(groups)
        assert "[x]" not in see(app)
        assert "[ ]  ▾ Merge rows that say nearly the same" in see(app)
        assert "apply" not in labels(app)
        assert "tick" in labels(app)


async def test_space_ticks_one_and_on_the_row_of_an_operation_all_of_its(old, see, calm) -> None:
    app = Inspector(old)
    async with app.run_test(size=(120, 36)) as pilot:
        await to_plan(app, pilot, calm)
        group = rows(app)[0]
        await pilot.press("j", "space")
        assert "1 ticked" in see(app)
        assert "apply" in labels(app)
        await pilot.press("space")
        assert "[x]" not in see(app)
        await pilot.press("g", "space")
        assert see(app).count("[x]") == group.number + 1
        await pilot.press("j", "space")
        assert "[~]  ▾ Merge" in see(app) or group.number == 1
        await pilot.press("g", "space", "space")
        assert "[x]" not in see(app)
        assert "apply" not in labels(app)


async def test_a_asks_with_the_counts_and_neither_a_nor_enter_does_it(old, see, said, calm) -> None:
    app, before = Inspector(old), old.optimize()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_plan(app, pilot, calm)
        await pilot.press("a")
        assert not isinstance(app.screen, Confirm)
        await tick_all(app, pilot)
        await pilot.press("a")
        await calm(pilot)
        assert isinstance(app.screen, Confirm)
        shown = said(app)
        merged = sum(len(one.drop) for one in before if one.op == "merge")
        assert f"Apply {len(before)} ticked proposals?" in see(app)
        assert f"Merge {merged} row" in shown
        assert "u takes all of it back" in shown
        await pilot.press("a")
        assert sum(isinstance(screen, Confirm) for screen in app.screen_stack) == 1
        await pilot.press("enter")
        await calm(pilot)
        await pilot.press("a", "n", "a", "escape")
        await calm(pilot)
        assert old.optimize() == before
        assert not old.undo_list()


async def test_a_y_applies_what_is_ticked_and_u_takes_it_back_as_one_step(old, see, calm) -> None:
    app, before, listed = Inspector(old), old.optimize(), old.patterns()
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await to_plan(app, pilot, calm)
        await tick_all(app, pilot)
        await pilot.press("a", "y")
        await calm(pilot)
        assert "Done: " in see(app)
        assert "u takes it back" in see(app)
        assert len(old.undo_list()) == 1
        assert not {one.id for one in old.optimize()} & {one.id for one in before}
        assert "apply" not in labels(app)
        await pilot.press("u")
        await calm(pilot)
        assert "Took back: " in see(app)
        assert old.optimize() == before
        assert old.patterns() == listed
        assert "ticked" not in see(app).split("\n")[1].split("space")[0]


async def test_only_what_is_ticked_is_done(old, calm) -> None:
    app, before = Inspector(old), old.optimize()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_plan(app, pilot, calm)
        await pilot.press("j", "space", "a", "y")
        await calm(pilot)
        assert before[0].id not in {one.id for one in old.optimize()}
        step = old.undo_list()[0]
        assert set(step.decided) == {one.id for one in before[0].drop}


async def test_what_changes_meanwhile_loses_its_tick_and_the_cursor_keeps_its_row(old, calm) -> None:
    app = Inspector(old)
    async with app.run_test(size=(120, 36)) as pilot:
        await to_plan(app, pilot, calm)
        await pilot.press("j", "space", "j")
        first, here = rows(app)[1], app.screen.identity(app.screen.list.row)
        old.pin([first.drop[0].id])
        app.look()
        await calm(pilot)
        assert not app.screen._board.ticked
        assert app.screen.identity(app.screen.list.row) == here


async def test_a_proposal_that_no_longer_holds_is_left_alone_and_told(old, see, calm) -> None:
    app = Inspector(old)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await to_plan(app, pilot, calm)
        await pilot.press("j", "space")
        proposal = rows(app)[1]
        await pilot.press("a")
        await calm(pilot)
        old.pin([proposal.drop[0].id])
        await pilot.press("y")
        await calm(pilot)
        assert "Nothing was done." in see(app)
        assert "1 proposal no longer fit" in see(app)


async def test_it_runs_beside_the_screen_and_quitting_asks(old, see, calm, monkeypatch) -> None:
    held, whole = threading.Event(), old.apply

    def slow(proposals, **options):
        assert held.wait(120)
        return whole(proposals, **options)

    monkeypatch.setattr(old, "apply", slow)
    app = Inspector(old)
    async with app.run_test(size=(120, 36)) as pilot:
        await to_plan(app, pilot, calm)
        await pilot.press("j", "space", "a", "y")
        await pilot.pause()
        assert " upkeep · " in see(app)
        assert "apply" not in labels(app)
        await pilot.press("1", "j", "q")
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        held.set()
        while app.jobs:
            await asyncio.sleep(0.01)
        await calm(pilot)
        assert "upkeep" not in see(app).split("\n")[2]
        assert len(old.undo_list()) == 1


async def test_enter_shows_the_reason_and_leads_to_the_pattern(old, see, calm) -> None:
    app = Inspector(old)
    async with app.run_test(size=(100, 36)) as pilot:
        await to_plan(app, pilot, calm)
        await pilot.press("enter")
        await calm(pilot)
        assert "in all" in see(app)
        await pilot.press("escape", "j", "enter")
        await calm(pilot)
        proposal = app.screen.list.row
        assert "Reason" in see(app)
        assert proposal.reason.split(",")[0] in " ".join(see(app).split())
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, PatternScreen)


async def test_readonly_shows_the_plan_and_no_key_that_changes_something(old, see, calm) -> None:
    path, clock = old.path, old.clock
    old.close()
    with Memory.open(path, readonly=True, clock=clock) as memory:
        app = Inspector(memory)
        async with app.run_test(size=(120, 36)) as pilot:
            await to_plan(app, pilot, calm)
            await pilot.press("j", "space", "a")
            await calm(pilot)
            assert not labels(app) & {"tick", "apply", "custom pattern"}
            assert "to read: nothing is changed from here" in see(app)
            assert "[x]" not in see(app)
            assert not isinstance(app.screen, Confirm)


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_a_small_screen_shows_ticks_titles_and_the_keys(old, see, calm, size) -> None:
    app = Inspector(old)
    async with app.run_test(size=size) as pilot:
        await to_plan(app, pilot, calm)
        await pilot.press("j", "space")
        assert "[x] " in see(app)
        keys = see(app).split("\n")[-1]
        assert "a apply" in keys
        assert "space tick" in keys
        assert "q quit" in keys
