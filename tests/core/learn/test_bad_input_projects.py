"""Projects that move: a renamed directory, another address of the repository. Two until they are merged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from transcript import START, habit

from tacit import Memory

DAY = 86_400_000
ROOT = "/home/dev/work/app"
TASK: tuple[dict[str, Any], ...] = (
    {"type": "episode_start", "id": "1", "task": "fix the parser"},
    {"type": "step", "tool": "Edit", "parameters": {"file_path": f"{ROOT}/src/parser.py"}},
    {"type": "step", "tool": "Bash", "parameters": {"command": "pytest -q"}, "observation": "3 passed in 1s"},
)


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.export(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def comes_back(memory: Memory, folder: Path) -> None:
    """The store is sound, and its export taken back gives the same export."""
    assert [finding for finding in memory.doctor() if finding.level != "ok"] == []
    tree = exported(memory, folder / "out")
    with Memory.open(folder / "back", clock=memory.clock) as other:
        assert other.import_paths([folder / "out"]).skipped == {}
        assert exported(other, folder / "again") == tree


def handed_in(folder: Path, *lines: dict[str, Any]) -> Path:
    """A file of Tacit's own JSON Lines with one session."""
    folder.mkdir(exist_ok=True)
    path = folder / "handed-in.jsonl"
    head = {"type": "session", "tacit": 1, "id": "s", "project": ROOT, "at": START}
    path.write_text("".join(json.dumps(line) + "\n" for line in (head, *lines)))
    return path


def moved(folder: Path) -> list[Path]:
    """Four sessions of a habit, between the second and third of which their directory was renamed."""
    return [
        habit(
            f"h{number}", start=START + number * DAY, cwd=f"/home/dev/{'old' if number < 2 else 'new'}"
        ).save(folder)
        for number in range(4)
    ]


def test_a_project_whose_directory_was_renamed_is_two_until_merged_and_then_as_if_never_moved(tmp_path: Path):
    paths = moved(tmp_path / "in")
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths(paths)
        assert sorted(one.name for one in memory.projects()) == ["new", "old"]
        ways = {row.key: row.uses for row in memory.patterns("kind:tool_sequence")}
        assert set(ways.values()) == {4}, "ways of work are of no project"
        facts = {row.key[0] for row in memory.patterns("kind:heuristic")}
        assert facts == {"new", "old"}
        memory.merge_projects("old", "new")
        assert {row.key for row in memory.patterns("kind:tool_sequence")} == set(ways)
        assert {(row.key[0], row.uses) for row in memory.patterns("kind:heuristic")} == {
            ("new", 4),
            ("new", 8),
        }
        merged = {
            name: text for name, text in exported(memory, tmp_path / "a").items() if "patterns/" in name
        }
        with Memory.open(tmp_path / "never", clock=lambda: START) as never:
            never.import_paths(paths, project="new")
            assert merged == {
                name: text for name, text in exported(never, tmp_path / "b").items() if "patterns/" in name
            }
        memory.undo()
        assert {row.key[0] for row in memory.patterns("kind:heuristic")} == {"new", "old"}
        comes_back(memory, tmp_path)


def test_a_session_that_goes_on_in_another_directory_keeps_its_project_and_all_of_its_tasks(tmp_path: Path):
    one = habit("h0", cwd="/home/dev/old")
    for line in one.lines[9:]:
        line["cwd"] = "/home/dev/new"
    one.cwd = "/home/dev/new"
    one.prompt("now the reader, please")
    one.edit("src/reader.py")
    one.tests_pass()
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([one.save(tmp_path / "in")])
        assert [(row.project, row.episodes, row.steps) for row in memory.sessions()] == [("old", 2, 10)]


@pytest.mark.parametrize("repositories", [("git@github.com:Me/old.git", "https://github.com/Me/new")])
def test_a_repository_whose_address_changed_is_another_project_until_merged(
    tmp_path: Path, repositories: tuple[str, str]
):
    for place, url in enumerate(repositories):
        path = handed_in(tmp_path / f"in{place}", *TASK)
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        lines[0] |= {"id": f"s{place}", "repository": url}
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([tmp_path / "in0", tmp_path / "in1"])
        assert sorted(one.name for one in memory.projects()) == ["github.com/Me/new", "github.com/Me/old"]
        memory.merge_projects("github.com/Me/old", "github.com/Me/new")
        assert {(one.project, one.repository) for one in memory.sessions()} == {
            ("github.com/Me/new", url) for url in repositories
        }
        comes_back(memory, tmp_path)
