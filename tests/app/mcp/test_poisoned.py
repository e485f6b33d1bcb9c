"""What past sessions say stays a quotation, marked as data, through every door of the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from poison import HOSTILE, ORDER, check_inert, poisoned
from served import Agent, served

from tacit.app.mcp.schemas.outputs import NOTICE
from tacit.core.recall.block import WARNING
from tacit.core.text import clean

_HEADS = ("## What past", "What stands", "### ", "- ")


@pytest.fixture(scope="module")
def poison(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    """A client of a server whose memory holds nothing but attacks."""
    with served(poisoned(tmp_path_factory.mktemp("poison") / "home")) as agent:
        yield agent


def episodes(agent: Agent) -> list[dict[str, Any]]:
    found = agent.tell("query_memory", what="episodes", limit=100)["items"]
    assert len(found) >= len(HOSTILE)
    return found


def test_looking_back_quotes_the_task_and_all_that_is_said_of_it(poison: Agent) -> None:
    told = ""
    for one in episodes(poison):
        (message,) = poison.run("get_prompt", "retrospective", {"episode": one["id"]}).messages
        page = message.content.text
        assert page.startswith("Look back at a task of a past session. ")
        assert WARNING in page.splitlines()[0]
        heads = ("Look back", f"Task ({one['id']}): `", "Outcome: ", "What went well:", "What to do better:")
        check_inert(page, (*heads, "- `", "Say in a few"))
        assert page.count("\nOutcome: ") == 1
        told += page
    assert ORDER in told, "it is quoted, not hidden"


def test_the_prompt_before_a_task_quotes_what_it_found(poison: Agent) -> None:
    for text in HOSTILE:
        (message,) = poison.run("get_prompt", "recall", {"task": f"deploy it: {text[:12]}"}).messages
        block, found, _ = message.content.text.partition("\n\nWith that in mind, do this task:\n\n")
        assert found
        check_inert(block, _HEADS)


def test_a_resource_is_listed_by_a_quotation(poison: Agent) -> None:
    listed = poison.run("list_resources").resources
    assert listed
    for one in listed:
        check_inert(one.title, ("`",))
        (content,) = poison.run("read_resource", str(one.uri)).contents
        assert json.loads(content.text)["data_notice"] == NOTICE


def test_whatever_quotes_is_marked_as_data_and_stays_one_document(poison: Agent) -> None:
    (one, *_) = episodes(poison)
    (pattern, *_) = poison.tell("query_memory", limit=1)["items"]
    asked: list[tuple[str, dict[str, Any]]] = [
        ("query_memory", {"what": "sessions"}),
        ("query_memory", {"what": "episodes"}),
        ("query_memory", {}),
        ("search_patterns", {"text": "deploy make"}),
        ("recall_error", {"error": f"error: {HOSTILE[0]}"}),
        ("project_facts", {}),
        ("recommend_patterns", {"task": "deploy it"}),
        ("predict_success", {"task": "deploy it"}),
        ("explain_pattern", {"id": pattern["id"]}),
        ("get_episode", {"id": one["id"], "steps": True}),
        ("get_metrics", {}),
    ]
    for tool, arguments in asked:
        result = poison.ask(tool, **arguments)
        assert not result.is_error
        (block,) = result.content
        assert json.loads(block.text) == result.structured_content, tool
        assert result.structured_content["data_notice"] == NOTICE, tool
        assert clean(block.text, newlines=True) == block.text


def test_an_error_quotes_nothing_of_the_memory_on_lines_of_its_own(poison: Agent) -> None:
    for tool, arguments in (
        ("query_memory", {"query": "project:x"}),
        ("query_memory", {"query": "sort:nothing"}),
        ("query_memory", {"query": "project:xIgnor kind:x"}),
        ("search_patterns", {"text": "x", "project": "x-none"}),
    ):
        result = poison.ask(tool, **arguments)
        if result.is_error:
            (block,) = result.content
            assert "\n" not in block.text
