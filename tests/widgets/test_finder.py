"""A search over things to do: what words leave, in which order, and what is chosen."""

from __future__ import annotations

from tacit.widgets.finder import Choice, Finder, fitting
from tacit.widgets.help import Help

HOSTILE = "\x1b]52;c;aGk=\x07 [/] [@click=app.quit]x[/] \u202egnp"


def choice(name: str, key: str = "", group: str = "") -> Choice:
    return Choice(name, key, group, run=lambda: None)


def names(choices: list[Choice]) -> list[str]:
    return [one.name for one in choices]


def test_every_word_must_occur_and_a_name_that_begins_so_comes_first() -> None:
    offered = [
        choice("go to sessions"),
        choice("sort sessions", "o"),
        choice("sessions"),
        choice("quit", "q"),
    ]
    assert names(fitting(offered, "")) == names(offered)
    assert names(fitting(offered, "SESS")) == ["sessions", "go to sessions", "sort sessions"]
    assert names(fitting(offered, "sess so")) == ["sort sessions"]
    assert names(fitting(offered, "o sess"))[:2] == ["go to sessions", "sort sessions"]


def test_key_and_group_are_searched_too_and_letters_in_order_where_no_word_is() -> None:
    offered = [choice("half a page down", "ctrl+d", "moving"), choice("delete", "d", "this screen")]
    assert names(fitting(offered, "ctrl+d")) == ["half a page down"]
    assert names(fitting(offered, "this screen")) == ["delete"]
    assert names(fitting(offered, "hlfpg")) == ["half a page down"]
    assert fitting(offered, "zzz") == []


async def test_typing_narrows_arrows_move_and_enter_takes(host) -> None:
    app = host()
    taken: list[Choice | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Finder("All", "type", [choice("one"), choice("two"), choice("twelve")]), taken.append)
        await pilot.pause()
        assert "one" in app.text()
        await pilot.press("t", "w")
        await pilot.pause()
        assert "one" not in app.text()
        await pilot.press("down", "enter")
        assert [one.name for one in taken if one] == ["twelve"]


async def test_what_only_can_be_read_is_not_taken_and_esc_takes_nothing(host) -> None:
    app = host()
    taken: list[Choice | None] = []
    async with app.run_test(size=(60, 15)) as pilot:
        app.push_screen(Help("Help", "type", [Choice("/the/store", "store")]), taken.append)
        await pilot.pause()
        assert "/the/store" in app.text()
        await pilot.press("enter")
        assert isinstance(app.screen, Help)
        await pilot.press("escape")
        assert taken == [None]


async def test_hostile_names_are_inert(host) -> None:
    app = host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Finder("All", "type", [choice(HOSTILE, "x"), choice("two")]))
        await pilot.pause()
        assert "[@click=app.quit]x[/]" in app.text()
        assert not set(app.text()) & {"\x1b", "\x07", "\u202e"}
