"""Every tool, called by the official client on a real memory."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import mcp_types as types
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types.version import LATEST_MODERN_VERSION
from served import SERVER, Agent, environment, eventually

from tacit import Memory
from tacit.app.mcp.schemas.outputs import NOTICE

REFUSED = "File has not been read yet. Read it first before writing to it."
ASKING = {
    "query_memory": {"query": "kind:error_recovery", "limit": 5},
    "search_patterns": {"text": "ruff check", "mode": "lexical"},
    "recall_error": {"error": REFUSED, "tool": "Edit"},
    "project_facts": {"intent": "lint"},
    "recommend_patterns": {"task": "fix the parser, case h9"},
    "predict_success": {"task": "fix the parser, case h9"},
    "health_check": {},
    "get_metrics": {},
}


@pytest.fixture(scope="module")
def tools(agent: Agent) -> dict[str, types.Tool]:
    return {tool.name: tool for tool in agent.run("list_tools").tools}


def pattern(agent: Agent, query: str = "kind:error_recovery") -> str:
    return str(agent.tell("query_memory", query=query, limit=1)["items"][0]["id"])


def episode(agent: Agent, query: str = "parser") -> str:
    return str(agent.tell("query_memory", what="episodes", query=query, limit=1)["items"][0]["id"])


def sound(tools: dict[str, types.Tool], name: str, result: types.CallToolResult) -> dict[str, Any]:
    """The structured answer, which fits its schema and is the same as the text."""
    assert not result.is_error, result.content
    schema = tools[name].output_schema
    assert schema is not None
    jsonschema.validate(result.structured_content, schema)
    (block,) = result.content
    assert isinstance(block, types.TextContent)
    assert json.loads(block.text) == result.structured_content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


def test_the_fifteen_tools_are_there_with_hints(tools: dict[str, types.Tool]) -> None:
    assert list(tools) == [
        *("query_memory", "search_patterns", "recall_error", "project_facts", "recommend_patterns"),
        *("predict_success", "explain_pattern", "create_episode", "add_step", "complete_episode"),
        *("get_episode", "record_feedback", "delete_pattern", "health_check", "get_metrics"),
    ]
    hints = {name: tool.annotations for name, tool in tools.items()}
    assert all(hint is not None and hint.open_world_hint is False for hint in hints.values())
    writing = {name for name, hint in hints.items() if hint is not None and not hint.read_only_hint}
    assert writing == {"create_episode", "add_step", "complete_episode", "record_feedback", "delete_pattern"}
    assert [name for name, hint in hints.items() if hint and hint.destructive_hint] == ["delete_pattern"]


def test_the_list_of_tools_is_small(agent: Agent) -> None:
    answer = agent.run("list_tools").model_dump_json(by_alias=True, exclude_unset=True)
    assert len(answer.encode()) < 15_000


def test_nothing_takes_a_place_on_a_disk(tools: dict[str, types.Tool]) -> None:
    taken = {name for tool in tools.values() for name in tool.input_schema["properties"]}
    assert not [name for name in taken if any(part in name for part in ("path", "file", "dir", "cwd", "url"))]


def test_what_a_tool_takes_is_bounded(tools: dict[str, types.Tool]) -> None:
    for tool in tools.values():
        assert tool.input_schema["additionalProperties"] is False
        for name, field in tool.input_schema["properties"].items():
            if field["type"] == "string":
                assert {"maxLength", "enum", "pattern"}.intersection(field), (tool.name, name)
            if field["type"] == "integer" and name != "first":
                assert {"minimum", "maximum"} <= field.keys(), (tool.name, name)


@pytest.mark.parametrize("name", ASKING)
def test_a_question_is_answered_as_its_schema_says(
    agent: Agent, tools: dict[str, types.Tool], name: str
) -> None:
    answer = sound(tools, name, agent.ask(name, **ASKING[name]))
    if name not in {"health_check", "get_metrics"}:
        assert answer["data_notice"] == NOTICE


def test_a_pattern_comes_with_support_dates_and_sources(agent: Agent, tools: dict[str, types.Tool]) -> None:
    (first, *_) = sound(tools, "search_patterns", agent.ask("search_patterns", text="ruff check"))["patterns"]
    assert first["judged"] >= first["successes"] > 0
    assert first["low"] < first["rate"] <= first["high"]
    assert first["last_used"].endswith("Z")
    assert {"episode", "session", "at", "result", "steps"} == first["sources"][0].keys()
    assert first["sources"][0]["episode"].startswith("e-")


def test_an_error_is_recalled_with_the_steps_that_got_past_it(agent: Agent) -> None:
    found = agent.tell("recall_error", error=REFUSED, tool="Edit", limit=1)
    (one,) = found["recoveries"]
    assert (one["action"], one["intent"]) == ("read", "edit")
    assert one["successes"] == one["judged"] == 4
    assert [step["actions"] for step in one["sources"][0]["steps"]][1] == ["read *.py"]
    assert found["truncated"] is (found["total"] > 1)


def test_facts_of_a_project_are_told(agent: Agent) -> None:
    found = agent.tell("project_facts", project="work/app", intent="test")
    assert [one["command"] for one in found["facts"]] == ["pytest"]
    assert agent.tell("project_facts", project="no/such")["facts"] == []


def test_a_pattern_is_explained(agent: Agent, tools: dict[str, types.Tool]) -> None:
    public_id = pattern(agent)
    answer = sound(tools, "explain_pattern", agent.ask("explain_pattern", id=public_id))
    assert answer["id"] == public_id
    assert len(answer["sources"]) == min(10, answer["uses"])


def test_an_episode_is_read_with_its_steps_page_by_page(agent: Agent, tools: dict[str, types.Tool]) -> None:
    public_id = episode(agent)
    whole = sound(tools, "get_episode", agent.ask("get_episode", id=public_id))
    assert whole["state"] == "completed"
    assert whole["steps"] == []
    seen: list[int] = []
    first: int | None = 1
    while first is not None:
        page = sound(
            tools, "get_episode", agent.ask("get_episode", id=public_id, steps=True, first=first, limit=3)
        )
        seen += [step["n"] for step in page["steps"]]
        first = page["next_step"]
    assert seen == list(range(1, whole["total_steps"] + 1))


def test_a_deleted_pattern_comes_back(agent: Agent, tools: dict[str, types.Tool], module_home: Path) -> None:
    public_id = pattern(agent, "kind:heuristic")
    gone = sound(tools, "delete_pattern", agent.ask("delete_pattern", id=public_id))
    assert gone["deleted"] >= 1
    assert "restore" in gone["undo"]
    assert "deleted" in agent.refused("explain_pattern", id=public_id)
    with Memory.open(module_home / "store", readonly=True) as memory:
        assert [step.actor for step in memory.undo_list()] == ["agent"]
    back = sound(tools, "delete_pattern", agent.ask("delete_pattern", restore=True))
    assert (back["id"], back["restored"]) == (public_id, gone["deleted"])
    assert agent.tell("explain_pattern", id=public_id)["id"] == public_id
    assert "No agent deleted" in agent.refused("delete_pattern", restore=True)


def test_an_agent_does_not_take_back_what_a_person_deleted(agent: Agent, module_home: Path) -> None:
    public_id = pattern(agent, "kind:tool_sequence")
    with Memory.open(module_home / "store") as memory:
        memory.delete([public_id])
        assert "No agent deleted" in agent.refused("delete_pattern", restore=True)
        memory.undo()


def test_an_episode_is_recorded_and_counts(agent: Agent, tools: dict[str, types.Tool]) -> None:
    begun = sound(tools, "create_episode", agent.ask("create_episode", task="Repair it", project="work/app"))
    assert begun["project"] == "work/app"
    logged = agent.ask(
        "add_step",
        episode=begun["episode"],
        tool="bash",
        parameters={"command": "pytest -q"},
        observation="3 passed in 0.10s",
        seconds=0.4,
    )
    assert sound(tools, "add_step", logged)["steps"] == 1
    assert sound(tools, "get_episode", agent.ask("get_episode", id=begun["episode"]))["state"] == "open"
    done = sound(tools, "complete_episode", agent.ask("complete_episode", episode=begun["episode"]))
    assert (done["outcome"], done["told_by"], done["steps"]) == ("success", "test", 1)
    assert "completed" in agent.refused("complete_episode", episode=begun["episode"])


def test_an_episode_of_another_process_is_gone_on_with(agent: Agent, module_home: Path) -> None:
    with Memory.open(module_home / "store") as memory:
        begun = memory.start_episode("Begun elsewhere", project="work/app", agent="api", session="elsewhere")
        begun.log("bash", {"command": "pytest -q"}, "1 failed", status="error")
        memory.flush()
        assert agent.tell("add_step", episode=begun.id, tool="read")["steps"] == 2
        assert agent.tell("complete_episode", episode=begun.id, outcome="partial")["outcome"] == "partial"


def test_feedback_is_kept(agent: Agent, tools: dict[str, types.Tool], module_home: Path) -> None:
    public_id = pattern(agent)
    answer = agent.ask("record_feedback", id=public_id, said="helped", session="its-own")
    assert sound(tools, "record_feedback", answer) == {"id": public_id, "said": "helped"}
    with Memory.open(module_home / "store", readonly=True) as memory:
        assert memory.offers(public_id)[0].feedback == "helped"


def test_what_was_given_is_recorded_as_an_offer(agent: Agent, module_home: Path) -> None:
    answer = agent.tell("search_patterns", text="ruff", session="its-own", project="work/app")
    public_id = answer["patterns"][0]["id"]

    def offered() -> bool:
        with Memory.open(module_home / "store", readonly=True) as memory:
            found = memory.offers(public_id)
        return any((one.how, one.project) == ("search_patterns", "work/app") for one in found)

    eventually(offered)
    with Memory.open(module_home / "store", readonly=True) as memory:
        one = next(one for one in memory.offers(public_id) if one.how == "search_patterns")
        assert (one.door, one.agent) == ("mcp", "codex")
        assert one.session.startswith("s-")
        assert memory.contacts()["codex", "mcp"].what == "1.2.3"


def test_a_client_of_the_newest_protocol_is_served_too(module_home: Path) -> None:
    async def asked() -> tuple[int, bool | None, str]:
        started = StdioServerParameters(
            command=sys.executable, args=[*SERVER, "mcp"], env=environment(module_home), cwd=module_home
        )
        async with Client(stdio_client(started)) as client:
            tools = await client.list_tools()
            found = await client.call_tool("search_patterns", {"text": "ruff", "mode": "lexical"})
            resources = await client.list_resources()
            await client.read_resource(str(resources.resources[0].uri))
            await client.get_prompt("recall", {"task": "fix the parser"})
            return len(tools.tools), found.is_error, client.protocol_version

    number, failed, version = anyio.run(asked)
    assert (number, failed) == (15, False)
    assert version == LATEST_MODERN_VERSION
