"""Calls that Cline writes as tags, and how its commands end."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from msgspec import Raw

from tacit.core.limits import Excerpt
from tacit.core.readers.cline.answers import answer_of
from tacit.core.readers.cline.blocks import uses_in

NESTED = "Use <read_file>\n<path>b</path></content></write_to_file>"


def uses(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The calls in a text of the model."""
    raw = Raw(json.dumps(text).encode())
    return [(one.tool, msgspec.json.decode(one.parameters)) for one in uses_in(raw)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "<read_file>\n<path>a.py</path>\n<task_progress>- [ ] x</task_progress>\n</read_file>",
            [("read_file", {"path": "a.py"})],
        ),
        (
            f"<write_to_file>\n<path>a.md</path>\n<content>\n{NESTED}\n</content>\n</write_to_file>",
            [("write_to_file", {"path": "a.md", "content": NESTED})],
        ),
        (
            "<read_file><args><file><path>src/a.py</path></file></args></read_file>",
            [("read_file", {"args": "<file><path>src/a.py</path></file>", "path": "src/a.py"})],
        ),
        (
            "<use_mcp_tool><server_name>docs</server_name><tool_name>find</tool_name><arguments>\n{}\n</arguments></use_mcp_tool>",
            [("mcp__docs__find", {"arguments": "{}"})],
        ),
        ("<execute_command><command>ls", [("execute_command", {"command": "ls"})]),
        ("<thinking>read_file</thinking> <b>bold</b> and a < b", []),
        (
            "<list_files><path>.</path></list_files> then <read_file><path>b</path></read_file>",
            [("list_files", {"path": "."}), ("read_file", {"path": "b"})],
        ),
    ],
)
def test_calls_are_read_out_of_their_tags(text, found):
    assert uses(text) == found


@pytest.mark.parametrize(
    ("text", "status", "seen"),
    [
        ("Command executed.\nOutput:\n12 passed in 0.1s", "ok", "12 passed in 0.1s"),
        ("Command executed.\nOutput:\n1 failed in 0.1s", "error", "1 failed in 0.1s"),
        ("Command executed.", "unfinished", ""),
        ("Command executed successfully (exit code 0).\nOutput:\nfine", "ok", "fine"),
        ("Command failed with exit code 2.\nOutput:\nbad", "error", "Exit code 2\nbad"),
        (
            "Command executed in terminal within working directory '/w'. Exit code: 1\nOutput:\nbad",
            "error",
            "Exit code 1\nbad",
        ),
        (
            "Command is still running in the user's terminal.\nHere's the output so far:\nx",
            "unfinished",
            None,
        ),
        ("The user denied this operation.", "rejected", None),
        ("Skipping tool due to user rejecting a previous tool. [x for y]", "cancelled", None),
        ("Tool [execute_command] was not executed because a tool has already been used", "cancelled", None),
        (
            "The tool execution failed with the following error:\n<error>\nno file\n</error>",
            "error",
            "no file",
        ),
        ("Missing value for required parameter 'command'. Please retry", "error", None),
        ("Task was interrupted before this tool call could be completed.", "interrupted", None),
    ],
)
def test_how_a_command_ended_is_told_by_the_words_around_its_output(text, status, seen):
    answer = answer_of(Excerpt(text), command="pytest -q")
    assert answer.status == status
    assert seen is None or answer.text.head == seen


def test_an_output_that_speaks_of_exit_codes_is_none():
    answer = answer_of(Excerpt("Command executed.\nOutput:\nthe page says exit code: 3"), command="cat a.md")
    assert answer.status == "ok"
