"""The lines around a screen."""

from __future__ import annotations

from tacit.widgets.frame import FEW, Key, KeyLine, RoomTabs, TitleLine
from tacit.widgets.ink import Cell, plain

KEYS = [Key(letter, f"does {letter}", rank) for rank, letter in enumerate("abcdefghij")]


def test_a_narrow_key_line_shows_the_seven_most_needed_keys_in_their_order() -> None:
    line = KeyLine()
    line._keys = KEYS
    text = plain(line.compose_line(99))
    assert text.count(" · ") == FEW - 1
    assert text.startswith("└ a does a · b does b")
    assert len(text) == 99
    assert plain(line.compose_line(200)).count(" · ") == len(KEYS) - 1


def test_a_title_that_is_too_long_is_cut_and_the_frame_stays_closed() -> None:
    title = TitleLine()
    title._line = [Cell("a hostile \x1b title " * 20)]
    text = plain(title.compose_line(60))
    assert len(text) == 60
    assert text.startswith("┌ a hostile ␛ title")
    assert text.endswith("┐")


async def test_the_room_in_front_is_told_by_shape_and_a_click_chooses_another(host) -> None:
    tabs = RoomTabs(["Patterns", "Sessions"], 1)
    app = host(tabs)
    heard = []
    async with app.run_test(size=(60, 5), message_hook=heard.append) as pilot:
        assert "┤1 Patterns├─ 2 Sessions ─" in app.text()
        await pilot.click(tabs, offset=(17, 0))
    assert [message.number for message in heard if isinstance(message, RoomTabs.Chosen)][:1] == [2]
