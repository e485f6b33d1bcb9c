"""The real transcripts give exactly what was counted by hand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tacit.core.readers.base import Source
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.redaction import Redactor

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sessions"
FAILED = ("error", "rejected", "cancelled", "interrupted")

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample transcripts are not here")


def count(folder):
    reader, redact, counts = ClaudeCodeReader(), Redactor(b"k" * 32), Counter()
    for path in sorted(folder.glob("*.jsonl")):
        transcript = reader.read(Source(path, reader.companions(path)), redact)
        counts["sessions"] += 1
        for episode in transcript.episodes():
            counts["episodes"] += 1
            for step in episode.steps:
                who = "subagent " if step.agent else ""
                counts[f"{who}steps"] += 1
                counts[f"{who}errors"] += step.status in FAILED
                counts[f"{who}{step.status}"] += 1
                counts["left"] += step.left
                assert step.agent is None or step.parent
                assert isinstance(json.loads(step.parameters), dict)
        counts.update(transcript.tally.skipped)
    return counts, redact.counts


def test_the_fourteen_sessions():
    counts, redacted = count(SAMPLES / "claude-code")
    assert counts == Counter(
        {
            "sessions": 14,
            "episodes": 30,
            "steps": 318,
            "errors": 38,
            "ok": 280,
            "error": 30,
            "rejected": 6,
            "cancelled": 1,
            "interrupted": 1,
            "subagent steps": 27,
            "subagent errors": 4,
            "subagent ok": 23,
            "subagent error": 2,
            "subagent cancelled": 2,
        }
    )
    assert redacted == {}


def test_the_sessions_with_sub_agent_files():
    counts, redacted = count(SAMPLES / "claude-code-subagents")
    assert (counts["sessions"], counts["steps"], counts["errors"]) == (2, 8, 1)
    assert (counts["subagent steps"], counts["subagent errors"], counts["left"]) == (6, 0, 0)
    assert redacted == {}


def test_only_its_own_format_is_recognised():
    reader = ClaudeCodeReader()
    ours = set()
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file() and reader.recognises(path, path.read_bytes()[:65536]):
            ours.add(path.relative_to(SAMPLES).parts[:1] + path.relative_to(SAMPLES).parts[-2:-1])
    assert {parts[0] for parts in ours} == {"claude-code", "claude-code-subagents", "other-agents"}
    assert {parts[1] for parts in ours if parts[0] == "other-agents"} <= {"claude", "subagent", "subagents"}
