"""Several processes import overlapping files in orders of their own while others mark, pin and delete."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from transcript import START, Transcript, habit

from tacit import Memory

SESSIONS = 9
PROCESSES = 4
ROUNDS = range(int(os.environ.get("ORDER_ROUNDS", "1")))
DAY = 86_400_000

BEGIN = """
import sys
from pathlib import Path
from tacit import Memory
from tacit.core.errors import NotFound
memory = Memory.open(sys.argv[1], actor=sys.argv[2], clock=lambda: 1767607200000)
print("ready", flush=True)
sys.stdin.readline()
%s
memory.close()
"""
IMPORT = BEGIN % "for path in sys.argv[3:]: memory.import_paths([Path(path)])"
MARK = BEGIN % (
    "said = {}\n"
    "while len(said) < len(sys.argv) - 3:\n"
    "    for line in sys.argv[3:]:\n"
    "        episode, label = line.split('=')\n"
    "        try:\n"
    "            said[episode] = memory.mark(episode, label)\n"
    "        except NotFound:\n"
    "            pass"
)
"""Marks what is not there yet as soon as it is."""

DELETE = MARK.replace("memory.mark(episode, label)", "memory.get(episode) and memory.delete([episode])")


def stories(folder: Path) -> list[Path]:
    """Sessions of a habit and a second task, every third of which is resumed by the next."""
    paths = []
    for number in range(SESSIONS):
        origin = number - (number % 3 == 1)
        one = habit(f"h{origin}", start=START + origin * DAY, good=origin % 2 == 0)
        one.prompt("now the reader, please")
        one.edit("src/reader.py")
        one.tests_pass()
        if origin != number:
            one.native = Transcript(f"resumed {number}").native
            for line in one.lines:
                line["sessionId"] = one.native
            one.read("more.py")
        paths.append(one.save(folder))
    return paths


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.review()
    memory.export(folder)
    assert [finding for finding in memory.doctor() if finding.level != "ok"] == []
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def run_together(store: Path, jobs: list[tuple[str, str, list[str]]]) -> None:
    """Start all of them, let them go at once, and wait; none may fail."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", source, str(store), name, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, source, words in jobs
    ]
    try:
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        for process in started:
            _, errors = process.communicate(timeout=300)
            assert (process.returncode, errors) == (0, "")
    finally:
        for process in started:
            process.kill()
            process.communicate()


@pytest.mark.parametrize("seed", ROUNDS)
def test_any_order_in_several_processes_ends_as_one_import_with_the_same_marks_and_deletes(
    tmp_path: Path, seed: int
):
    dice = Random(seed)
    paths = stories(tmp_path / "in")
    with Memory.open(tmp_path / "alone", clock=lambda: START) as alone:
        alone.import_paths(paths)
        episodes = sorted(one.id for one in alone.episodes())
        dice.shuffle(episodes)
        labels = {one: dice.choice(("success", "failure", "partial", "unknown")) for one in episodes[:5]}
        gone = episodes[5:7]
        for one, label in labels.items():
            alone.mark(one, label)
        for one in gone:
            alone.delete([one])
        expected = exported(alone, tmp_path / "a")
    Memory.open(tmp_path / "store", clock=lambda: START).close()
    jobs = [
        ("marker", MARK, [f"{one}={label}" for one, label in labels.items()]),
        ("deleter", DELETE, [f"{one}=" for one in gone]),
    ]
    for number in range(PROCESSES):
        mine = dice.sample(paths, len(paths) * 2 // 3) if number else [*paths]
        dice.shuffle(mine)
        jobs.append((f"importer {number}", IMPORT, list(map(str, mine))))
    run_together(tmp_path / "store", jobs)
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        assert memory.import_paths(paths).changed is False
        assert exported(memory, tmp_path / "b") == expected
