"""Point 7: ``ctrl+p`` reaches every action, screen and theme with its key; what cannot be done is absent."""

from __future__ import annotations

import shutil

import pytest

from tacit.app.inspector.answers.questions import QUESTIONS
from tacit.app.inspector.command.table import COMMANDS
from tacit.app.inspector.frame import themes
from tacit.app.inspector.keys.palette import choices
from tacit.app.inspector.keys.shown import bound
from tacit.memory import Memory


def offered(played) -> dict[str, str]:
    return {choice.name: choice.key for choice in choices(played.app.screen)}


async def test_it_is_searched_and_does_what_is_chosen_which_comes_first_the_next_time(demo, play) -> None:
    async with play(demo) as played:
        await played.press("ctrl+p", note="ctrl+p: everything, with its key")
        await played.type("opt")
        await played.press("enter", note="Enter goes there")
        assert played.app.current_mode == "4"
        await played.press("ctrl+p", note="what was chosen lately comes first")
        assert played.app.screen.choices[0].name == "Go to Optimize"


@pytest.mark.parametrize("keys", [[], ["enter"], ["2"], ["2", "enter"], ["3"], ["4"], ["s"]])
async def test_every_action_of_every_screen_is_there_with_its_key(demo, play, keys) -> None:
    async with play(demo, record=False) as played:
        await played.press(*keys)
        known = offered(played)
        for _, binding in bound(played.app.screen):
            name = binding.description[:1].upper() + binding.description[1:]
            if not (binding.id or "").startswith("room_") and binding.id != "palette":
                assert name in known, binding
                assert known[name], f"{name} has no key"


async def test_every_room_question_theme_and_command_is_there(demo, play) -> None:
    async with play(demo, record=False) as played:
        known = offered(played)
        assert {f"Go to {room}" for room in ("Patterns", "Sessions", "Stats", "Optimize")} <= set(known)
        assert known["Go to Stats"] == "3"
        assert {"Theme: light", "Theme: plain"} <= set(known)
        assert "Theme: dark" not in known  # it is the one in use
        assert {question.name for question in QUESTIONS} <= set(known)
        alone = {command.tells: f":{command.name}" for command in COMMANDS if not command.action}
        assert alone.items() <= known.items()


async def test_what_cannot_be_done_now_is_absent(demo_store, play, tmp_path) -> None:
    path = shutil.copytree(demo_store, tmp_path / "store")
    with Memory.open(path) as memory:
        async with play(memory, record=False) as played:
            assert "Undo" not in offered(played)
            await played.press("d", "y")
            assert "Undo" in offered(played)
            await played.press("4")
            assert {"Delete", "Group"}.isdisjoint(offered(played))
    with Memory.open(path, readonly=True) as memory:
        async with play(memory, record=False) as played:
            gone = {"Delete", "Undo", "Pin", "Import", "learn from everything anew"}
            assert gone.isdisjoint(offered(played))


async def test_a_theme_is_chosen_by_name(demo, play) -> None:
    async with play(demo, record=False) as played:
        await played.press("ctrl+p")
        await played.type("theme light")
        await played.press("enter")
        assert played.app.theme == themes.LIGHT


async def test_keys_typed_after_enter_belong_to_what_was_chosen(demo, play) -> None:
    async with play(demo, record=False) as played:
        first = played.app.screen.list.row.id
        for key in ("ctrl+p", *"delete", "enter", "y"):  # in one breath
            played.app.simulate_key(key)
        await played.settle("deleted")
        assert played.app.screen.list.row.id != first
        assert played.app.clipboard == ""
