"""Point 4: ``q`` typed in a field is a letter, and so is every other key of the screens."""

from __future__ import annotations

HOSTILE = "quiet [/"


async def test_letters_are_letters_in_the_filter(demo, play) -> None:
    async with play(demo) as played:
        await played.type(f"/{HOSTILE}")
        assert played.app.screen.filter.text == HOSTILE
        await played.press("enter", note="Enter keeps the words")
        assert played.app.screen.filter.text == HOSTILE
        await played.press("escape", note="Esc clears them")
        await played.press("q", note="q quits")
    assert played.app.return_code == 0


async def test_letters_are_letters_in_the_command_line(demo, play) -> None:
    async with play(demo, record=False) as played:
        await played.type(":qd?J: ")
        assert played.app.screen.focused.value == "qd?J: "
        await played.press("ctrl+p", "ctrl+o", "1", "u", "y")
        assert played.app.screen.focused.value == "qd?J: 1uy"
        await played.press("escape")
        assert played.app.clipboard == ""
        assert played.app.is_running


async def test_letters_are_letters_in_a_question_and_in_the_search_of_help_and_palette(demo, play) -> None:
    async with play(demo, record=False) as played:
        await played.type("fquiet [/")
        assert played.app.screen.bar.text == HOSTILE
        await played.press("escape", "escape")
        for key in ("question_mark", "ctrl+p"):
            await played.press(key, "q", "d")
            assert played.app.screen.focused.value == "qd"
            await played.press("escape")
        assert played.app.is_running
