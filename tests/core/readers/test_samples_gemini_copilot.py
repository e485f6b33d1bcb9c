"""The public sessions and fixtures of Gemini CLI and Copilot CLI give exactly what was counted by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tacit.core.readers.base import HEAD, Source, Unreadable
from tacit.core.readers.copilot.reader import CopilotReader
from tacit.core.readers.gemini.reader import GeminiReader
from tacit.core.readers.registry import load_readers
from tacit.core.redaction import Redactor

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sessions"
FIXTURES = SAMPLES / "other-agents" / "agent-sessions-fixtures" / "stage0" / "agents"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample transcripts are not here")

ONE_TOOL = Counter(episodes=1, ok=1)


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        (SAMPLES / "gemini-cli" / "session-1.json", Counter(episodes=2, ok=2)),
        (SAMPLES / "gemini-cli" / "session-2.json", ONE_TOOL),
        (SAMPLES / "gemini-cli" / "session-3.json", Counter(episodes=1, ok=9)),
        (FIXTURES / "gemini" / "small.json", Counter(episodes=1)),
        (FIXTURES / "gemini" / "large.json", Counter(episodes=2, ok=1, error=1)),
        (FIXTURES / "gemini" / "jsonl_v040.jsonl", ONE_TOOL),
        (FIXTURES / "copilot" / "large.jsonl", Counter(episodes=3, ok=1, unfinished=1)),
        (FIXTURES / "copilot" / "schema_drift.jsonl", ONE_TOOL + Counter({"result without its call": 1})),
        (
            FIXTURES / "copilot" / "small.jsonl",
            Counter({"episodes": 2, "ok": 1, "error": 1, "sub-agent": 1, "result without its call": 1}),
        ),
        (
            FIXTURES / "copilot" / "subdir_v1" / "aaaabbbb-1111-2222-3333-ccccddddeeee" / "events.jsonl",
            ONE_TOOL,
        ),
    ],
    ids=lambda one: "-".join(one.parts[-2:]) if isinstance(one, Path) else "",
)
def test_a_sample_gives_what_was_counted(path, counts):
    readers = [one for one in load_readers().readers if one.recognises(path, path.read_bytes()[:HEAD])]
    assert [one.name for one in readers] == ["copilot" if "copilot" in path.parts else "gemini"]
    (transcript,) = readers[0].read(Source(path), Redactor(b"k" * 32))
    found: Counter[str] = Counter()
    for episode in transcript.episodes():
        found["episodes"] += 1
        found.update(step.status for step in episode.steps)
        found["sub-agent"] += sum(step.agent is not None for step in episode.steps)
    found.update(transcript.tally.skipped)
    assert found == counts
    assert transcript.tally.drift == {}


def test_a_session_of_nothing_but_a_warning_is_unreadable():
    path = SAMPLES / "gemini-cli" / "session-4.json"
    assert GeminiReader().recognises(path, path.read_bytes())
    with pytest.raises(Unreadable, match="no prompt or call"):
        GeminiReader().read(Source(path), Redactor(b"k" * 32))


@pytest.mark.parametrize(
    ("reader", "folders"), [(GeminiReader(), {"gemini-cli", "gemini"}), (CopilotReader(), {"copilot"})]
)
def test_only_its_own_files_are_taken(reader, folders):
    taken = set()
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file() and reader.recognises(path, path.read_bytes()[:HEAD]):
            assert folders & set(path.parts)
            taken |= folders & set(path.parts)
    assert taken == folders
