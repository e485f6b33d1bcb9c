"""Tacit's own JSON Lines: what a program hands in, its ids and labels, and what is passed over."""

from __future__ import annotations

import json

import pytest
from handed_in import end, episode, lines, session, step
from transcript import START, habit

from tacit.core.limits import OBSERVATION_BYTES, PROMPT_BYTES
from tacit.core.readers.base import Source, Unreadable
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.readers.tacit_jsonl.reader import TacitJsonlReader
from tacit.core.readers.tau_bench.reader import TauBenchReader
from tacit.core.redaction import Redactor

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"


class Reading:
    """A file read to its end."""

    def __init__(self, path):
        self.redact = Redactor(b"k" * 32)
        told = [(one, list(one.episodes())) for one in TacitJsonlReader().read(Source(path), self.redact)]
        self.sessions = [one.session for one, _ in told]
        self.episodes = [episode for _, episodes in told for episode in episodes]
        self.tally = told[-1][0].tally

    @property
    def steps(self):
        return [step for episode in self.episodes for step in episode.steps]


@pytest.fixture
def read(tmp_path):
    def reading(*told, close="\n"):
        path = tmp_path / "handed.jsonl"
        path.write_text(lines(*told)[:-1] + close, encoding="utf-8")
        return Reading(path)

    return reading


def test_a_session_with_a_task_its_steps_and_its_end(read):
    reading = read(
        session(agent="my-agent", project="/home/me/work/shop", model="m-1", branch="main"),
        episode(task="Make the login test pass\nplease", task_type="debugging", context={"ticket": 12}),
        step(observation="1 failed", status="error", at="2026-01-05T11:00:04+01:00", seconds=1.5, id="c1"),
        step("edit", observation=None, at=START + 9_000),
        end("success", at="2026-01-05T10:00:41.250Z"),
    )
    (one,), (task,) = reading.sessions, reading.episodes
    assert (one.agent, one.native, one.directory) == ("my-agent", "tacit:run-1", "/home/me/work/shop")
    assert (one.title, one.model, one.branch) == ("Make the login test pass", "m-1", "main")
    assert (one.started, one.ended) == (START, START + 41_250)
    assert (task.native, task.label, task.task_type) == ("tacit:run-1#1", "success", "debugging")
    assert (task.prompt, task.context) == ("Make the login test pass\nplease", '{"ticket": 12}')
    assert [(s.n, s.call, s.tool, s.status, s.at - START, s.seconds) for s in task.steps] == [
        (1, "c1", "bash", "error", 4_000, 1.5),
        (2, "1#2", "edit", "ok", 9_000, None),
    ]
    assert json.loads(task.steps[0].parameters) == {"command": "pytest -q"}
    assert (reading.tally.lines, reading.tally.skipped, reading.tally.cut) == (5, {}, {})


def test_sessions_and_tasks_may_be_told_at_the_same_time(read):
    reading = read(
        session("a"),
        session("b"),
        episode("1", "first of a", session="a"),
        episode("1", "first of b", session="b"),
        episode("2", "second of b"),
        step("x", session="a"),
        step("y", session="b", episode="1"),
        step("z", session="b"),
        end("failure", session="b", episode="1"),
    )
    assert [one.prompt for one in reading.episodes] == ["first of a", "first of b", "second of b"]
    assert [[step.tool for step in one.steps] for one in reading.episodes] == [["x"], ["y"], ["z"]]
    assert [one.label for one in reading.episodes] == [None, "failure", None]


def test_a_line_without_a_time_happened_with_the_line_before_it_and_clocks_may_run_backwards(read):
    reading = read(
        session(),
        episode(at=START + 5_000),
        step(),
        step(at=START + 2_000),
        step(),
        end(at=START + 3_000),
        episode("2", "timeless"),
    )
    assert [step.at - START for step in reading.steps] == [5_000, 2_000, 2_000]
    assert [(one.started - START, one.ended - START) for one in reading.episodes] == [
        (5_000, 5_000),
        (3_000, 3_000),
    ]


@pytest.mark.parametrize("label", ["success", "partial", "failure", "abstained", "unknown", None])
def test_every_outcome_is_a_label_and_a_later_end_puts_it_right(read, label):
    assert read(session(), episode(), end("failure"), end(label)).episodes[0].label == label
    assert read(session(), episode(), step()).episodes[0].label is None


def test_what_cannot_be_taken_is_counted_by_its_reason(read):
    reading = read(
        step(),
        session(),
        step(),
        episode(),
        episode(task="another"),
        "nonsense",
        "[1]",
        '{"x":' * 100_000 + "1" + "}" * 100_000,
        {"type": "comment", "text": "hm"},
        {"no": "type"},
        {"type": 7},
        step(parameters="ls"),
        step(status="fine"),
        step(at="yesterday"),
        step(at="2026-02-30T10:00:00Z"),
        step(at=0),
        step(id="with space"),
        step(id="line\n"),
        step(episode="7"),
        step(session="7"),
        session("new", tacit=2),
        session("old", tacit=0),
        "",
        step("good", color="red", size=2),
        end(),
        step("late"),
    )
    assert reading.tally.skipped == {
        "without its session": 2,
        "without its episode": 2,
        "repeated episode": 1,
        "not JSON": 1,
        "not an object": 1,
        "too deep": 1,
        "unknown line type": 3,
        "unexpected fields": 8,
        "newer format": 1,
        "unknown field": 2,
        "step after its end": 1,
    }
    assert [one.tool for one in reading.steps] == ["good"]
    assert reading.tally.lines == 25


def test_a_task_of_which_nobody_knows_when_it_was_is_refused(read):
    reading = read(session(at=None), episode("1"), episode("2", at=START))
    assert [one.native for one in reading.episodes] == ["tacit:run-1#2"]
    assert reading.tally.skipped == {"without a time": 1}


def test_an_empty_session_is_none(read, tmp_path):
    assert len(read(session("a"), session("b"), episode()).sessions) == 1
    with pytest.raises(Unreadable, match="no episode in it"):
        read(session("a"), step())
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(Unreadable, match="empty file"):
        Reading(tmp_path / "empty.jsonl")


def test_a_half_written_last_line_waits_and_a_whole_one_without_its_newline_does_not(read):
    begun = [session(), episode(), step("a")]
    half = read(*begun, json.dumps(step("b"))[:-9], close="")
    assert ([one.tool for one in half.steps], half.tally.skipped) == (["a"], {})
    assert half.tally.read_to == len(lines(*begun))
    whole = read(*begun, step("b"), close="")
    assert [one.tool for one in whole.steps] == ["a", "b"]
    assert whole.tally.read_to == whole.tally.bytes


def test_what_is_too_long_is_cut_and_counted(read):
    reading = read(
        session(),
        episode(task="t" * 10_001, context="c" * 10_001),
        step(observation="o" * 10_001),
        step(parameters={"text": "p" * 1_000_001}),
    )
    one = reading.episodes[0]
    assert len(one.prompt) <= PROMPT_BYTES
    assert len(one.context) <= PROMPT_BYTES
    assert len(one.steps[0].observation) <= OBSERVATION_BYTES
    assert [step.cut for step in one.steps] == [True, True]
    assert reading.tally.cut == {"prompt": 1, "context": 1, "observation": 1, "parameters": 1}


def test_an_observation_may_be_any_value_and_hold_half_a_pair(read):
    reading = read(
        session(),
        episode(),
        *[step(observation=value) for value in ({"ok": True}, [1], 7, None, "é", "half \ud83d of it")],
    )
    assert [one.observation for one in reading.steps] == [
        '{"ok": true}',
        "[1]",
        "7",
        "",
        "é",
        "half \ufffd of it",
    ]
    assert reading.tally.skipped == {}


def test_secrets_are_replaced_everywhere_and_no_hash_of_one_is_in_a_key(read):
    reading = read(
        session(
            SECRET, agent=f"a-{SECRET}", project=f"/home/me/{SECRET}", title=f"on {SECRET}", model=SECRET
        ),
        episode(SECRET, f"use {SECRET}", context=SECRET),
        step(SECRET, id=SECRET, observation=SECRET, parameters={"key": SECRET}),
    )
    assert SECRET not in repr((reading.sessions, reading.episodes))
    keys = [reading.sessions[0].native, reading.sessions[0].agent, reading.episodes[0].native]
    keys += [reading.steps[0].call, reading.steps[0].tool, reading.sessions[0].directory]
    assert all("[REDACTED:github-token]" in key for key in keys)


def test_it_is_recognised_by_content_alone(tmp_path):
    reader, others = TacitJsonlReader(), [ClaudeCodeReader(), TauBenchReader()]
    head = lines({"type": "comment"}, session(), episode(), step(), end()).encode()
    for name in ("5b0c1d2e-0000-4000-8000-00000000000a.jsonl", "x.json", "x"):
        assert reader.recognises(tmp_path / name, head)
        assert reader.recognises(tmp_path / name, b"\xef\xbb\xbf" + head)
        assert not any(one.recognises(tmp_path / name, head) for one in others)
    claude = habit("h").text().encode()
    assert ClaudeCodeReader().recognises(tmp_path / "x.jsonl", claude)
    for foreign in (claude, b"", b"[]", b'{"type":"session"}', b'{"type":"session","tacit":"1","id":"a"}'):
        assert not reader.recognises(tmp_path / "handed.jsonl", foreign)


def test_what_a_memory_exports_is_not_this_format(tmp_path, memory):
    memory.export(tmp_path / "out", format="jsonl")
    (path,) = (tmp_path / "out").glob("*.jsonl")
    told = [json.loads(line)["type"] for line in path.read_text().splitlines()]
    assert {"pattern", "session"} <= set(told)
    head = path.read_bytes()
    sessions = b"".join(line for line in head.splitlines(keepends=True) if b'{"type":"session"' in line[:20])
    assert sessions
    for one in (TacitJsonlReader(), ClaudeCodeReader(), TauBenchReader()):
        assert not one.recognises(path, head)
        assert not one.recognises(path, sessions)
