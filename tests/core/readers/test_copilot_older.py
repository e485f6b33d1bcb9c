"""The one object that Copilot CLI kept of a session before 0.0.342."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from copilot_session import SESSION, Reading
from hypothesis import given, settings
from mutated import mutated
from told import START, STEP, story
from written_copilot_older import session, write

from tacit.core.learn.understand import understand
from tacit.core.limits import OBSERVATION_BYTES, PROMPT_BYTES, size
from tacit.core.readers.base import HEAD, Unreadable
from tacit.core.readers.copilot.reader import CopilotReader

Entry = dict[str, Any]


def asked(text: str = "Fix it", **more: Any) -> Entry:
    """What the person typed."""
    return {"type": "user", "text": text, "expandedText": f"{text} and all of a file", "mentions": []} | more


def wanted(tool: str, key: str = "t1", /, **arguments: Any) -> Entry:
    """A call that is asked for."""
    return {"type": "tool_call_requested", "callId": key, "name": tool, "arguments": arguments}


def ended(tool: str, log: str, key: str = "t1", /, kind: str = "success", **arguments: Any) -> Entry:
    """A call that has ended."""
    result = {"type": kind, "log": log}
    return wanted(tool, key, **arguments) | {"type": "tool_call_completed", "result": result}


@pytest.fixture
def read(tmp_path):
    """Reads a session of these entries, a second apart; ``got`` is what the model got of calls."""

    def one(*entries: Any, got: dict[str, str] | None = None, **more: Any) -> Reading:
        timeline = [
            {"id": f"{n:036d}", "timestamp": f"2025-10-04T05:35:{n:02d}.000Z"} | entry
            if isinstance(entry, dict)
            else entry
            for n, entry in enumerate(entries)
        ]
        messages = [
            {"role": "tool", "tool_call_id": key, "content": text} for key, text in (got or {}).items()
        ]
        told = {"sessionId": SESSION, "startTime": "2025-10-04T05:35:00.000Z", "chatMessages": messages}
        path = tmp_path / f"session_{SESSION}_1759556100000.json"
        path.write_text(json.dumps(told | {"timeline": timeline} | more, indent=2))
        return Reading(path)

    return one


def steps(reading: Reading) -> list[tuple[str, str, str]]:
    """Tool, output and status."""
    return [(one.tool, one.observation, one.status) for one in reading.steps]


def test_a_session_is_told_with_its_times_and_ids(tmp_path):
    told = story()
    found = Reading(write(told, tmp_path))
    head = found.session
    assert (head.native, head.model, head.started) == (told.native, "some-model-1", START)
    assert (head.directory, head.repository) == ("", None)
    first = found.episodes[0]
    assert first.native == session(told)["timeline"][0]["id"]
    assert first.steps[0].seconds == STEP / 1000
    assert first.steps[0].observation == "Exit code 1\nE   KeyError: 'user'\n1 failed in 0.10s"
    assert (found.tally.skipped, found.tally.drift) == ({}, {})


@pytest.mark.parametrize(
    ("entry", "got", "expected"),
    [
        (
            ended("bash", "shown", command="ls"),
            "a\n<exited with exit code 0>",
            ("bash", "a", "ok"),
        ),
        (
            ended("bash", "shown", command="x"),
            "a\n<exited with exit code 3>",
            ("bash", "Exit code 3\na", "error"),
        ),
        (ended("bash", "a\n<exited with exit code 0>", command="x"), None, ("bash", "a", "ok")),
        (
            ended("str_replace_editor", "a diff", command="str_replace", path="/w/a", old_str="a"),
            "File /w/a updated with changes.",
            ("str_replace", "File /w/a updated with changes.", "ok"),
        ),
        (ended("view", "no such file", kind="error", path="/w/a"), None, ("view", "no such file", "error")),
        (ended("bash", "no", kind="rejected", command="rm x"), None, ("bash", "no", "rejected")),
        (ended("bash", "no", kind="denied", command="rm x"), None, ("bash", "no", "rejected")),
        (wanted("bash", command="sleep 9"), None, ("bash", "", "unfinished")),
    ],
)
def test_how_a_call_ended_is_what_is_shown_and_what_it_gave_what_the_model_got(read, entry, got, expected):
    found = read(asked(), entry, got={"t1": got} if got else None)
    assert steps(found) == [expected]
    assert (found.tally.skipped, found.tally.drift) == ({}, {})


def test_a_call_that_is_only_told_when_it_ended_is_one_too(read):
    found = read(
        asked(),
        wanted("bash", command="ls"),
        ended("bash", "a", command="ls"),
        ended("view", "b", "t2", path="/w"),
    )
    assert [one.parameters for one in found.steps] == ['{"command":"ls"}', '{"path":"/w"}']
    assert [one.seconds for one in found.steps] == [1.0, 0.0]


def test_what_the_person_typed_is_the_prompt_and_not_what_was_made_of_it(read):
    found = read(
        {"type": "info", "text": "Welcome"}, asked(), {"type": "copilot", "text": "Well."}, asked("Now that")
    )
    assert [one.prompt for one in found.episodes] == ["Fix it", "Now that"]
    assert found.tally.drift == {}


def test_a_picture_alone_is_a_prompt(read):
    assert read(asked("", imageAttachments=[{}])).episodes[0].prompt == "[image]"


def test_what_the_person_cancelled_was_interrupted(read):
    stop = {"type": "info", "text": "Operation cancelled by user"}
    found = read(asked(), wanted("bash", command="ls"), stop, asked("Go another way"))
    assert [one.interrupted for one in found.episodes] == [True, False]


def test_a_grown_session_is_the_same_with_the_same_calls(read):
    begun = [asked(), wanted("bash", command="ls"), ended("bash", "a", command="ls")]
    one, two = read(*begun), read(*begun, asked("Now that"))
    assert (one.session.native, one.episodes[0].native) == (two.session.native, two.episodes[0].native)
    assert one.episodes[0].steps == two.episodes[0].steps


def test_unknown_things_are_counted_and_the_rest_is_read(read):
    found = read("text", {"type": "mood"}, asked(None), asked(), wanted("", "t9"), wanted("bash", ""))
    assert steps(found) == [("unknown", "", "unfinished")]
    assert found.tally.skipped == {"not an object": 1}
    assert found.tally.drift == {
        "unknown record type mood": 1,
        "missing field text": 1,
        "missing field name": 1,
        "missing field callId": 1,
    }


def test_texts_stay_within_their_limits(read):
    found = read(asked("y" * 300_000), ended("bash", "x" * 300_000, command="c"))
    assert size(found.episodes[0].prompt) <= PROMPT_BYTES
    assert size(found.steps[0].observation) <= OBSERVATION_BYTES


@pytest.mark.parametrize(
    ("cut", "reason"), [(-2, "not JSON"), (None, "no prompt or call in it"), (40, "no prompt or call in it")]
)
def test_a_file_nothing_can_be_made_of_is_refused_with_its_reason(tmp_path, cut, reason):
    whole = json.dumps({"sessionId": SESSION, "startTime": "2025-10-04T05:35:00.000Z", "timeline": []})
    path = tmp_path / "session.json"
    path.write_text(whole[:cut])
    with pytest.raises(Unreadable) as refused:
        Reading(path)
    assert refused.value.reason == reason


def test_only_its_own_files_are_its():
    reader = CopilotReader()
    assert reader.recognises(Path("x"), json.dumps(session(story()), indent=2).encode()[:HEAD])
    assert reader.recognises(Path("x"), b"\xef\xbb\xbf" + json.dumps(session(story())).encode())
    for other in (
        {"sessionId": SESSION, "projectHash": "0" * 64, "messages": []},
        {"sessionId": SESSION, "text": 'as "chatMessages": [ says'},
        {"version": 3, "requests": [], "sessionId": SESSION},
        {"chatMessages": []},
    ):
        assert not reader.recognises(Path("x"), json.dumps(other).encode())


@settings(max_examples=50, deadline=None)
@given(data=mutated(json.dumps(session(story())).encode()))
def test_nothing_but_a_refusal_leaves_a_broken_file(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("broken") / "session.json"
    path.write_bytes(data)
    CopilotReader().recognises(path, data[:HEAD])
    try:
        found = Reading(path)
    except Unreadable:
        return
    for one in found.steps:
        understand(one, "")
