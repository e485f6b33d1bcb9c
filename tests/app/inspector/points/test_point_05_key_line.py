"""Point 5: the key line has at most seven keys at 80 columns, always ``? / d e q`` where they hold."""

from __future__ import annotations

import pytest

from tacit.widgets.frame import Key, KeyLine

GROUP = [*"group", "space", *"kind", "enter"]
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
        assert line.count(" · ") < 7  # so many keys
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


@pytest.mark.parametrize(
    ("keys", "has", "has_not"),
    [
        ([], "Enter open", "Esc"),
        (["enter"], "Esc back", "unmark"),
        (["space"], "Esc unmark", "Esc back"),
        (["slash", *"cargo", "enter"], "Esc clear", "Esc back"),
        (["colon", *GROUP, "g"], "Enter fold", "space"),
        (["colon", *GROUP, "g", "enter"], "Enter unfold", "space"),
        (["s"], "Enter unfold", "Enter open"),
        (["s", "enter"], "Enter fold", "Enter unfold"),
        (["s", "g"], "Esc back", "Enter"),
        (["s"], "/ search", "/ filter"),
        (["s", "slash", "e", "enter"], "n next match", "Esc back"),
    ],
)
async def test_it_says_what_enter_esc_and_the_search_do_now(demo, play, keys, has, has_not) -> None:
    async with play(demo, record=False) as played:
        line = (await played.press(*keys)).split("\n")[-1]
        assert has in line
        assert has_not not in line


def test_its_corner_is_never_cut_off() -> None:
    for width in range(60, 100):
        line = KeyLine()
        line.keys = [Key("x", "a key", rank) for rank in range(20)]
        text = "".join(cell.text for cell in line.compose_line(width))
        assert len(text) == width
        assert text.endswith("┘")


async def test_at_sixty_columns_the_way_back_is_told_too(demo, play) -> None:
    async with play(demo, (60, 15), record=False) as played:
        assert "Enter open" in played.look("opened").split("\n")[-1]
        line = (await played.press("enter")).split("\n")[-1]
        assert "Esc back" in line
        await played.pilot.click(offset=(line.index("Esc back") + 1, 14))
        assert "Enter open" in (await played.settle("clicked")).split("\n")[-1]


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
