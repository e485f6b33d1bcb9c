"""Point 2: a list of many rows is at once where it is looked at, and reads no more than that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from counted_reads import counted_reads
from library import START
from many import fill
from textual import events

from tacit.core.window import Window
from tacit.memory import Memory

MANY = 20_000


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("many") / "store"
    fill(path, MANY)
    return path


@pytest.fixture
def memory(filled: Path) -> Iterator[Memory]:
    with Memory.open(filled, clock=lambda: START, readonly=True) as memory:
        yield memory


@pytest.fixture
def unwalked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The places are never counted, as if that took for ever."""
    monkeypatch.setattr(Window, "walk", lambda *_: None)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much each read transaction touched."""
    return counted_reads(monkeypatch)


@pytest.mark.usefixtures("unwalked")
async def test_the_ends_and_the_next_page_are_there_at_once(play, memory) -> None:
    rows = memory.page("patterns", memory.plan()).items
    async with play(memory, record=False) as hand:
        listing = hand.app.screen.list
        for key, place in (
            ("G", MANY - 1),
            ("g", 0),
            ("pagedown", 19),
            ("G", MANY - 1),
            ("pageup", MANY - 20),
        ):
            await hand.press(key)
            assert listing.row == rows[listing.index]
            assert abs(listing.index - place) < 3


@pytest.mark.usefixtures("unwalked")
async def test_the_scrollbar_lands_by_its_share_and_reads_a_page(play, memory, reads) -> None:
    rows = {one.id: at for at, one in enumerate(memory.page("patterns", memory.plan()).items)}
    async with play(memory, record=False) as hand:
        listing = hand.app.screen.list
        for share in (0.5, 0.2, 0.8):
            del reads[:]
            listing.scroll_to(y=int(MANY * share), animate=False)
            await hand.settle("dragged")
            assert sum(reads) < 500
            shown = [rows[listing.at(listing.top + line).id] for line in range(listing.size.height)]
            assert shown == list(range(shown[0], shown[0] + len(shown)))
            assert abs(shown[0] - MANY * share) < 0.15 * MANY


async def test_after_counting_the_rows_in_sight_stay_and_have_their_places(play, memory, monkeypatch) -> None:
    rows = {one.id: at for at, one in enumerate(memory.page("patterns", memory.plan()).items)}
    walk = Window.walk
    monkeypatch.setattr(Window, "walk", lambda *_: None)
    async with play(memory, record=False) as hand:
        screen = hand.app.screen
        screen.list.scroll_to(y=MANY // 2, animate=False)
        await hand.settle("dragged")
        top = screen.list.at(screen.list.top)
        assert screen.window.loose
        monkeypatch.setattr(Window, "walk", walk)
        screen._look(screen.window)
        await hand.settle("counted")
        assert not screen.window.loose
        assert screen.list.at(screen.list.top) == top
        assert screen.list.top == rows[top.id]
        assert screen.list.index == 0  # the cursor was left where it is


async def test_the_wheel_goes_by_rows_and_leaves_the_cursor(play, memory) -> None:
    async with play(memory, record=False) as hand:
        listing = hand.app.screen.list
        for _ in range(3):
            await hand.pilot._post_mouse_events([events.MouseScrollDown], listing, (4, 4))
        await hand.settle("wheel")
        assert 0 < listing.top <= 12
        assert listing.index == 0
        first = listing.at(listing.top)
        assert first == memory.page("patterns", memory.plan()).items[listing.top]


async def test_j_held_reads_no_more_than_what_comes_into_sight(play, memory, reads) -> None:
    async with play(memory, record=False) as hand:
        del reads[:]
        for _ in range(100):
            await hand.pilot.press("j")
        await hand.settle("held")
        assert hand.app.screen.list.index == 100
        assert sum(reads) < 100 * 60


async def test_groups_of_many_open_at_once(play, memory, reads) -> None:
    async with play(memory, record=False) as hand:
        await hand.press("O", "j")
        del reads[:]
        await hand.pilot.press("enter")
        await hand.pilot.pause()
        await hand.settle("by kind")
        assert "by kind" in hand.look("grouped")
        seen = await hand.press("z")
        assert "▸ sequence  " in seen
        assert "▸ heuristic  " in seen
        assert hand.app.screen.list.total == 3
        await hand.press("j", "enter", "j")
        assert hand.app.screen.list.row.kind == "error_recovery"
