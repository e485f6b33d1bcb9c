"""A filter narrows while it is typed, and the newest query wins."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from tacit.app.inspector.application import Inspector
from tacit.memory import Memory


async def test_a_bad_query_is_told_quietly_in_the_line(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"colour:red")
        await calm(pilot)
        assert "✗ There is no field colour:" in see(app)
        assert app.screen.filter.text == "colour:red"
        await pilot.press(*["backspace"] * 10, *"kind:fact")
        await calm(pilot)
        assert "✗" not in see(app).split("\n")[1]
        assert app.screen.list.total == len(demo.patterns("kind:fact"))


async def test_the_row_under_the_cursor_stays_under_it(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"kind:fact", "enter")
        await calm(pilot)
        await pilot.press("j", "j")
        here = app.screen.list.row.id
        await pilot.press("escape")
        await calm(pilot)
        assert app.screen.list.row.id == here


async def test_the_latest_query_wins_over_a_slow_older_one(demo, calm, monkeypatch) -> None:
    held = threading.Event()
    whole = demo.window

    def window(table, plan):
        found = whole(table, plan)
        if "cargo" in plan.words:
            walk = found.walk

            def slow(cancelled, progress=None):
                held.wait(120)
                walk(cancelled, progress)

            monkeypatch.setattr(found, "walk", slow)
        return found

    monkeypatch.setattr(demo, "window", window)
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"cargo")
        await pilot.press(*["backspace"] * 5, *"ruff")
        await calm(pilot)
        held.set()
        await calm(pilot)
        assert app.screen.window.total == len(demo.patterns("ruff"))


async def test_sessions_are_filtered_too(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("2", "slash", *"panic", "enter")
        await calm(pilot)
        assert f"{len(demo.sessions('panic'))} of {len(demo.sessions())}" in see(app)


class Gate:
    """Holds each thread that asks for a list, or the place of a row in it, while that is shut."""

    def __init__(self, memory: Memory, patch: pytest.MonkeyPatch) -> None:
        self.shut = self.shut_early = False
        self._asked, self._through = threading.Semaphore(0), threading.Semaphore(0)
        self._window, self._patch = memory.window, patch
        patch.setattr(memory, "window", self._gated)

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._asked.acquire, timeout=120)

    def let_through(self) -> None:
        self._through.release()

    def open(self) -> None:
        self.shut = self.shut_early = False
        self._through.release()

    def _gated(self, table, plan):
        if self.shut_early:
            self._hold()
        window = self._window(table, plan)
        whole: Callable[..., int | None] = window.position

        def position(*asked):
            found = whole(*asked)
            if self.shut:
                self._hold()
            return found

        self._patch.setattr(window, "position", position)
        return window

    def _hold(self) -> None:
        self._asked.release()
        assert self._through.acquire(timeout=120)


@pytest.mark.parametrize(
    ("keys", "place"),
    [("g", 0), ("G", -1), ("jg", 0), ("Gg", 0)],
)
@pytest.mark.parametrize("early", [False, True])
async def test_the_ends_asked_for_while_the_list_comes_back_are_those_of_the_whole_list(
    demo, calm, monkeypatch, keys, place, early
) -> None:
    app, gate = Inspector(demo), Gate(demo, monkeypatch)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"kind:fact", "enter")
        await calm(pilot)
        await pilot.press("j", "j")
        gate.shut, gate.shut_early = not early, early
        await pilot.press("escape")
        await gate.reached()
        await pilot.press(*keys)
        gate.open()
        await calm(pilot)
        rows = demo.patterns()
        assert app.screen.list.total == len(rows)
        assert app.screen.list.row == rows[place]
        await pilot.press("d")
        await calm(pilot)
        assert app.screen._thing.endswith(rows[place].id)


@pytest.mark.parametrize("move", ["j", "Gk", "gj", "click", "pagedown"])
async def test_the_row_gone_to_while_the_list_comes_back_stays_under_the_cursor(
    demo, calm, monkeypatch, move
) -> None:
    app, gate = Inspector(demo), Gate(demo, monkeypatch)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"kind:fact", "enter")
        await calm(pilot)
        before = app.screen.list.row.id
        gate.shut = True
        await pilot.press("escape")
        await gate.reached()
        if move == "click":
            await pilot.click("#list", offset=(5, 3))
        else:
            await pilot.press(*([move] if move == "pagedown" else move))
        here = app.screen.list.row.id
        assert here != before
        gate.open()
        await calm(pilot)
        assert app.screen.list.total == len(demo.patterns())
        assert app.screen.list.row.id == here


async def test_a_cursor_that_never_rests_does_not_keep_the_list_from_coming_back(
    demo, calm, monkeypatch
) -> None:
    app, gate = Inspector(demo), Gate(demo, monkeypatch)
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        rows = demo.patterns()
        gate.shut = True
        app.screen.renew()
        for _ in range(3):
            await gate.reached()
            await pilot.press("j")
            gate.let_through()
        await calm(pilot)
        assert app.screen.list.row == rows[3]


async def test_a_row_deleted_from_a_filtered_list_leaves_the_cursor_on_its_neighbour(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"kind:fact", "enter")
        await calm(pilot)
        await pilot.press("j", "j")
        neighbour = app.screen.window.rows(3, 1)[0].id
        await pilot.press("d", "y")
        await calm(pilot)
        assert app.screen.list.row.id == neighbour


async def test_tab_completes_names_and_values_and_the_line_below_shows_what_it_would_write(
    demo, see, calm
) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"verd")
        await calm(pilot)
        first = see(app).split("\n")
        assert "Tab verdict:" in first[2]
        await pilot.press("tab")
        await calm(pilot)
        assert app.screen.filter.text == "verdict:"
        assert "Tab helps  harms" in see(app).split("\n")[2]
        await pilot.press(*"he", "tab", *"-proj", "tab")
        await calm(pilot)
        assert app.screen.filter.text == "verdict:helps -project"  # and there is projects:
        await pilot.press("tab")
        await calm(pilot)
        assert app.screen.filter.text == "verdict:helps -project:"
        below = see(app).split("\n")[2]
        assert all(name in below for name in sorted({one.project for one in demo.sessions()})[:2])
        await pilot.press("tab")
        await calm(pilot)
        assert app.screen.filter.text != "verdict:helps -project:"
        await pilot.press("enter")
        await calm(pilot)
        assert "Tab" not in see(app).split("\n")[2]
        assert app.focused is app.screen.list


async def test_tab_where_nothing_is_known_leaves_the_words_alone(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"cargo", "tab", *"q")
        await calm(pilot)
        assert app.screen.filter.text == "cargoq"
        assert app.screen.filter.editing


async def test_the_wrong_part_of_the_words_is_pointed_at(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"cargo kind:recovry")
        await calm(pilot)
        words, below = see(app).split("\n")[1:3]
        at = words.index("recovry")
        assert below[at : at + 8] == "^^^^^^^ "
        assert "Did you mean recovery?" in below
        await pilot.press(*["backspace"] * 2, *"ery")
        await calm(pilot)
        assert "^" not in see(app).split("\n")[2]
        assert app.screen.list.total == len(demo.patterns("cargo kind:recovery"))


async def test_a_field_of_another_list_is_wrong_here(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("2", "slash", *"kind:fact")
        await calm(pilot)
        assert "✗ kind: says nothing about sessions." in see(app)
        await pilot.press(*["backspace"] * 9, *"outcome:failure")
        await calm(pilot)
        assert app.screen.list.total == len(demo.sessions("outcome:failure"))


async def test_alternatives_an_order_and_a_limit_hold_in_the_list(demo, see, calm) -> None:
    query = "(kind:fact OR kind:recovery) -cargo sort:uses limit:5"
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash")
        app.screen.filter.query_one("FilterField").value = query
        await calm(pilot)
        await pilot.press("enter")
        await calm(pilot)
        rows = app.screen.window.rows(0, 99)
        assert tuple(rows) == demo.patterns(query)
        assert len(rows) == app.screen.list.total == 5
        assert "sort:uses" in see(app).split("\n")[1]


async def test_without_a_model_meaning_is_asked_for_as_words_and_that_is_said(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(160, 36)) as pilot:
        await pilot.press("slash", *"~cargo", "enter")
        await calm(pilot)
        assert tuple(app.screen.window.rows(0, 99)) == demo.patterns("cargo")
        assert "No embedding model" in see(app).split("\n")[1]
