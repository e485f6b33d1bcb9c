"""Marks are of things, not of rows."""

from __future__ import annotations


async def test_marks_outlive_filter_order_and_another_ones_write(demo, play) -> None:
    rows = demo.patterns(limit=3)
    async with play(demo, record=False) as hand:
        await hand.press("space", "j", "space")
        marked = hand.app.screen.marked
        assert marked == (rows[0].id, rows[2].id)
        await hand.press("slash")
        await hand.type("sort:title")
        seen = await hand.press("enter")
        assert hand.app.screen.marked == marked
        assert "● 2 marked" in seen
        demo.delete([rows[0].id])
        hand.app.look()
        seen = await hand.settle("deleted elsewhere")
        assert hand.app.screen.marked == (rows[2].id,)
        assert "● 1 marked" in seen


async def test_esc_closes_the_detail_then_drops_the_marks_then_clears_the_filter(demo, play) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("slash")
        await hand.type("cargo")
        await hand.press("enter", "space", "enter")
        screen = hand.app.screen
        assert screen.detail is not None
        await hand.press("escape")
        assert screen.detail is None
        assert len(screen.marked) == 1
        await hand.press("escape")
        assert screen.marked == ()
        assert screen.filter.text == "cargo"
        seen = await hand.press("escape")
        assert screen.filter.text == ""
        assert "●" not in seen


async def test_space_again_takes_a_mark_away(demo, play) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("space", "k", "space")
        assert hand.app.screen.marked == ()


async def test_pins_of_marks_are_one_step_and_where_all_are_pinned_they_are_unpinned(demo, play) -> None:
    ids = [one.id for one in demo.patterns(limit=3)]
    async with play(demo, record=False) as hand:
        await hand.press("space", "space", "space", "p")
        assert all(demo.get(one).pinned for one in ids)
        assert len(demo.undo_list()) == 1
        await hand.press("p")
        assert not any(demo.get(one).pinned for one in ids)
        await hand.press("u")
        assert all(demo.get(one).pinned for one in ids)
        await hand.press("u")
        assert not any(demo.get(one).pinned for one in ids)
