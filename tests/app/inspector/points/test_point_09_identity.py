"""Point 9: the same row stays under the cursor, whatever is done; once it is gone, its neighbour."""

from __future__ import annotations

import subprocess
import sys

import pytest


def elsewhere(memory, *words: str) -> None:
    """Another process writes."""
    command = [sys.executable, "-m", "tacit", "--store", str(memory.path), *words]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def listing():
    def of(hand):
        return hand.app.screen.list

    return of


async def test_another_order_and_back(play, demo, listing) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("j", "j", "j", "j")
        here = listing(hand).row.id
        for moves in (["j", "j"], ["G"], ["g"]):
            await hand.press("o", *moves, "enter")
            assert listing(hand).row.id == here
        assert listing(hand).index == 4


async def test_groups_and_folding(play, demo, listing) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("j", "j", "j", "j")
        here = listing(hand).row.id
        await hand.press("O", "j", "j", "j", "enter")
        assert listing(hand).row.id == here
        group, _ = hand.app.screen.window.spot(listing(hand).index)
        await hand.press("z")
        assert listing(hand).row is None
        assert listing(hand).entry.name == group
        await hand.press("O", "g", "enter")
        assert listing(hand).index == 0  # a heading is nowhere in a list without groups


async def test_a_delete_leaves_the_neighbour_in_groups_too(play, demo, listing) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("O", "j", "enter", "g", "j", "j")
        neighbour = hand.app.screen.window.rows(3, 1)[0].id
        await hand.press("d", "y")
        assert listing(hand).row.id == neighbour
        await hand.press("u")
        assert listing(hand).row.id == neighbour


@pytest.mark.parametrize("grouped", [False, True])
async def test_another_process_deletes_above_the_cursor(play, demo, listing, grouped) -> None:
    async with play(demo, record=False) as hand:
        if grouped:
            await hand.press("O", "j", "enter")
        await hand.press("G", "k", "k")
        here, place = listing(hand).row.id, listing(hand).index
        first = demo.patterns()[0].id
        elsewhere(demo, "delete", first)
        hand.app.look()
        await hand.settle("written elsewhere")
        assert listing(hand).row.id == here
        assert listing(hand).index == place - 1


async def test_another_process_deletes_the_row_itself(play, demo, listing) -> None:
    async with play(demo, record=False) as hand:
        await hand.press("j", "j")
        neighbour = demo.patterns()[3].id
        elsewhere(demo, "delete", listing(hand).row.id)
        hand.app.look()
        await hand.settle("written elsewhere")
        assert listing(hand).row.id == neighbour


async def test_a_view_scrolled_away_from_the_cursor_stays_where_it_is(play, demo, listing) -> None:
    async with play(demo, (80, 15), record=False) as hand:
        listing(hand).scroll_to(y=8, animate=False)
        await hand.settle("scrolled")
        top = listing(hand).at(8).id
        elsewhere(demo, "delete", demo.patterns()[1].id)
        hand.app.look()
        await hand.settle("written elsewhere")
        assert listing(hand).at(listing(hand).top).id == top
        assert listing(hand).index == 0
