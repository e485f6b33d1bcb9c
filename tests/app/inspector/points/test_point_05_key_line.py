"""Point 5: the key line has at most seven keys at 80 columns, always ``? / d e q`` where they hold."""

from __future__ import annotations

import pytest

from tacit.widgets.frame import FEW

ALWAYS = {"help": "? help", "filter": "/ ", "delete": "d delete", "export": "e export", "leave": "q quit"}
STATES = {
    "patterns": [],
    "a pattern open": ["enter"],
    "a filter": ["slash", *"cargo", "enter"],
    "a mark": ["space"],
    "the steps of a pattern": ["s"],
    "sessions": ["2"],
    "a session open": ["2", "enter"],
    "stats": ["3"],
    "optimize": ["4"],
    "something to undo": ["d", "y"],
    "a question": ["f", *"cargo", "enter"],
}


@pytest.mark.parametrize("state", STATES)
async def test_every_state_at_eighty_columns(demo, play, state: str) -> None:
    async with play(demo, record=False) as played:
        keys = await played.press(*STATES[state])
        line = keys.split("\n")[-1]
        assert line.startswith("└ ")
        assert line.count(" · ") < FEW
        room = played.app.screen
        for action, written in ALWAYS.items():
            assert (written in line) == bool(room.check_action(action, ())), f"{action} in {line}"


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_what_has_to_be_there_is_there_at_every_size(demo, play, size) -> None:
    async with play(demo, size, record=False) as played:
        line = played.app.screen.key_line
        text = "".join(cell.text for cell in line.compose_line(size[0]))
        assert all(key in text for key in ALWAYS.values())
        assert len(text) == size[0]


async def test_a_click_on_a_key_presses_it(demo, play) -> None:
    async with play(demo, record=False) as played:
        line = played.look("opened").split("\n")[-1]
        await played.pilot.click(offset=(line.index("? help") + 3, 23))
        assert "Help" in await played.settle("clicked")
        await played.press("escape")
        await played.pilot.click(offset=(line.index("d delete") + 1, 23))
        assert "Delete this pattern?" in await played.settle("clicked")
        await played.press("escape")
        await played.pilot.click(offset=(line.index(" · "), 23))  # between two keys
        assert "Delete" not in await played.settle("clicked")
