"""From the list to the detail, to the very steps, and back to the same place."""

from __future__ import annotations

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.app.inspector.screens.patterns import PatternsScreen


async def test_the_list_stands_first_with_the_focus(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        assert isinstance(app.screen, PatternsScreen)
        assert app.focused is app.screen.list
        assert f"{len(demo.patterns())} patterns · {len(demo.sessions())} sessions" in see(app)
        assert " DEMO " in see(app)


async def test_detail_evidence_steps_and_back_to_the_same_place(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "j")
        room = app.screen
        here = room.list.row
        await pilot.press("enter")
        await calm(pilot)
        assert here.id in see(app)
        await pilot.press("G")
        use = room.detail.target
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, ReadingScreen)
        assert app.screen.list.row.n == use.first
        assert "┃ the steps this pattern was learned from" in see(app)
        await pilot.press("enter")
        await calm(pilot)
        assert "Parameters" in see(app)
        await pilot.press("escape")
        assert app.screen is room
        assert room.detail.target == use
        await pilot.press("escape")
        assert room.list.row == here
        assert app.focused is room.list


async def test_the_detail_follows_the_cursor_where_both_are_in_sight(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("enter", "tab", "j")
        await calm(pilot)
        assert app.focused is app.screen.list
        assert app.screen.list.row.id in see(app)


async def test_every_room_has_its_number_and_keeps_its_place(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("j", "j", "2", "j", "3", "4", "1")
        await calm(pilot)
        assert app.screen.list.index == 2
        await pilot.press("2")
        assert app.screen.list.index == 1
        await pilot.press("3")
        await calm(pilot)
        assert "judged tasks succeed" in see(app)
        assert "From sessions to patterns" in see(app) or "Outcomes" in see(app)


async def test_an_empty_store_says_what_to_do(empty, see, calm) -> None:
    app = Inspector(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        assert "press i" in see(app)
        for key in ("enter", "d", "s", "y", "j", "G", "2", "enter", "3", "4", "1", "u", "q"):
            await pilot.press(key)
            await calm(pilot)
    assert app.return_code == 0
