"""`F` forgets for good, after two different keys, exactly as the command does; nothing of it is anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from everywhere import places_of
from transcript import START, Transcript, habits

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.deeds.forget_dialog import ForgetDialog
from tacit.app.inspector.launch import _tidy
from tacit.core.texts import rebuild_text
from tacit.memory import Memory

NOW = 1_790_000_000_000
WORD = "quetzal"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of five sessions, the newest of which alone tells of a bird; with index, mirror and backup."""
    habits(tmp_path / "in")
    told = Transcript("bird", start=START + 90 * 86_400_000)
    told.prompt(f"where is the {WORD}")
    told.edit(f"src/{WORD}.py")
    told.bash("make", f"a {WORD}")
    told.tests_pass()
    told.save(tmp_path / "in")
    path = tmp_path / "store"
    with Memory.open(path, clock=lambda: NOW) as memory:
        memory.import_paths([tmp_path / "in"])
        memory.export()
        assert rebuild_text(memory._store)
        memory.create_backup()
    return path


@pytest.fixture
def memory(store: Path) -> Iterator[Memory]:
    with Memory.open(store, clock=lambda: NOW) as memory:
        yield memory


def roots(store: Path) -> list[Path]:
    return [store, *(path for path in store.parent.glob(f"{store.name}-*") if path.is_dir())]


async def to_sessions(app: Inspector, pilot, calm) -> None:
    await pilot.press("2")
    await calm(pilot)
    assert WORD in app.screen.list.row.title


async def test_only_y_and_then_F_forget_and_then_it_is_nowhere(store, memory, see, said, calm) -> None:  # noqa: N802
    app = Inspector(memory)
    assert len(places_of(WORD, *roots(store))) > 5
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await to_sessions(app, pilot, calm)
        gone = app.screen.list.row
        for keys in (
            ["enter"],
            ["escape"],
            ["n"],
            ["y", "y", "y", "enter"],
            ["F", "F", "F", "enter"],
            ["y", "n"],
        ):
            await pilot.press("F")
            await calm(pilot)
            assert isinstance(app.screen, ForgetDialog)
            assert app.focused is app.screen.query_one("#cancel")
            assert "1 session, 1 task with 3 steps" in said(app)
            assert "cannot be undone" in said(app)
            await pilot.press(*keys)
            await calm(pilot)
            assert not isinstance(app.screen, ForgetDialog)
            assert memory.get(gone.id) == gone
        await pilot.press("F")
        await calm(pilot)
        await pilot.press("y")
        assert "Press F to forget for good" in said(app)
        await pilot.press("F")
        await calm(pilot)
        assert "Forgot 1 session, 1 task with 3 steps" in see(app)
        assert "The agent's own file keeps it" in see(app)
        assert len(memory.sessions()) == 4
        assert WORD not in app.screen.list.row.title
        await pilot.press("u")
        await calm(pilot)
        assert len(memory.sessions()) == 4
    _tidy(memory)
    assert places_of(WORD, *roots(store)) == []
    assert not memory.chores()
    assert all(finding.level == "ok" for finding in memory.doctor())
    assert memory.import_paths([store.parent / "in"]).skipped["deleted"] == 1


async def test_it_does_the_same_as_the_command(store, tmp_path, calm) -> None:
    other = tmp_path / "other" / "store"
    shutil.copytree(store, other)
    environ = {**os.environ, "TACIT_HOME": str(tmp_path / "home")}
    with Memory.open(store, clock=lambda: NOW) as memory:
        gone = memory.sessions(limit=1)[0]
        app = Inspector(memory)
        async with app.run_test(size=(100, 30)) as pilot:
            await to_sessions(app, pilot, calm)
            await pilot.press("F")
            await calm(pilot)
            await pilot.press("y", "F")
            await calm(pilot)
        _tidy(memory)
        memory.export(tmp_path / "here")
    command = [sys.executable, "-m", "tacit", "--store", str(other), "forget", "--session", gone.id, "--yes"]
    subprocess.run(command, check=True, capture_output=True, env=environ)
    with Memory.open(other, clock=lambda: NOW) as memory:
        memory.export(tmp_path / "there")
        assert list(memory.tombstones())
    trees = [
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.json")}
        for name in ("here", "there")
    ]
    assert len(trees[0]) > 4
    assert trees[0] == trees[1]


async def test_marked_sessions_go_together(memory, said, calm) -> None:
    app = Inspector(memory)
    async with app.run_test(size=(100, 30)) as pilot:
        await to_sessions(app, pilot, calm)
        await pilot.press("space", "space", "F")
        await calm(pilot)
        assert "2 sessions, 2 tasks" in said(app)
        await pilot.press("y", "F")
        await calm(pilot)
        assert len(memory.sessions()) == 3


async def test_it_is_not_there_for_a_pattern_a_task_or_where_nothing_may_be_written(store, calm) -> None:
    with Memory.open(store, readonly=True) as memory:
        app = Inspector(memory)
        async with app.run_test(size=(100, 30)) as pilot:
            await to_sessions(app, pilot, calm)
            await pilot.press("F")
            assert not isinstance(app.screen, ForgetDialog)
    with Memory.open(store) as memory:
        app = Inspector(memory)
        async with app.run_test(size=(100, 30)) as pilot:
            await calm(pilot)
            await pilot.press("F")
            assert not isinstance(app.screen, ForgetDialog)
            await pilot.press("2", "s")
            await calm(pilot)
            await pilot.press(*"jjjjj", "F")
            assert not isinstance(app.screen, ForgetDialog)


async def test_a_session_that_went_meanwhile_is_told_and_nothing_else_goes(memory, see, calm) -> None:
    app = Inspector(memory)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await to_sessions(app, pilot, calm)
        gone = app.screen.list.row
        await pilot.press("F")
        await calm(pilot)
        memory.forget(sessions=[gone.id], compact=False)
        await pilot.press("y", "F")
        await calm(pilot)
        assert "was forgotten already" in see(app)
        assert len(memory.sessions()) == 4
