"""JSON Lines: one line a thing."""

import json
from pathlib import Path

import pytest

from tacit.core.errors import TacitError
from tacit.core.jsonform import pattern_json, session_json
from tacit.exports.lines import write_lines
from tacit.exports.source import Selection
from tacit.exports.tree import write_tree


def lines(data):
    assert data.endswith(b"\n")
    return [json.loads(line) for line in data.splitlines()]


def test_each_pattern_and_session_is_one_line_with_its_type(memory, tmp_path):
    report = write_lines(memory, tmp_path)
    found = lines((tmp_path / "tacit.jsonl").read_bytes())
    assert [one["type"] for one in found] == ["pattern", "pattern", "session", "session"]
    assert found[0] == {"type": "pattern"} | pattern_json(memory.patterns[0])
    assert found[2]["session"] == session_json(memory.sessions[0])
    assert [len(entry["steps"]) for entry in found[2]["episodes"]] == [2, 2]
    assert found[2]["copies"] == []
    assert (report.patterns, report.sessions) == (2, 2)


def test_a_session_line_holds_what_its_file_holds(memory, tmp_path):
    write_tree(memory, tmp_path)
    write_lines(memory, tmp_path / "lines", Selection(sessions=memory.sessions[:1]))
    [line] = lines((tmp_path / "lines" / "tacit.jsonl").read_bytes())
    file = json.loads(min((tmp_path / "sessions").iterdir()).read_text())
    assert line == {"type": "session"} | file


def test_the_file_is_left_alone_when_nothing_changed(memory, tmp_path):
    first = write_lines(memory, tmp_path / "out")
    path = tmp_path / "out" / "tacit.jsonl"
    assert first.path == str(path)
    before = path.stat()
    again = write_lines(memory, tmp_path / "out")
    assert (again.written, again.unchanged) == (0, 1)
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_it_lies_beside_anything_and_under_a_later_tree(memory, tmp_path):
    write_lines(memory, tmp_path)
    write_tree(memory, tmp_path)
    write_tree(memory, tmp_path)
    assert (tmp_path / "tacit.jsonl").exists()


def test_a_failure_keeps_the_file_that_was_there(memory, tmp_path):
    write_lines(memory, tmp_path)
    before = (tmp_path / "tacit.jsonl").read_bytes()
    memory.stones, memory.sessions = [], memory.sessions[::-1]
    memory.fail_after = 1
    with pytest.raises(RuntimeError):
        write_lines(memory, tmp_path)
    assert (tmp_path / "tacit.jsonl").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_hostile_text_stays_on_its_line_and_inert(memory, made, tmp_path):
    hostile = "a\nb\u2028c\x1b[31m\x9b\u202e\x00"
    memory.patterns = [made.pattern("x", title=hostile)]
    write_lines(memory, tmp_path, Selection(patterns=memory.patterns))
    text = (tmp_path / "tacit.jsonl").read_bytes().decode()
    assert len(text.splitlines()) == 1
    assert not set(text) & set("\x1b\x9b\u202e\u2028\x00")
    assert json.loads(text)["title"] == hostile


def test_an_empty_selection_is_an_empty_file(memory, tmp_path):
    write_lines(memory, tmp_path, Selection())
    assert (tmp_path / "tacit.jsonl").read_bytes() == b""


def test_a_place_that_cannot_be_is_told(memory, tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(TacitError, match="Cannot write"):
        write_lines(memory, tmp_path / "f" / "g")


def test_a_first_file_in_the_making_keeps_the_mirror_owed(open_memory, told, tmp_path):
    memory = open_memory("store")
    memory.import_path(told)
    title = memory.sessions()[0].title
    lines = memory.export(tmp_path / "elsewhere", format="jsonl")
    left = []

    def meanwhile(done):
        if done == lines.patterns + lines.sessions:
            left.extend(one.chore for one in open_memory("store").forget(matching=title).pending)

    report = memory.export(format="jsonl", progress=meanwhile)
    assert "mirror" in left
    assert title in Path(report.path).read_text()
    memory.finish_chores()
    assert title not in Path(report.path).read_text()


def test_what_a_killed_export_left_in_the_mirror_goes_when_something_is_forgotten(
    open_memory, told, tmp_path
):
    memory = open_memory("store")
    memory.import_path(told)
    (tmp_path / "store-export").mkdir()
    left = tmp_path / "store-export" / ".tacit-killed.tmp"
    left.write_text(memory.sessions()[0].title)
    memory.forget(sessions=[memory.sessions()[0].id])
    assert not left.exists()
