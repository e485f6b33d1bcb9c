"""Tacit's own readers are loaded by what may be theirs, and then recognise as if they always had been."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from held_marks import marked
from told import AGENTS, story, writer

from tacit.core.readers.base import HEAD, Reader
from tacit.core.readers.codex.reader import CodexReader
from tacit.core.readers.own import OwnReader, own_readers
from tacit.core.readers.packed import head_of, is_packed

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sessions"
OWN = {one.name: one for one in own_readers()}

LEAST = (
    ("aider", "x", b"# aider chat started at 2026-01-05 10:00:00\n"),
    ("claude-code", "x", b'{"type":"user","uuid":"u","sessionId":"s","message":{"content":"hi"}}'),
    ("claude-code", "x", b'{"type":"summary","leafUuid":"u"}'),
    ("claude-code", "x", b'{"type":"file-history-snapshot"}'),
    ("claude-code", "x", b'{"type":"queue-operation"}'),
    ("claude-code", "x", b'{"type":"permission-mode"}'),
    ("claude-code", "x", b'{"type":"ai-title"}'),
    ("claude-code", "x", b'{"type":"custom-title"}'),
    ("claude-code", "x", b'{"uuid":"u","sessionId":"s","isSidechain":false}'),
    ("claude-code", "x", b'{"parentUuid": null, "data": "'.ljust(HEAD, b"x")),
    ("claude-code", "x", b'{"type":"user","uuid":"u","message":"'.ljust(HEAD, b"x")),
    ("cline", "x", b'[{"role":"user","content":[{"type":"text","text":"<task>x <environment_details>'),
    ("cline", "x", b'[{"role":"user","content":[{"type":"text","text":"<user_message> <environment_details>'),
    ("cline", "x", b'[{"ts":1767600000000,"type":"say","say":"text"'),
    ("cline", "x", b'{"files_in_context":['),
    ("codex", "x", b'{"timestamp":"t","type":"session_meta","payload":{"id":"a"}}'),
    ("codex", "x", b'{"timestamp":"t","type":"event_msg","payload":{"type":"a"}}'),
    ("codex", "x", b'{"id":"5b0c1d2e-0000-4000-8000-00000000000a","timestamp":"t","instructions":null}'),
    ("copilot", "x", b'{"type":"session.start","data":{"sessionId":"a","producer":"copilot-agent"}}'),
    ("cursor", "x", b'{"role":"user","message":{"content":[{"type":"text","text":"a"}]}}'),
    ("cursor", "x", b'{"role":"user","message":{"content":['),
    ("gemini", "x", b'{"sessionId":"a","projectHash":"b"}'),
    ("gemini", ".project_root", b"/home/me/work/shop\n"),
    ("goose", "x", b'{"working_dir":"/x","description":"a","message_count":1}'),
    ("goose", "x", b'{"role":"user","created":1767600000,"content":[{"type":"text","text":"a"}]}'),
    ("mini-swe-agent", "x", b'{"info":{"mini_version":"1"},"messages":[]}'),
    ("mini-swe-agent", "x", b'{"messages":[],"trajectory_format":"mini-swe-agent-1"}'),
    ("openhands", "x", b'{"id":0,"timestamp":"2026-01-05T10:00:00","source":"user","action":"message"}'),
    ("swe-agent", "x", b'{"trajectory":[{"action":"ls","observation":""'),
    ("tacit-jsonl", "x", b'{"type":"session","tacit":1,"id":"a"}'),
    ("tau-bench", "x", b'[{"task_id":0,"reward":1.0,"traj":['),
)
"""The least that is recognised, each way it is told by: agent, name of the file, how it begins."""


def files() -> Iterator[Path]:
    """Every sample file there is."""
    return (path for path in sorted(SAMPLES.rglob("*")) if path.is_file())


def head(path: Path) -> bytes:
    """The first bytes as a search shows them."""
    with path.open("rb") as file:
        first = file.read(HEAD)
    return head_of(first) if is_packed(first) else first


def same(path: Path, first: bytes) -> int:
    """How many readers recognise a file; asked through its marks each says the same as asked itself."""
    found = [one.name for one in OWN.values() if one.whole.recognises(path, first)]
    assert [one.name for one in OWN.values() if one.recognises(path, first)] == found, path
    return len(found)


def test_of_every_reader_something_is_shown_here():
    assert {agent for agent, _, _ in LEAST} | {agent.replace("_", "-") for agent in AGENTS} >= OWN.keys()


def test_what_a_reader_recognises_by_no_mark_fails_the_test_that_shows_it(tmp_path):
    unmarked = OwnReader("codex", "codex.reader:CodexReader", OWN["codex"].roots, (b"never",))
    first = next(first for agent, _, first in LEAST if agent == "codex")
    held = marked(unmarked, CodexReader.recognises)
    assert not held(CodexReader(), tmp_path, b"{}")
    with pytest.raises(AssertionError, match="by what is no mark of it"):
        held(CodexReader(), tmp_path, first)


@pytest.mark.parametrize(("agent", "name", "first"), LEAST, ids=lambda each: str(each)[:60])
def test_the_least_that_a_reader_recognises_has_a_mark(agent, name, first, tmp_path):
    path = tmp_path / name
    path.write_bytes(first)
    assert OWN[agent].whole.recognises(path, first)
    assert OWN[agent].recognises(path, first)


@pytest.mark.parametrize("agent", ["claude_code", *AGENTS])
def test_every_file_an_agent_writes_is_recognised_as_by_the_whole_reader(agent, tmp_path):
    written = writer(agent)(story(), tmp_path)
    every = [path for path in (written, *written.rglob("*")) if path.is_file()]
    assert sum(same(path, head(path)) for path in every) > 0


def test_every_sample_is_recognised_as_by_the_whole_reader():
    if not SAMPLES.is_dir():
        pytest.skip("the sample sessions are not there")
    assert sum(same(path, head(path)) for path in files()) > 50


def test_a_reader_is_loaded_with_the_first_mark_and_not_before(tmp_path):
    fresh = {one.name: one for one in own_readers()}
    path = tmp_path / "notes.json"
    assert not any(one.recognises(path, b'{"dependencies": {"left-pad": "1.0"}}') for one in fresh.values())
    assert loaded(fresh.values()) == set()
    assert not fresh["codex"].recognises(path, b'{"payload": 1}')  # a mark alone recognises nothing
    assert loaded(fresh.values()) == {"codex"}


def loaded(readers: Iterable[OwnReader]) -> set[str]:
    """The names of those that are loaded."""
    return {one.name for one in readers if "whole" in vars(one)}


@pytest.mark.parametrize("own", own_readers(), ids=lambda one: one.name)
def test_what_is_told_of_a_reader_is_so(own: OwnReader, tmp_path):
    for environ in ({}, dict.fromkeys(("CODEX_HOME", "XDG_DATA_HOME", "CLAUDE_CONFIG_DIR"), "/x")):
        assert own.roots(tmp_path, environ) == own.whole.roots(tmp_path, environ)
    assert isinstance(own.whole, Reader)
    assert isinstance(own, Reader)
    assert own.name == own.whole.name


def test_a_packed_transcript_is_found_by_what_is_in_it(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"timestamp":"t","type":"session_meta","payload":{"id":"a"}}'))
    assert OWN["codex"].recognises(path, head(path))
