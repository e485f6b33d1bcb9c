"""Projects that transcripts show to be one go by one name, whoever wrote them down and in whatever order."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from transcript import START, habits

from tacit import Memory
from tacit.app.commands.imported import headline
from tacit.core.model import Session
from tacit.core.query import Plan

ADDRESS = "github.com/acme/app"
NAME = "work/app"
DIRECTORY = "/home/dev/work/app"
DAY = 86_400_000


def addressed(
    folder: Path, name: str, *, project: str = "/home/dev/work/app", address: str = ADDRESS
) -> Path:
    """A session of a program that tells directory and address."""
    lines = (
        {"type": "session", "tacit": 1, "id": name, "agent": "other", "project": project, "at": START}
        | {"repository": f"https://{address}.git"},
        {"type": "episode_start", "id": "1", "task": f"Describe the parser, {name}"},
        {"type": "step", "tool": "bash", "parameters": {"command": "ls"}, "observation": "a"},
        {"type": "episode_end", "outcome": "success"},
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def memory(tmp_path: Path):
    """An empty memory."""
    with Memory.open(tmp_path / "store", clock=lambda: START + 40 * DAY) as opened:
        yield opened


def projects(memory: Memory) -> dict[str, int]:
    """Sessions by project."""
    return {one.name: one.sessions for one in memory.projects()}


def test_the_address_that_lay_in_a_directory_names_what_was_done_there(tmp_path, memory):
    memory.import_path(*habits(tmp_path / "in", 3))
    assert projects(memory) == {NAME: 3}
    report = memory.import_path(addressed(tmp_path, "one"))
    assert report.joined == (f"{NAME} into {ADDRESS}",)
    assert projects(memory) == {ADDRESS: 4}
    again = memory.import_path(addressed(tmp_path, "one"))
    assert again.joined == ()


def test_the_order_of_imports_does_not_matter(tmp_path):
    habits(tmp_path / "in", 3)
    addressed(tmp_path / "in", "one")
    parts = sorted((tmp_path / "in").iterdir())
    outcomes = set()
    turned = (parts[n:] + parts[:n] for n in range(len(parts)))
    for number, order in enumerate((*turned, parts[::-1])):
        with Memory.open(tmp_path / f"store{number}") as memory:
            for path in order:
                memory.import_path(path)
            patterns = [(p.id, p.title, p.uses) for p in memory.page("patterns", Plan(), None).items]
            outcomes.add((tuple(projects(memory).items()), tuple(patterns)))
    assert len(outcomes) == 1


def test_a_join_without_a_new_transcript_is_told_as_that_and_happens_once(tmp_path, memory):
    paths = [
        *habits(tmp_path / "in", 2),
        addressed(tmp_path, "one"),
        addressed(tmp_path, "two", address="b.c/d/e"),
    ]
    memory.import_path(*paths)
    memory.delete([one.id for one in memory.sessions() if one.project == "b.c/d/e"])
    report = memory.import_path(*paths)
    assert (report.read, report.changed, report.joined) == (0, True, (f"{NAME} into {ADDRESS}",))
    assert headline(report).startswith("No transcript is new, but projects go by other names now")
    again = memory.import_path(*paths)
    assert (again.changed, headline(again).partition(":")[0]) == (False, "Nothing new")


def test_two_addresses_in_one_directory_say_nothing(tmp_path, memory):
    memory.import_path(addressed(tmp_path, "one"), addressed(tmp_path, "two", address="github.com/other/app"))
    report = memory.import_path(*habits(tmp_path / "in", 2))
    assert report.joined == ()
    assert projects(memory) == {NAME: 2, ADDRESS: 1, "github.com/other/app": 1}


def test_an_address_that_comes_later_takes_the_join_back_in_any_order(tmp_path):
    parts = [
        *habits(tmp_path / "in", 1),
        addressed(tmp_path / "in", "one"),
        addressed(tmp_path / "in", "two", address="github.com/other/app"),
    ]
    for number, order in enumerate(permutations(parts)):
        with Memory.open(tmp_path / f"store{number}") as memory:
            reports = [memory.import_path(path) for path in order]
            assert projects(memory) == {NAME: 1, ADDRESS: 1, "github.com/other/app": 1}
            joined = [one.removesuffix(ADDRESS) for one in reports[1].joined]
            assert joined in ([], [f"{NAME} into "], [f"{NAME} into github.com/other/app"])
            assert len(reports[2].parted) == len(joined)
            assert memory.undo("import") is None
            assert memory.merges() == {}


def test_addresses_that_a_person_merged_are_one(tmp_path, memory):
    memory.import_path(addressed(tmp_path, "one"), addressed(tmp_path, "two", address="github.com/new/app"))
    memory.merge_projects(ADDRESS, "github.com/new/app")
    memory.import_path(*habits(tmp_path / "in", 2))
    assert projects(memory) == {"github.com/new/app": 4}
    memory.undo()
    assert memory.import_path(addressed(tmp_path, "three")).parted == (f"{NAME} out of {ADDRESS}",)
    assert projects(memory) == {NAME: 2, ADDRESS: 2, "github.com/new/app": 1}


@pytest.mark.parametrize("directory", ["/home/dev", "/tmp/app", "/", ""])
def test_no_place_of_everybodys_is_anybodys_project(tmp_path, memory, directory):
    memory.import_path(addressed(tmp_path, "one", project=directory))
    assert memory.import_path(*habits(tmp_path / "in", 1)).joined == ()


def test_what_was_taken_back_is_not_joined_again(tmp_path, memory):
    paths = habits(tmp_path / "in", 4)
    memory.import_path(*paths[:3], addressed(tmp_path, "one"))
    assert projects(memory) == {ADDRESS: 4}
    assert memory.undo() is None  # no person did it
    assert memory.undo("import") is not None
    assert projects(memory) == {NAME: 3, ADDRESS: 1}
    assert memory.import_path(paths[3]).joined == ()
    assert projects(memory) == {NAME: 4, ADDRESS: 1}
    memory.merge_projects(NAME, ADDRESS)
    assert projects(memory) == {ADDRESS: 5}


def test_a_merge_by_a_person_and_the_configuration_go_first(tmp_path, memory):
    memory.import_path(*habits(tmp_path / "in", 2), addressed(tmp_path, "else", project="/home/dev/else"))
    memory.merge_projects(ADDRESS, NAME)
    assert projects(memory) == {NAME: 3}
    assert memory.import_path(addressed(tmp_path, "one")).joined == ()
    assert projects(memory) == {NAME: 4}


def test_a_dry_run_joins_nothing(tmp_path, memory):
    memory.import_path(*habits(tmp_path / "in", 2))
    assert memory.import_path(addressed(tmp_path, "one"), dry_run=True).joined == ()
    assert projects(memory) == {NAME: 2}


def test_a_joined_session_keeps_the_name_it_was_told_under(tmp_path, memory):
    memory.import_path(*habits(tmp_path / "in", 1), addressed(tmp_path, "one"))
    told = {s.told_project for s in memory.page("sessions", Plan(), None).items if isinstance(s, Session)}
    assert told == {"", NAME}


def test_a_step_that_joined_several_names_all_of_them(tmp_path, memory):
    for name in ("one", "two"):
        path = addressed(tmp_path / "bare", name, project=f"/home/dev/work/{name}", address="x")
        path.write_text(path.read_text().replace('"repository": "https://x.git"', '"branch": "main"'))
    memory.import_path(tmp_path / "bare")
    for name in ("one", "two"):
        addressed(tmp_path / "in", f"a-{name}", project=f"/home/dev/work/{name}", address=f"host/acme/{name}")
    report = memory.import_path(tmp_path / "in")
    assert sorted(report.joined) == [f"work/{name} into host/acme/{name}" for name in ("one", "two")]
    (told,) = memory.merges().values()
    assert sorted(told.split(", ")) == sorted(report.joined)
