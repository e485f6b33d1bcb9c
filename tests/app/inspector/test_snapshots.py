"""Every screen and dialog as text: in two sizes, the rooms in a small one too and with their colours; and the
states a screen can be in: empty, loading, in trouble, read-only, full of hostile text.

One start serves all looks at a scene. After a wanted change run this file with ``--snapshot-update`` and read
the difference.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from painted import painted
from scenes import HOSTILE, ROOMS, SCENES, keys_of
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.pilot import Pilot

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.frame import themes
from tacit.core.errors import StoreDamaged
from tacit.memory import Memory

SMALL, LARGE, LEAST = (80, 24), (120, 36), (60, 15)
THEMES = {"dark": themes.DARK, "light": themes.LIGHT, "plain": themes.PLAIN}


class Text(SingleFileSnapshotExtension):
    """One text file for each scene."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch, own_home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What would vary from one machine to another; the folders of a test stand in the home directory."""
    monkeypatch.setenv("HOME", str(tmp_path_factory.getbasetemp()))
    monkeypatch.setattr(Inspector, "place", Path("/home/you/tacit-export"))
    health, disk_use = Memory.health, Memory.disk_use
    sizes = {"file": 4_000_000, "live": 3_900_000, "free": 60_000_000_000}
    monkeypatch.setattr(Memory, "health", lambda memory: replace(health(memory), **sizes))
    monkeypatch.setattr(
        Memory,
        "disk_use",
        lambda memory: tuple(
            replace(one, size=one.size and 1_000_000, path=re.sub(r"/home\d+/", "/home/", one.path))
            for one in disk_use(memory)
        ),
    )


async def walk(pilot: Pilot[int], calm: Any, words: tuple[str, ...]) -> None:
    await calm(pilot)
    for keys in keys_of(words):
        await pilot.press(*keys)
        await calm(pilot)


async def looks(app: Inspector, pilot: Pilot[int], see: Callable[[Inspector], str], calm: Any, *sizes) -> str:
    """What is to be seen in each size, one under the other."""
    seen = []
    for columns, rows in sizes:
        await pilot.resize_terminal(columns, rows)
        await calm(pilot)
        seen.append(f"» {columns}×{rows}\n{see(app)}\n")
    return "\n".join(seen)


@pytest.mark.parametrize("name", SCENES)
async def test_scene(demo, see, calm, snapshot: SnapshotAssertion, name: str) -> None:
    app = Inspector(demo)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await walk(pilot, calm, SCENES[name])
        sizes = (SMALL, LARGE, LEAST) if name in ROOMS else (SMALL, LARGE)
        assert await looks(app, pilot, see, calm, *sizes) == snapshot(extension_class=Text)


@pytest.mark.parametrize("theme", THEMES)
async def test_colours(demo, calm, snapshot: SnapshotAssertion, monkeypatch, theme: str) -> None:
    if theme == "plain":
        monkeypatch.setenv("NO_COLOR", "1")
    app = Inspector(demo, theme=THEMES[theme])
    seen = []
    async with app.run_test(size=SMALL) as pilot:
        for words in (*((key,) for key in ROOMS.values()), ("1", "enter"), ("d",)):
            await walk(pilot, calm, words)
            seen.append(painted(app))
    assert "\n".join(seen) == snapshot(extension_class=Text)


async def test_empty(empty, see, calm, snapshot: SnapshotAssertion) -> None:
    app = Inspector(empty)
    seen = []
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        for words in (*((key,) for key in ROOMS.values()), ("1", "e"), ("escape", "slash", "'x")):
            await walk(pilot, calm, words)
            seen.append(see(app) + "\n")
    assert "\n".join(seen) == snapshot(extension_class=Text)


async def test_loading(demo, see, snapshot: SnapshotAssertion, monkeypatch) -> None:
    """What stands there while no thread has answered yet."""
    opened = asyncio.Event()
    threaded = asyncio.to_thread

    async def late(*args: Any, **named: Any) -> Any:
        await opened.wait()
        return await threaded(*args, **named)

    monkeypatch.setattr(asyncio, "to_thread", late)
    app = Inspector(demo)
    seen = []
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        for words in (
            ("1",),
            ("enter",),
            ("escape", "slash", "'edit"),
            ("escape", "2"),
            ("3",),
            ("4",),
            ("i",),
        ):
            for keys in keys_of(words):
                await pilot.press(*keys)
                await pilot.pause()
            seen.append(f"» {' '.join(words)}\n{see(app)}\n")
        opened.set()
        await app.workers.wait_for_complete()
    assert "\n".join(seen) == snapshot(extension_class=Text)


async def test_trouble(demo, see, calm, snapshot: SnapshotAssertion) -> None:
    """The store does not answer any more; a question nobody can answer."""
    app = Inspector(demo)
    seen = []
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await walk(pilot, calm, ("slash", "'~what was slow", "enter"))
        seen.append(see(app) + "\n")
        await walk(pilot, calm, ("escape", "ctrl+p", "'groups by", "enter"))
        seen.append(see(app) + "\n")
        app.trouble(StoreDamaged("The store's file is shorter than it was.", "Run `memory doctor`."))
        await calm(pilot)
        seen.append(see(app) + "\n")
    assert "\n".join(seen) == snapshot(extension_class=Text)


async def test_readonly(demo_store: Path, see, calm, snapshot: SnapshotAssertion, now: int) -> None:
    seen = []
    with Memory.open(demo_store, clock=lambda: now + 1, readonly=True) as memory:
        app = Inspector(memory)
        async with app.run_test(size=LARGE, notifications=True) as pilot:
            for words in (*((key,) for key in ROOMS.values()), ("1", "d", "c", "p", "u", "question_mark")):
                await walk(pilot, calm, words)
                seen.append(see(app) + "\n")
    assert "\n".join(seen) == snapshot(extension_class=Text)


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile(hostile, see, calm, snapshot: SnapshotAssertion, name: str) -> None:
    app = Inspector(hostile)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await walk(pilot, calm, HOSTILE[name])
        assert see(app) + "\n" == snapshot(extension_class=Text)
