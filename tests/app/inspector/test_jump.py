"""Jump letters: over what can be gone to, without covering what matters."""

from __future__ import annotations

import pytest

from tacit.app.inspector.application import Inspector
from tacit.widgets.jump import Jump


def letters(app: Inspector) -> dict[str, str]:
    assert isinstance(app.screen, Jump)
    return {place.letter: place.name for place in app.screen.places}


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_a_letter_stands_over_each_part_and_covers_one_cell(demo, see, calm, size) -> None:
    app = Inspector(demo)
    async with app.run_test(size=size) as pilot:
        await calm(pilot)
        before = see(app).split("\n")
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert letters(app) == {
            "f": "filter",
            "1": "Patterns",
            "2": "Sessions",
            "3": "Stats",
            "4": "Optimize",
            "l": "list",
            "c": "command line",
        }
        lines = see(app).split("\n")
        for letter, column, row, _ in app.screen.places:
            assert lines[row][column] == letter
            assert before[row][column] in {letter, " ", "▌", "└", "┤"}, "it covers text"


@pytest.mark.parametrize(
    ("letter", "there"),
    [
        ("f", lambda app: app.screen.filter.editing),
        ("l", lambda app: app.screen.focused is app.screen.list),
        ("d", lambda app: app.screen.focused is app.screen.detail),
        ("3", lambda app: app.current_mode == "3"),
        ("c", lambda app: app.screen.typing and not app.screen.filter.editing),
    ],
)
async def test_a_letter_goes_there(demo, calm, letter, there) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("enter", "tab")
        await calm(pilot)
        await pilot.press("ctrl+o", letter)
        await calm(pilot)
        assert there(app)


@pytest.mark.parametrize("key", ["escape", "x", "down"])
async def test_esc_and_every_other_key_leave(demo, calm, key) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        room, focused, index = app.screen, app.screen.focused, app.screen.list.index
        await pilot.press("ctrl+o", key)
        await calm(pilot)
        assert (app.screen, app.screen.focused, app.screen.list.index) == (room, focused, index)


async def test_a_click_on_a_letter_goes_there_and_another_size_leaves(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        room = app.screen
        await pilot.press("ctrl+o")
        place = next(one for one in app.screen.places if one.letter == "4")
        await pilot.click(offset=(place.column, place.row))
        await calm(pilot)
        assert app.current_mode == "4"
        await pilot.press("1", "ctrl+o")
        await pilot.resize_terminal(100, 30)
        await calm(pilot)
        assert app.screen is room
