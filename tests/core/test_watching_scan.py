"""What a watcher sees of its places, without opening anything."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from told import AGENTS, story, writer
from transcript import habit, habits

from tacit import Memory
from tacit.core.watching_scan import scan, wanted, watched, written

_opened: list[str] = []
_listens = False


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _listens and event == "open":
        _opened.append(str(arguments[0]))


@pytest.fixture(scope="module", autouse=True)
def _hook() -> None:
    sys.addaudithook(_hear)


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """The paths of all files that this process opens during a test."""
    global _listens  # noqa: PLW0603 - a hook cannot be taken back
    _opened.clear()
    _listens = True
    yield _opened
    _listens = False


def test_a_thousand_files_are_asked_for_and_none_is_opened(tmp_path: Path, opened: list[str]) -> None:
    for number in range(1_000):
        (tmp_path / f"{number % 20}").mkdir(exist_ok=True)
        (tmp_path / f"{number % 20}" / f"{number}.jsonl").write_text("{}\n")
    assert any(str(tmp_path) in path for path in opened)
    opened.clear()
    assert len(scan([str(tmp_path)])) == 1_000
    assert opened == []


def test_what_was_imported_is_not_opened_by_the_next_watcher(tmp_path: Path, opened: list[str]) -> None:
    paths = [str(path) for path in habits(tmp_path / "in", 5)]
    helper = habit("agent")
    agents = Path(paths[0]).with_suffix("") / "subagents"
    paths.append(str(helper.save(agents).rename(agents / "agent-1.jsonl")))
    with Memory.open(tmp_path / "store") as memory:
        taken, _ = memory.take(paths)
        assert (taken.files, taken.report.sessions, taken.refused) == (6, 5, ())
        opened.clear()
        again, _ = memory.take(paths)
        assert (again.files, again.report.changed) == (0, False)
        assert [path for path in opened if path.startswith(str(tmp_path / "in"))] == []
        with Path(paths[2]).open("a") as file:
            file.write("\n")
        assert memory.take(paths)[0].files == 1
        assert {path for path in opened if path.startswith(str(tmp_path / "in"))} == {paths[2]}


def test_links_are_followed_and_loops_of_them_end(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.jsonl").write_text("{}")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "link").symlink_to(tmp_path / "there")
    (tmp_path / "there" / "loop").symlink_to(tmp_path / "here")
    (tmp_path / "here" / "nowhere").symlink_to(tmp_path / "none")
    assert list(scan([str(tmp_path / "here")])) == [str(tmp_path / "here" / "link" / "a.jsonl")]


def test_pipes_empty_files_side_files_and_libraries_are_no_transcripts(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "a.meta.json").write_text("{}")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "b.jsonl").write_text("{}")
    (tmp_path / "c.jsonl").write_text("{}")
    assert list(scan([str(tmp_path)])) == [str(tmp_path / "c.jsonl")]


def test_what_is_not_there_is_left_out(tmp_path: Path) -> None:
    assert scan([str(tmp_path / "none"), "\0", str(tmp_path)]) == {}


def test_a_hint_is_wanted_where_a_scan_would_come_by(tmp_path: Path) -> None:
    roots = ["/a/b", "/c/d.jsonl"]
    assert all(wanted(path, roots) for path in ("/a/b", "/a/b/c/d.jsonl", "/c/d.jsonl", "/a/b/.git"))
    assert not any(wanted(path, roots) for path in ("/a/bc", "/a", "/a/b/.git/x", "/c/d.jsonl2"))


def test_the_usual_places_are_those_of_the_agents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "claude"))
    assert str((tmp_path / "claude" / "projects").resolve()) in watched(())
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert watched([str(tmp_path / "link"), str(tmp_path / "real")]) == (str((tmp_path / "real").resolve()),)


def test_a_store_is_known_by_its_file_and_when_it_was_written_to(tmp_path: Path) -> None:
    assert written(str(tmp_path / "store")) == ()
    with Memory.open(tmp_path / "store") as memory:
        before = written(str(tmp_path / "store"))
        memory.contact("claude-code", "library")
        after = written(str(tmp_path / "store"))
    assert before[:2] == after[:2]
    assert before != after


@pytest.mark.parametrize("agent", ["claude_code", *AGENTS])
def test_what_was_imported_of_any_agent_is_not_read_by_the_next_watcher(
    agent: str, tmp_path: Path, opened: list[str]
) -> None:
    """Of some the head of a session's file tells whose sub-agent's it is: that alone is looked at."""
    home = tmp_path / "in"
    for number in range(4):
        told = story(f"{number:08x}-0000-4000-8000-00000000000a", start=story().start + number * 86_400_000)
        writer(agent)(told, home / str(number))
    with Memory.open(tmp_path / "store") as memory:
        assert memory.take(list(scan([str(home)])))[0].report.sessions == 4
        opened.clear()
        again, _ = memory.take(list(scan([str(home)])))
    assert (again.files, again.report.changed) == (0, False)
    looked_at = [path for path in opened if path.startswith(str(home)) and Path(path).is_file()]
    assert len(looked_at) == (4 if agent in {"codex", "gemini", "opencode_oldest"} else 0)
