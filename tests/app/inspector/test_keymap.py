"""The person's own keys: read from the configuration, checked, bound, and shown everywhere."""

from __future__ import annotations

import pytest

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.keys.keymap import KeyMap, configured, default_keys, key_name, written
from tacit.core.config import load
from tacit.core.errors import Usage
from tacit.core.places import Places
from tacit.widgets.confirm import Confirm
from tacit.widgets.help import Help


@pytest.mark.parametrize(
    ("text", "name", "shown"),
    [
        ("x", "x", "x"),
        ("X", "X", "X"),
        ("shift+x", "X", "X"),
        ("?", "question_mark", "?"),
        (":", "colon", ":"),
        (",", "comma", ","),
        ("comma", "comma", ","),
        ("ctrl+X", "ctrl+x", "ctrl+x"),
        ("F5", "f5", "f5"),
        ("esc", "escape", "Esc"),
        ("PgDn", "pagedown", "PgDn"),
        ("ctrl+i", "tab", "Tab"),
        ("é", "é", "é"),
        ("minus", "minus", "-"),
    ],
)
def test_a_key_is_known_as_it_is_written(text: str, name: str, shown: str) -> None:
    assert key_name(text) == name
    assert written(name) == shown


@pytest.mark.parametrize("text", ["foo", "hyper+x", "ctrl+", "\x1b", "\u202e", "ctrl+foo"])
def test_what_is_no_key_is_none(text: str) -> None:
    assert key_name(text) is None


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"delte": "x"}, ["“delte”", "Did you mean delete?"]),
        ({"delete": "foo"}, ["“foo” for delete is no key", "ctrl+x"]),
        ({"delete": " , "}, ["delete has no key"]),
        ({"delete": "ctrl+c"}, ["ctrl+c cannot be delete"]),
        ({"delete": "e"}, ["e would be both delete and export", "by default"]),
        ({"delete": "x", "undo": "v x"}, ["x would be both delete and undo", "another key."]),
        ({"move": "j,n", "next_match": "n"}, ["both move and next_match"]),
    ],
)
def test_a_mistake_is_told_with_what_to_do(chosen: dict[str, str], told: list[str]) -> None:
    with pytest.raises(Usage) as caught:
        KeyMap(chosen, "here: ui.keys")
    said = f"{caught.value.message} {caught.value.hint}"
    assert said.startswith("here: ui.keys: ")
    assert all(part in said for part in told), said


def test_actions_that_never_hold_at_once_may_share_a_key() -> None:
    assert KeyMap({"tick": "x", "next_error": "x"}).bound
    assert KeyMap({"pin": "p", "fed": "p"}).bound


def test_every_action_keeps_its_keys_where_nothing_is_said() -> None:
    keys = default_keys()
    assert KeyMap({}).bound == {}
    assert keys["delete"] == ("d",)
    assert keys["move"] == ("j", "down")
    assert KeyMap({name: ",".join(keys[name]) for name in keys}).bound.keys() == keys.keys()


def test_the_configuration_says_them_as_text_in_a_table_of_their_own(tmp_path) -> None:
    places = Places({"TACIT_HOME": str(tmp_path)})
    assert configured(load(places)) is None
    (tmp_path / "config.toml").write_text('[ui.keys]\ndelete = "x, ctrl+x"\n"help" = "f1"\n')
    keymap = configured(load(places))
    assert keymap is not None
    assert keymap.bound["delete"] == "x,ctrl+x"
    assert keymap.written("help") == "f1"
    (tmp_path / "config.toml").write_text('[ui.keys]\ndelte = "x"\n')
    with pytest.raises(Usage, match=r"config\.toml: ui\.keys: the inspector has no action “delte”"):
        configured(load(places))
    by_variable = Places({"TACIT_HOME": str(tmp_path), "TACIT_UI_KEYS": "delete=x ctrl+x,help=f1"})
    keymap = configured(load(by_variable))
    assert keymap is not None
    assert keymap.bound["delete"] == "x,ctrl+x"


async def test_the_keys_hold_and_the_old_ones_do_not(demo, calm) -> None:
    keymap = KeyMap({"delete": "x", "pin": "h", "move": "n", "next_match": "j"})
    app = Inspector(demo, keymap=keymap)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        await pilot.press("n", "n", "j", "d")
        await calm(pilot)
        assert app.screen.list.index == 2
        pattern = app.screen.list.row.id
        await pilot.press("h")
        await calm(pilot)
        assert demo.get(pattern).pinned
        await pilot.press("h")  # what pins also unpins
        await calm(pilot)
        assert not demo.get(pattern).pinned
        await pilot.press("p")
        await calm(pilot)
        assert not demo.get(pattern).pinned
        await pilot.press("x")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("escape", "2", "enter")  # what shares a key with one that moved is there still
        await calm(pilot)
        assert app.current_mode == "2"


async def test_the_keys_are_shown_in_key_line_and_help(demo, see, calm) -> None:
    app = Inspector(demo, keymap=KeyMap({"delete": "x,ctrl+x", "move_up": "h", "help": "f1"}))
    async with app.run_test(size=(120, 30)) as pilot:
        await calm(pilot)
        line = see(app).split("\n")[-1]
        assert "x delete" in line
        assert "f1 help" in line
        assert "j/h move" in line
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, Help)
        keys = {choice.name: choice.key for choice in app.screen.choices}
        assert keys["delete"] == "x"
        assert keys["up one"] == "h"


async def test_a_letter_typed_in_a_field_is_a_letter_whatever_it_does_elsewhere(demo, calm) -> None:
    keymap = KeyMap({"jump": "x", "palette": "t", "other_pane": "h", "back": "backspace"})
    app = Inspector(demo, keymap=keymap)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"xthh", "backspace")
        await calm(pilot)
        assert app.screen.filter.text == "xth"
        await pilot.press("escape")
        assert app.screen.filter.text == ""
        await pilot.press("colon", *"xt", "escape", "t", *"xth", "escape")
        assert app.screen is app.screen_stack[0]


async def test_messages_name_the_keys_as_they_are_mapped(demo, see, calm) -> None:
    keymap = KeyMap({"undo": "U", "back": "f9", "leave": "Q", "jobs": "f4"})
    app = Inspector(demo, keymap=keymap)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await calm(pilot)
        await pilot.press("d")
        await calm(pilot)
        assert "U brings it back, now or later." in see(app)
        await pilot.press("y")
        await calm(pilot)
        assert "U brings it back" in see(app).split("\n")[-2]
        assert app.telling.notes[0].keep  # as what can be taken back
        await pilot.press("p")
        await calm(pilot)
        assert "U takes it back" in see(app)
        await pilot.press("ctrl+c")
        assert "Q quits" in see(app)
        await pilot.press("slash", *"zzzz", "enter")
        await calm(pilot)
        assert "f9 clears the filter" in see(app)
        assert "f9 clear ·" in see(app)
        with app.jobs.running("mark all", can_stop=True):
            await calm(pilot)
            assert "f9 stops" in see(app)
