"""Point 14: long work runs beside the screen, is counted, can be stopped, and leaves a valid store."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from transcript import Transcript

from tacit.app.inspector.deeds.importing import ask_and_import
from tacit.app.inspector.work import job
from tacit.memory import Memory
from tacit.widgets.confirm import Confirm

FILES = 12


@pytest.fixture
def transcripts(tmp_path: Path) -> Path:
    folder = tmp_path / "left"
    for number in range(FILES):
        one = Transcript(f"left{number}", cwd="/home/dev/left")
        one.prompt(f"make it {number}")
        one.edit("src/left.py", refused="not found")
        one.read("src/left.py")
        one.edit("src/left.py")
        one.tests_pass()
        one.save(folder)
    return folder


@pytest.fixture
def heavy(tmp_path: Path) -> Path:
    """So much that it is stored in several batches."""
    folder = tmp_path / "heavy"
    for number in range(FILES):
        one = Transcript(f"heavy{number}", cwd="/home/dev/left")
        one.prompt(f"write it {number}")
        one.call("Write", {"file_path": "/home/dev/left/data.py", "content": "x = 1\n" * 150_000})
        one.tests_pass()
        one.save(folder)
    return folder


@contextmanager
def held(memory: Memory) -> Iterator[None]:
    """Nobody else can write to the store while it lasts, so what wants to waits."""
    begun, over = threading.Event(), threading.Event()

    def hold(_write) -> None:
        begun.set()
        assert over.wait(120)

    writer = threading.Thread(target=lambda: memory._store.write(hold))
    writer.start()
    assert begun.wait(120)
    try:
        yield
    finally:
        over.set()
        writer.join()


def outside(memory: Memory, *args: str) -> str:
    """A command of another process."""
    command = [sys.executable, "-m", "tacit", "--store", str(memory.path), *args]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


async def begin(hand, paths: Path) -> None:
    ask_and_import(hand.app, [str(paths)])
    await hand.settle("asked")
    assert isinstance(hand.app.screen, Confirm)
    await hand.pilot.press("y")
    while "import" not in hand.app.jobs.names:
        await hand.pilot.pause(0.01)


async def until(hand, holds) -> None:
    for _ in range(2_000):
        if holds():
            return
        await hand.pilot.pause(0.01)
    raise AssertionError("it never came")


def sound(memory: Memory) -> bool:
    return not [one for one in memory.doctor() if one.level not in {"ok", "info"}]


async def test_an_import_runs_beside_the_screen_and_another_process(demo, play, transcripts, see) -> None:
    async with play(demo, (120, 36), record=False) as hand:
        sessions = demo.stats().sessions
        await hand.press("j", "j")
        here = hand.app.screen.list.row.id
        with held(demo):
            await begin(hand, transcripts)
            assert "import · " in see(hand.app).split("\n")[2]
            assert "Esc stops" in see(hand.app).split("\n")[2]
            await hand.pilot.press("J")
            await hand.pilot.pause()
            assert "▶ running" in see(hand.app)
            await hand.pilot.press("escape", "enter", "escape", "k", "j")
            listed = json.loads(await asyncio.to_thread(outside, demo, "patterns", "--format", "json"))
            assert listed["total"] == demo.stats().patterns
        gone = demo.patterns()[-1].id
        await asyncio.to_thread(outside, demo, "delete", gone)
        await until(hand, lambda: not hand.app.jobs)
        seen = await hand.settle("imported")
        assert f"Imported {FILES} sessions, {FILES} episodes" in " ".join(seen.split())
        assert demo.stats().sessions == sessions + FILES
        assert hand.app.screen.list.row.id == here
        seen = await hand.press("J")
        assert "✓ done" in seen
        assert f"Imported {FILES} sessions" in seen
    assert demo.waiting() == 0
    assert sound(demo)


async def test_esc_stops_it_and_the_next_import_goes_on(demo, play, heavy, tmp_path) -> None:
    before = demo.stats().sessions
    async with play(demo, record=False) as hand:
        with held(demo):
            await begin(hand, heavy)
            await hand.pilot.press("escape")
            await hand.pilot.pause()
            assert hand.app.jobs.all[0].state in {"stopping", "stopped"}
            await hand.pilot.pause(1.0)  # the process is told so many times sooner than that
        await until(hand, lambda: not hand.app.jobs)
        await hand.settle("stopped")
        assert hand.app.jobs.all[0].state == "stopped"
        assert hand.app.jobs.all[0].result[0].startswith("The import was stopped")
        assert demo.stats().sessions < before + FILES  # no more than what waited for the lock
        assert sound(demo)
        await begin(hand, heavy)
        await until(hand, lambda: not hand.app.jobs)
        await hand.settle("whole")
    with Memory.open(tmp_path / "other") as other:
        other.import_paths([heavy])
        wanted = {one.id for one in other.sessions()}
    assert {one.id for one in demo.sessions()} >= wanted
    assert sound(demo)


async def test_a_killed_import_is_told_and_leaves_a_valid_store(demo, play, transcripts) -> None:
    async with play(demo, record=False) as hand:
        with held(demo):
            await begin(hand, transcripts)
            found: list[str] = []
            while not found:
                search = ["pgrep", "-P", str(os.getpid()), "-f", "tacit.app.apart"]
                found = subprocess.run(search, capture_output=True, text=True, check=False).stdout.split()
                await hand.pilot.pause(0.01)
            os.kill(int(found[0]), signal.SIGKILL)
            await until(hand, lambda: not hand.app.jobs)
        seen = " ".join((await hand.settle("killed")).split())
        assert "“import” ended without a word (signal 9)" in seen
        assert hand.app.jobs.all[0].state == "failed"
        assert "✗ failed" in await hand.press("J")
        assert sound(demo)


async def test_a_rebuild_runs_beside_the_screen_and_tells_what_came_of_it(demo, play) -> None:
    before = demo.patterns()
    async with play(demo, (120, 36), record=False) as hand:
        await hand.type(":rebuild")
        await hand.press("enter")
        with held(demo):
            await hand.pilot.press("y")
            await until(hand, lambda: "learning again" in hand.app.jobs.names)
            await hand.pilot.press("j", "j", "2", "1")
            assert hand.app.screen.list.index == 2
        await until(hand, lambda: not hand.app.jobs)
        seen = " ".join((await hand.settle("learned")).split())
        assert f"Learned anew from {demo.stats().episodes} tasks" in seen
        assert hand.app.jobs.all[0].state == "done"
        assert hand.app.screen.list.row.id == before[2].id
    assert [one.id for one in demo.patterns()] == [one.id for one in before]
    assert sound(demo)


async def test_the_rule_tells_count_elapsed_and_remaining_time(demo, play, monkeypatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(job, "time", SimpleNamespace(monotonic=lambda: clock[0], sleep=time.sleep))
    async with play(demo, (120, 36), record=False) as hand:
        with hand.app.jobs.running("rebuild", total=1_204, can_stop=True) as work:
            clock[0] += 10
            work.step(301)
            hand.app.tell_jobs()
            await hand.pilot.pause()
            assert "rebuild · 301 of 1,204 · 10 s, 30 s left · Esc stops" in hand.look("a quarter")
        await hand.pilot.pause()
        assert "rebuild" not in hand.look("over").split("\n")[2]


async def test_quitting_meanwhile_asks_once_and_says_which(demo, play, transcripts) -> None:
    async with play(demo, record=False) as hand:
        with held(demo):
            await begin(hand, transcripts)
            await hand.pilot.press("q")
            await hand.pilot.pause()
            assert sum(isinstance(one, Confirm) for one in hand.app.screen_stack) == 1
            assert hand.app.jobs.names == ["import"]
            await hand.pilot.press("q", "n")
            await hand.pilot.pause()
            assert not isinstance(hand.app.screen, Confirm)
        await until(hand, lambda: not hand.app.jobs)
        await hand.settle("over")
    assert sound(demo)


async def test_where_nothing_can_be_imported_it_is_said_and_there_is_nothing_to_agree_to(
    demo, play, tmp_path
) -> None:
    (tmp_path / "nothing.txt").write_text("nothing")
    async with play(demo, record=False) as hand:
        ask_and_import(hand.app, [str(tmp_path / "nothing.txt")])
        assert "No transcripts in" in " ".join((await hand.settle("asked")).split())
        assert "y Import" not in await hand.press("y")
        assert isinstance(hand.app.screen, Confirm)
        assert not hand.app.jobs
        await hand.press("enter")
        assert not isinstance(hand.app.screen, Confirm)
        assert not hand.app.jobs.all


async def test_an_empty_store_offers_it(empty, play, transcripts, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(transcripts.parent))
    (transcripts.parent / ".claude").mkdir()
    transcripts.rename(transcripts.parent / ".claude" / "projects")
    async with play(empty, record=False) as hand:
        assert "press i" in await hand.settle("empty")
        seen = " ".join((await hand.press("i")).split())
        assert f"{FILES} transcripts" in seen
        await hand.pilot.press("y")
        await until(hand, lambda: hand.app.jobs.all and not hand.app.jobs)
        await hand.settle("imported")
        assert hand.app.screen.list.total > 0
