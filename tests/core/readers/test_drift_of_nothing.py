"""A file of which nothing is understood any more says so: what was not known of it is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import goose_store
import opencode_store
import pytest

from tacit import Memory

SESSION = "5b0c1d2e-0000-4000-8000-00000000000a"
AT = "2026-01-05T10:00:00.000Z"
COMMON = {
    "sessionId": SESSION,
    "isSidechain": False,
    "timestamp": AT,
    "cwd": "/home/dev/shop",
    "version": "9.0.0",
}
META = {"id": SESSION, "timestamp": AT, "cwd": "/home/dev/shop", "cli_version": "9.0.0"}

FILES: dict[str, tuple[list[dict[str, Any]], str]] = {
    "claude-code": (
        [
            COMMON | {"type": "system", "uuid": "u1", "subtype": "init"},
            COMMON | {"type": "human_turn", "uuid": "u2", "message": {"role": "user", "content": "Hello"}},
        ],
        "unknown record type human_turn",
    ),
    "codex": (
        [
            {"timestamp": AT, "type": "session_meta", "payload": META},
            {"timestamp": AT, "type": "response_item", "payload": {"type": "human_turn", "text": "Hello"}},
        ],
        "unknown item human_turn",
    ),
    "copilot": (
        [
            {
                "type": "session.start",
                "data": {"sessionId": SESSION, "producer": "copilot-agent"},
                "id": "e1",
                "timestamp": AT,
            },
            {"type": "human.turn", "data": {"content": "Hello"}, "id": "e2", "timestamp": AT},
        ],
        "unknown record type human.turn",
    ),
    "cursor": (
        [{"role": "user", "message": {"content": [{"type": "words", "words": "Hello"}]}}],
        "unknown part words",
    ),
    "gemini": (
        [
            {"sessionId": SESSION, "projectHash": "0" * 64, "startTime": AT, "lastUpdated": AT},
            {"id": "m1", "timestamp": AT, "type": "human", "content": "Hello"},
        ],
        "unknown record type human",
    ),
}


def goose(path: Path) -> None:
    """A database of Goose with a message that says nothing known."""
    chat = goose_store.Chat()
    chat.message("user", {"type": "humanTurn"})
    goose_store.save_database(path, chat)


def opencode(path: Path) -> None:
    """A database of OpenCode with such a message."""
    talk = opencode_store.Talk()
    talk.part(talk.message("user"), "human-turn")
    opencode_store.save_database(path, talk)


DATABASES = {
    "goose": (goose, "unknown part humanTurn"),
    "opencode": (opencode, "unknown part human-turn"),
}


@pytest.mark.parametrize("agent", FILES)
def test_the_report_tells_what_was_not_known_of_it(agent, tmp_path):
    records, unknown = FILES[agent]
    path = Path(tmp_path / f"{SESSION}.jsonl")
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert_told(path, agent, unknown)


@pytest.mark.parametrize("agent", DATABASES)
def test_the_report_tells_what_was_not_known_of_a_database(agent, tmp_path):
    write, unknown = DATABASES[agent]
    write(tmp_path / "sessions.db")
    assert_told(tmp_path / "sessions.db", agent, unknown)


def assert_told(path: Path, agent: str, unknown: str) -> None:
    """Nothing of a file is taken, and the report says what was not known of it."""
    with Memory.open(path.parent / "store") as memory:
        report = memory.import_path(path)
        assert report.skipped == {"no prompt or call in it": 1}
        assert report.drift == {f"{agent}: {unknown}": 1}
        assert (report.read, list(memory.sessions())) == (0, [])
