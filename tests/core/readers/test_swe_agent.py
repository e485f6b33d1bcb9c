"""Trajectories of SWE-agent: its command language, what its observations show, old files and new ones."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutated import mutated
from read_sessions import Read, sessions_in
from told import story
from written_swe_agent import history, run, step

from tacit.core.drafts import EpisodeDraft, SessionDraft
from tacit.core.learn.understand import understand
from tacit.core.limits import EPISODE_BYTES, OBSERVATION_BYTES, PROMPT_BYTES, size
from tacit.core.readers.base import ReadTally, Unreadable
from tacit.core.readers.registry import load_readers
from tacit.core.readers.swe_agent.reader import SweAgentReader

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sessions"
ROOT = "/acme__shop"
REFUSED = "Your proposed edit has introduced new syntax error(s). Please understand the fixes and retry.\n"


def reading(path: Path) -> tuple[Read, ReadTally]:
    """Every run of a file."""
    return sessions_in(SweAgentReader(), path)


def old(*steps: tuple[str, str], opened: str = "n/a") -> dict[str, Any]:
    """A run as versions before 1.0 wrote it: its state is a text from before the action."""
    issue = f"ISSUE:\nThe login fails\nIt should not.\n\n\nINSTRUCTIONS:\nNow, solve it.\n{state_lines(ROOT)}"
    state = json.dumps({"open_file": opened, "working_dir": ROOT}) + "\n"
    trajectory = [
        {"action": one, "observation": seen, "response": "so", "state": state, "thought": "so"}
        for one, seen in steps
    ]
    told = [
        {"role": "system", "content": "SETTING: You are an autonomous programmer.", "agent": "primary"},
        {"role": "user", "content": "--- DEMONSTRATION ---\nopen other.py", "is_demo": True},
        {"role": "user", "content": f"We're solving an issue. Here's the issue text:\n{issue}"},
        {"role": "assistant", "content": "so", "action": "ls", "agent": "primary"},
    ]
    info = {"exit_status": "submitted", "submission": "diff", "model_stats": {"tokens_received": 7}}
    return {"environment": "swe_main", "trajectory": trajectory, "history": told, "info": info}


def state_lines(directory: str) -> str:
    """How a message to the model ends."""
    return f"\n(Open file: n/a)\n(Current directory: {directory})\nbash-$"


@pytest.fixture
def save(tmp_path):
    """Writes a run, and gives its path."""

    def write(content: Any, name: str = "run.traj") -> Path:
        path = tmp_path / name
        text = content if isinstance(content, bytes) else json.dumps(content, indent=2).encode()
        path.write_bytes(text)
        return path

    return write


@pytest.fixture
def read(save):
    """Session, steps and tally of the one run of such a content."""

    def one(content: Any) -> tuple[SessionDraft, EpisodeDraft, ReadTally]:
        found, tally = reading(save(content))
        ((session, (episode,)),) = found
        return session, episode, tally

    return one


def test_an_old_file_is_read_with_its_state_as_a_text(read):
    steps = [
        ("open src/login.py\n", "[File: …]"),
        ("edit 1:1\nx\nend_of_edit\n", REFUSED),
        ("submit\n", "diff"),
    ]
    session, episode, tally = read(old(*steps, opened=f"{ROOT}/src/login.py"))
    assert session.directory == ROOT
    assert session.repository == "https://github.com/acme/shop.git"
    assert (session.title, session.model, session.version) == ("The login fails", None, None)
    assert episode.prompt == "The login fails\nIt should not."
    seen = [(one.kind, one.target, one.status) for one in (understand(s, ROOT) for s in episode.steps)]
    assert seen == [
        ("read", "src/login.py", "ok"),
        ("edit", "src/login.py", "error"),
        ("plan", None, "ok"),
    ]
    assert (episode.label, episode.tokens, tally.drift, tally.skipped) == (None, 7, {}, {})


def test_a_new_file_tells_times_taken_model_version_and_instance(read):
    session, episode, _ = read(run(story()))
    assert session.native.startswith(f"{story().native}-")
    assert (session.model, session.version) == ("some-model-1", "1.1.0")
    assert session.repository == story().repository
    assert {one.seconds for one in episode.steps} == {0.25}
    assert episode.prompt == story().tasks[0].prompt


def test_the_problem_as_it_was_given_stands_before_the_message(read):
    content = run(story())
    content["replay_config"] = {"problem_statement": {"text": "As it was given.", "id": "acme__shop-12"}}
    session, episode, _ = read(content)
    assert episode.prompt == "As it was given."
    assert session.repository == "https://github.com/acme/shop.git"
    assert session.native.startswith("acme__shop-12-")


def test_demonstrations_are_neither_prompts_nor_steps(read):
    content = old(("ls", "a"))
    content["history"][2:2] = [
        {"role": "assistant", "content": "open other.py", "action": "open other.py", "is_demo": True},
        {"role": "user", "content": "[File: other.py]", "is_demo": True},
    ]
    _, episode, _ = read(content)
    assert episode.prompt.startswith("The login fails")
    assert [one.parameters for one in episode.steps] == ['{"command":"ls"}']


@pytest.mark.parametrize(
    "status",
    ["submitted", "submitted (exit_cost)", "exit_cost", "exit_context", "exit_error", "early_exit", None],
)
def test_no_exit_status_is_a_label(read, status):
    content = old(("ls", "a"))
    content["info"]["exit_status"] = status
    _, episode, _ = read(content)
    assert episode.label is None
    assert not episode.interrupted


@pytest.mark.parametrize("action", ["exit_cost", "exit_context", "exit_forfeit", "skip", "", "exit\n"])
def test_an_end_that_swe_agent_put_down_is_no_step(read, action):
    _, episode, tally = read(old(("ls", "a"), (action, "Exited (autosubmitted)")))
    assert len(episode.steps) == 1
    assert tally.drift == {}


def test_an_action_that_never_ran_is_an_error_and_one_without_output_is_not(read):
    content = run(story())
    content["trajectory"] = [
        step("vim a.py", "", ROOT, execution_time=0.0, state={}),
        step("rm a.py", "", ROOT),
        {key: value for key, value in step("ls", "", ROOT).items() if key != "observation"},
    ]
    _, episode, _ = read(content)
    assert [one.status for one in episode.steps] == ["error", "ok", "unfinished"]


def test_line_ends_of_a_terminal_are_those_of_a_file(read):
    _, episode, _ = read(old(("pytest", "x\r\n1 failed in 0.2s\r\n")))
    assert episode.steps[0].observation == "x\n1 failed in 0.2s\n"
    assert episode.steps[0].status == "error"


def test_each_attempt_is_a_run_of_its_own_and_the_chosen_one_is_not_told_twice(save):
    one, two = run(story()), run(story())
    two["trajectory"][0]["execution_time"] = 0.5
    found, _ = reading(save({"attempts": [one, two], **two}))
    assert len({session.native for session, _ in found}) == len(found) == 2
    ((alone, _),) = reading(save(two, "attempt_1.traj"))[0]
    assert alone.native in {session.native for session, _ in found}


def test_a_grown_file_is_the_same_session(save):
    content = run(story())
    ((whole, (task,)),) = reading(save(content))[0]
    content["trajectory"] = content["trajectory"][:2]
    content["info"] = {}
    ((before, (begun,)),) = reading(save(content, "begun.traj"))[0]
    assert before.native == whole.native
    assert begun.native == task.native
    assert [one.call for one in begun.steps] == [one.call for one in task.steps][:2]


def test_two_runs_of_one_instance_are_two_sessions(save):
    first, second = run(story()), run(story())
    second["trajectory"][0]["response"] = "Another beginning."
    ((one, _),) = reading(save(first))[0]
    ((two, _),) = reading(save(second))[0]
    assert one.native != two.native


def test_the_order_of_fields_and_the_spacing_do_not_matter(save):
    content = run(story())
    plain = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    other, one = save(plain, "plain.traj"), save(content)
    for path in (one, other):
        os.utime(path, (1_800_000_000, 1_800_000_000))
    assert reading(one)[0] == reading(other)[0]


def test_unknown_things_are_counted_and_the_rest_is_read(read):
    content = old(("ls", "a"), ("pwd", "b"), ("id", "c"))
    content["trajectory"][0] = "a text"
    content["trajectory"][1]["action"] = None
    content["trajectory"][2]["state"] = ["no"]
    _, episode, tally = read(content)
    assert len(episode.steps) == 1
    assert tally.skipped == {"not an object": 1}
    assert tally.drift == {"missing field action": 1}


def test_a_run_without_history_has_steps_without_a_prompt(read):
    content = old(("ls", "a"))
    del content["history"]
    _, episode, tally = read(content)
    assert (episode.prompt, len(episode.steps)) == ("", 1)
    assert tally.drift == {"missing field history": 1}


BAD = {
    "not JSON": json.dumps(run(story())).encode()[:-200],
    "too deep": b'{"trajectory":' + b"[" * 200_000,
    "not an object": b"[]",
    "no prompt or call in it": b'{"trajectory": [], "history": []}',
    "empty file": b"",
    "wrong encoding": json.dumps(run(story())).encode("utf-16"),
}


@pytest.mark.parametrize("reason", sorted(BAD))
def test_a_file_nothing_can_be_made_of_is_refused_with_its_reason(save, reason):
    with pytest.raises(Unreadable) as refused:
        reading(save(BAD[reason]))
    assert refused.value.reason == reason


def test_half_a_surrogate_pair_costs_a_character(read):
    content = json.dumps(old(("ls", "a?b"))).replace("a?b", "a\\ud83db").encode()
    _, episode, _ = read(content)
    assert episode.steps[0].observation == "a\ufffdb"


def test_only_its_own_files_are_its():
    reader = SweAgentReader()
    assert reader.recognises(Path("x"), json.dumps(run(story())).encode())
    assert reader.recognises(Path("x"), b"\xef\xbb\xbf" + json.dumps(old(("ls", ""))).encode())
    assert reader.recognises(Path("x"), json.dumps({"attempts": [run(story())]}, indent=2).encode())
    for head in (
        b"",
        b"\0\xff",
        b'{"trajectory": [{"id": 0, "source": "user", "action": "message", "observation": ""}]}',
        b'{"info": {"mini_version": "2.0"}, "messages": []}',
        b'{"name": "shop", "trajectory": [{"action": "x", "observation": "y"}]}',
        b'{"trajectory": []}',
        b'[{"task_id": 1, "reward": 1, "traj": []}]',
        "﻿".encode("utf-16"),
    ):
        assert not reader.recognises(Path("x"), head)


def test_texts_stay_within_their_limits(read):
    content = old(*[("cat big", "x" * 400_000)] * 30, (f"edit 1:1\n{'y' * 300_000}\nend_of_edit", "ok"))
    content["history"][2]["content"] = "z" * 300_000
    _, episode, tally = read(content)
    assert size(episode.prompt) <= PROMPT_BYTES
    assert all(size(one.observation) <= OBSERVATION_BYTES for one in episode.steps)
    assert sum(size(one.observation) + size(one.parameters) for one in episode.steps) <= EPISODE_BYTES
    assert tally.cut["observation"] == 30


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample transcripts are not here")
def test_the_three_samples_are_what_was_seen_in_them():
    seen = {}
    for path in sorted((SAMPLES / "swe-agent").glob("*.traj")):
        (((session, (episode,)),), tally) = reading(path)
        assert (tally.skipped, tally.drift) == ({}, {})
        statuses = "".join("x" if one.status == "error" else "." for one in episode.steps)
        seen[session.repository] = (session.directory, session.title, statuses, episode.tokens)
    github = "https://github.com"
    assert seen == {
        f"{github}/klieret/swe-agent-test-repo.git": (
            "/klieret__swe-agent-test-repo",
            "SyntaxError: invalid syntax",
            ".....",
            326,
        ),
        f"{github}/pydicom/pydicom.git": (
            "/pydicom__pydicom",
            "Pixel Representation attribute should be optional for pixel data handler",
            "..x..xxx....",
            1369,
        ),
        f"{github}/marshmallow-code/marshmallow.git": (
            "/testbed",
            "TimeDelta serialization precision",
            "......x....",
            0,
        ),
    }


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample transcripts are not here")
def test_no_sample_of_another_agent_is_its_or_taken_from_it():
    readers = {one.name: one for one in load_readers().readers}
    for path in sorted(one for one in SAMPLES.rglob("*") if one.is_file()):
        head = path.read_bytes()[:65_536]
        mine = {name for name, one in readers.items() if one.recognises(path, head)}
        if path.suffix == ".traj":
            assert mine == {"swe-agent"}
        else:
            assert mine.isdisjoint({"swe-agent", "mini-swe-agent"})


CONTENT = json.dumps(run(story())).encode()


@settings(max_examples=60, deadline=None)
@given(content=st.one_of(mutated(CONTENT), mutated(json.dumps(old(("ls", "a"), ("pwd", "b"))).encode())))
def test_nothing_but_a_refusal_leaves_a_broken_file(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("broken") / "run.traj"
    path.write_bytes(content)
    SweAgentReader().recognises(path, content[:65_536])
    try:
        found, _ = reading(path)
    except Unreadable:
        return
    for session, episodes in found:
        assert session.native
        for episode in episodes:
            assert size(episode.prompt) <= PROMPT_BYTES
            for one in episode.steps:
                understand(one, session.directory)
                assert isinstance(json.loads(one.parameters), dict)


def test_the_history_of_a_writer_has_a_demonstration_first():
    assert history(story().tasks[0], ROOT)[1]["is_demo"] is True
