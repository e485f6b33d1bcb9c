"""What the person says to mini-swe-agent between its commands: refusals, interruptions, new tasks."""

from __future__ import annotations

from functools import partial

import pytest
from mini_messages import SUBMIT, answered, called, content, fenced, gave, run_of, said, steps


@pytest.fixture
def read(tmp_path):
    """Session, episodes and tally of such a content."""
    return partial(run_of, tmp_path)


@pytest.mark.parametrize("kind", ["", "UserRejection"])
def test_a_command_the_person_did_not_want_is_rejected(read, kind):
    words = "Command not executed. The user rejected your command with the following message: not that file"
    _, (episode,), _ = read(content(fenced("rm -r src"), said(words, kind), fenced("ls"), gave("a")))
    assert [one.status for one in episode.steps] == ["rejected", "ok"]
    assert "not that file" in episode.steps[0].observation


def test_of_several_commands_those_that_were_not_run_are_rejected_with_them(read):
    undone = {"exception_info": "action was not executed"}
    run_of = content(
        called("one", "two"),
        answered(0, "", -1, **undone),
        answered(1, "", -1, **undone),
        said(
            "Commands not executed. The user rejected your commands with the following message: no",
            "UserRejection",
        ),
        called("three"),
        answered(0, "ok"),
    )
    _, (episode,), _ = read(run_of)
    assert [one.status for one in episode.steps] == ["rejected", "rejected", "ok"]


@pytest.mark.parametrize("typed", ["", "Use the other file"])
def test_an_interruption_ends_the_command_at_hand_and_may_be_a_new_prompt(read, typed):
    words = f"Interrupted by user: {typed or 'Temporary interruption caught.'}"
    _, episodes, _ = read(content(fenced("sleep 99"), said(words, "UserInterruption")))
    assert [one.status for one in episodes[0].steps] == ["interrupted"]
    assert episodes[0].interrupted
    assert [one.prompt for one in episodes[1:]] == ([typed] if typed else [])


@pytest.mark.parametrize("kind", ["", "UserNewTask"])
def test_a_new_task_opens_one_and_what_was_submitted_stands(read, kind):
    run_of = content(
        fenced(SUBMIT), said("The user added a new task: Now the logout", kind), fenced("ls"), gave("a")
    )
    _, episodes, _ = read(run_of)
    assert [one.prompt for one in episodes] == ["Fix the login", "Now the logout"]
    assert [one.status for one in episodes[0].steps] == ["ok"]
    assert steps(episodes[1]) == [("ls", "a", "ok")]


def test_what_the_person_ran_is_a_step(read):
    typed = {"role": "user", "content": "User command: …", "extra": {"actions": [{"command": "git diff"}]}}
    _, (episode,), _ = read(content(typed, gave("+x")))
    assert steps(episode) == [("git diff", "+x", "ok")]
