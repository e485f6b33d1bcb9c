"""Every screen and the main dialogs, as text, at two sizes; the rooms also as pictures.

After a wanted change run this file with ``--snapshot-update`` and look at the difference.
"""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tacit.app.inspector.application import Inspector

SCREENS = {
    "patterns": [],
    "pattern-detail": ["j", "j", "j", "enter"],
    "pattern-evidence": ["j", "j", "j", "enter", "G"],
    "pattern-steps": ["j", "j", "j", "s"],
    "filter": ["slash", *"cargo test"],
    "filter-nothing": ["slash", *"zzz"],
    "filter-error": ["slash", *"colour:red"],
    "sessions": ["2", "j"],
    "session-detail": ["2", "j", "enter"],
    "session-steps": ["2", "j", "enter", "enter"],
    "step-detail": ["2", "j", "enter", "enter", "j", "enter"],
    "step-patterns": ["2", "j", "enter", "enter", "j", "p"],
    "stats": ["3"],
    "stats-end": ["3", "G"],
    "optimize": ["4"],
    "optimize-apply": ["4", "space", "a"],
    "pinned": ["p"],
    "declare": ["c"],
    "delete": ["d"],
    "export": ["e"],
    "search": ["f"],
    "search-found": ["f", *"cargo test", "enter"],
    "help": ["question_mark"],
}


class Text(SingleFileSnapshotExtension):
    """One text file for each screen."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


class Picture(SingleFileSnapshotExtension):
    """One picture for each room."""

    _write_mode = WriteMode.TEXT
    file_extension = "svg"


async def walk(app: Inspector, pilot, calm, keys: list[str]) -> None:
    await calm(pilot)
    for key in keys:
        app.simulate_key(key)
        if key in ("enter", "2", "3", "4", "p", "s"):
            await calm(pilot)
    await calm(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", SCREENS)
async def test_screen(demo, see, calm, snapshot: SnapshotAssertion, monkeypatch, name: str, size) -> None:
    monkeypatch.setattr(Inspector, "place", "/home/you/tacit-export")
    app = Inspector(demo)
    async with app.run_test(size=size) as pilot:
        await walk(app, pilot, calm, SCREENS[name])
        assert see(app) + "\n" == snapshot(extension_class=Text)


@pytest.mark.parametrize("room", ["1", "2", "3"])
async def test_picture(demo, calm, snapshot: SnapshotAssertion, room: str) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await walk(app, pilot, calm, [room])
        assert app.export_screenshot(title="Tacit", simplify=True) == snapshot(extension_class=Picture)
