"""Files that tell several sessions: each is imported, noted, deleted and forgotten as one of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from handed_in import call, end, episode, lines, run, save_runs, say, session, step
from hypothesis import given, settings
from hypothesis import strategies as st
from transcript import START

from tacit import Memory
from tacit.core.readers import registry
from tacit.core.readers.own import own_readers
from tacit.core.readers.registry import load_readers

ROOT = Path(__file__).parents[2]


def exported(memory: Memory, folder: Path) -> dict[str, bytes]:
    memory.review()
    memory.export(folder)
    assert [finding for finding in memory.doctor() if finding.level != "ok"] == []
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.json"))}


def imported(tmp_path: Path, name: str, paths: list[Path]) -> dict[str, bytes]:
    with Memory.open(tmp_path / f"store-{name}", clock=lambda: START) as memory:
        for path in paths:
            memory.import_paths([path])
        return exported(memory, tmp_path / f"export-{name}")


def results(*numbers: int, reward: float | None = None) -> list[object]:
    return [run(number % 3, number // 3, number % 2 if reward is None else reward) for number in numbers]


def handed(*names: str, day: int = 5, tasks: int = 3) -> str:
    """Sessions of a few tasks each, of which every third goes wrong."""
    told: list[dict[str, object] | str] = []
    for place, name in enumerate(names):
        told.append(session(name, project="/home/me/work/shop", at=f"2026-01-{day + place:02d}T10:00:00Z"))
        for number in range(tasks):
            bad = (number + place) % 3 == 2
            at = START + (day + place - 5) * 86_400_000 + number * 60_000
            told.append(episode(str(number), f"task {number} of {name}", at=at))
            told.append(step("edit", parameters={"file_path": "/home/me/work/shop/a.py"}, at=at + 1_000))
            told.append(step(observation="1 failed", status="error", at=at + 2_000))
            told.append(step(observation="1 passed", at=at + 3_000))
            told.append(end("failure" if bad else "success", at=at + 4_000))
    return lines(*told)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two results that share runs, and two files of a program that go on with one session."""
    folder = tmp_path / "in"
    one = save_runs(folder / "gpt-4o-airline.json", *results(0, 1, 2, 3, 4))
    two = save_runs(folder / "again.json", *results(6, 4, 3, 5))
    (folder / "a.jsonl").write_text(handed("s1", "s2"))
    (folder / "b.jsonl").write_text(handed("s2", "s3", day=6, tasks=4))
    return [one, two, folder / "a.jsonl", folder / "b.jsonl"]


def test_every_session_of_a_file_is_imported_and_a_second_time_changes_nothing(tmp_path, files):
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        report = memory.import_paths(files)
        assert (report.sessions, report.episodes, report.skipped) == (10, 18, {})
        assert {one.project for one in memory.sessions()} == {"airline", "work/shop"}
        before, sequence = exported(memory, tmp_path / "out"), memory.sequence()
        again = memory.import_paths(files)
        assert (again.changed, again.skipped) == (False, {"unchanged": 4})
        for path in files:
            path.touch()
        assert not memory.import_paths(files).changed
        assert memory.sequence() == sequence
        assert exported(memory, tmp_path / "out") == before


def test_the_order_of_files_and_of_runs_in_them_does_not_matter(tmp_path, files):
    one = imported(tmp_path, "a", files)
    assert imported(tmp_path, "b", files[::-1]) == one
    save_runs(files[0], *results(4, 2, 0))
    save_runs(files[1], *results(5, 1, 6, 3))
    assert imported(tmp_path, "c", files) == one


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_a_file_told_bit_by_bit_ends_the_same(tmp_path_factory, data):
    tmp_path = tmp_path_factory.mktemp("bits")
    texts = {"a.jsonl": handed("s1", "s2"), "r.json": json.dumps(results(0, 1, 2, 3))}
    (tmp_path / "whole").mkdir()
    for name, text in texts.items():
        (tmp_path / "whole" / name).write_text(text)
    whole = imported(tmp_path, "a", [tmp_path / "whole"])
    growing = tmp_path / "growing"
    growing.mkdir()
    with Memory.open(tmp_path / "store-b", clock=lambda: START) as memory:
        for name, text in texts.items():
            for at in [*sorted(data.draw(st.lists(st.integers(900, len(text)), max_size=4))), len(text)]:
                (growing / name).write_text(text[:at])
                memory.import_paths([growing])
        assert exported(memory, tmp_path / "export-b") == whole


def test_a_shorter_copy_that_grows_takes_nothing_from_a_telling_that_is_longer(tmp_path):
    at = START + 1_000
    told = [session("s1", project="/home/me/work/shop", at=at)]
    for number in range(2):
        told.append(episode(str(number), f"task {number}", at=at))
        told += [step(observation="1 passed", at=at) for _ in range(3)]
        told.append(end("success", at=at))
    whole = lines(*told).splitlines(keepends=True)
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "s.jsonl").write_text("".join(whole), encoding="utf-8")
    short = tmp_path / "short" / "s.jsonl"
    short.parent.mkdir()
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_path(tmp_path / "whole")
        before = exported(memory, tmp_path / "before")
        for length in (3, 7):  # the second ends where the second task has only begun
            short.write_text("".join(whole[:length]), encoding="utf-8")
            memory.import_path(short)
        assert exported(memory, tmp_path / "after") == before


def test_a_deleted_run_stays_away_while_its_file_grows_and_comes_back_grown_with_undo(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(handed("s1", "s2", tasks=2))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([path])
        (gone,) = [one for one in memory.sessions() if "s1" in one.title]
        memory.delete([gone.id])
        path.write_text(handed("s1", "s2", "s3", tasks=3))
        report = memory.import_paths([path])
        assert (report.sessions, report.episodes, report.skipped) == (1, 4, {"deleted": 1})
        assert memory.import_paths([path]).skipped == {"unchanged": 1}
        memory.undo()
        assert memory.import_paths([path]).changed
        assert memory.import_paths([path]).skipped == {"unchanged": 1}
        told = exported(memory, tmp_path / "out")
    assert told == imported(tmp_path, "whole", [path])


def test_a_file_all_of_which_was_deleted_is_read_again_only_when_it_changes_or_something_comes_back(tmp_path):
    path = save_runs(tmp_path / "r.json", *results(0, 1))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([path])
        memory.delete([one.id for one in memory.sessions()])
        assert memory.import_paths([path]).skipped == {"deleted": 1}
        save_runs(path, *results(0, 1)[::-1])
        path.write_text(path.read_text() + "\n")
        assert memory.import_paths([path]).skipped == {"deleted": 2}
        assert memory.import_paths([path]).skipped == {"deleted": 1}
        save_runs(path, *results(0, 1, 2))
        assert memory.import_paths([path]).sessions == 1
        memory.undo()
        assert len(memory.sessions()) == 3


def test_sessions_that_ended_too_long_ago_can_be_imported_later(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(handed("s1", "s2"))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        report = memory.import_paths([path], since=START + 80_000_000)
        assert (report.sessions, report.skipped) == (1, {"older than asked": 1})
        assert memory.import_paths([path]).sessions == 1


def test_what_is_forgotten_of_a_file_does_not_come_back_and_the_rest_stays(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(handed("s1", "s2"))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([path])
        (gone,) = [one for one in memory.sessions() if "s1" in one.title]
        memory.forget(sessions=[gone.id])
        assert [one.title for one in memory.sessions()] == ["task 0 of s2"]
        path.write_text(handed("s1", "s2", "s3"))
        report = memory.import_paths([path])
        assert (report.sessions, report.skipped) == (1, {"deleted": 1})
        assert str(path).encode() not in (tmp_path / "store" / "data.mdb").read_bytes()


def test_a_skipped_line_of_a_file_is_counted_once_for_all_its_sessions(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(handed("s1", "s2") + "nonsense\n")
    save_runs(tmp_path / "r.json", *results(0, 1), 7)
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        assert memory.import_paths([path]).skipped == {"not JSON": 1}
        assert memory.import_paths([tmp_path / "r.json"]).skipped == {"unexpected fields": 1}


def test_a_run_of_nothing_but_talk_is_kept_and_nothing_is_learned_from_it(tmp_path):
    talk = run(1, 0, 0.0, say("user", "hello"), say("assistant", "no"))
    busy = run(2, 0, 1.0, say("user", "go"), *call("a", "look"), *call("b", "look"))
    path = save_runs(tmp_path / "r.json", talk, busy)
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([path])
        found = {
            one.prompt: (one.outcome.label, one.outcome.source, one.unworthy) for one in memory.episodes()
        }
    assert found == {
        "hello": ("failure", "label", "fewer than two steps"),
        "go": ("success", "label", None),
    }


def test_context_and_task_type_are_kept_with_the_episode(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(lines(session(), episode(context="for SHOP-12", task_type="debugging"), step(), end()))
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_paths([path])
        (one,) = memory.episodes()
    assert (one.context, one.task_type) == ("for SHOP-12", "debugging")


def test_the_readers_are_those_of_the_package_and_are_there_without_its_metadata():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][registry.GROUP]
    assert {one.name: one.place for one in own_readers()} == declared
    assert set(declared) <= set(load_readers().names())
    program = (
        "import importlib.metadata as m; m.entry_points = lambda **_: ();"
        "from tacit.core.readers.registry import load_readers as l; print(*l().names())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == sorted(declared)


def test_the_sample_runs_are_sixteen_sessions_with_their_rewards_as_outcomes(tmp_path, samples):
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        report = memory.import_paths([samples / "tau-bench"], agent="tau-bench")
        assert (report.sessions, report.episodes, report.steps, report.errors) == (16, 16, 83, 12)
        assert report.skipped == {"not a transcript": 1}
        outcomes = [(one.outcome.label, one.outcome.source) for one in memory.episodes()]
        assert sorted(outcomes) == [("failure", "label")] * 11 + [("success", "label")] * 5
        assert not memory.import_paths([samples / "tau-bench"]).changed
