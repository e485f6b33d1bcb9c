"""Several processes on one queue, and processes that die: nothing is lost, nothing is counted twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import waiting as support
from transcript import START, habits
from waiting import evidence_of, exported, store_later, told_in

from tacit import Memory

SESSIONS = 60

BEGIN = f"""
import sys
sys.path.insert(0, {str(Path(support.__file__).parent)!r})
from tacit import Memory
from tacit.core.learn import queue
queue.BATCH = 3
memory = Memory.open(sys.argv[1], clock=lambda: {START})
def show(done):
    print(done, flush=True)
"""
DRAIN = (
    BEGIN
    + """
import time
from itertools import count
said = count(1)
def show(done):
    print(done, flush=True)
    if next(said) == int(sys.argv[2]) + 2:
        time.sleep(600)  # it is killed here at the latest
print(memory.learn_pending(progress=show), flush=True)
"""
)
DRAIN_ONLY = BEGIN + "print(queue.drain(memory._store), flush=True)"
REBUILD = BEGIN + "print(memory.rebuild(progress=show), flush=True)"
STORE = (
    BEGIN
    + """
from waiting import told_in, store_later
with Memory.open(sys.argv[2]) as source:
    told = told_in(source)
for one in told:
    store_later(memory, [one])
    print(one[1].id, flush=True)
"""
)

RECORD = (
    BEGIN
    + """
from tacit.core.learn import worker
worker.IDLE = 0.0
number = 0
while True:
    number += 1
    episode = memory.start_episode(f"fix case {number}", "app")
    memory.log_step(episode, "Edit", {"file_path": "a.py"}, "done")
    memory.log_step(episode, "Bash", {"command": "pytest -q"}, "3 passed in 0.1s")
    print(memory.complete_episode(episode).id, flush=True)
"""
)


def clock() -> int:
    return START


def start(source: str, *arguments: Path | int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", source, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed_after(lines: int, source: str, *arguments: Path | int) -> list[str]:
    """What a process said before it was killed, having said so many lines."""
    process = start(source, *arguments)
    assert process.stdout is not None
    said = [process.stdout.readline().strip() for _ in range(lines)]
    process.kill()
    rest, _ = process.communicate(timeout=120)
    return [line for line in [*said, *rest.split()] if line]


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    folder = tmp_path_factory.mktemp("direct")
    with Memory.open(folder / "store", clock=clock) as memory:
        memory.import_paths(habits(folder / "in", SESSIONS))
        yield memory


@pytest.fixture
def store(tmp_path: Path, direct: Memory) -> Path:
    """A store in which everything waits."""
    with Memory.open(tmp_path / "store", clock=clock) as memory:
        store_later(memory, told_in(direct))
    return tmp_path / "store"


def equals(store: Path, direct: Memory, folder: Path) -> None:
    with Memory.open(store, clock=clock) as memory:
        memory.learn_pending()
        assert memory.waiting() == 0
        assert evidence_of(memory) == evidence_of(direct)
        assert exported(memory, folder / "a") == exported(direct, folder / "b")


def test_processes_that_learn_at_once_share_the_work_and_count_everything_once(
    store: Path, direct: Memory, tmp_path: Path
):
    runs = [start(DRAIN_ONLY, store) for _ in range(3)]
    counts = []
    for run in runs:
        out, errors = run.communicate(timeout=300)
        assert (run.returncode, errors) == (0, "")
        counts.append(int(out))
    assert sum(counts) == SESSIONS
    equals(store, direct, tmp_path)


def test_a_process_killed_while_it_learns_loses_and_doubles_nothing(
    store: Path, direct: Memory, tmp_path: Path
):
    left = SESSIONS
    for lines in (1, 2, 3):
        killed_after(lines, DRAIN, store, lines)
        with Memory.open(store, clock=clock) as memory:
            assert memory.waiting() < left
            left = memory.waiting()
            assert [one for one in memory.doctor() if one.level != "ok"] == []
    assert left > 0
    equals(store, direct, tmp_path)


def test_a_process_killed_after_it_stored_has_lost_nothing_it_had_stored(direct: Memory, tmp_path: Path):
    store = tmp_path / "killed"
    said: set[str] = set()
    for lines in (3, 9, 20):
        said |= set(killed_after(lines, STORE, store, direct.path))
        with Memory.open(store, clock=clock) as memory:
            assert said <= {one.id for one in memory.episodes()}
            assert memory.waiting() == len(memory.episodes())
            assert [one for one in memory.doctor() if one.level != "ok"] == []
    process = start(STORE, store, direct.path)
    _, errors = process.communicate(timeout=300)
    assert (process.returncode, errors) == (0, "")
    equals(store, direct, tmp_path)


def test_a_program_killed_while_its_thread_learns_has_lost_and_doubled_nothing(tmp_path: Path):
    said: set[str] = set()
    for lines in (1, 20, 60):
        said |= set(killed_after(lines, RECORD, tmp_path / "store"))
        with Memory.open(tmp_path / "store", clock=clock) as memory:
            assert said <= {one.id for one in memory.episodes()}
            assert [one for one in memory.doctor() if one.level != "ok"] == []
    with Memory.open(tmp_path / "store", clock=clock) as memory:
        memory.learn_pending()
        once = evidence_of(memory), memory.patterns()
        assert len(once[0]["contributions"]) == len(memory.episodes())
        memory.rebuild()
        assert (evidence_of(memory), memory.patterns()) == once


def test_a_rebuild_that_is_killed_leaves_a_sound_store_and_is_gone_on_with(direct: Memory, tmp_path: Path):
    store = tmp_path / "store"
    direct.export(tmp_path / "tree")
    with Memory.open(store, clock=clock) as memory:
        memory.import_path(tmp_path / "tree")
    killed_after(4, REBUILD, store)
    with Memory.open(store, clock=clock) as memory:
        assert 0 < memory.waiting() < SESSIONS
        assert evidence_of(memory) == evidence_of(direct)
        listed = memory.patterns()
        memory.review()
        assert memory.patterns() == listed != ()
        assert [one for one in memory.doctor() if one.level != "ok"] == []
    equals(store, direct, tmp_path)
