"""The lines around a screen."""

from __future__ import annotations

from tacit.widgets.frame import FEW, Key, KeyLine, RoomTabs, TitleLine
from tacit.widgets.ink import plain

KEYS = [Key(letter, f"does {letter}", rank) for rank, letter in enumerate("abcdefghij")]


def test_a_narrow_key_line_shows_the_seven_most_needed_keys_in_their_order() -> None:
    line = KeyLine()
    line._keys = KEYS
    text = plain(line.compose_line(99))
    assert text.count(" · ") == FEW - 1
    assert text.startswith("└ a does a · b does b")
    assert len(text) == 99
    assert plain(line.compose_line(200)).count(" · ") == len(KEYS) - 1


def test_a_title_gives_up_place_and_totals_but_never_a_badge() -> None:
    title = TitleLine()
    title._totals, title._badges, title._place = (
        ["12 patterns", "61 % succeed"],
        ["DEMO"],
        "all \x1b projects",
    )
    wide, narrow, least = (plain(title.compose_line(width)) for width in (80, 50, 30))
    assert wide.startswith("┌ Tacit ─ 12 patterns · 61 % succeed ───")
    assert wide.endswith("─  DEMO  all ␛ projects ┐")
    assert narrow.endswith("─  DEMO  ┐")
    assert "DEMO" in least
    assert {len(wide), len(narrow), len(least)} == {80, 50, 30}


async def test_the_room_in_front_is_told_by_shape_and_a_click_chooses_another(host) -> None:
    tabs = RoomTabs(["Patterns", "Sessions"], 1)
    app = host(tabs)
    heard = []
    async with app.run_test(size=(60, 5), message_hook=heard.append) as pilot:
        assert "┤1 Patterns├─ 2 Sessions ─" in app.text()
        await pilot.click(tabs, offset=(17, 0))
    assert [message.number for message in heard if isinstance(message, RoomTabs.Chosen)][:1] == [2]
