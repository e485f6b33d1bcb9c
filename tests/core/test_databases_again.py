"""A database that grew is read again, but not the sessions in it that were read as they are."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import opencode_store
import pytest
from told import story, writer
from waiting import exported

from tacit import Memory
from tacit.core.ids import session_id

DAY = 86_400_000
HOUR = 3_600_000
SAID = {"opencode": ("part", "data"), "goose": ("messages", "content_json")}
"""Where each keeps what was said and done: a table, and its column of JSON."""


@pytest.fixture(params=["opencode", "goose"])
def agent(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory.open(tmp_path / "store") as memory:
        yield memory


def told(agent: str, folder: Path, number: int) -> Path:
    """A session of that day, written into the database of an agent."""
    path = writer(agent)(story(f"{number:08x}-0000-4000-8000-00000000000a", start=_start(number)), folder)
    if agent == "goose":
        with closing(sqlite3.connect(path)) as database:
            made = f"UPDATE messages SET timestamp = {_moment(_start(number))} WHERE session_id = ?"
            database.execute(made, (_native(agent, number),))
            database.commit()
        _touch(agent, path, number, _start(number))
    return path


def spoil(agent: str, path: Path, number: int) -> None:
    """Make the last record of a session unreadable, without a time: so it shows whether it is read."""
    table, column = SAID[agent]
    last = f"(SELECT max(rowid) FROM {table} WHERE session_id = ?)"
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"UPDATE {table} SET {column} = '?' WHERE rowid = {last}", (_native(agent, number),))
        database.commit()


def test_a_session_that_was_read_as_it_is_is_not_read_again(agent, memory, tmp_path):
    told(agent, tmp_path, 1)
    path = told(agent, tmp_path, 2)
    assert memory.import_paths([path]).sessions == 2
    spoil(agent, path, 1)
    told(agent, tmp_path, 3)
    report = memory.import_paths([path])
    assert (report.sessions, report.episodes, report.skipped) == (1, 2, {})
    assert memory.import_paths([path]).skipped == {"unchanged": 1}
    assert len(memory.sessions()) == 3


def test_one_that_went_on_is_read_again_and_so_is_one_of_the_last_hour(agent, memory, tmp_path):
    told(agent, tmp_path, 1)
    path = told(agent, tmp_path, 2)
    memory.import_paths([path])
    spoil(agent, path, 1)
    assert memory.import_paths([path]).skipped == {}
    _touch(agent, path, 1, _start(2) + HOUR)
    assert memory.import_paths([path]).skipped == {"not JSON": 1}
    spoil(agent, path, 2)
    assert memory.import_paths([path]).skipped == {"not JSON": 2}
    for hours, spoiled in ((2, 2), (3, 1)):
        _touch(agent, path, 1, _start(2) + hours * HOUR)
        assert memory.import_paths([path]).skipped == {"not JSON": spoiled}


def test_a_change_of_no_session_is_noted_and_the_database_left_alone(agent, memory, tmp_path, monkeypatch):
    path = told(agent, tmp_path, 1)
    _touch(agent, path, 1, _start(1))
    told(agent, tmp_path, 2)
    memory.import_paths([path])
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE beside (a TEXT)")
        database.commit()
    assert not memory.import_paths([path]).changed
    with monkeypatch.context() as shut:
        shut.setattr(sqlite3, "connect", None)
        assert memory.import_paths([path]).skipped == {"unchanged": 1}


def test_one_that_was_deleted_when_it_was_read_comes_back_with_undo(agent, memory, tmp_path):
    path = told(agent, tmp_path, 1)
    memory.import_paths([path])
    memory.delete([session_id(agent, _native(agent, 1))])
    told(agent, tmp_path, 2)
    assert memory.import_paths([path]).skipped["deleted"] == 1
    told(agent, tmp_path, 3)
    memory.import_paths([path])
    assert len(memory.sessions()) == 2
    memory.undo()
    memory.import_paths([path])
    assert len(memory.sessions()) == 3


def test_another_project_is_given_to_all_of_them(agent, memory, tmp_path):
    told(agent, tmp_path, 1)
    path = told(agent, tmp_path, 2)
    memory.import_paths([path])
    told(agent, tmp_path, 3)
    memory.import_paths([path], project="work/other")
    assert {one.project for one in memory.sessions()} == {"work/other"}


def test_a_moment_that_is_yet_to_come_hides_nothing(agent, memory, tmp_path):
    path = told(agent, tmp_path, 1)
    _touch(agent, path, 1, 4_000_000_000_000)
    memory.import_paths([path])
    spoil(agent, path, 1)
    told(agent, tmp_path, 2)
    assert memory.import_paths([path]).skipped == {"not JSON": 1}
    assert len(memory.sessions()) == 2


def test_a_database_imported_as_it_grows_ends_as_one_imported_at_once(agent, tmp_path):
    with Memory.open(tmp_path / "grown", clock=lambda: _start(99)) as grown:
        for number in (1, 2, 3, 4):
            path = told(agent, tmp_path, number)
            grown.take([str(path)])
        with Memory.open(tmp_path / "once", clock=lambda: _start(99)) as once:
            once.import_paths([path])
            assert exported(grown, tmp_path / "out") == exported(once, tmp_path / "plain")


IMPORT = """
import sys
from pathlib import Path
from tacit import Memory
with Memory.open(sys.argv[1]) as memory:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(5):
        memory.import_paths([Path(sys.argv[2])])
"""


def test_two_processes_import_the_same_database_at_once(agent, memory, tmp_path):
    for number in range(1, 7):
        path = told(agent, tmp_path, number)
    command = [sys.executable, "-c", IMPORT, str(tmp_path / "store"), str(path)]
    pipe = subprocess.PIPE
    both = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(2)]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    assert [(one.communicate()[1], one.returncode) for one in both] == [("", 0)] * 2
    assert (len(memory.sessions()), len(memory.episodes())) == (6, 12)
    assert [one for one in memory.doctor() if one.level != "ok"] == []
    with Memory.open(tmp_path / "alone") as alone:
        alone.import_paths([path])
        assert {one.id for one in memory.episodes()} == {one.id for one in alone.episodes()}


def _start(number: int) -> int:
    return opencode_store.START + number * DAY


def _native(agent: str, number: int) -> str:
    native = f"{number:08x}-0000-4000-8000-00000000000a"
    return native if agent == "goose" else f"ses_{native.replace('-', '')}"


def _touch(agent: str, path: Path, number: int, at: int) -> None:
    """Let a session have changed at a time."""
    with closing(sqlite3.connect(path)) as database:
        changed = f"session SET time_updated = {at}"
        if agent == "goose":
            changed = f"sessions SET updated_at = {_moment(at)}"
        database.execute(f"UPDATE {changed} WHERE id = ?", (_native(agent, number),))
        database.commit()


def _moment(at: int) -> str:
    return f"datetime({at // 1000}, 'unixepoch')"
