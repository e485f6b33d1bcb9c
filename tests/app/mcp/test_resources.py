"""Resources and prompts, by the official client."""

from __future__ import annotations

import json

import pytest
from mcp import MCPError
from served import Agent


def test_patterns_and_episodes_are_resources(agent: Agent) -> None:
    templates = [one.uri_template for one in agent.run("list_resource_templates").resource_templates]
    assert templates == ["tacit://pattern/{id}", "tacit://episode/{id}"]
    listed = agent.run("list_resources").resources
    assert 0 < len(listed) <= 20
    (content,) = agent.run("read_resource", str(listed[0].uri)).contents
    pattern = json.loads(content.text)
    assert pattern["id"] == listed[0].name
    episode = pattern["sources"][0]["episode"]
    (content,) = agent.run("read_resource", f"tacit://episode/{episode}").contents
    assert json.loads(content.text)["steps"]


@pytest.mark.parametrize(
    "uri", ["tacit://pattern/p-000000000000", "tacit://session/s-000000000000", "file:///etc/passwd", "x:"]
)
def test_an_unknown_resource_is_an_error_of_the_protocol(agent: Agent, uri: str) -> None:
    with pytest.raises(MCPError) as told:
        agent.run("read_resource", uri)
    assert told.value.error.code == -32602


def test_prompts_are_messages(agent: Agent) -> None:
    assert [one.name for one in agent.run("list_prompts").prompts] == ["recall", "retrospective"]
    (message,) = agent.run("get_prompt", "recall", {"task": "fix the parser"}).messages
    assert message.role == "user"
    assert "### Commands" in message.content.text
    assert message.content.text.endswith("fix the parser")
    episode = agent.tell("query_memory", what="episodes", query="parser", limit=1)["items"][0]["id"]
    (message,) = agent.run("get_prompt", "retrospective", {"episode": episode}).messages
    assert "What went well:" in message.content.text


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("recall", {}),
        ("recall", {"task": "x" * 10_001}),
        ("retrospective", {"episode": "e-000000000000"}),
        ("no-such", {"task": "x"}),
    ],
)
def test_a_prompt_that_cannot_be_made_is_an_error(agent: Agent, name: str, arguments: dict[str, str]) -> None:
    with pytest.raises(MCPError) as told:
        agent.run("get_prompt", name, arguments)
    assert told.value.error.code == -32602
