"""Copilot CLI: what its events say, and files with something wrong in them."""

from __future__ import annotations

import json

import pytest
from copilot_session import SESSION, SHOP, Events, Reading
from hypothesis import given, settings
from hypothesis import strategies as st
from mutated import mutated
from told import story
from transcript import START
from written_copilot import write

from tacit.core import limits
from tacit.core.readers.base import HEAD, Unreadable
from tacit.core.readers.copilot.reader import CopilotReader


@pytest.fixture
def events():
    return Events()


@pytest.fixture
def read(tmp_path):
    def reading(events, end="\n"):
        return Reading(events.save(tmp_path / SESSION / "events.jsonl", end))

    return reading


def test_the_head_tells_where_the_session_is(read):
    events = Events(
        cwd=SHOP, gitRoot="/home/dev", repository="acme/shop", repositoryHost="git.acme.org", branch="main"
    )
    events.add("session.model_change", {"newModel": "gpt-5"})
    events.prompt()
    events.add("session.resume", {"context": {"cwd": "/elsewhere", "repository": "a/b", "branch": "other"}})
    session = read(events).session
    assert (session.native, session.directory, session.branch) == (SESSION, SHOP, "main")
    assert (session.repository, session.model, session.version) == (
        "https://git.acme.org/acme/shop.git",
        "gpt-5",
        "1.0.11",
    )


@pytest.mark.parametrize(
    ("context", "repository"),
    [
        ({"repository": "acme/shop", "hostType": "github"}, "https://github.com/acme/shop.git"),
        ({"repository": "acme/shop"}, "https://github.com/acme/shop.git"),
        ({"repository": "acme/shop", "hostType": "ado"}, None),
        ({"repository": "not a name"}, None),
        ({"repository": 7, "branch": []}, None),
    ],
)
def test_a_repository_is_a_url_where_its_host_is_known(read, context, repository):
    events = Events(cwd=SHOP, **context)
    events.prompt()
    assert read(events).session.repository == repository


def test_where_no_context_is_told_the_trusted_folder_is_the_directory(read, events):
    events.add("session.info", {"message": f"Folder {SHOP} has been added to trusted folders."})
    events.prompt()
    assert read(events).session.directory == SHOP


def test_where_a_session_was_resumed_the_rest_is_told(read, events):
    events.add("session.resume", {"context": {"cwd": SHOP, "branch": "main"}, "selectedModel": "gpt-5"})
    events.prompt()
    session = read(events).session
    assert (session.directory, session.branch, session.model) == (SHOP, "main", "gpt-5")


def test_only_what_a_person_typed_is_a_prompt(read, events):
    events.prompt("First task", transformedContent="First task <reminder>x</reminder>", source="user")
    events.prompt("Skill text", source="skill-pdf")
    events.prompt("On it goes", source="autopilot")
    events.prompt("On it goes", isAutopilotContinuation=True)
    events.add("user.message", {"content": "You are to look"}, agentId="agent-1")
    events.prompt("Second task")
    events.prompt("", attachments=[{"type": "file", "path": "/tmp/a.png"}])
    events.add("system.message", {"content": "Notice"})
    assert [one.prompt for one in read(events).episodes] == ["First task", "Second task", "[image]"]


def test_a_call_is_known_from_its_request_or_its_start_and_is_one_call(read, events):
    events.prompt()
    events.wants("both", arguments='{"path": "/tmp/x.py"}')
    events.starts("both")
    events.ends("both", success=True, result={"content": "text"})
    events.starts("only-started", arguments={"path": "y.py"})
    events.ends("only-started", success=True, result="plain")
    events.wants("only-asked")
    found = [(step.call, step.parameters, step.observation, step.status) for step in read(events).steps]
    assert found == [
        ("both", '{"path": "/tmp/x.py"}', "text", "ok"),
        ("only-started", '{"path": "y.py"}', "plain", "ok"),
        ("only-asked", json.dumps({"path": f"{SHOP}/a.py"}), "", "unfinished"),
    ]


def test_a_call_took_as_long_as_its_tool_ran(read, events):
    events.prompt()
    events.wants()
    events.add("permission.requested", {"requestId": "r"})
    events.at += 60_000
    events.starts()
    events.ends(success=True)
    assert read(events).steps[0].seconds == 1.0


@pytest.mark.parametrize(
    ("name", "ended", "status", "observation"),
    [
        ("view", {"success": True, "result": {"content": "", "detailedContent": "shown"}}, "ok", "shown"),
        ("view", {"success": True, "result": None}, "ok", ""),
        ("view", {"result": {"content": "text"}}, "ok", "text"),
        ("view", {"success": False, "error": {"message": "no file", "code": "failure"}}, "error", "no file"),
        ("view", {"success": False, "result": {"content": "why"}}, "error", "why"),
        ("edit", {"success": False, "error": "plain"}, "error", "plain"),
        ("bash", {"success": False, "error": {"message": "no", "code": "denied"}}, "rejected", "no"),
        ("bash", {"success": False, "error": {"message": "no", "code": "rejected"}}, "rejected", "no"),
        ("bash", {"success": False, "error": {"message": "x", "code": "aborted"}}, "interrupted", "x"),
        ("bash", {"success": True, "result": {"content": "a\n<exited with exit code 0>"}}, "ok", "a"),
        (
            "bash",
            {"success": True, "result": {"content": "a\n<exited with exit code 2>"}},
            "error",
            "Exit code 2\na",
        ),
        (
            "powershell",
            {"success": True, "result": {"content": "a\n<shellId: 4 completed with exit code 1>\n"}},
            "error",
            "Exit code 1\na",
        ),
        (
            "bash",
            {"success": True, "result": {"content": "a"}, "shellExecution": {"exitCode": 3}},
            "error",
            "Exit code 3\na",
        ),
        (
            "bash",
            {"success": True, "result": {"content": "a", "contents": [{"exitCode": 1}]}},
            "error",
            "Exit code 1\na",
        ),
        ("view", {"success": True, "result": {"content": "a\n<exited with exit code 2>"}}, "ok", None),
    ],
)
def test_a_failure_is_told_in_many_ways(read, events, name, ended, status, observation):
    events.prompt()
    events.wants(name=name)
    events.ends(**ended)
    (step,) = read(events).steps
    assert step.status == status
    assert observation is None or step.observation == observation


def test_a_permission_that_was_denied_is_a_rejection(read, events):
    events.prompt()
    events.wants(name="bash")
    events.add("permission.requested", {"requestId": "r1"})
    denied = {"kind": "denied-interactively-by-user"}
    events.add("permission.completed", {"requestId": "r1", "toolCallId": "call-1", "result": denied})
    events.ends(success=False, error={"message": "Permission denied"})
    assert [step.status for step in read(events).steps] == ["rejected"]


@pytest.mark.parametrize(
    ("reason", "interrupted"), [("user_initiated", True), ("", True), (None, True), ("tool_failure", False)]
)
def test_an_abort_is_an_interruption_unless_a_tool_failed(read, events, reason, interrupted):
    events.prompt()
    events.wants()
    events.add("abort", {"reason": reason})
    events.add("assistant.turn_end")
    assert read(events).episodes[0].interrupted is interrupted


@pytest.mark.parametrize("fields", [{"agentId": "agent-9"}, {"agentId": "task-1"}, {}])
def test_what_a_sub_agent_calls_belongs_to_the_call_that_started_it(read, events, fields):
    events.prompt()
    events.wants("task-1", "task", {"prompt": "Look into it"})
    events.add("subagent.started", {"toolCallId": "task-1", "agentName": "explore"}, **fields)
    data = {} if fields else {"parentToolCallId": "task-1"}
    wanted = {"toolCallId": "inner", "name": "bash", "arguments": {"command": "ls"}}
    events.add("assistant.message", {"content": "", "toolRequests": [wanted]} | data, **fields)
    events.add("tool.execution_complete", {"toolCallId": "inner", "success": True} | data, **fields)
    events.add("subagent.completed", {"toolCallId": "task-1"}, **fields)
    events.ends("task-1", success=True, result={"content": "found"})
    found = [(step.call, step.agent, step.parent) for step in read(events).steps]
    assert found == [("task-1", None, None), ("inner", fields.get("agentId", "task-1"), 1)]


def test_tokens_and_times_are_those_of_the_events(read, events):
    events.prompt()
    events.add("assistant.message", {"content": "So.", "toolRequests": [], "outputTokens": 12})
    events.add("assistant.message", {"content": "Yes.", "toolRequests": None, "outputTokens": "many"})
    (episode,) = read(events).episodes
    assert (episode.tokens, episode.started, episode.ended) == (12, START + 2_000, START + 4_000)


def test_a_file_that_grows_keeps_what_it_had(tmp_path):
    path = write(story(), tmp_path)
    content = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(content) if byte == ord("\n")]
    seen: set[str] = set()
    for end in ends[1:]:
        path.write_bytes(content[:end])
        keys = {step.call for step in Reading(path).steps}
        assert seen <= keys
        seen = keys
    for cut in range(ends[3], len(content), 61):
        path.write_bytes(content[:cut])
        tally = Reading(path).tally
        assert (tally.skipped, tally.drift, tally.recovered) == ({}, {}, 0)


def test_bad_lines_and_drift_are_counted_and_the_rest_is_read(read, events):
    events.raw("{broken")
    events.raw("[1]")
    events.raw('{"type": "user.message"}')
    events.raw('{"type": "user.message", "data": ' + "[" * 5_000 + "]" * 5_000 + "}")
    events.add("session.start", "text")
    events.add("assistant.daydream")
    events.add("planet.discovered")
    events.add(None)
    events.add("hook.start", {"input": []})
    events.prompt(None)
    events.prompt()
    events.wants(key=None)
    events.starts(key=7)
    events.ends("never-began", success=True)
    events.wants("unnamed", name=None)
    reading = read(events)
    assert reading.tally.skipped == {
        "not JSON": 1,
        "unexpected fields": 1,
        "not an object": 1,
        "too deep": 1,
        "result without its call": 1,
    }
    assert reading.tally.drift == {
        "missing field data": 1,
        "unknown record type assistant.daydream": 1,
        "unknown record type planet.discovered": 1,
        "unknown record type": 1,
        "missing field content": 1,
        "missing field toolCallId": 2,
        "missing field toolName": 1,
    }
    assert ([one.prompt for one in reading.episodes], len(reading.steps)) == (["Do some work"], 1)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe{\x00}\x00", b"{}\n", b"[]", b"\0\1", b'{"type":"session.start"}']
)
def test_a_file_with_nothing_in_it_is_unreadable(tmp_path, content):
    path = tmp_path / "events.jsonl"
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        Reading(path)


def test_only_its_own_files_are_recognised(tmp_path, events):
    reader = CopilotReader()
    path = tmp_path / "x.jsonl"
    assert reader.recognises(path, events.lines[0].encode())
    assert reader.recognises(path, b"\xef\xbb\xbf{torn\n" + events.lines[0].encode())
    other = {"type": "session.start", "data": {"sessionId": "a", "producer": "other"}}
    for text in (
        json.dumps(other),
        json.dumps({"type": "user", "message": events.lines[0]}),
        json.dumps([json.loads(events.lines[0])]),
        '"session.start"',
        "",
        "\0" * 99,
    ):
        assert not reader.recognises(path, text.encode()[:HEAD])


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_no_damage_makes_it_fail(tmp_path, data):
    path = write(story(), tmp_path)
    path.write_bytes(data.draw(mutated(path.read_bytes())))
    CopilotReader().recognises(path, path.read_bytes()[:HEAD])
    try:
        reading = Reading(path)
    except (Unreadable, OSError):
        return
    assert all(limits.size(step.observation) <= limits.OBSERVATION_BYTES for step in reading.steps)
    assert all(isinstance(json.loads(step.parameters), dict) for step in reading.steps)
    assert all(limits.size(one.prompt) <= limits.PROMPT_BYTES for one in reading.episodes)
