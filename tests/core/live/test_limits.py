"""What is too large or no such word is refused by its name, and the episode goes on as it was."""

from __future__ import annotations

import math

import pytest

from tacit.core import limits
from tacit.core.errors import Usage
from tacit.core.limits import OBSERVATION_BYTES, PARAMETER_BYTES, PROMPT_BYTES


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"task": ""}, "needs a task"),
        ({"task": " \n"}, "needs a task"),
        (
            {"task": "é" * (PROMPT_BYTES // 2 + 1)},
            "10,002 bytes are too many for the task; the limit is 10,000",
        ),
        ({"task": 7}, "no text, but int"),
        (
            {"context": "x" * (PROMPT_BYTES + 1)},
            "10,001 bytes are too many for the context; the limit is 10,000",
        ),
        ({"context": object()}, "cannot be written as JSON"),
        ({"task_type": "debug"}, "“debug” is no task_type.*debugging, refactoring"),
        ({"agent": "my agent"}, "cannot be the agent"),
        ({"session": "a\x1b[31m"}, "cannot be the session"),
        ({"project": "x" * 1_001}, "1,001 bytes are too many for the project"),
    ],
)
def test_what_cannot_be_begun_leaves_nothing(live, left_open, said, why):
    with pytest.raises(Usage, match=why):
        live.start_episode(**{"task": "do it", **said})
    assert left_open(live) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"tool": ""}, "cannot be a tool"),
        ({"tool": "x" * 201}, "cannot be a tool"),
        (
            {"observation": "x" * (OBSERVATION_BYTES + 1)},
            "10,001 bytes are too many for the observation; the limit",
        ),
        (
            {"parameters": {"x": "y" * PARAMETER_BYTES}},
            "1,000,008 bytes are too many for the parameters; the limit",
        ),
        ({"parameters": ["ls"]}, "not list"),
        ({"parameters": {"x": object()}}, "cannot be written as JSON"),
        ({"observation": {"x": {1, object}}}, "cannot be written as JSON"),
        ({"status": "failed"}, "“failed” is no status.*ok, error, rejected"),
        ({"status": []}, "is no status"),
        ({"seconds": -1}, "no number of seconds"),
        ({"seconds": math.nan}, "no number of seconds"),
        ({"seconds": True}, "no number of seconds"),
    ],
)
def test_a_refused_step_leaves_the_episode_as_it_was(live, said, why):
    one = live.start_episode("do it")
    one.log("bash", {"command": "ls"}, "before")
    with pytest.raises(Usage, match=why):
        live.log_step(one, **{"tool": "bash", **said})
    one.log("bash", {"command": "ls"}, "after")
    one.complete()
    assert [step.observation for step in live.steps(one.id)] == ["before", "after"]


def test_circular_parameters_are_refused(live):
    one = live.start_episode("do it")
    circle: dict[str, object] = {}
    circle["self"] = circle
    with pytest.raises(Usage, match="parameters cannot be written as JSON"):
        one.log("bash", circle)


def test_what_just_fits_is_kept_whole(live):
    one = live.start_episode("t" * PROMPT_BYTES, "c" * PROMPT_BYTES)
    one.log("x" * 200, {"x": "y" * (PARAMETER_BYTES - 8)}, "o" * OBSERVATION_BYTES, seconds=0)
    done = one.complete()
    (step,) = live.steps(one.id)
    assert (len(done.prompt), len(done.context), done.cut_steps) == (PROMPT_BYTES, PROMPT_BYTES, 0)
    assert (len(step.parameters), len(step.observation), step.cut) == (
        PARAMETER_BYTES,
        OBSERVATION_BYTES,
        False,
    )


def test_text_that_no_file_can_hold_is_made_one_that_it_can(live):
    one = live.start_episode("half \ud83d of a smile", "\udc00")
    one.log("bash", {"command": "echo \ud83d", "n": 1}, "out \udfff")
    one.log("tool \ud83d")
    done = one.complete()
    step, other = live.steps(one.id)
    assert other.tool == "tool \ufffd"
    assert (done.prompt, done.context) == ("half \ufffd of a smile", "\ufffd")
    assert (step.parameters, step.observation) == ('{"command": "echo \\ufffd", "n": 1}', "out \ufffd")


def test_nan_is_null_also_beside_half_a_character(live):
    one = live.start_episode("do it")
    one.log("bash", {"x": math.nan}, {"y": -math.inf})
    one.log("bash", {"x": math.nan, "\ud83d": math.inf}, ["\ud83d", math.nan])
    one.complete()
    plain, patched = live.steps(one.id)
    assert (plain.parameters, plain.observation) == ('{"x":null}', '{"y":null}')
    assert (patched.parameters, patched.observation) == ('{"x": null, "\\ufffd": null}', '["\\ufffd", null]')


@pytest.mark.parametrize("flush", [False, True])
def test_the_step_after_the_last_one_is_refused(live, monkeypatch, flush):
    monkeypatch.setattr(limits, "STEPS", 20)
    one = live.start_episode("do it")
    for number in range(20):
        one.log("bash", {"command": "ls"}, str(number))
    if flush:
        live.flush()
    with pytest.raises(Usage, match="has 20 steps; the limit is 20"):
        one.log("bash", {"command": "ls"}, "one too many")
    assert one.complete().steps == 20


def test_an_episode_has_so_many_bytes_and_no_more(live):
    one = live.start_episode("do it")
    for _ in range(9):
        one.log("write", {"content": "x" * 990_000})
    live.flush()
    one.log("write", {"content": "x" * 990_000})
    with pytest.raises(Usage, match=r"10,\d+,\d+ bytes are too many for the episode e-\w+ with this step"):
        one.log("write", {"content": "x" * 990_000})
    one.log("write", {"content": "x" * 80_000})
    done = one.complete()
    assert (done.steps, done.cut_steps) == (11, 0)


def test_what_two_log_together_beyond_the_limit_is_cut_like_a_transcript(live, opened, monkeypatch):
    monkeypatch.setattr(limits, "STEPS", 20)
    monkeypatch.setattr(limits, "FIRST_STEPS", 8)
    monkeypatch.setattr(limits, "LAST_STEPS", 12)
    one, other = live.start_episode("do it"), opened()
    for number in range(15):
        one.log("bash", {"command": "ls"}, f"a{number}")
        other.log_step(one.id, "bash", {"command": "ls"}, f"b{number}")
    other.flush()
    done = one.complete()
    assert (done.steps, done.cut_steps) == (30, 10)
    assert [step.n for step in live.steps(one.id)] == [*range(1, 9), *range(19, 31)]


def test_bytes_that_two_log_together_beyond_the_limit_are_cut_from_the_middle(live, opened):
    one, other = live.start_episode("do it"), opened()
    for _ in range(8):
        one.log("write", {"content": "x" * 990_000})
        other.log_step(one.id, "write", {"content": "y" * 990_000})
    other.flush()
    done, steps = one.complete(), live.steps(one.id)
    assert (done.steps, done.cut_steps) == (16, 6)
    assert sum(len(step.parameters) for step in steps) <= limits.EPISODE_BYTES
    assert [step.n for step in steps] == [1, 2, 3, 4, 5, 12, 13, 14, 15, 16]
