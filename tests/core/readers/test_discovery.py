"""From paths to sources: everything once, in order, and a reason for what is skipped."""

from __future__ import annotations

import os

import pytest

from tacit.core.notes.markdown import files_in
from tacit.core.readers.base import FileReader
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.readers.discovery import find_sources


def search(*paths, home=None, environ=None):
    return list(find_sources(list(paths) or None, [ClaudeCodeReader()], home, environ or {}))


def sources(found):
    return [one.source.path for one in found if one.source]


def reasons(found):
    return [(one.path.name, one.reason, one.named) for one in found if one.reason]


@pytest.fixture
def session(log, tmp_path):
    log.prompt("fix the parser")
    log.step("c1")
    return log.save(tmp_path / "in" / "project" / f"{log.session}.jsonl")


def test_folders_are_searched_in_order_and_the_rest_gets_a_reason(session, tmp_path):
    folder = session.parent.parent
    other = folder / "a.jsonl"
    other.write_text(session.read_text())
    (folder / "LICENSE").write_text("free")
    (folder / "empty.jsonl").write_text("")
    (folder / "picture.png").write_bytes(b"\x89PNG\0\0")
    (folder / "wide.jsonl").write_bytes("{}".encode("utf-16"))
    found = search(folder)
    assert sources(found) == [other, session]
    assert reasons(found) == [
        ("LICENSE", "not a transcript", False),
        ("empty.jsonl", "empty file", False),
        ("picture.png", "binary file", False),
        ("wide.jsonl", "wrong encoding", False),
    ]


def test_named_files_that_yield_nothing_are_told_as_named(session, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("hello")
    found = search(session, note, tmp_path / "gone")
    assert sources(found) == [session]
    assert reasons(found) == [("note.txt", "not a transcript", True), ("gone", "no such file", True)]


def test_a_folder_without_any_transcript_is_reported(tmp_path):
    (tmp_path / "x").mkdir()
    assert reasons(search(tmp_path / "x")) == [("x", "no new transcript in this folder", True)]


def test_the_same_file_is_found_once_and_loops_of_links_end(session):
    folder = session.parent.parent
    (folder / "project" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "again.jsonl").symlink_to(session)
    (folder / "self").symlink_to(folder / "self")
    found = search(folder, session)
    assert len(sources(found)) == 1
    assert reasons(found) == [("self", "loop of links", False)]


def test_sub_agent_files_attach_to_their_session(log, new_log, session):
    helper = new_log()
    helper.prompt("look around", isSidechain=True, agentId="a1")
    under = helper.save(session.with_suffix("") / "subagents" / "agent-a1.jsonl")
    under.with_suffix(".meta.json").write_text("{}")
    beside = helper.save(session.parent / "agent-a2.jsonl")
    for paths in ([session.parent], [session], [under], [beside, under, session]):
        found = search(*paths)
        assert [one.source.extra for one in found if one.source] == [tuple(sorted([beside, under]))]
        assert reasons(found) == []


def test_an_orphan_sub_agent_file_is_a_skip(new_log, tmp_path):
    helper = new_log()
    helper.prompt("look around", isSidechain=True, agentId="a1")
    helper.save(tmp_path / "x" / "agent-a1.jsonl")
    found = search(tmp_path / "x")
    assert ("agent-a1.jsonl", "without its session", False) in reasons(found)


def test_pipes_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.jsonl")
    assert reasons(search(tmp_path / "pipe.jsonl")) == [("pipe.jsonl", "not a regular file", True)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_and_folders_are_skips(session):
    session.chmod(0)
    found = search(session)
    assert reasons(found) == [(session.name, "unreadable", True)]


def test_without_paths_the_agents_folders_are_searched_and_never_the_working_directory(
    session, log, tmp_path, monkeypatch
):
    monkeypatch.chdir(session.parent)
    home = tmp_path / "home"
    assert search(home=home) == []
    usual = log.save(home / ".claude" / "projects" / "p" / f"{log.session}.jsonl")
    assert sources(search(home=home)) == [usual]
    assert sources(search(home=home, environ={"CLAUDE_CONFIG_DIR": str(tmp_path / "none")})) == []


class _Broken(FileReader):
    """A reader that raises where it only has to say whether a file is its own."""

    name = "broken"

    def recognises(self, path, head):
        raise ValueError("a text of the file")

    def read(self, source, redact):
        raise AssertionError


def test_a_reader_that_raises_while_looking_keeps_no_other_from_reading(tmp_path, log):
    log.prompt("fix the parser")
    good = log.save(tmp_path / "good.jsonl")
    (tmp_path / "else.txt").write_text("nothing of anybody's", encoding="utf-8")
    readers = (_Broken(), ClaudeCodeReader())
    found = {one.path.name: one for one in find_sources([tmp_path], readers, tmp_path, {})}
    assert found[good.name].reader is readers[1]
    assert found["else.txt"].reason.startswith("reader broken could not look at it: ValueError in ")
    assert "a text" not in found["else.txt"].reason


def test_folders_without_an_end_are_left_at_a_depth(session, tmp_path):
    folder = tmp_path
    for _ in range(1_100):
        folder = folder / "d"
        folder.mkdir()
    found, files = search(tmp_path), list(files_in(tmp_path / "d"))
    while folder != tmp_path:  # what cleans up after tests goes down by recursion
        folder.rmdir()
        folder = folder.parent
    assert sources(found) == [session]
    assert reasons(found) == [("d", "too deep", False)]
    assert not files


def test_a_link_that_leads_up_and_out_is_not_followed(session, tmp_path):
    (tmp_path / "mine.jsonl").write_text(session.read_text())
    (session.parent / "up").symlink_to(tmp_path)
    (session.parent / "all").symlink_to("/")
    assert sources(search(tmp_path / "in")) == [session]


def test_what_the_kernel_shows_as_files_is_not_read(session):
    (session.parent / "messages.jsonl").symlink_to("/proc/kmsg")  # reading it would wait for the next one
    assert ("messages.jsonl", "empty file", False) in reasons(search(session.parent))


class _Lost(ClaudeCodeReader):
    """A reader that fails where it looks for what lies beside a file."""

    def companions(self, path):
        raise OSError(40, "a text of the file")


def test_a_reader_that_raises_beside_a_file_is_a_skip(session, tmp_path):
    (found,) = find_sources([session], [_Lost()], tmp_path, {})
    assert found.source is None
    assert found.reason.startswith("reader claude-code could not look at it: OSError in ")
