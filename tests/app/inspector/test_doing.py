"""Export, copy, help, palette, quitting and trouble."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from pathlib import Path

import pytest

from tacit.app.inspector import themes
from tacit.app.inspector.application import Inspector
from tacit.app.inspector.deeds.export_dialog import ExportDialog
from tacit.core.errors import StoreDamaged, Usage
from tacit.widgets.confirm import Confirm
from tacit.widgets.help import Help
from tacit.widgets.notice import Notice


async def export(app, pilot, calm, directory: Path, *keys: str) -> None:
    await pilot.press("e")
    await pilot.pause()
    assert isinstance(app.screen, ExportDialog)
    await pilot.press(*keys, "tab", "ctrl+u")
    app.screen.query_one("#directory").value = str(directory)
    await pilot.press("enter")
    await calm(pilot)


async def test_this_the_filtered_or_all_are_exported_to_the_directory_shown(
    demo, see, calm, tmp_path
) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await export(app, pilot, calm, tmp_path / "this")
        assert "Exported 1 pattern and" in see(app)
        assert str(tmp_path / "this")[:40] in see(app).replace("\n", "")
        await pilot.press("slash", *"cargo", "enter")
        await calm(pilot)
        await export(app, pilot, calm, tmp_path / "filtered", "j")
        await export(app, pilot, calm, tmp_path / "all", "G")
    counts = {}
    for name in ("this", "filtered", "all"):
        counts[name] = len(list((tmp_path / name / "patterns").rglob("*.json")))
        assert json.loads((tmp_path / name / "manifest.json").read_text())
    assert counts == {"this": 1, "filtered": len(demo.patterns("cargo")), "all": len(demo.patterns())}


async def test_an_export_that_cannot_be_written_is_told(demo, see, calm, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    app = Inspector(demo)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await export(app, pilot, calm, tmp_path / "file")
        assert "file" in see(app)
        assert app.is_running
        assert not app.jobs


async def test_quitting_asks_only_while_a_job_runs(demo, calm, monkeypatch, tmp_path) -> None:
    hold, whole = threading.Event(), demo.export

    def slow(*_, **options):
        hold.wait(5)
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


async def test_the_help_holds_the_live_bindings_the_screens_own_first(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, Help)
        labels = [key.label for key in app.screen._keys]
        assert "delete" in labels
        assert "undo" not in labels  # nothing was deleted yet
        assert app.screen._keys[0].group == "this screen"
        assert {key.key for key in app.screen._keys} >= {
            "/",
            "d",
            "e",
            "y",
            "?",
            "q",
            "j/k",
            "Enter",
            "ctrl+d",
        }


async def test_the_palette_reaches_what_can_be_done_now(demo, calm) -> None:
    from tacit.app.inspector.palette import Actions

    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        names = [command.name for command in Actions(app.screen)._commands()]
        assert {"Delete", "Export", "Filter", "Help", "Quit", "Go to Stats", "Theme: light"} <= set(names)
        assert "Undo" not in names
        await pilot.press("ctrl+p")
        await calm(pilot)
        await pilot.press(*"go to stats")
        await calm(pilot)
        await pilot.pause(0.3)
        await pilot.press("enter")
        await calm(pilot)
        assert app.current_mode == "3"


async def test_the_key_line_shows_at_most_seven_keys_at_eighty_columns(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        keys = see(app).split("\n")[-1]
        assert keys.count(" · ") == 6
        assert all(key in keys for key in ("/ filter", "d delete", "e export", "? help", "q quit"))


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
    written: list[int] = []

    def endless(*_, progress, **__):
        while True:
            progress(len(written))
            written.append(1)
            time.sleep(0.005)

    monkeypatch.setattr(demo, "export", endless)
    app = Inspector(demo)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("e", "enter")
        await pilot.pause()
        await pilot.press("q", "y")
        await pilot.pause(0.05)
    so_far = len(written)
    await asyncio.sleep(0.05)
    assert len(written) == so_far
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
        assert await asyncio.to_thread(told.wait, 20)
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
