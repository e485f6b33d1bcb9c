"""3. The same keys do the same on every list; a key that does not apply is hidden."""

from __future__ import annotations

import pytest

from tacit.app.inspector.deeds.export_dialog import ExportDialog
from tacit.app.inspector.leads.following import open_list
from tacit.app.inspector.screens.fed import FedScreen
from tacit.widgets.confirm import Confirm
from tacit.widgets.virtual_list import VirtualList

WAYS = (("j", "k"), ("down", "up"), ("pagedown", "pageup"), ("ctrl+d", "ctrl+u"), ("G", "g"))


async def go_to(hand, place: str) -> None:
    """To a list of the demo that has rows enough to move on."""
    if place == "tasks":
        open_list(hand.app.screen, "episodes")
        await hand.settle("tasks")
    elif place == "fed":
        await hand.press("2", "enter", note="a session")
        await hand.press("1", "s", note="steps")
        await hand.press("p", note="what it fed")
        assert isinstance(hand.app.screen, FedScreen)
    else:
        await hand.press(place)


@pytest.mark.parametrize("place", ["1", "2", "4", "tasks", "fed"])
async def test_the_same_keys_move_the_cursor_of_every_list(demo, play, place) -> None:
    async with play(demo, record=False) as hand:
        await go_to(hand, place)
        rows = hand.app.screen.query_one("#list", VirtualList)
        assert rows.total > 1
        for down, up in WAYS:
            await hand.press("g", down)
            below = rows.index
            assert below > 0, down
            await hand.press(up)
            assert rows.index < below, up
        await hand.press("G")
        assert rows.index == rows.total - 1
        await hand.press("g")
        assert rows.index == 0
        page = rows.size.height - 1
        for key, far in (("j", 1), ("down", 1), ("pagedown", page), ("ctrl+d", page // 2)):
            await hand.press("g", key)
            assert rows.index == min(far, rows.total - 1), key


@pytest.mark.parametrize("place", ["1", "2", "tasks", "fed"])
async def test_the_same_keys_are_about_the_row_of_every_list(demo, play, place) -> None:
    async with play(demo, record=False) as hand:
        await go_to(hand, place)
        row = hand.app.screen.list.row
        screen, deep = hand.app.screen, len(hand.app.screen_stack)
        await hand.press("y")
        assert hand.app.clipboard == row.id
        seen = await hand.press("d")
        assert isinstance(hand.app.screen, Confirm)
        assert row.id in seen.replace("\n", "")
        await hand.press("escape")
        await hand.press("e")
        assert isinstance(hand.app.screen, ExportDialog)
        await hand.press("escape")
        seen = await hand.press("question_mark")
        assert hand.app.screen is not screen
        await hand.press("escape")
        await hand.press("enter")
        assert screen.detail is not None or hand.app.screen is not screen
        await hand.press("escape")
        assert hand.app.screen is screen
        assert len(hand.app.screen_stack) == deep
        assert screen.list.row == row


def actions(app) -> set[str]:
    return {active.binding.id for active in app.screen.active_bindings.values()}


async def test_a_key_that_does_not_apply_is_hidden(demo, play) -> None:
    async with play(demo, record=False) as hand:
        assert {"delete", "pin", "steps", "filter", "mark_row", "open"} <= actions(hand.app)
        assert not {"undo", "back", "mark", "tick", "unpin", "other_pane", "layout"} & actions(hand.app)
        await hand.press("enter")
        assert {"back", "layout"} <= actions(hand.app)
        await hand.press("escape", "2")
        assert not {"pin", "unpin", "tick", "apply"} & actions(hand.app)
        await hand.press("3")
        assert not {"delete", "pin", "filter", "mark_row", "copy"} & actions(hand.app)
        await hand.press("1", "p")
        assert {"undo", "unpin"} <= actions(hand.app)
        assert "pin" not in actions(hand.app)


async def test_in_an_empty_store_nothing_is_offered_that_needs_a_row(empty, play) -> None:
    async with play(empty, record=False) as hand:
        gone = {"delete", "pin", "steps", "mark_row", "mark_all", "copy", "open", "undo", "back"}
        assert not gone & actions(hand.app)
        assert {"export", "filter", "help", "leave"} <= actions(hand.app)


async def test_tab_goes_from_pane_to_pane_and_numbers_from_room_to_room(demo, play) -> None:
    async with play(demo, size=(120, 30), record=False) as hand:
        await hand.press("enter")
        assert hand.app.focused.id == "detail"
        await hand.press("tab")
        assert hand.app.focused.id == "list"
        await hand.press("tab")
        assert hand.app.focused.id == "detail"
        for room in "2341":
            await hand.press(room)
            assert hand.app.current_mode == room
        assert hand.app.screen.detail is not None
        await hand.press("q")
    assert hand.app.return_code == 0


async def test_the_screen_under_a_hand(demo, play) -> None:
    async with play(demo) as hand:
        await hand.press("G")
        await hand.press("enter")
        await hand.press("escape", "2", "j")
