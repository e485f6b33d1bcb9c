"""What leaves is bounded, cleaned and without the hashes of secrets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from served import Agent, served
from transcript import Transcript

from tacit.app.mcp.bounds import bounded, fitting, shown, size
from tacit.app.mcp.clients import agent_of
from tacit.app.mcp.limits import ANSWER_CHARACTERS
from tacit.core.text import clean


def texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in texts(one)]


def test_hostile_text_is_cleaned_and_secrets_are_not_there(agent: Agent) -> None:
    (one,) = agent.tell("query_memory", what="episodes", query="project:odd")["items"]
    answers = [one, agent.tell("get_episode", id=one["id"], steps=True)]
    answers.append(agent.tell("predict_success", task="Look at 日本語"))
    found = [text for answer in answers for text in texts(answer)]
    assert any("日本語" in text for text in found)
    for text in found:
        assert clean(text, newlines=True) == text
        assert "ghp_" not in text
        assert not re.search(r"\[REDACTED:[\w-]+:", text)
    assert any("[REDACTED:" in text for text in found)


def test_an_answer_is_bounded_and_says_how_to_get_more(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "long"
    home.mkdir()
    one = Transcript("long")
    one.prompt("read it all " + "again and again " * 500)
    for number in range(60):
        one.bash(f"cat part-{number} {'x' * 3_000}", "line\n" * 1_500)
    one.save(folder)
    with served(home) as agent:
        from tacit import Memory

        with Memory.open(home / "store") as memory:
            memory.import_paths([folder])
        (listed,) = agent.tell("query_memory", what="episodes")["items"]
        result = agent.ask("get_episode", id=listed["id"], steps=True, limit=100)
        assert result.structured_content is not None
        assert size(result.structured_content) <= ANSWER_CHARACTERS
        assert 1 <= len(result.structured_content["steps"]) < 60
        assert result.structured_content["next_step"] == len(result.structured_content["steps"]) + 1
        listing = agent.tell("query_memory", what="episodes", limit=1)
        assert (listing["total"], listing["truncated"]) == (1, False)


def test_texts_are_cut_where_they_are_too_long() -> None:
    assert shown("short") == "short"
    assert shown("x" * 500, 100) == "x" * 99 + "…"
    assert len(shown("\t" * 500, 100)) == 100
    assert shown("a [REDACTED:token:1a2b] b") == "a [REDACTED:token] b"
    assert len(fitting(({"n": "x" * 1_000} for _ in range(100)), 10_000)) == 9
    assert len(fitting([{"n": "x" * 20_000}], 10_000)) == 1
    huge = {f"k{number}": "y" * 10_000 for number in range(20)}
    assert size(bounded(huge)) <= ANSWER_CHARACTERS


@pytest.mark.parametrize(
    ("name", "agent"),
    [
        ("claude-code", "claude-code"),
        ("codex-mcp-client", "codex"),
        ("gemini-cli-mcp-client", "gemini"),
        ("cursor-vscode", "cursor"),
        ("Visual Studio Code", "copilot"),
        ("github-copilot-developer", "copilot"),
        ("opencode", "opencode"),
        ("My Own\x1b Agent", "my-own-agent"),
        ("", "mcp"),
        ("日本語", "mcp"),
        ("x" * 500, "x" * 40),
    ],
)
def test_agents_are_named_as_sessions_name_them(name: str, agent: str) -> None:
    assert agent_of(name) == agent
