"""Forgetting while others import and read, and when it is killed half-way."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from everywhere import places_of
from transcript import START, Transcript, habits

from tacit import Memory
from tacit.core.texts import rebuild_text

WORD = "Zanzibar"
Start = Callable[..., "subprocess.Popen[str]"]

IMPORT = """
import os, sys
from pathlib import Path
from tacit import Memory
paths = [Path(path) for path in sys.argv[2:]]
with Memory.open(sys.argv[1], clock=lambda: 1767607200000) as memory:
    print("ready", flush=True)
    for round in range(6):
        for path in paths:
            os.utime(path)
        memory.import_paths(paths)
"""

READ = """
import sys
from tacit import Memory
with Memory.open(sys.argv[1], readonly=True) as memory:
    print("ready", flush=True)
    for line in sys.stdin:
        print(memory.page("sessions", memory.plan()).total, memory.search("zanzibar").total, flush=True)
"""

FORGET = """
import sys
from tacit import Memory
with Memory.open(sys.argv[1], clock=lambda: 1767607200000) as memory:
    print("ready", flush=True)
    memory.forget(matching="zanzibar")
    print("done", flush=True)
"""


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python on some source; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(source: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", source, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def transcripts(folder: Path) -> list[Path]:
    """Sessions without the word, with it in one of two tasks, and with it in all."""
    paths = habits(folder, 6)
    for number in range(4):
        told = Transcript(f"z{number}", start=START + number * 1_000_000)
        told.prompt("tell me a story" if number % 2 else f"a story of {WORD}")
        told.bash("cat story", f"{WORD} lay before them. " * 400)
        told.tests_pass()
        if number > 1:
            told.prompt("now the parser")
            told.edit("src/parser.py")
            told.tests_pass()
        paths.append(told.save(folder))
    return paths


def learned(tmp_path: Path) -> tuple[Path, list[Path]]:
    """A store with mirror, text index and backup, and the transcripts it learned from."""
    paths = transcripts(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths(paths)
        memory.export()
        memory.delete([next(one.id for one in memory.sessions() if WORD in one.title)])
        assert rebuild_text(memory._store)
        memory.create_backup()
    return tmp_path / "store", paths


def roots(tmp_path: Path) -> list[Path]:
    return [tmp_path / name for name in ("store", "store-export", "store-backups")]


def test_nothing_comes_back_through_those_who_import_meanwhile(tmp_path: Path, start: Start) -> None:
    store, paths = learned(tmp_path)
    importers = [start(IMPORT, store, *some) for some in (paths, paths[::-1])]
    with Memory.open(store, clock=lambda: START) as memory:
        receipt = memory.forget(matching=WORD)
        assert [one.chore for one in receipt.pending] == ["compaction"]
        for importer in importers:
            _, errors = importer.communicate(timeout=300)
            assert importer.returncode == 0, errors
        titles = {session.title for session in memory.sessions()}
        assert {"now the parser", "fix the parser, case h0"} <= titles
        assert memory.search(WORD).total == 0
        memory.review()
        memory.export()
        assert [finding for finding in memory.doctor() if finding.level == "damage"] == []
    Memory.open(store).close()  # alone now, so that the file is written anew
    assert places_of(WORD, *roots(tmp_path)) == []
    with Memory.open(store) as memory:
        assert memory.chores() == ()
        assert all(finding.level == "ok" for finding in memory.doctor())


def test_a_reader_sees_it_go_and_only_keeps_the_file_from_being_written_anew(
    tmp_path: Path, start: Start
) -> None:
    store, paths = learned(tmp_path)
    reader = start(READ, store)
    assert reader.stdin is not None
    assert reader.stdout is not None

    def asked() -> list[int]:
        reader.stdin.write("\n")  # type: ignore[union-attr]
        reader.stdin.flush()  # type: ignore[union-attr]
        return [int(number) for number in reader.stdout.readline().split()]  # type: ignore[union-attr]

    before = asked()
    assert before[1] > 0
    with Memory.open(store, clock=lambda: START) as memory:
        (left,) = memory.forget(matching=WORD).pending
        assert left.chore == "compaction"
        assert "other processes" in left.why
        assert asked()[1] == 0
        assert [finding.what for finding in memory.doctor() if finding.level == "warning"]
    with Memory.open(store, clock=lambda: START) as memory:
        memory.import_paths(paths)
        assert memory.chores() == ("compaction",)
    reader.communicate(timeout=120)
    with Memory.open(store) as memory:
        assert memory.chores() == ()
    assert places_of(WORD, *roots(tmp_path)) == []


def test_killed_half_way_it_happened_whole_or_not_and_the_next_one_goes_on(
    tmp_path: Path, start: Start
) -> None:
    store, _ = learned(tmp_path)
    chance = random.Random(11)
    for wait in sorted(chance.uniform(0, 0.4) for _ in range(12)):
        forgetting = start(FORGET, store)
        time.sleep(wait)
        forgetting.kill()
        forgetting.communicate(timeout=120)
        with Memory.open(store, readonly=True) as memory:
            if not memory.search(WORD).total:
                break
            assert len(memory.sessions()) == 9, "nothing of it happened"
            assert memory.chores() == ()
    with Memory.open(store, clock=lambda: START) as memory:
        if memory.search(WORD).total:
            memory.forget(matching=WORD)
        assert memory.finish_chores() == ()
        assert all(finding.level == "ok" for finding in memory.doctor())
    assert places_of(WORD, *roots(tmp_path)) == []
    assert [path.name for path in store.iterdir() if path.name.startswith(".")] == []


def test_every_chore_survives_a_crash_before_it(tmp_path: Path, start: Start) -> None:
    """The process dies right after the transaction; somebody else does all the rest."""
    store, _ = learned(tmp_path)
    dying = start(
        """
import os, sys
from tacit import Memory
from tacit.core import chores
chores.finish = lambda store, doers: os._exit(9)
with Memory.open(sys.argv[1], clock=lambda: 1767607200000) as memory:
    print("ready", flush=True)
    memory.forget(matching="zanzibar")
""",
        store,
    )
    dying.communicate(timeout=120)
    assert dying.returncode == 9
    with Memory.open(store, readonly=True) as memory:
        assert memory.chores() == ("text", "vectors", "mirror", "backups", "compaction")
        assert len([one for one in memory.doctor() if one.level == "warning"]) == 5
    assert places_of(WORD, *roots(tmp_path))
    with Memory.open(store) as memory:
        assert memory.finish_chores() == ()
    assert places_of(WORD, *roots(tmp_path)) == []
