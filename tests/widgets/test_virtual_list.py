"""A list that holds only what it shows, and whose cursor stays where it is put."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from tacit.widgets.ink import Cell
from tacit.widgets.virtual_list import Fixed, VirtualList


class Numbers:
    """Any number of rows, made when they are asked for."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.asked: list[tuple[int, int]] = []

    def rows(self, start: int, count: int) -> Sequence[int]:
        self.asked.append((start, count))
        return range(start, min(start + count, self.total))


def numbers() -> VirtualList[int]:
    return VirtualList(lambda row, _: [Cell(f"row {row}")], lambda row: row, id="list")


async def test_a_million_rows_cost_what_is_seen(host) -> None:
    rows, source = numbers(), Numbers(1_000_000)
    app = host(rows)
    async with app.run_test(size=(40, 10)) as pilot:
        rows.show(source)
        await pilot.pause()
        assert "▌row 0" in app.text()
        await pilot.press("G")
        await pilot.pause()
        assert rows.row == 999_999
        assert "▌row 999999" in app.text()
        assert max(count for _, count in source.asked) <= 12


async def test_the_keys_move_the_cursor(host) -> None:
    rows = numbers()
    app = host(rows)
    async with app.run_test(size=(40, 11)) as pilot:
        rows.show(Numbers(100))
        places = []
        for key in ("j", "down", "k", "pagedown", "ctrl+d", "pageup", "ctrl+u", "G", "k", "g", "up"):
            await pilot.press(key)
            places.append(rows.index)
        assert places == [1, 2, 1, 11, 16, 6, 1, 99, 98, 0, 0]


async def test_a_click_selects_and_a_second_one_opens(host) -> None:
    rows = numbers()
    app = host(rows)
    opened = []
    async with app.run_test(size=(40, 10), message_hook=opened.append) as pilot:
        rows.show(Numbers(100))
        await pilot.pause()
        await pilot.click(rows, offset=(3, 4))
        assert rows.row == 4
        assert not any(isinstance(message, VirtualList.Opened) for message in opened)
        await pilot.click(rows, offset=(3, 4))
        assert any(isinstance(message, VirtualList.Opened) for message in opened)


async def test_the_wheel_scrolls(host) -> None:
    rows = numbers()
    app = host(rows)
    async with app.run_test(size=(40, 10)) as pilot:
        rows.show(Numbers(100))
        await pilot.pause()
        await pilot._post_mouse_events([events.MouseScrollDown], rows, (2, 2))
        await pilot.pause()
        assert rows.scroll_offset.y > 0


async def test_a_shorter_list_keeps_the_cursor_inside(host) -> None:
    rows = numbers()
    app = host(rows)
    async with app.run_test(size=(40, 10)):
        rows.show(Numbers(100), 99)
        assert rows.row == 99
        rows.show(Numbers(3), 99)
        assert rows.row == 2
        rows.show(Fixed())
        assert rows.row is None


async def test_an_empty_list_says_why(host) -> None:
    rows = numbers()
    app = host(rows)
    async with app.run_test(size=(40, 10)) as pilot:
        rows.empty = [[Cell("Nothing here yet.")]]
        await pilot.pause()
        assert "Nothing here yet." in app.text()


async def test_a_source_that_fails_empties_the_list_and_tells(host) -> None:
    class Broken:
        total = 5

        def rows(self, start: int, count: int) -> Sequence[int]:
            raise OSError("gone")

    rows = numbers()
    app = host(rows)
    told = []
    async with app.run_test(size=(40, 10), message_hook=told.append) as pilot:
        rows.show(Broken())
        await pilot.pause()
        assert rows.total == 0
    assert {str(message.error) for message in told if isinstance(message, VirtualList.Failed)} == {"gone"}


async def test_hostile_rows_are_inert(host) -> None:
    rows: VirtualList[str] = VirtualList(lambda row, _: [Cell(row)], lambda row: row, id="list")
    app = host(rows)
    async with app.run_test(size=(60, 10)) as pilot:
        hostile = [
            "\x1b]52;c;aGk=\x07",
            "[/] [@click=app.quit]x[/] list[int]",
            "\u202egnp",
            "x" * 1_000_000,
            "日本語" * 99,
        ]
        rows.show(Fixed(hostile))
        await pilot.pause()
        text = app.text()
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "␛]52;c;aGk=␇" in text
        assert "[/] [@click=app.quit]x[/] list[int]" in text
        assert all(len(line) <= 60 for line in text.split("\n"))
