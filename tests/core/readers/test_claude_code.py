"""Claude Code transcripts: what becomes an episode, what a step, and how each ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tacit.core.readers.base import Unreadable
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.redaction import Redactor

REJECTED = "The user doesn't want to proceed with this tool use. The tool use was rejected."


def prompts(reading):
    return [episode.prompt for episode in reading.episodes]


def calls(episode):
    return [step.call for step in episode.steps]


def test_every_typed_prompt_opens_an_episode_and_urging_follows_up(log, read):
    log.prompt("fix the parser")
    log.step("c1")
    log.prompt("yes, please continue")
    log.step("c2")
    log.prompt("now write tests for it")
    log.step("c3")
    log.prompt("<command-name>/compact</command-name>\n<command-args>keep errors</command-args>")
    reading = read(log)
    assert prompts(reading) == ["fix the parser", "now write tests for it"]
    assert [calls(episode) for episode in reading.episodes] == [["c1", "c2"], ["c3"]]
    assert reading.episodes[0].followups == ("yes, please continue",)
    assert reading.episodes[1].followups == ("/compact keep errors",)
    assert reading.episodes[0].next_prompt == "now write tests for it"
    assert reading.episodes[1].next_prompt is None


@pytest.mark.parametrize(
    "text",
    [
        "<local-command-stdout>ok</local-command-stdout>",
        "<bash-input>ls</bash-input>",
        "<task-notification>\n<task-id>a</task-id>",
        "<system-reminder>be good</system-reminder>",
        "This session is being continued from a previous conversation that ran out of context.",
        [{"type": "text", "text": "[Request interrupted by user]"}],
    ],
)
def test_what_nobody_typed_opens_no_episode(log, read, text):
    log.prompt("fix the parser")
    log.prompt(text)
    log.prompt("not typed", isMeta=True)
    log.prompt("a summary", isCompactSummary=True)
    log.step("c1")
    assert prompts(read(log)) == ["fix the parser"]


def test_a_list_without_results_is_a_typed_prompt_with_its_pictures(log, read):
    picture = {"type": "image", "source": {"type": "base64", "data": "AAAA"}}
    log.prompt([{"type": "text", "text": "what is wrong here?"}, picture])
    log.step("c1")
    assert prompts(read(log)) == ["what is wrong here?\n[image]"]


def test_statuses_follow_the_mark_and_the_first_words(log, read):
    log.prompt("do it all at once")
    log.step("ok", "fine", error=False)
    log.step("plain", "fine")
    log.step("bad", "Exit code 2\nboom", error=True)
    log.step("no", REJECTED, error=True)
    log.step("sibling", "<tool_use_error>Sibling tool call errored</tool_use_error>", error=True)
    log.step("stop", "[Request interrupted by user for tool use]", error=True)
    log.call("open")
    reading = read(log)
    assert [step.status for step in reading.steps] == [
        "ok",
        "ok",
        "error",
        "rejected",
        "cancelled",
        "interrupted",
        "unfinished",
    ]


def test_parallel_calls_pair_by_id_and_split_messages_count_their_tokens_once(log, read):
    log.prompt("look at both files")
    log.say({"type": "text", "text": "both"}, message="m1", tokens=1)
    first = log.call("a", message="m1")
    log.call("b", message="m1")
    log.result("b", "of b")
    log.result("a", "of a", parent=first)
    episode = read(log).episodes[0]
    assert [(step.n, step.call, step.observation) for step in episode.steps] == [
        (1, "a", "of a"),
        (2, "b", "of b"),
    ]
    assert episode.tokens == 10


def test_copied_lines_and_calls_are_one(log, read):
    log.prompt("fix the parser")
    log.step("c1", "first")
    log.records += log.records[:]
    log.call("c1")
    log.result("c1", "again")
    reading = read(log)
    assert [(step.call, step.observation) for step in reading.steps] == [("c1", "first")]
    assert prompts(reading) == ["fix the parser"]


def test_an_episode_keeps_its_native_id_in_a_resumed_file(log, read, new_log, tmp_path):
    log.prompt("fix the parser", uuid="prompt-1")
    log.step("c1")
    resumed = new_log("5b0c1d2e-0000-4000-8000-00000000000b")
    resumed.records += log.records
    resumed.last = log.last
    resumed.clock = log.clock
    resumed.prompt("and the lexer", uuid="prompt-2")
    other = read(resumed.save(tmp_path / f"{resumed.session}.jsonl"))
    assert read(log).episodes[0].native == "prompt-1"
    assert [episode.native for episode in other.episodes] == ["prompt-1", "prompt-2"]
    assert other.session.native == resumed.session


def test_a_branch_is_left_only_where_a_second_prompt_stands_under_the_same_parent(log, read):
    log.prompt("fix the parser")
    turn = log.step("c1")
    log.record("system", subtype="turn_duration")
    log.prompt("use a regex")
    log.step("c2")
    log.prompt("write a grammar", parent=turn)
    log.step("c3")
    log.prompt("a new beginning", parent=None)
    log.step("c4")
    reading = read(log)
    assert [(step.call, step.left) for step in reading.steps] == [
        ("c1", False),
        ("c2", True),
        ("c3", False),
        ("c4", False),
    ]
    assert [episode.next_prompt for episode in reading.episodes] == [
        "write a grammar",
        "write a grammar",
        "a new beginning",
        None,
    ]


def test_prompts_under_different_results_of_one_message_share_their_parent(log, read):
    log.prompt("look at both")
    log.call("a", message="m1")
    log.call("b", message="m1")
    log.result("a")
    of_b = log.result("b")
    log.prompt("go left at the fork")
    log.step("c")
    log.prompt("go right at the fork", parent=of_b)
    log.step("d")
    assert [(step.call, step.left) for step in read(log).steps] == [
        ("a", False),
        ("b", False),
        ("c", True),
        ("d", False),
    ]


def test_circles_and_unknown_parents_end(log, read):
    log.prompt("first", uuid="a", parent="b")
    log.prompt("second thing", uuid="b", parent="a")
    log.record("system", uuid="s", parent="s")
    log.step("c1", command="x")
    log.prompt("third thing", parent="nowhere")
    assert len(read(log).steps) == 1


def test_an_interruption_counts_when_it_is_the_last_thing(log, read):
    log.prompt("start the long run")
    log.step("c1")
    log.prompt([{"type": "text", "text": "[Request interrupted by user]"}])
    log.prompt("do the short one instead")
    log.prompt("[Request interrupted by user]")
    log.step("c2")
    assert [episode.interrupted for episode in read(log).episodes] == [True, False]


def test_calls_before_any_prompt_are_an_episode_of_their_own(log, read):
    log.prompt("<command-name>/fix-issue</command-name><command-args>12</command-args>", uuid="command")
    log.step("c1")
    log.prompt("something else now")
    reading = read(log)
    assert [(episode.native, episode.prompt, len(episode.steps)) for episode in reading.episodes] == [
        ("command", "/fix-issue 12", 1),
        ("u4", "something else now", 0),
    ]
    assert reading.episodes[0].followups == ()


def test_the_head_of_a_session(log, read):
    log.raw(json.dumps({"type": "summary", "summary": "of another file", "leafUuid": "elsewhere"}))
    log.prompt("fix the parser\nand more")
    log.step("c1")
    reading = read(log)
    session = reading.session
    assert (session.agent, session.native, session.title) == ("claude-code", log.session, "fix the parser")
    assert (session.directory, session.branch, session.model) == ("/home/dev/app", "main", "claude-opus-4-5")
    assert (session.version, session.ended - session.started) == ("2.1.0", 2000)
    assert reading.steps[0].seconds == 1.0
    log.raw(json.dumps({"type": "summary", "summary": "The parser, fixed", "leafUuid": "u3"}))
    assert read(log).session.title == "The parser, fixed"
    log.raw(json.dumps({"type": "custom-title", "customTitle": "Mine", "sessionId": log.session}))
    assert read(log).session.title == "Mine"


def test_without_ids_a_hash_of_the_first_record_stands_and_no_path(log, read, tmp_path):
    log.raw(json.dumps({"type": "user", "message": {"content": "fix the parser"}}))
    here, there = log.save(tmp_path / "a.jsonl"), log.save(tmp_path / "x" / "b.jsonl")
    assert read(here).session.native == read(there).session.native
    assert read(here).episodes[0].native == read(there).episodes[0].native
    assert read(here).session.native.startswith("record-")


def test_steps_hold_no_secret(log, read):
    log.prompt("the key is AKIAABCDEFGH12345678, use it")
    log.step("c1", "token=abc12345def", command="curl -H 'Authorization: Bearer abcdefghij1234567890'")
    reading = read(log)
    everything = repr(reading.episodes) + repr(reading.session)
    assert "AKIAABCDEFGH12345678" not in everything
    assert "abcdefghij1234567890" not in everything
    assert "abc12345def" not in everything
    assert json.loads(reading.steps[0].parameters)
    assert reading.redact.counts == {"aws-access-key": 1, "bearer": 1, "assignment": 1}


def test_a_transcript_without_prompt_or_call_is_unreadable(log, tmp_path):
    log.record("system", subtype="local_command")
    path = log.save(tmp_path / "a.jsonl")
    reader = ClaudeCodeReader()
    from tacit.core.readers.base import Source

    with pytest.raises(Unreadable) as raised:
        reader.read(Source(path), Redactor(b"k"))
    assert raised.value.reason == "no prompt or call in it"


def test_roots_follow_the_configured_directory():
    reader, home = ClaudeCodeReader(), Path("/home/x")
    assert reader.roots(home, {}) == [Path("/home/x/.claude/projects")]
    assert reader.roots(home, {"CLAUDE_CONFIG_DIR": "/c"}) == [Path("/c/projects")]
