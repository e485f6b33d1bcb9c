"""10. `d` names the thing and what goes with it, and a careless key deletes nothing."""

from __future__ import annotations

import threading

import pytest

from tacit.core.errors import NotFound
from tacit.memory import Memory
from tacit.widgets.confirm import Confirm


async def test_the_dialog_names_the_thing_and_cancel_has_the_focus(demo, play) -> None:
    async with play(demo) as hand:
        seen = await hand.press("d")
        row = demo.patterns(limit=1)[0]
        assert row.id in seen
        assert "u brings it back" in seen
        assert hand.app.focused.id == "cancel"
        await hand.press("escape", "2", "d")


async def test_d_d_and_d_enter_delete_nothing(demo, play) -> None:
    before = demo.patterns()
    async with play(demo, record=False) as hand:
        await hand.press("d", "d")
        assert sum(isinstance(screen, Confirm) for screen in hand.app.screen_stack) == 1
        await hand.press("enter")
        assert not isinstance(hand.app.screen, Confirm)
        for no in ("enter", "n", "escape"):
            await hand.press("d", no)
            assert not isinstance(hand.app.screen, Confirm)
    assert demo.patterns() == before
    assert demo.undo_list() == ()


async def test_with_marks_the_dialog_gives_the_count_and_y_deletes_all_in_one_step(demo, play) -> None:
    rows = demo.patterns(limit=4)
    wanted = demo.deletion([rows[0].id, rows[1].id, rows[3].id])
    async with play(demo) as hand:
        seen = await hand.press("space", "space", "j", "space")
        assert "● 3 marked" in seen
        seen = await hand.press("d")
        assert "Delete 3 patterns?" in seen
        assert "and 2 more" in seen
        assert hand.app.focused.id == "cancel"
        await hand.press("y")
        assert hand.app.screen.marked == ()
    assert [step.removed for step in demo.undo_list()] != []
    assert len(demo.undo_list()) == 1
    assert len(demo.undo_list()[0].removed) == wanted.patterns
    left = {one.id for one in demo.patterns()}
    assert left.isdisjoint({rows[0].id, rows[1].id, rows[3].id})
    assert rows[2].id in left


async def test_the_marks_stay_where_nothing_was_deleted(demo, play) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("space", "space", "d", "d", "enter")
        await hand.press("d", "n")
        assert len(hand.app.screen.marked) == 2
    assert demo.undo_list() == ()


async def test_one_mark_is_named_and_it_is_what_is_deleted_not_the_row_under_the_cursor(demo, play) -> None:
    rows = demo.patterns(limit=6)
    async with play(demo, record=False) as hand:
        await hand.press("space", "j", "j")
        seen = await hand.press("d")
        assert "Delete this pattern?" in seen
        assert rows[0].id in seen
        await hand.press("y")
        assert hand.app.screen.list.row.id == rows[3].id
    with pytest.raises(NotFound):
        demo.get(rows[0].id)


async def test_all_that_the_filter_left_can_be_marked_and_deleted(demo, play) -> None:
    asked = [one.id for one in demo.patterns("kind:recovery")]
    assert len(asked) > 3
    async with play(demo, record=False) as hand:
        await hand.press("slash")
        await hand.type("kind:recovery")
        await hand.press("enter", "A")
        assert sorted(hand.app.screen.marked) == sorted(asked)
        await hand.press("d", "y")
    assert demo.patterns("kind:recovery") == ()
    assert len(demo.undo_list()) == 1


async def test_readonly_has_no_delete_and_a_badge(demo, play) -> None:
    path = demo.path
    demo.close()
    with Memory.open(path, readonly=True, clock=demo.clock) as memory:
        async with play(memory, size=(120, 36), record=False) as hand:
            seen = await hand.press("d", "u", "space", "d", "y")
            assert not isinstance(hand.app.screen, Confirm)
            assert " READ-ONLY " in seen
            assert "d delete" not in seen
            assert "u undo" not in seen
        assert len(memory.undo_list()) == 0


async def test_a_delete_that_takes_long_is_told_as_work_and_browsing_goes_on(demo, play, monkeypatch) -> None:
    held, delete = threading.Event(), demo.delete

    def slow(*ids, **options):
        held.wait(120)
        return delete(*ids, **options)

    monkeypatch.setattr(demo, "delete", slow)
    async with play(demo, record=False) as hand:
        for key in ("space", "space", "d", "y"):
            await hand.pilot.press(key)
        while not hand.app.jobs:
            await hand.pilot.pause(0.05)
        assert hand.app.jobs.names == ["delete 2"]
        await hand.pilot.press("j", "j")
        assert hand.app.screen.list.index == 4
        await hand.pilot.press("q")
        assert isinstance(hand.app.screen, Confirm)
        await hand.pilot.press("n")
        held.set()
        seen = await hand.settle("done")
        assert not hand.app.jobs
        assert "u brings it back" in seen
