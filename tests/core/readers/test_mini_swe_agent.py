"""Trajectories of mini-swe-agent: commands in fences and as calls, exit codes, what was said between."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from mini_messages import SUBMIT, answered, called, content, fenced, gave, run_of, said, steps
from mutated import mutated
from told import START, STEP, story
from written_mini_swe_agent import run

from tacit.core.learn.understand import understand
from tacit.core.limits import OBSERVATION_BYTES, PROMPT_BYTES, size
from tacit.core.readers.base import Source, Unreadable
from tacit.core.readers.mini_swe_agent.reader import MiniSweAgentReader
from tacit.core.redaction import Redactor


@pytest.fixture
def read(tmp_path):
    """Session, episodes and tally of such a content."""
    return partial(run_of, tmp_path)


def test_commands_in_fences_are_paired_with_the_messages_behind_them(read):
    run_of = content(
        fenced("ls -la"),
        gave("a.py\n"),
        fenced("pytest -q", "mswea_bash_command"),
        gave("1 failed in 0.1s\n", 1),
        {"role": "assistant", "content": "<mswea_bash_command>pwd</mswea_bash_command>"},
        gave("/testbed\n"),
    )
    session, (episode,), tally = read(run_of)
    assert episode.prompt == "Fix the login"
    assert (session.directory, session.model, session.version) == ("/testbed", "a-model", "1.14.4")
    assert steps(episode) == [
        ("ls -la", "a.py", "ok"),
        ("pytest -q", "Exit code 1\n1 failed in 0.1s", "error"),
        ("pwd", "/testbed", "ok"),
    ]
    assert episode.tokens == 10
    assert (tally.skipped, tally.drift) == ({}, {})


def test_calls_in_parallel_are_paired_by_their_id(read):
    run_of = content(called("first", "second"), answered(1, "two", 2), answered(0, "one"))
    _, (episode,), _ = read(run_of)
    assert steps(episode) == [("first", "one", "ok"), ("second", "Exit code 2\ntwo", "error")]


def test_ids_that_come_again_are_other_calls(read):
    run_of = content(called("first"), answered(0, "one"), called("second"), answered(0, "two"))
    _, (episode,), _ = read(run_of)
    assert steps(episode) == [("first", "one", "ok"), ("second", "two", "ok")]


def test_the_form_of_the_responses_interface(read):
    wanted = {"object": "response", "output": [{"type": "reasoning"}], "usage": {"output_tokens": 3}}
    actions = [{"command": "id", "tool_call_id": "c"}]
    gave_back = {"type": "function_call_output", "call_id": "c", "output": "…"}
    run_of = content(
        wanted | {"extra": {"actions": actions}},
        gave_back | {"extra": {"raw_output": "root", "returncode": 0}},
    )
    _, (episode,), tally = read(run_of)
    assert steps(episode) == [("id", "root", "ok")]
    assert (episode.tokens, tally.drift) == (3, {})


def test_calls_without_actions_beside_them_are_read_from_the_calls(read):
    function = {"name": "bash", "arguments": json.dumps({"command": "id"})}
    message = {"role": "assistant", "content": None, "tool_calls": [{"id": "call_0", "function": function}]}
    _, (episode,), _ = read(content(message, answered(0, "root")))
    assert steps(episode) == [("id", "root", "ok")]


def test_a_message_with_no_one_action_calls_nothing(read):
    two = {"role": "assistant", "content": "```bash\na\n```\nor\n```bash\nb\n```"}
    wrong = said("Please always provide EXACTLY ONE action in triple backticks, found 2 actions.")
    _, (episode,), tally = read(content(two, wrong, fenced("ls"), gave("a")))
    assert steps(episode) == [("ls", "a", "ok")]
    assert tally.skipped == {}


def test_a_long_output_keeps_its_ends(read):
    marks = (
        "<returncode>0</returncode>\n<warning>\nlong\n</warning><output_head>\nA\n</output_head>\n"
        "<elided_chars>\n9 characters elided\n</elided_chars>\n<output_tail>\nB\n</output_tail>"
    )
    _, (episode,), _ = read(content(fenced("cat big"), said(marks)))
    assert episode.steps[0].status == "ok"
    assert "A\n" in episode.steps[0].observation
    assert "B\n" in episode.steps[0].observation


def test_a_command_that_took_too_long_is_an_error(read):
    told = "The last command <command>sleep 99</command> timed out and has been killed.\nThe output …"
    trouble = "An error occurred while executing the command: timed out after 30 seconds"
    run_of = content(
        fenced("sleep 99"), said(told), called("sleep 98"), answered(0, "", -1, exception_info=trouble)
    )
    _, (episode,), _ = read(run_of)
    assert [one.status for one in episode.steps] == ["error", "error"]
    assert "timed out" in episode.steps[1].observation


def test_without_an_exit_code_what_was_printed_tells(read):
    run_of = content(
        fenced("python a.py"),
        said("Observation: Traceback (most recent call last):\nKeyError: 'user'"),
        fenced("pytest"),
        said("Observation: nothing"),
        fenced("ls"),
        said("Observation: a.py"),
    )
    _, (episode,), _ = read(run_of)
    assert [one.status for one in episode.steps] == ["error", "unfinished", "ok"]


def test_the_submission_is_what_the_last_command_gave(read):
    ended = {"role": "exit", "content": "diff --git", "extra": {"exit_status": "Submitted"}}
    _, (episode,), _ = read(content(called(SUBMIT), ended))
    assert steps(episode) == [(SUBMIT, "diff --git", "ok")]
    run_of = content(fenced(SUBMIT), said("diff --git"))
    run_of["info"]["exit_status"] = "Submitted"
    _, (older,), _ = read(run_of)
    assert steps(older) == [(SUBMIT, "diff --git", "ok")]


@pytest.mark.parametrize("status", ["Submitted", "LimitsExceeded", "TimeExceeded", "RuntimeError", ""])
def test_no_exit_status_is_a_label(read, status):
    ended = {"role": "exit", "content": status, "extra": {"exit_status": status}}
    run_of = content(fenced("ls"), gave("a"), ended)
    run_of["info"]["exit_status"] = status
    _, (episode,), tally = read(run_of)
    assert (episode.label, episode.interrupted, tally.drift) == (None, False, {})


def test_a_command_without_an_answer_is_unfinished(read):
    _, (episode,), _ = read(content(called("sleep 99")))
    assert steps(episode) == [("sleep 99", "", "unfinished")]


def test_times_are_those_of_messages(read):
    at = START / 1000
    run_of = content(called("ls", at=at), answered(0, "a", timestamp=at + 2.5))
    session, (episode,), _ = read(run_of)
    assert (session.started, session.ended) == (START, START + 2_500)
    assert episode.steps[0].seconds == 2.5
    assert STEP == 10_000  # as the writer's


def test_the_instance_tells_the_repository_and_stands_in_the_id(read):
    session, _, _ = read(content(fenced("ls"), gave("a"), instance_id="django__django-11039"))
    assert session.repository == "https://github.com/django/django.git"
    assert session.native.startswith("django__django-11039-")


def test_a_directory_that_is_not_told_is_none(read):
    run_of = content(fenced("ls"), gave("a"))
    run_of["info"]["config"]["environment"]["cwd"] = ""
    assert read(run_of)[0].directory == ""


def test_a_grown_file_is_the_same_session_and_another_beginning_is_another(read):
    long = content(fenced("ls"), gave("a"), fenced("pwd"), gave("b"))
    short = content(fenced("ls"), gave("a"))
    other = content(fenced("id"), gave("a"))
    (whole, (all_of_it,), _), (begun, (part,), _) = read(long), read(short)
    assert (whole.native, all_of_it.native) == (begun.native, part.native)
    assert all_of_it.steps[:1] == part.steps[:1] or all_of_it.steps[0].call == part.steps[0].call
    assert read(other)[0].native != whole.native


def test_unknown_things_are_counted_and_the_rest_is_read(read):
    run_of = content({"role": "critic", "content": "x"}, "text", answered(7, "x"), fenced("ls"), gave("a"))
    _, (episode,), tally = read(run_of)
    assert steps(episode) == [("ls", "a", "ok")]
    assert tally.drift == {"unknown record type critic": 1}
    assert tally.skipped == {"not an object": 1, "result without its call": 1}


def test_texts_stay_within_their_limits(read):
    _, (episode,), _ = read(content(fenced("cat big"), gave("x" * 400_000), first="y" * 300_000))
    assert size(episode.prompt) <= PROMPT_BYTES
    assert size(episode.steps[0].observation) <= OBSERVATION_BYTES
    assert episode.steps[0].status == "ok"


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (b"", "empty file"),
        (b"[]", "not an object"),
        (json.dumps(content(fenced("ls"))).encode()[:-9], "not JSON"),
        (b'{"info": {}, "messages": []}', "no prompt or call in it"),
        (b'{"messages":' + b"[" * 200_000, "too deep"),
    ],
)
def test_a_file_nothing_can_be_made_of_is_refused_with_its_reason(read, what, reason):
    with pytest.raises(Unreadable) as refused:
        read(what)
    assert refused.value.reason == reason


def test_only_its_own_files_are_its(tmp_path):
    reader, path = MiniSweAgentReader(), tmp_path / "run.json"
    for mine in (run(story()), content(fenced("ls"))):
        assert reader.recognises(path, json.dumps(mine, indent=2).encode())
    huge = json.dumps({"info": {"submission": "x" * 80_000, "mini_version": "1"}} | content()).encode()
    late = json.dumps(
        {"info": {"submission": "x" * 80_000}, "messages": [], "trajectory_format": "mini-swe-agent-1"}
    )
    path.write_bytes(late.encode())
    assert reader.recognises(path, late.encode()[:65_536])
    path.write_bytes(huge)
    assert reader.recognises(path, huge[:65_536])
    path.write_text('{"info": {"title": "an interface"}, "openapi": "3.1.0"}')
    for head in (
        path.read_bytes(),
        b"",
        b"\0\xff",
        b'{"messages": [{"role": "user", "content": "hi"}], "model": "gpt"}',
        b'{"name": "x", "dependencies": {"mini_version": "1"}}',
        b'{"environment": "main", "trajectory": [{"action": "ls", "observation": ""}], "info": {}}',
    ):
        assert not reader.recognises(path, head)
    assert not reader.recognises(tmp_path / "gone", b'{"info": {"title": "x"}}')


def test_its_last_run_lies_where_mini_leaves_it():
    home = Path("/home/me")
    assert home / ".config/mini-swe-agent/last_mini_run.traj.json" in MiniSweAgentReader().roots(home, {})
    told = MiniSweAgentReader().roots(home, {"MSWEA_GLOBAL_CONFIG_DIR": "/etc/mini"})
    assert told == [Path("/etc/mini/last_mini_run.traj.json")]


@settings(max_examples=80, deadline=None)
@given(broken=mutated(json.dumps(run(story()), indent=1).encode()))
def test_nothing_but_a_refusal_leaves_a_broken_file(tmp_path_factory, broken):
    path = tmp_path_factory.mktemp("broken") / "run.json"
    path.write_bytes(broken)
    MiniSweAgentReader().recognises(path, broken[:65_536])
    try:
        transcript = MiniSweAgentReader().read(Source(path), Redactor(b"k" * 32))
        episodes = list(transcript.episodes())
    except Unreadable:
        return
    for episode in episodes:
        assert size(episode.prompt) <= PROMPT_BYTES
        for one in episode.steps:
            understand(one, transcript.session.directory)
