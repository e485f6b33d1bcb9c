"""What a transcript of Claude Code has that its form had not when the reader was written is counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tacit.core.readers.base import Source
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.redaction import Redactor

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sessions"


def test_records_of_unknown_types_are_counted_by_type_and_cost_nothing(log, read):
    log.prompt("fix it")
    log.record("telepathy", content="hm")
    log.record("telepathy", content="hm")
    log.raw('{"type": "dream", "sessionId": "x"}')
    log.raw('{"sessionId": "x"}')
    log.step("c1")
    reading = read(log)
    assert [step.call for step in reading.steps] == ["c1"]
    assert reading.tally.drift == {
        "unknown record type telepathy": 2,
        "unknown record type dream": 1,
        "unknown record type": 1,
    }
    assert reading.tally.skipped == {}


def test_known_records_that_say_nothing_are_no_drift(log, read):
    log.prompt("fix it")
    for kind in ("system", "attachment", "progress", "mode", "worktree-state", "frame-link", "relocated"):
        log.record(kind)
    log.raw('{"type": "file-history-snapshot", "messageId": "m", "snapshot": {}}')
    assert read(log).tally.drift == {}


def test_messages_without_what_every_message_has_are_counted_by_field(log, read):
    log.prompt("fix it")
    log.record("user")
    log.record("assistant", message={"id": "m1", "role": "assistant"})
    log.raw('{"type": "user", "message": {"role": "user", "content": "and that"}, "sessionId": "x"}')
    reading = read(log)
    assert reading.tally.drift == {
        "missing field message": 1,
        "missing field message.content": 1,
        "missing field uuid": 1,
        "missing field timestamp": 1,
    }
    assert [episode.prompt for episode in reading.episodes] == ["fix it", "and that"]


def test_the_drift_of_a_sub_agents_file_is_counted_too(log, new_log, read, tmp_path):
    log.prompt("fix it")
    helper = new_log()
    helper.record("user", message={"content": "look"}, isSidechain=True, agentId="a1")
    helper.record("telepathy", isSidechain=True, agentId="a1")
    path = helper.save(tmp_path / "agent-a1.jsonl")
    assert read(log, path).tally.drift == {"unknown record type telepathy": 1}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample transcripts are not here")
def test_real_transcripts_have_none_and_the_drifted_fixture_what_it_was_given():
    drift = Counter()
    for folder in ("claude-code", "claude-code-subagents"):
        for path in sorted((SAMPLES / folder).glob("*.jsonl")):
            drift.update(_drift(path))
    assert drift == Counter()
    fixtures = SAMPLES / "other-agents" / "agent-sessions-fixtures" / "stage0" / "agents" / "claude"
    assert _drift(fixtures / "small.jsonl") == {}
    assert _drift(fixtures / "schema_drift.jsonl") == {
        "unknown record type tool_use": 1,
        "unknown record type tool_result": 1,
    }


def _drift(path):
    reader = ClaudeCodeReader()
    return reader.read(Source(path, reader.companions(path)), Redactor(b"k" * 32)).tally.drift
