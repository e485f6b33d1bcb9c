"""Words are searched in all that a session says; what has them unfolds, is marked, counted, gone through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import Transcript

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.memory import Memory

NOW = 1_790_000_000_000


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    """A session that says “quetzal” in a prompt, an action, two parameters and two lines of a result."""
    told = Transcript("birds")
    told.prompt("find the bird")
    told.read("src/quetzal.py")
    told.bash("ls nests", "one Quetzal\ntwo eggs\nno QUETZAL\n" + "x" * 9_000)
    told.call("Write", {"file_path": "/home/dev/work/app/a.py", "content": "# quetzal\n[/] list[int]"}, "ok")
    told.prompt("the quetzal again")
    told.bash("make", "nothing")
    told.save(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: NOW) as memory:
        memory.import_paths([tmp_path / "in"])
        yield memory


async def reading(app: Inspector, pilot, calm) -> ReadingScreen:
    await calm(pilot)
    screen = ReadingScreen(2, app.memory.sessions(limit=1)[0].id)
    app.push_screen(screen)
    await calm(pilot)
    return screen


def note(screen: ReadingScreen) -> str:
    return "".join(cell.text for cell in screen.bar._note.line).strip()


async def test_n_goes_through_every_place_and_only_the_one_that_is_looked_at_is_unfolded(
    memory, see, calm
) -> None:
    app = Inspector(memory)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await reading(app, pilot, calm)
        await pilot.press("slash", *"quetzal")
        await calm(pilot)
        assert note(screen) == "1 of 6"
        await pilot.press("enter")
        stops = []
        for _ in range(6):
            row = screen.list.row
            unfolded = [n for part in screen.page.parts.values() for n in part.unfolded]
            stops.append((row.kind, row.n, note(screen), unfolded))
            await pilot.press("n")
            await calm(pilot)
        assert stops == [
            ("call", 1, "1 of 6", []),
            ("text", 1, "2 of 6", [1]),
            ("text", 2, "3 of 6", [2]),
            ("text", 2, "4 of 6", [2]),
            ("text", 3, "5 of 6", [3]),
            ("said", 0, "6 of 6", []),
        ]
        assert note(screen) == "1 of 6"
        await pilot.press("N")
        await calm(pilot)
        assert note(screen) == "6 of 6"


async def test_matches_have_a_sign_and_an_ink(memory, see, calm) -> None:
    app = Inspector(memory)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await reading(app, pilot, calm)
        await pilot.press("slash", *"eggs", "enter")
        await calm(pilot)
        lines = [line for line in see(app).split("\n") if "»" in line]
        assert len(lines) == 2
        assert "two eggs" in lines[1]
        painted = screen.paint_row(screen.list.row, 78)
        assert ("eggs", "match") in painted


async def test_escape_while_typing_returns_to_where_it_began_and_later_only_clears(memory, see, calm) -> None:
    app = Inspector(memory)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await reading(app, pilot, calm)
        await pilot.press("j", "j", "j", "j")
        row = screen.list.row
        await pilot.press("slash", *"again")
        await calm(pilot)
        assert screen.list.row.kind == "said"
        assert screen.list.row != row
        await pilot.press("escape")
        await calm(pilot)
        assert screen.list.row == row
        await pilot.press("slash", *"again", "enter")
        await calm(pilot)
        there = screen.list.row
        await pilot.press("escape")
        await calm(pilot)
        assert app.screen is screen
        assert screen.list.row == there
        assert "»" not in see(app)
        await pilot.press("escape")
        assert app.screen is not screen


async def test_nothing_found_says_so_and_n_is_not_there(memory, see, calm) -> None:
    app = Inspector(memory)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await reading(app, pilot, calm)
        await pilot.press("slash", *"kiwi", "enter")
        await calm(pilot)
        assert "nothing in this session fits" in see(app)
        assert not screen.offers("next_match")
        row = screen.list.row
        await pilot.press("n")
        assert screen.list.row == row


async def test_what_is_typed_is_no_expression_and_no_markup(memory, see, calm) -> None:
    app = Inspector(memory)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await reading(app, pilot, calm)
        await pilot.press("slash", *"[/] list[int]", "enter")
        await calm(pilot)
        assert note(screen) == "1 of 1"
        assert "[/] list[int]" in see(app)
        await pilot.press("escape", "slash", *"(.*", "enter")
        await calm(pilot)
        assert "nothing in this session fits" in see(app)


async def test_the_newest_words_win(memory, see, calm) -> None:
    app = Inspector(memory)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await reading(app, pilot, calm)
        await pilot.press("slash", *"quetzal", "backspace", "l", "space", *"again")
        await calm(pilot)
        assert note(screen) == "1 of 1"
