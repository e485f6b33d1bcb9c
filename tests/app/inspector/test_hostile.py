"""Text from a record is inert on every screen, in every dialog and in every toast."""

from __future__ import annotations

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.deeds.declare_dialog import plain_action

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


async def test_what_was_learned_of_hostile_text_is_inert_where_it_is_pinned_declared_and_tidied(
    hostile, see, calm
) -> None:
    app = Inspector(hostile)
    later = hostile.clock() + 400 * 86_400_000
    hostile.clock = lambda: later
    seen = []
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await calm(pilot)
        for place in range(app.screen.list.total):
            for keys in (["g", *"j" * place, "p"], ["c"], ["escape"]):
                await pilot.press(*keys)
                await calm(pilot)
                seen.append(see(app))
        await pilot.press("4", "space", "a")
        await calm(pilot)
        seen.append(see(app))
        await pilot.press("n", "enter")
        await calm(pilot)
        seen.append(see(app))
    assert len(seen) > 5
    for screen in seen:
        assert not FORBIDDEN & set(screen)
        assert all(len(line) <= 100 for line in screen.split("\n"))


def test_actions_are_written_so_that_they_find_themselves() -> None:
    from fnmatch import fnmatchcase

    for label in ("edit *.rs", "make \x1b[2J", "a -> b", "a → b", "list[int]", "mise run \u202etest"):
        assert plain_action(label).isprintable()
        assert " -> " not in plain_action(label)
        assert fnmatchcase(label, plain_action(label))
