"""What was told live and stands in a transcript too is in every figure once: none tells that it was live."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from offered_stories import Clock
from told_beside import AGENT, during, is_sound, known, public, save, session
from transcript import START, Transcript, habits

from tacit import Memory
from tacit.core.errors import Usage

DAY = 86_400_000
LATER = START + 20 * DAY


@pytest.fixture
def one() -> Transcript:
    return session(start=LATER)


def opened(folder: Path, clock: Clock, name: str) -> Memory:
    """A memory that learned of a habit before."""
    memory = Memory.open(folder / name, clock=clock)
    memory.background = False
    if not (folder / "before").exists():
        habits(folder / "before", 4)
    clock.at = LATER - DAY
    memory.import_path(folder / "before")
    return memory


def report(memory: Memory, clock: Clock, one: Transcript, task: int, native: str = "") -> str:
    """Tell live of a task; the id of the episode, which stays open."""
    clock.at = during(one, task)
    id_ = memory.start_episode("fix it live", directory=one.cwd, agent=AGENT, session=native or one.native).id
    for tool, given, got in (
        ("Edit", {"file_path": f"{one.cwd}/src/parser.py"}, "changed"),
        ("Bash", {"command": "pytest -q"}, "3 passed in 0.10s"),
    ):
        clock.at += 1_000
        memory.log_step(id_, tool, given, got)
    memory.flush()
    return id_


def figures(memory: Memory, folder: Path) -> dict[str, Any]:
    """All that is told of a memory anywhere."""
    memory.learn_pending()
    memory.review()
    memory.export(folder)
    return {
        "known": known(memory),
        "stats": memory.stats(),
        "patterns": memory.patterns(),
        "trends": memory.trends(),
        "together": memory.files_together(),
        "predicted": memory.predict("fix the parser, please"),
        "hits": sorted(str(hit.id) for hit in memory.search("fix it live parser", 50, mode="lexical").items),
        "steps": {one.id: memory.steps(one.id) for one in memory.episodes()},
        "files": {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*.json"))
            if path.name != "offers.json"
        },
    }


@pytest.mark.parametrize("order", ["live first", "between", "open"])
def test_every_figure_is_that_of_the_transcript(tmp_path: Path, clock: Clock, one: Transcript, order: str):
    with opened(tmp_path, clock, "both") as memory, opened(tmp_path, clock, "alone") as alone:
        if order == "between":
            memory.import_paths([save(one, tmp_path / "in", 1)])
        for task in range(3):
            with suppress(Usage):
                live = report(memory, clock, one, task)
                if order == "live first":
                    memory.complete_episode(live)
        for each in (memory, alone):
            clock.at = one.at + DAY
            each.import_paths([save(one, tmp_path / "in", 3)])
        assert figures(memory, tmp_path / "a") == figures(alone, tmp_path / "b")
        assert is_sound(memory)


def test_a_session_of_one_name_under_two_agents_is_two(tmp_path: Path, clock: Clock, one: Transcript):
    with opened(tmp_path, clock, "store") as memory:
        live = memory.start_episode("fix it", directory=one.cwd, agent="codex", session=one.native)
        live.log("bash", {"command": "pytest -q"}, "3 passed in 0.10s")
        live.complete("partial")
        clock.at = one.at
        memory.tell_outcome(one.native, "codex", "abstained")
        before = len(memory.episodes())
        memory.import_paths([save(one, tmp_path / "in", 3)])
        assert len(memory.episodes()) == before + 3
        told = [found.outcome.label for found in memory.episodes_of(public(one))]
        assert told == ["failure", "success", "failure"]
        assert memory.get(live.id).outcome.label == "partial"  # type: ignore[union-attr]
        memory.learn_pending()
        memory.review()
        assert is_sound(memory)


@pytest.mark.parametrize("task", [0, 1])
def test_a_word_at_the_border_is_of_the_task_that_had_begun(
    tmp_path: Path, clock: Clock, one: Transcript, task: int
):
    """A task begins with its first line: a word of that very moment is of it, one before is not."""
    begun = during(one, task + 1) - 15_000
    for moment, meant in ((begun - 1, task), (begun, task + 1), (begun + 1, task + 1)):
        with opened(tmp_path, clock, f"{moment}") as memory:
            memory.import_paths([save(one, tmp_path / "in", 2)])
            clock.at = moment
            memory.tell_outcome(one.native, AGENT, "abstained")
            clock.at = one.at
            memory.import_paths([save(one, tmp_path / "in", 3)])
            told = [found.outcome.label for found in memory.episodes_of(public(one))]
            assert [place for place, label in enumerate(told) if label == "abstained"] == [meant]


SHARES = """
import sys, time
from tacit import Memory
with Memory.open(sys.argv[1]) as memory:
    memory.background = False
    number = 0
    print("begun", flush=True)
    while True:
        number += 1
        try:
            live = memory.start_episode(
                f"task {number} of {sys.argv[3]}", directory="/home/dev/work/app",
                agent="claude-code", session=sys.argv[2],
            )
            live.log("bash", {"command": "pytest -q"}, "3 passed in 0.10s")
            memory.flush()
            live.complete("success" if number % 2 else None)
        except Exception as error:
            print(type(error).__name__, error, file=sys.stderr, flush=True)
"""


def test_processes_that_share_a_session_and_are_killed_leave_the_transcript_alone(
    tmp_path: Path, clock: Clock, one: Transcript
):
    with opened(tmp_path, clock, "both") as memory, opened(tmp_path, clock, "alone") as alone:
        args = [sys.executable, "-c", SHARES, str(memory.path), one.native]
        workers = [subprocess.Popen([*args, name], stdout=subprocess.PIPE) for name in ("x", "y")]
        try:
            for worker in workers:
                assert worker.stdout is not None
                assert worker.stdout.readline() == b"begun\n"
            clock.at = one.at + DAY
            for tasks in (1, 2):
                memory.import_paths([save(one, tmp_path / "in", tasks)])
        finally:
            for worker in workers:
                os.kill(worker.pid, signal.SIGKILL)
                worker.communicate()
        for each in (memory, alone):
            each.import_paths([save(one, tmp_path / "in", 3)])
        told = figures(memory, tmp_path / "a")
        assert {found.session for found in memory.episodes()} == {found.session for found in alone.episodes()}
        assert len(memory.episodes()) == len(alone.episodes())
        assert told["steps"] == figures(alone, tmp_path / "b")["steps"]
        assert is_sound(memory)
