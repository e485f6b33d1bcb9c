"""The doctor beside writers: what they are in the midst of is no damage."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from transcript import START, habit, habits

from tacit import Memory
from tacit.core.doctor import examine_file

BUSY = """
import sys
from contextlib import suppress
from tacit import Memory
from tacit.core.errors import NotFound
n = 0
with Memory.open(sys.argv[1], actor=sys.argv[2]) as memory:
    while True:
        for thing in (*memory.patterns(limit=1), *memory.sessions(limit=1)):
            with suppress(NotFound):  # the other one was quicker
                memory.delete([thing.id])
        memory.undo()
        memory.undo()
        n += 1
        print(n, flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    habits(tmp_path / "transcripts", 5)
    with Memory.open(tmp_path / "store") as memory:
        memory.import_path(tmp_path / "transcripts")
    return tmp_path / "store"


@pytest.fixture
def writers(store: Path) -> Iterator[list[subprocess.Popen[str]]]:
    started = [
        subprocess.Popen([sys.executable, "-c", BUSY, str(store), actor], stdout=subprocess.PIPE, text=True)
        for actor in ("one", "two")
    ]
    yield started
    for process in started:
        process.kill()
        process.communicate()


def test_writers_at_work_are_no_damage(store: Path, writers: list[subprocess.Popen[str]]) -> None:
    for process in writers:
        assert process.stdout is not None
        assert process.stdout.readline()
    for _ in range(6):
        found = list(examine_file(str(store)))
        with Memory.open(store, readonly=True, create=False) as memory:
            found += memory.doctor()
        assert [one for one in found if one.level == "damage"] == []
    assert all(process.poll() is None for process in writers)


def test_a_repair_waits_for_its_turn_and_lets_others_read(store: Path, tmp_path: Path) -> None:
    with Memory.open(store) as memory, Memory.open(store, readonly=True, create=False) as reader:
        memory._store.write(
            lambda write: [
                write.kv.put("table.steps", key, value[:-1] + bytes((value[-1] ^ 1,)))
                for key, value in list(write.kv.scan("table.steps"))[::3]
            ]
        )
        looked: list[int] = []
        done = threading.Event()

        def look() -> None:
            while not done.is_set():
                looked.append(len(reader.episodes()))

        thread = threading.Thread(target=look)
        thread.start()
        repair = memory.repair()
        done.set()
        thread.join()
        assert repair.aside["steps"] > 1
        assert set(looked) == {5}
        habit("new", start=START + 90 * 86_400_000).save(tmp_path / "transcripts")
        memory.import_path(tmp_path / "transcripts")
        assert [one for one in memory.doctor() if one.level == "damage"] == []
