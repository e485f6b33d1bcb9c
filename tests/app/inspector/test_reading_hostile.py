"""Hostile text is inert in the reading view, folded, unfolded, searched and forgotten."""

from __future__ import annotations

import pytest

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.reading.screen import ReadingScreen

FORBIDDEN = set("\x1b\x07\x00\x9b\u202e")


@pytest.mark.parametrize("size", [(100, 40), (60, 15)])
async def test_nothing_of_it_reaches_the_screen(hostile, see, calm, size) -> None:
    app = Inspector(hostile)
    seen = []
    async with app.run_test(size=size, notifications=True) as pilot:
        await calm(pilot)
        app.push_screen(ReadingScreen(2, hostile.sessions(limit=1)[0].id))
        await calm(pilot)
        for keys in (
            ["j", "j", "j", "j", "enter"],
            ["]", "enter"],
            ["G", "pageup"],
            ["g", "j", "j", "j", "j", "j", "j", "z"],
            ["pagedown"],
            ["pagedown"],
            ["]", "z"],
            ["pagedown"],
            ["pagedown"],
            ["slash", *"[/]"],
            ["enter", "n", "n", "n"],
            ["escape", "slash", *"app.quit", "enter", "N"],
            ["escape", "b"],
            ["escape", "p"],
            ["escape", "m"],
            ["escape", "d"],
            ["n", "g", "F"],
            ["y"],
            ["F"],
        ):
            await pilot.press(*keys)
            await calm(pilot)
            seen.append(see(app))
            assert app.is_running
            assert not FORBIDDEN & set(seen[-1]), keys
            assert all(len(line) <= size[0] for line in seen[-1].split("\n"))
    whole = "\n".join(seen)
    assert "[@click=app.quit]x[/]" in whole
    assert "␛]52;c;aGk=␇" in whole
    assert "Forgot 1 session" in whole
