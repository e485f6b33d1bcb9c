"""A pane that is read with the keys of a list."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual.dom import NoScreen
from textual.screen import Screen

from tacit.widgets.ink import INKS, Cell
from tacit.widgets.lines_pane import LinesPane, PaneLine


def lines(leading: set[int], total: int = 40):
    def compose(width: int) -> list[PaneLine]:
        return [
            PaneLine([Cell(f"line {n} of {width}")], f"t{n}" if n in leading else None) for n in range(total)
        ]

    return compose


async def test_the_cursor_goes_from_one_leading_line_to_the_next(host) -> None:
    pane = LinesPane(id="list")
    app = host(pane)
    followed = []
    async with app.run_test(size=(40, 10), message_hook=followed.append) as pilot:
        pane.show(lines({2, 3, 30}))
        await pilot.pause()
        assert pane.target == "t2"
        await pilot.press("j")
        assert pane.target == "t3"
        await pilot.press("enter")
        await pilot.press("G")
        assert pane.target == "t30"
        await pilot.press("g")
        assert pane.target == "t2"
    assert {message.target for message in followed if isinstance(message, LinesPane.Followed)} == {"t3"}


async def test_it_scrolls_where_no_leading_line_is_in_sight(host) -> None:
    pane = LinesPane(id="list")
    app = host(pane)
    async with app.run_test(size=(40, 10)) as pilot:
        pane.show(lines({30}))
        await pilot.pause()
        await pilot.press("j", "j")
        assert pane.scroll_offset.y == 2
        assert pane.target is None
        await pilot.press(*["j"] * 20)
        assert pane.target == "t30"


async def test_other_lines_with_keep_stay_where_they_are(host) -> None:
    pane = LinesPane(id="list")
    app = host(pane)
    async with app.run_test(size=(40, 10)) as pilot:
        pane.show(lines({2, 3}))
        await pilot.pause()
        await pilot.press("j")
        pane.show(lines({2, 3, 4}), keep=True)
        assert pane.target == "t3"
        pane.show(lines({2, 3, 4}))
        assert pane.target == "t2"


async def test_another_width_lays_the_lines_out_again(host) -> None:
    pane = LinesPane(id="list")
    app = host(pane)
    async with app.run_test(size=(40, 10)) as pilot:
        pane.show(lines({2}))
        await pilot.pause()
        before = app.text()
        await pilot.resize_terminal(60, 10)
        await pilot.pause()
        assert app.text() != before
        assert "line 0 of 58" in app.text()


async def test_with_keep_the_cursor_stays_on_what_it_leads_to_at_its_height(host) -> None:
    pane = LinesPane(id="list")
    app = host(pane)
    async with app.run_test(size=(40, 10)) as pilot:
        pane.show(lines({2, 3, 29, 30}))
        await pilot.pause()
        await pilot.press("G", "k")
        height = 29 - pane.scroll_offset.y
        assert pane.target == "t29"

        def longer(width: int) -> list[PaneLine]:
            return [*[PaneLine([Cell("new")], "new")] * 7, *lines({2, 3, 29, 30})(width)]

        pane.show(longer, keep=True)
        await pilot.pause()
        assert pane.target == "t29"
        assert 36 - pane.scroll_offset.y == height


async def test_who_reads_the_first_lines_goes_on_reading_them(host) -> None:
    pane = LinesPane(id="list")
    app = host(pane)
    async with app.run_test(size=(40, 10)) as pilot:
        pane.show(lines({3, 4}))
        await pilot.pause()

        def with_head(count: int):
            return lambda width: [*[PaneLine([Cell("new")])] * count, *lines({3, 4})(width)]

        pane.show(with_head(1), keep=True)
        await pilot.pause()
        assert (pane.target, pane.scroll_offset.y) == ("t3", 0)
        assert "new" in app.text()
        pane.show(with_head(20), keep=True)
        await pilot.pause()
        assert pane.target == "t3"
        assert pane.scroll_offset.y > 0


async def test_it_goes_from_part_to_part(host) -> None:
    pane = LinesPane(id="list")
    app = host(pane)
    starts = [1, 10, 16, 36]
    async with app.run_test(size=(40, 10)) as pilot:
        pane.show(lines({2, 3, 12, 38}, 80))
        await pilot.pause()
        seen = []
        for step in (1, 1, 1, 1, -1, -1, -1, -1):
            pane.jump(starts, step)
            seen.append((pane.scroll_offset.y, pane.target))
        assert seen[:4] == [(9, "t12"), (15, None), (35, "t38"), (35, "t38")]
        assert seen[4:] == [(15, None), (9, "t12"), (0, "t2"), (0, "t2")]


async def test_lines_that_come_when_its_screen_is_gone_are_no_trouble(host) -> None:
    pane = LinesPane(id="list")
    app = host()

    class Alone(Screen[None]):
        COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS)

        def compose(self):
            yield pane

    async with app.run_test(size=(40, 10)) as pilot:
        await app.push_screen(Alone())
        pane.show(lines({2}))
        await pilot.pause()
        assert pane.target == "t2"
        await app.pop_screen()
        await pilot.pause()
        with pytest.raises(NoScreen):
            pane.refresh_bindings()
        pane.show(lines(set()))
        assert pane.target is None
