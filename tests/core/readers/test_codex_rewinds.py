"""What a person of Codex went back behind: turns that were rolled back, and work that was undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_codex import Rollout, patch, ran

from tacit import Memory
from tacit.core.query import Plan
from tacit.core.readers.base import Source
from tacit.core.readers.codex.reader import CodexReader
from tacit.core.redaction import Redactor

NATIVE, CHILD = "019b8d34-1111-7000-8000-00000000000a", "019b8d34-3333-7000-8000-00000000000c"
TURNS = [f"019b8d34-9999-7000-8000-{n:012d}" for n in range(9)]
ROOT = "/home/dev/work/shop"
START = 1_767_607_200_000


@pytest.fixture
def log():
    made = Rollout(START)
    made.meta(NATIVE, ROOT)
    return made


@pytest.fixture
def told(tmp_path):
    """The prompts with the calls of each: the word ``left`` behind those that were left."""

    def read(log: Rollout, *extra: Path):
        transcript = CodexReader().read(Source(log.save(tmp_path / "a.jsonl"), extra), Redactor(b"k" * 32))
        episodes = list(transcript.episodes())
        assert transcript.tally.drift == {}
        return [(one.prompt, " ".join(map(_step, one.steps))) for one in episodes], episodes

    return read


def _step(step):
    return f"{step.call} left" if step.left else step.call


def turn(log, number, text, *keys):
    log.prompt(text, TURNS[number])
    for key in keys:
        log.call(key, "exec_command", cmd=f"make {key}")
        log.output(key, ran("done"))
    log.event("task_complete", turn_id=TURNS[number])


def test_what_came_of_a_turn_that_was_rolled_back_is_left(log, told):
    turn(log, 0, "Fix the login", "a1")
    turn(log, 1, "Fix the logout", "b1", "b2")
    log.event("thread_rolled_back", num_turns=1)
    turn(log, 2, "Fix the logout otherwise", "c1")
    tasks, episodes = told(log)
    assert tasks == [
        ("Fix the login", "a1"),
        ("Fix the logout", "b1 left b2 left"),
        ("Fix the logout otherwise", "c1"),
    ]
    following = "Fix the logout otherwise"
    assert [one.next_prompt for one in episodes] == [following, following, None]


def test_rolling_back_goes_on_from_what_stands(log, told):
    for number, key in enumerate("abc"):
        turn(log, number, f"Task {key}", f"{key}1")
    log.event("thread_rolled_back", num_turns=1)
    turn(log, 3, "Task d", "d1")
    log.event("thread_rolled_back", num_turns=2)
    turn(log, 4, "Task e", "e1")
    calls = [calls for _, calls in told(log)[0]]
    assert calls == ["a1", "b1 left", "c1 left", "d1 left", "e1"]


def test_more_turns_than_there_are_leave_what_was_before_the_first(log, told):
    log.call("a0", "exec_command", cmd="make a0")
    turn(log, 0, "Task a", "a1")
    log.event("thread_rolled_back", num_turns=7)
    assert told(log)[0] == [("", "a0"), ("Task a", "a1 left")]


def test_of_a_task_that_was_urged_on_only_what_came_after_may_be_left(log, told):
    turn(log, 0, "Task a", "a1")
    turn(log, 1, "continue", "a2")
    log.event("thread_rolled_back", num_turns=1)
    turn(log, 2, "Task b", "b1")
    tasks, episodes = told(log)
    assert tasks == [("Task a", "a1 a2 left"), ("Task b", "b1")]
    assert episodes[0].followups == ("continue",)
    assert episodes[0].next_prompt == "Task b"


def test_what_is_said_after_going_back_is_no_word_on_what_was_left(log, told):
    turn(log, 0, "Task a", "a1")
    log.event("thread_rolled_back", num_turns=1)
    turn(log, 1, "continue", "b1")
    assert told(log)[0] == [("Task a", "a1 left"), ("continue", "b1")]


@pytest.mark.parametrize("number", [0, -1, None, "1", [1], 1.5])
def test_a_number_that_is_none_leaves_nothing(number, log, told):
    turn(log, 0, "Task a", "a1")
    log.event("thread_rolled_back", num_turns=number)
    assert told(log)[0] == [("Task a", "a1")]


def test_a_sub_agent_is_left_with_the_call_that_started_it(log, told, tmp_path):
    log.prompt("Task a", TURNS[0])
    log.call("s1", "spawn_agent", message="Look")
    log.output("s1", f'{{"agent_id":"{CHILD}"}}')
    log.event("thread_rolled_back", num_turns=1)
    turn(log, 1, "Task b", "b1")
    child = Rollout(START)
    child.meta(CHILD, ROOT, parent_thread_id=NATIVE)
    child.call("x1", "exec_command", cmd="ls")
    child.output("x1", ran("a.py"))
    assert told(log, child.save(tmp_path / "child.jsonl"))[0] == [
        ("Task a", "s1 left x1 left"),
        ("Task b", "b1"),
    ]


def snapshot(log):
    log.item("ghost_snapshot", ghost_commit={"id": "0" * 40, "parent": None})


def test_undoing_takes_back_the_work_since_the_latest_snapshot_and_no_word(log, told):
    for number, key in enumerate("abc"):
        log.prompt(f"Task {key}", TURNS[number])
        snapshot(log)
        log.call(f"{key}1", "exec_command", cmd="make")
        log.output(f"{key}1", ran("done"))
    log.event("undo_started", message="Undo in progress...")
    log.event("undo_completed", success=False, message="Failed to restore snapshot")
    assert [calls for _, calls in told(log)[0]] == ["a1", "b1", "c1"]
    log.event("undo_completed", success=True, message="Undo restored snapshot 0000000.")
    assert [calls for _, calls in told(log)[0]] == ["a1", "b1", "c1 left"]
    log.event("undo_completed", success=True)
    tasks, episodes = told(log)
    assert [calls for _, calls in tasks] == ["a1", "b1 left", "c1 left"]
    assert [one.next_prompt for one in episodes] == ["Task b", "Task c", None]


def test_undoing_without_a_snapshot_undoes_nothing(log, told):
    turn(log, 0, "Task a", "a1")
    log.event("undo_completed", success=True)
    assert told(log)[0] == [("Task a", "a1")]


def test_a_task_counts_what_of_it_was_left(log, tmp_path):
    for number, new in enumerate(("one", "two")):
        log.prompt(f"Write {new} into the page", TURNS[number])
        log.custom(f"p{number}", patch(f"{new}.md", new=new, add=True))
        log.output(f"p{number}", '{"output":"ok","metadata":{"exit_code":0}}', "custom_tool_call_output")
        if new == "one":
            log.event("thread_rolled_back", num_turns=1)
    log.save(tmp_path / "rollout-a.jsonl")
    with Memory.open(tmp_path / "store") as memory:
        memory.import_path(tmp_path / "rollout-a.jsonl")
        episodes = memory.page("episodes", Plan(), None).items
        assert {one.prompt: one.left for one in episodes} == {
            "Write one into the page": 1,
            "Write two into the page": 0,
        }
