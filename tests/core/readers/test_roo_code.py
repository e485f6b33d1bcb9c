"""Tasks of Cline's forks Roo Code and Kilo Code: their own words for how a call ended, and their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cline_messages import first, model, user
from hypothesis import given, settings
from mutated import mutated
from told import START, STEP, story
from written_roo_code import messages, write

from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.learn.understand import understand
from tacit.core.readers.base import ReadTally, Source, Unreadable
from tacit.core.readers.cline.reader import ClineReader
from tacit.core.readers.discovery import find_sources
from tacit.core.redaction import Redactor

MAIN = "api_conversation_history.json"


def reading(path: Path, extra: tuple[Path, ...] = ()) -> tuple[SessionDraft, list[EpisodeDraft], ReadTally]:
    """What is made of a task."""
    transcript = ClineReader().read(Source(path, extra), Redactor(b"k" * 32))
    return transcript.session, list(transcript.episodes()), transcript.tally


@pytest.fixture
def read(tmp_path):
    """Reads a task of these messages."""

    def one(*told: Any) -> tuple[SessionDraft, list[EpisodeDraft], ReadTally]:
        path = tmp_path / MAIN
        path.write_text(json.dumps(told))
        return reading(path)

    return one


def wanted(tool: str, /, **fields: Any) -> dict[str, Any]:
    """A message with a call."""
    return model({"type": "tool_use", "id": "t1", "name": tool, "input": fields})


def gave(content: Any, **more: Any) -> dict[str, Any]:
    """A message with what it gave back."""
    return user({"type": "tool_result", "tool_use_id": "t1", "content": content} | more)


def steps(episode: EpisodeDraft) -> list[tuple[str, str, str]]:
    """Tool, output and status."""
    return [(one.tool, one.observation, one.status) for one in episode.steps]


@pytest.mark.parametrize(
    ("extension", "agent"),
    [
        ("rooveterinaryinc.roo-cline", "roo-code"),
        ("kilocode.kilo-code", "kilo-code"),
        ("saoudrizwan.claude-dev", "roo-code"),
        ("somewhere", "roo-code"),
    ],
)
def test_the_mode_tells_that_it_is_of_a_fork_and_the_folder_of_which(tmp_path, extension, agent):
    task = write(story(), tmp_path, extension)
    found = [one for one in find_sources([task], [ClineReader()], Path("/nowhere"), {}) if one.source]
    assert [one.source.path.name for one in found if one.source] == [MAIN]
    session, episodes, tally = reading(task / MAIN)
    assert (session.agent, session.model, session.directory) == (agent, "some-model-1", story().directory)
    assert episodes[0].steps[0].seconds == STEP / 1000
    assert (session.started, tally.skipped, tally.drift) == (START, {}, {})


def test_a_task_without_a_mode_is_of_cline(read):
    session, _, _ = read(first(), wanted("read_file", path="a"), gave("x"))
    assert session.agent == "cline"


def test_the_folders_of_all_are_looked_into():
    roots = {str(one) for one in ClineReader().roots(Path("/home"), {})}
    for extension in ("saoudrizwan.claude-dev", "rooveterinaryinc.roo-cline", "kilocode.kilo-code"):
        assert f"/home/.config/Code/User/globalStorage/{extension}/tasks" in roots


DENIED = '{"status":"denied","message":"The user denied this operation and said","feedback":"not that"}'
RAN = "Command executed in terminal within working directory '/w'. "


@pytest.mark.parametrize(
    ("call", "answer", "expected"),
    [
        (
            wanted("read_file", path="a"),
            gave('{"status":"error","message":"The tool execution failed","error":"no such file"}'),
            ("read_file", "no such file", "error"),
        ),
        (
            wanted("read_file", path="a"),
            gave('{"status":"error","type":"access_denied","message":"Access blocked by .rooignore"}'),
            ("read_file", "Access blocked by .rooignore", "error"),
        ),
        (wanted("read_file", path="a"), gave(DENIED), ("read_file", "not that", "rejected")),
        (
            wanted("read_file", path="a"),
            gave('{"status":"approved","feedback":"well"}\n\n1 | x'),
            ("read_file", "1 | x", "ok"),
        ),
        (wanted("read_file", path="a"), gave('{"status":"fine"}'), ("read_file", '{"status":"fine"}', "ok")),
        (wanted("read_file", path="a"), gave("gone", is_error=True), ("read_file", "gone", "error")),
        (
            wanted("execute_command", command="x"),
            gave(f"{RAN}Exit code: 0\nOutput:\na"),
            ("execute_command", "a", "ok"),
        ),
        (
            wanted("execute_command", command="x"),
            gave(f"{RAN}Command execution was not successful, inspect it.\nExit code: 2\nOutput:\na"),
            ("execute_command", "Exit code 2\na", "error"),
        ),
        (
            wanted("execute_command", command="x"),
            gave(f"{RAN}Process terminated by signal SIGKILL\nOutput:\na"),
            ("execute_command", f"{RAN}Process terminated by signal SIGKILL\nOutput:\na", "error"),
        ),
        (
            wanted("execute_command", command="x"),
            gave("The command was cancelled by the user."),
            ("execute_command", "The command was cancelled by the user.", "interrupted"),
        ),
        (
            wanted("execute_command", command="x"),
            gave("The command was terminated after exceeding a user-configured 5s timeout."),
            (
                "execute_command",
                "The command was terminated after exceeding a user-configured 5s timeout.",
                "error",
            ),
        ),
        (wanted("mcp--files--read_file", path="a"), gave("x"), ("mcp__files__read_file", "x", "ok")),
        (wanted("c4kq0mcp0read_file", path="a"), gave("x"), ("mcp__read_file", "x", "ok")),
    ],
)
def test_how_a_call_ended_is_told_in_their_own_words(read, call, answer, expected):
    _, (episode,), tally = read(first(), call, answer)
    assert steps(episode) == [expected]
    assert (tally.skipped, tally.drift) == ({}, {})


def test_what_stands_in_the_place_of_what_was_left_out_is_no_prompt(read):
    _, episodes, tally = read(
        first(),
        wanted("read_file", path="a"),
        gave("x"),
        user("## Conversation Summary\n<user_message>\nFix it\n</user_message>", isSummary=True),
        user("<user_message>\nFix it\n</user_message>", isTruncationMarker=True),
        {"type": "reasoning", "encrypted_content": "…", "summary": []},
        user("<user_message>\nNow that\n</user_message>"),
    )
    assert [one.prompt for one in episodes] == ["Fix it", "Now that"]
    assert (tally.skipped, tally.drift) == ({}, {})


def second(told: list[dict[str, Any]]) -> dict[str, Any]:
    """The same messages as version 2 of Roo Code keeps them: results in messages of a tool."""
    found: list[dict[str, Any]] = []
    for message in told:
        blocks, results = [], []
        for block in message["content"]:
            if block["type"] == "tool_use":
                call = {"toolCallId": block["id"], "toolName": block["name"], "input": block["input"]}
                blocks.append({"type": "tool-call"} | call)
            elif block["type"] == "tool_result":
                output = {"type": "text", "value": block["content"]}
                result = {"toolCallId": block["tool_use_id"], "toolName": "x", "output": output}
                results.append({"type": "tool-result"} | result)
            else:
                blocks.append(block)
        if results:
            found.append(message | {"role": "tool", "content": results})
        found.append(message | {"content": blocks})
    return {"version": 2, "messages": found}


def test_version_2_tells_the_same_story(tmp_path):
    told = messages(story())
    older, newer = tmp_path / "older" / MAIN, tmp_path / "newer" / MAIN
    for path, content in ((older, told), (newer, second(told))):
        path.parent.mkdir()
        path.write_text(json.dumps(content))
        assert ClineReader().recognises(path, path.read_bytes()[:65_536])
    (one, tasks, _), (two, same, tally) = reading(older), reading(newer)
    assert (one, tasks) == (two, same)
    assert (tally.skipped, tally.drift) == ({}, {})


def test_a_value_of_version_2_that_failed_is_an_error(read):
    output = {"type": "error-text", "value": "gone"}
    result = user({"type": "tool-result", "toolCallId": "t1", "toolName": "read_file", "output": output})
    _, (episode,), _ = read(first(), wanted("read_file", path="a"), result | {"role": "tool"})
    assert steps(episode) == [("read_file", "gone", "error")]


@settings(max_examples=50, deadline=None)
@given(data=mutated(json.dumps(second(messages(story()))).encode()))
def test_nothing_but_a_refusal_leaves_a_broken_file(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("broken") / MAIN
    path.write_bytes(data)
    ClineReader().recognises(path, data[:65_536])
    try:
        session, episodes, _ = reading(path)
    except Unreadable:
        return
    for episode in episodes:
        for one in episode.steps:
            understand(one, session.directory)
