"""A filter narrows while it is typed, and the newest query wins."""

from __future__ import annotations

import threading

from tacit.app.inspector.application import Inspector


async def test_it_narrows_while_typing_enter_keeps_esc_clears(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"cargo")
        await calm(pilot)
        fitting = len(demo.patterns("cargo"))
        assert f"{fitting} of {len(demo.patterns())}" in see(app)
        await pilot.press("enter")
        assert app.focused is app.screen.list
        assert all(
            "cargo" in row.title or "cargo" in " ".join(row.files) for row in app.screen.window.rows(0, 99)
        )
        await pilot.press("escape")
        await calm(pilot)
        assert app.screen.list.total == len(demo.patterns())


async def test_letters_are_letters_while_typing(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("slash", *"quiet [/")
        await calm(pilot)
        assert app.is_running
        assert app.screen.filter.text == "quiet [/"
        assert "quiet [/" in see(app)
        assert "Nothing fits these words." in see(app)
        await pilot.press("escape")
        assert app.screen.filter.text == ""


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
                held.wait(5)
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
