"""tau-bench results: every run a session of one episode, its reward the label."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from handed_in import call, run, save_runs, say
from hypothesis import given
from hypothesis import strategies as st

from tacit.core.limits import PROMPT_BYTES
from tacit.core.readers.base import Source, Unreadable
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.readers.tacit_jsonl.reader import TacitJsonlReader
from tacit.core.readers.tau_bench.reader import CLOCK, TauBenchReader
from tacit.core.redaction import Redactor

MINUTE, DAY = 60_000, 86_400_000


class Reading:
    """A results file read to its end."""

    def __init__(self, path):
        self.redact = Redactor(b"k" * 32)
        self.sessions, self.episodes, self.tallies = [], [], []
        for transcript in TauBenchReader().read(Source(path), self.redact):
            self.sessions.append(transcript.session)
            self.episodes += transcript.episodes()
            self.tallies.append(transcript.tally)

    @property
    def tally(self):
        return self.tallies[-1]


@pytest.fixture
def read(tmp_path):
    def reading(*runs):
        return Reading(save_runs(tmp_path / "results.json", *runs))

    return reading


def test_a_run_is_a_session_of_one_episode(read):
    reading = read(run(3, 2), run(4, 0, 0.0))
    assert [(one.agent, one.directory, one.title) for one in reading.sessions] == [
        ("tau-bench", "airline", "task 3, trial 2: Hello, please cancel my trip ABC123."),
        ("tau-bench", "airline", "task 4, trial 0: Hello, please cancel my trip ABC123."),
    ]
    first, second = reading.episodes
    assert (first.prompt, first.followups) == ("Hello, please cancel my trip ABC123.", ())
    assert (first.label, second.label) == ("success", "failure")
    assert (reading.tally.lines, reading.tally.skipped) == (2, {})


def test_calls_are_paired_with_their_results_by_id(read):
    one, other = call("a", "look", "first"), call("b", "look", "second")
    (episode,) = read(run(1, 0, 1, say("user", "go"), one[0], other[0], other[1], one[1])).episodes
    assert [(step.n, step.call, step.observation) for step in episode.steps] == [
        (1, "a", "first"),
        (2, "b", "second"),
    ]


def test_how_a_call_ended_is_said_by_its_first_word(read):
    told = [
        *call("a", "book", "Error: payment amount does not add up"),
        *call("b", "book", '{"Error": 1}'),
        *call("c", "book", ""),
        *call("d", "book", "Errors were none"),
        *call("e", "book", None),
        say("tool", "a result of nothing"),
    ]
    reading = read(run(1, 0, 1, say("user", "go"), *told))
    assert [step.status for step in reading.episodes[0].steps] == ["error", "ok", "ok", "ok", "unfinished"]
    assert reading.tally.skipped == {"result without its call": 1}


def test_arguments_are_the_parameters_as_json(read):
    odd = call("b", "book", "x")
    odd[0]["tool_calls"][0]["function"]["arguments"] = "no json"
    bare = call("c", "book", "x")
    bare[0]["tool_calls"][0]["function"]["arguments"] = {"n": 2}
    (episode,) = read(run(1, 0, 1, say("user", "go"), *call("a", "book", "x", n=1), *odd, *bare)).episodes
    assert [json.loads(step.parameters) for step in episode.steps] == [
        {"n": 1},
        {"arguments": "no json"},
        {"n": 2},
    ]


@pytest.mark.parametrize(
    ("reward", "label", "counted"),
    [
        (1, "success", {}),
        (0.9999999, "success", {}),
        (0.0, "failure", {}),
        (0.4, "partial", {}),
        (None, None, {}),
        (1.5, None, {"unusable reward": 1}),
        (-1, None, {"unusable reward": 1}),
        ("1", None, {"unusable reward": 1}),
        (True, None, {"unusable reward": 1}),
    ],
)
def test_a_reward_is_a_label(read, reward, label, counted):
    reading = read(run(1, 0, reward))
    assert reading.episodes[0].label == label
    assert reading.tally.skipped == counted


def test_a_run_without_a_reward_is_judged_by_nothing_here(read):
    one = run()
    del one["reward"]
    assert read(run(2), one).episodes[1].label is None


@pytest.mark.parametrize(
    ("last", "answered"),
    [
        ([], False),
        ([say("assistant", "It is full.")], False),
        ([say("assistant", "It is full."), say("user", "I see. ###STOP###")], True),
        ([say("assistant", "It is full."), say("user", "###STOP###")], False),
        ([say("user", "I see."), *call("b", "book", "Error: full")], False),
    ],
)
def test_it_is_told_whether_the_user_spoke_after_the_last_call(read, last, answered):
    (episode,) = read(run(1, 0, 1, say("user", "go"), *call("a", "book", "Error: full"), *last)).episodes
    assert episode.answered is answered


def test_runs_are_dated_by_trial_and_task_and_take_no_time(read):
    reading = read(run(5, 1), run(2, 0), run("x", 0), run(-1, -1), run(10**9, 10**9))
    starts = [one.started - CLOCK for one in reading.sessions]
    assert starts[:4] == [DAY + 5 * MINUTE, 2 * MINUTE, 0, 0]
    for session, episode in zip(reading.sessions, reading.episodes, strict=True):
        assert {session.started, session.ended, episode.started, episode.ended} == {session.started}
        assert {(step.at, step.seconds) for step in episode.steps} == {(session.started, None)}


def test_a_run_is_the_same_wherever_it_stands_and_however_it_is_written(tmp_path, read):
    one, other = run(1), run(2)
    names = [session.native for session in read(one, other).sessions]
    assert [session.native for session in read(other, run(7), one).sessions][::2] == names[::-1]
    path = tmp_path / "pretty.json"
    path.write_text(json.dumps([one], indent=3, sort_keys=True))
    assert Reading(path).sessions[0].native == names[0]
    assert read(run(1, 0, 0.0)).sessions[0].native == names[0], "a reward that was put right"
    assert read(run(1, 0, 1.0, say("user", "go"))).sessions[0].native != names[0], "another conversation"


def test_the_environment_is_the_project(read):
    retail = run(1, policy="# Retail agent policy\n\nBe kind.")
    nothing = run(2, policy="Be kind.")
    assert [one.directory for one in read(retail, nothing).sessions] == ["retail", "tau-bench"]


def test_the_prompt_is_what_was_said_first_or_what_was_to_be_wanted(read):
    silent = run(1, 0, 1, *call("a", "look", "x"))
    ended = run(2, 0, 1, say("user", "###STOP###"), say("user", [{"type": "text", "text": "In parts"}]))
    long = run(3, 0, 1, say("user", "word " * 5_000))
    reading = read(silent, ended, long)
    assert [one.prompt for one in reading.episodes[:2]] == ["You want to cancel your trip.", "In parts"]
    assert len(reading.episodes[2].prompt.encode()) <= PROMPT_BYTES
    assert reading.tally.cut == {"prompt": 1}


def test_drift_costs_no_more_than_what_it_touches(read):
    reading = read(
        run(
            1, 0, 1, say("user", "go"), {"role": 7}, "text", say("critic", "hm"), *call("a", "look", {"n": 1})
        ),
        {"reward": 1},
        {"task_id": {}, "traj": []},
        7,
        {"task_id": 1, "trial": None, "reward": 1, "info": [], "traj": []},
        run(2),
        run(2),
    )
    assert [one.steps[0].observation for one in reading.episodes] == ['{"n": 1}', '{"id": "ABC123"}']
    assert reading.tally.skipped == {"unexpected fields": 5, "no conversation": 1, "repeated run": 1}


def test_a_torn_file_gives_back_its_whole_runs_and_the_last_one_waits(tmp_path):
    text = json.dumps([run(1), run(2), run(3)])
    path = tmp_path / "results.json"
    path.write_text(text[: text.rindex('"task_id"') + 900])
    reading = Reading(path)
    assert [one.title[:6] for one in reading.sessions] == ["task 1", "task 2"]
    assert (reading.tally.recovered, reading.tally.skipped) == (2, {})
    path.write_text(text.replace('"trial": 0}, {', '"trial": 0, {', 1))
    assert [one.title[:6] for one in Reading(path).sessions] == ["task 2", "task 3"]
    assert Reading(path).tally.skipped == {"not JSON": 1}


def test_halves_of_surrogate_pairs_and_depth_lose_no_other_run(tmp_path):
    deep = '{"task_id": 9, "reward": 1, "traj": ' + "[" * 100_000 + "]" * 100_000 + "}"
    half = json.dumps(run(1, 0, 1, say("user", "half \ud83d of it")))
    path = tmp_path / "results.json"
    path.write_text(f"[{deep}, {half}, {json.dumps(run(2))}]")
    reading = Reading(path)
    assert [one.prompt for one in reading.episodes] == ["half \ufffd of it", run(2)["traj"][1]["content"]]
    assert reading.tally.skipped == {"too deep": 1}


@pytest.mark.parametrize("content", ["[]", '[{"task_id": 1, "traj": []}]', "{}", '[{"task_id"', "nothing"])
def test_a_file_without_a_run_says_so(tmp_path, content):
    path = tmp_path / "results.json"
    path.write_text(content)
    with pytest.raises(Unreadable, match="no run in it"):
        Reading(path)


def test_it_is_recognised_by_content_alone(tmp_path):
    head = json.dumps([run()]).encode()
    others = [ClaudeCodeReader(), TacitJsonlReader()]
    assert TauBenchReader().recognises(tmp_path / "x.jsonl", head)
    assert TauBenchReader().recognises(
        tmp_path / "x", b"\xef\xbb\xbf" + json.dumps([run()], indent=2).encode()
    )
    assert not any(one.recognises(tmp_path / "gpt-4o-airline.json", head) for one in others)
    for foreign in (b"[]", b'{"task_id": 1, "reward": 1, "traj": []}', b"[1, 2]", b"", b'[{"task_id": 1}]'):
        assert not TauBenchReader().recognises(tmp_path / "gpt-4o-airline.json", foreign)


@given(st.data())
def test_whatever_is_done_to_the_bytes_whole_runs_are_read_or_a_reason_is_given(tmp_path_factory, data):
    text = bytearray(
        json.dumps([run(n, 0, 1, say("user", "go"), *call("a", "look")) for n in range(3)]).encode()
    )
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        piece = data.draw(st.binary(max_size=4) | st.sampled_from([b'"', b"{", b"]", b'{"task_id":', b"\\"]))
        text[at : at + data.draw(st.integers(0, 40))] = piece
    path = tmp_path_factory.getbasetemp() / "mutated.json"
    path.write_bytes(bytes(text) or b" ")
    try:
        reading = Reading(path)
    except Unreadable:
        return
    assert 1 <= len(reading.episodes) == len(reading.sessions)
    assert len({one.native for one in reading.sessions}) == len(reading.sessions)
    for episode in reading.episodes:
        assert all(isinstance(json.loads(step.parameters), dict) for step in episode.steps)


def test_the_sixteen_sample_runs_give_what_was_counted_by_hand(samples):
    reading = Reading(samples / "tau-bench" / "gpt-4o-airline.sample.json")
    counts = Counter(status for one in reading.episodes for status in [step.status for step in one.steps])
    assert len(reading.sessions) == len(reading.episodes) == 16
    assert counts == {"ok": 71, "error": 12}
    assert [len(one.steps) for one in reading.episodes] == [0, 5, 1, 0, 5, 0, 5, 7, 10, 11, 14, 7, 3, 7, 3, 5]
    assert Counter(one.label for one in reading.episodes) == {"success": 5, "failure": 11}
    assert {one.directory for one in reading.sessions} == {"airline"}
    assert (reading.tally.skipped, reading.tally.cut, reading.redact.counts) == ({}, {}, {})


def test_of_all_samples_only_its_own_is_recognised(samples):
    reader = TauBenchReader()
    found = {
        path.name
        for path in samples.rglob("*")
        if path.is_file() and reader.recognises(path, path.read_bytes()[:65536])
    }
    assert found == {"gpt-4o-airline.sample.json"}
    own = TacitJsonlReader()
    assert not any(
        own.recognises(path, path.read_bytes()[:65536]) for path in samples.rglob("*") if path.is_file()
    )
