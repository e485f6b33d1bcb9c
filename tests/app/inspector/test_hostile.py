"""Text from a record is inert on every screen, in every dialog and in every toast."""

from __future__ import annotations

from tacit.app.inspector.application import Inspector

FORBIDDEN = set("\x1b\x07\x00\x9b\u202e")


async def test_nothing_hostile_reaches_any_screen(hostile, see, calm) -> None:
    app = Inspector(hostile)
    seen = []
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        for keys in (
            [],
            ["enter"],
            ["G", "enter"],
            ["enter"],
            ["escape", "escape", "escape"],
            ["d"],
            ["y"],
            ["u"],
            ["Y"],
            ["e"],
            ["escape", "2"],
            ["enter"],
            ["enter"],
            ["enter"],
            ["escape", "p"],
            ["escape", "d"],
            ["n", "escape", "d"],
            ["n", "3"],
            ["4", "1", "slash", *"[/] x"],
        ):
            await pilot.press(*keys)
            await calm(pilot)
            seen.append(see(app))
            assert app.is_running
            assert not FORBIDDEN & set(seen[-1]), keys
            assert all(len(line) <= 100 for line in seen[-1].split("\n"))
    whole = "\n".join(seen)
    assert "[@click=app.quit]x[/]" in whole
    assert "␛]52;c;aGk=␇" in whole
