"""18. Every size from 80×24 down to 60×15 is usable, below it a line says what is needed; looks are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tacit.app.inspector.frame import themes
from tacit.app.inspector.remembered import Remembered

COLUMNS = ("recovery", "[55–93]", "n=15")


async def test_columns_drop_by_priority_and_coming_back_loses_nothing(demo, play) -> None:
    async with play(demo) as played:
        before = await played.press("j", "j", "j", note="three rows down")
        assert all(column in before for column in COLUMNS)
        here = played.app.screen.list.row.id
        await played.pilot.resize_terminal(60, 15)
        small = await played.settle("60×15")
        assert "▌↺ " in small
        assert played.app.screen.list.row.id == here
        assert all(len(line) <= 60 for line in small.split("\n"))
        await played.pilot.resize_terminal(59, 15)
        too_small = await played.settle("59×15")
        assert too_small.split("\n")[0].strip() == "Tacit needs 60×15, this is 59×15"
        assert "recovery" not in too_small
        await played.pilot.resize_terminal(80, 24)
        assert await played.settle("80×24 again") == before
        assert played.app.screen.list.row.id == here


async def test_a_storm_of_sizes_ends_well(demo, play, see) -> None:
    async with play(demo, record=False) as played:
        before = await played.press("j")
        for width, height in [(200, 60), (20, 5), (1, 1), (61, 15), (60, 14), (119, 3), (300, 100)] * 6:
            await played.pilot.resize_terminal(width, height)
            await played.pilot.press("j" if height > 14 else "k")
        await played.pilot.resize_terminal(80, 24)
        await played.press("g", "j")
        assert see(played.app) == before


async def test_every_screen_fits_into_the_least_size(demo, play) -> None:
    async with play(demo, (60, 15), record=False) as played:
        for number in "1234":
            shown = await played.press(number)
            lines = shown.split("\n")
            assert len(lines) == 15
            assert all(len(line) <= 60 for line in lines)
            assert f"{number} " in lines[2] or f"{number} " in lines[1], shown
            assert "? help" in lines[-1]
            assert "q quit" in lines[-1]


async def test_the_screen_that_was_left_is_the_one_to_begin_with(demo, play, tmp_path: Path) -> None:
    path = tmp_path / "inspector.json"
    async with play(demo, record=False, remembered=Remembered(path)) as played:
        assert "┤1 Patterns├" in await played.settle("opened")
        await played.press("3")
    async with play(demo, record=False, remembered=Remembered(path)) as played:
        assert "┤3 Stats├" in await played.settle("opened again")
        assert "┤1 Patterns├" in await played.press("1")
        assert "┤2 Sessions├" in await played.press("2")
    async with play(demo, record=False, remembered=Remembered(path)) as played:
        assert "┤2 Sessions├" in await played.settle("opened once more")


async def test_a_theme_that_was_chosen_is_remembered(demo, play, tmp_path: Path) -> None:
    path = tmp_path / "inspector.json"
    async with play(demo, record=False, remembered=Remembered(path)) as played:
        played.app.theme = themes.LIGHT
        await played.settle("light")
    assert Remembered(path).get("theme", "dark", themes.NAMES) == "light"


async def test_the_theme_of_no_color_is_not_remembered(demo, play, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    path = tmp_path / "inspector.json"
    async with play(demo, record=False, remembered=Remembered(path), theme=themes.PLAIN) as played:
        played.app.theme = themes.LIGHT
        await played.settle("light")
    assert Remembered(path).get("theme", "none") == "none"


async def test_each_theme_paints_every_screen(demo, play) -> None:
    for theme in themes.NAMES.values():
        async with play(demo, record=False, theme=theme) as played:
            for number in "1234":
                assert f"┤{number} " in await played.press(number)


async def test_a_dialog_leaves_the_screen_behind_it_in_sight_in_every_theme(demo, play) -> None:
    for theme in themes.NAMES.values():
        async with play(demo, record=False) as played:
            played.app.theme = theme
            before = (await played.settle("chosen")).split("\n")
            for key in ("d", "question_mark", "ctrl+p"):
                shown = (await played.press(key)).split("\n")
                assert shown[0] == before[0], theme
                assert shown[-1] == before[-1], theme
                await played.press("escape")


def test_what_is_remembered_holds_in_the_next_run(opened, own_store: Path, tmp_path: Path) -> None:
    pytest.importorskip("termios")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "inspector.json").write_text('{"theme": "light", "screen": "3"}')
    light = next(theme for theme in themes.THEMES if theme.name == themes.LIGHT).background
    paper = ";".join(str(int(light[at : at + 2], 16)) for at in (1, 3, 5))
    home = {"TACIT_HOME": str(tmp_path / "home"), "COLORTERM": "truecolor"}
    terminal = opened(own_store, ready="┤3 Stats├", **home)
    assert f"48;2;{paper}".encode() in terminal.raw
    terminal.press("q")
    assert terminal.wait() == 0
