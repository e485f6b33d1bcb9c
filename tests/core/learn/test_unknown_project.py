"""What is said of a project is listed only where somebody told which project that is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from transcript import START, habit

from tacit import Memory

DAY = 86_400_000
OF_A_PROJECT = {"context", "file_group", "heuristic"}


def told_nowhere(folder: Path) -> None:
    for number in range(5):
        habit(f"lost{number}", start=START + number * DAY, cwd="").save(folder)


def kinds(memory: Memory) -> Counter[str]:
    return Counter(one.kind for one in memory.patterns(limit=1_000))


def test_sessions_without_a_place_teach_what_holds_anywhere_and_nothing_of_a_project(tmp_path: Path) -> None:
    told_nowhere(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: START + 30 * DAY) as memory:
        memory.import_paths([tmp_path / "in"])
        assert {one.project for one in memory.sessions()} == {"unknown"}
        found = kinds(memory)
        assert found["error_recovery"] > 0
        assert not OF_A_PROJECT & found.keys()
        assert memory.facts().total == 0
        assert memory.facts("unknown").total > 0, "who asks for these very runs is told of them"
        rejected = memory.stats().funnel.rejected
        assert rejected["of no known project"] > 0


def test_once_somebody_says_which_project_it_was_they_do(tmp_path: Path) -> None:
    told_nowhere(tmp_path / "in")
    habit("found", start=START + 9 * DAY, cwd="/home/dev/work/app").save(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: START + 30 * DAY) as memory:
        memory.import_paths([tmp_path / "in"])
        assert kinds(memory)["heuristic"] == 0
        memory.merge_projects("unknown", "work/app")
        memory.learn()
        assert kinds(memory)["heuristic"] > 0
        memory.undo()
        memory.learn()
        assert kinds(memory)["heuristic"] == 0
