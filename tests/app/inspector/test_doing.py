"""Export, copy, quitting and trouble."""

from __future__ import annotations

import asyncio
import threading
import time
from itertools import count

import pytest

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.frame import themes
from tacit.core.errors import StoreDamaged, Usage
from tacit.widgets.confirm import Confirm
from tacit.widgets.notice import Notice


async def test_quitting_asks_only_while_a_job_runs(demo, calm, monkeypatch, tmp_path) -> None:
    hold, whole = threading.Event(), demo.export

    def slow(*_, **options):
        hold.wait(120)
        return whole(tmp_path / "out", **options | {"progress": None})

    monkeypatch.setattr(demo, "export", slow)
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("e", "enter")
        await pilot.pause()
        assert app.jobs
        await pilot.press("q")
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        hold.set()
        while app.jobs:
            await asyncio.sleep(0.01)
        await pilot.press("q")
    assert app.return_code == 0


async def test_y_copies_the_id_and_says_so(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.press("y")
        await pilot.pause()
        assert app.clipboard == app.screen.list.row.id
        assert f"Copied: {app.clipboard}" in see(app)
        await pilot.press("Y")
        assert app.clipboard == app.screen.list.row.title


async def test_a_store_that_fails_is_a_panel_not_a_traceback(demo, see, calm, monkeypatch) -> None:
    app = Inspector(demo)

    def broken() -> int:
        raise StoreDamaged("The store is damaged.", "Restore a backup.")

    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        monkeypatch.setattr(demo, "sequence", broken)
        app.look()
        await calm(pilot)
        assert isinstance(app.screen, Notice)
        assert "The store is damaged." in see(app)
        assert "Restore a backup." in see(app)
        await pilot.press("escape", "j", "q")
    assert app.return_code == 0


async def test_no_colour_is_a_plain_theme_in_which_the_cursor_is_still_seen(demo, see) -> None:
    app = Inspector(demo, theme=themes.chosen("plain"))
    async with app.run_test(size=(100, 30)):
        assert app.native_ansi_color
        assert "▌" in see(app)


async def test_quitting_for_good_breaks_an_export_off(demo, calm, monkeypatch, tmp_path) -> None:
    ended = threading.Event()

    def endless(*_, progress, **__):
        try:
            for number in count():
                progress(number)
                time.sleep(0.005)
        finally:
            ended.set()

    monkeypatch.setattr(demo, "export", endless)
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("e", "enter")
        await pilot.pause()
        await pilot.press("q", "y")
    assert await asyncio.to_thread(ended.wait, 120)
    assert app.return_code == 0


async def test_esc_stops_an_export_but_first_closes_what_is_open(demo, see, calm, monkeypatch) -> None:
    told, held = threading.Event(), threading.Event()

    def endless(*_, progress, **__):
        for number in range(1_000_000):
            progress(number)
            told.set()
            held.wait(0.005)
        raise AssertionError("nobody stopped it")

    monkeypatch.setattr(demo, "export", endless)
    app = Inspector(demo)
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await calm(pilot)
        await pilot.press("e", "enter")
        assert await asyncio.to_thread(told.wait, 120)
        await pilot.press("enter")
        assert app.screen.detail is not None
        await pilot.press("escape")
        assert app.screen.detail is None
        assert app.jobs
        await pilot.press("escape")
        await calm(pilot)
        assert not app.jobs
        assert "The export was broken off." in see(app)
        assert "export ·" not in see(app).split("\n")[2]


@pytest.mark.parametrize(("width", "shown"), [(120, "export"), (80, "Esc stops"), (60, "┤")])
async def test_how_far_a_job_is_fits_the_rule(demo, see, calm, width, shown) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(width, 24)) as pilot:
        await calm(pilot)
        with app.jobs.running("export", total=1_000, can_stop=True) as job:
            job.step(500)
            app.tell_jobs()
            await pilot.pause()
            rule = see(app).split("\n")[2]
            assert len(rule) == width
            assert rule.endswith("┤")
            assert shown in rule
        await pilot.pause()
        assert "stops" not in see(app).split("\n")[2]


def test_a_theme_that_does_not_exist_is_an_error_that_names_those_that_do():
    with pytest.raises(Usage, match="dark, light, plain"):
        themes.chosen("nord")
