"""An episode a program tells while it happens: what it becomes, and that a transcript makes the same."""

from __future__ import annotations

import json
import re

import pytest
from handed_in import end, episode, session, step
from transcript import START

from tacit import Memory
from tacit.core.live.heads import open_heads

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"


def is_sound(memory: Memory) -> bool:
    return all(finding.level == "ok" for finding in memory.doctor())


def test_an_episode_is_nowhere_until_it_is_completed_and_then_like_any_other(live, clock, tmp_path):
    with live.start_episode("fix the login", {"ticket": 7}, "debugging", directory="/home/me/app") as one:
        one.log("bash", {"command": "pytest -q"}, "1 failed in 0.1s", status="error", seconds=1.5)
        clock.at += 3_000
        one.log("edit", {"path": "/home/me/app/login.py"}, "changed")
        one.log("bash", {"command": "pytest -q"}, "2 passed in 0.1s")
        live.flush()
        assert (live.episodes(), live.sessions(), live.stats().episodes) == ((), (), 0)
        live.export(tmp_path / "out")
        assert not list((tmp_path / "out").rglob("sessions/*.json"))
    (found,) = live.episodes()
    assert (found.id, found.prompt, found.task_type, found.context) == (
        one.id,
        "fix the login",
        "debugging",
        '{"ticket":7}',
    )
    assert (found.outcome.label, found.outcome.source) == ("success", "test"), "what was done decides"
    assert (found.started, found.ended, found.project) == (START, START + 3_000, "app")
    assert [(s.n, s.tool, s.status, s.seconds, s.target) for s in live.steps(one.id)] == [
        (1, "bash", "error", 1.5, None),
        (2, "edit", "ok", None, "login.py"),
        (3, "bash", "ok", None, None),
    ]
    assert live.search("login").total
    assert is_sound(live)


def told(memory: Memory) -> tuple[str, dict[str, object]]:
    """Everything that is known of the only episode, and what was learned, without ids."""
    memory.learn_pending()
    (one,) = memory.episodes()
    found = {
        "episode": one,
        "steps": memory.steps(one.id),
        "session": memory.sessions()[0],
        "reward": memory.reward(one.id),
        "reflection": memory.reflection(one.id),
    }
    with memory._store.read() as read:
        from tacit.core.tables import CANDIDATES

        found["counts"] = sorted(read.tallies(CANDIDATES))
    return one.id, found


def without_ids(found: object) -> str:
    text = re.sub(r"(id|session|native|call|digest)='[^']*'", r"\1", repr(found))
    return text.replace("tacit-jsonl", "api")


@pytest.mark.parametrize("outcome", [None, "failure", "partial", "unknown", "abstained"])
def test_the_same_task_told_live_and_in_json_lines_is_the_same_episode(live, clock, tmp_path, outcome):
    calls = [
        ("bash", {"command": "pytest -q tests"}, "FAILED tests/a.py::b\n1 failed in 0.1s", "error"),
        ("read_file", {"path": "/home/me/app/src/a.py"}, "text", "ok"),
        ("edit_file", {"path": "/home/me/app/src/a.py"}, {"changed": True}, "ok"),
        ("bash", {"command": "ruff check . && pytest -q tests"}, "3 passed in 0.1s", "ok"),
        ("bash", {"command": f"deploy --token {SECRET}"}, None, "interrupted"),
    ]
    one = live.start_episode(
        "fix the parser", ["now"], directory="/home/me/app", repository="git@h.org:me/app"
    )
    handed = [
        session(agent="tacit-jsonl", project="/home/me/app", repository="git@h.org:me/app", at=START),
        episode(task="fix the parser", context=["now"], at=START),
    ]
    for tool, parameters, observation, status in calls:
        clock.at += 7_000
        one.log(tool, parameters, observation, status=status, seconds=2)
        handed.append(
            step(tool, parameters=parameters, observation=observation, status=status, at=clock.at, seconds=2)
        )
    clock.at += 1_000
    one.complete(outcome)
    handed.append(end(outcome, at=clock.at))
    path = tmp_path / "handed.jsonl"
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in handed))
    with Memory.open(tmp_path / "other", clock=clock) as other:
        other._store.secret = live._store.secret
        other.import_path(path)
        (mine, live_told), (theirs, handed_told) = told(live), told(other)
        assert mine != theirs
        assert without_ids(live_told) == without_ids(handed_told)
        assert [one.title for one in live.patterns()] == [one.title for one in other.patterns()]


def test_a_label_decides_and_the_evidence_against_it_is_kept(live):
    one = live.start_episode("fix it")
    one.log("bash", {"command": "pytest -q"}, "3 passed in 0.1s")
    outcome = one.complete("failure", f"the person said no to {SECRET}").outcome
    assert (outcome.label, outcome.score, outcome.source) == ("failure", 0.0, "label")
    first, second = outcome.evidence
    assert first.text.startswith("labelled failure: the person said no to [REDACTED:")
    assert (second.source, second.label) == ("test", "success")


def test_nothing_secret_is_stored_while_it_is_open_or_after(live, tmp_path):
    from everywhere import places_of

    one = live.start_episode(f"use {SECRET}", f"with {SECRET}", project=f"p {SECRET}")
    one.log("bash", {"command": f"echo {SECRET}"}, f"{SECRET}\n")
    live.flush()
    assert places_of(SECRET, tmp_path / "store") == []
    one.abandon(SECRET)
    assert places_of(SECRET, tmp_path / "store") == []
    assert live.episodes()[0].prompt.startswith("use [REDACTED:")


def test_a_clock_that_runs_backwards_turns_no_step_around(live, clock):
    one = live.start_episode("fix it")
    for observation, at in (("a", START + 50), ("b", START - 9_000), ("c", START + 20), ("d", START + 60)):
        clock.at = at
        one.log("bash", {"command": "ls"}, observation)
    clock.at = START - 50_000
    done = one.complete()
    assert [(s.observation, s.at - START) for s in live.steps(one.id)] == [
        ("a", 50), ("b", 50), ("c", 50), ("d", 60),
    ]  # fmt: skip
    assert (done.started, done.ended) == (START, START + 60)


def test_episodes_of_one_memory_share_a_session_that_grows_with_them(live, clock):
    second = None
    with live.start_episode("the first task"):
        clock.at += 1_000
        second = live.start_episode("the second task")
        second.log("bash", {"command": "false"}, "", status="error")
        second.complete("failure")
        (one,) = live.sessions()
        assert (one.title, one.episodes, one.started) == ("the second task", 1, START + 1_000)
        clock.at += 1_000
    (one,) = live.sessions()
    assert (one.title, one.started, one.ended) == ("the first task", START, START + 2_000)
    assert (one.episodes, one.steps, one.errors) == (2, 1, 1)
    assert one.outcomes == (("failure", 1), ("unknown", 1))
    live.start_episode("somewhere else", project="other").complete()
    assert sorted(one.project for one in live.sessions()) == ["other", "unknown"]
    assert is_sound(live)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_title_is_that_of_the_first_task_in_whatever_order_they_are_completed(live, order):
    begun = sorted((live.start_episode(f"task {number}") for number in range(3)), key=lambda one: one.id)
    tasks = {one.id: head.task for one in begun for head in open_ones(live) if head.id == one.id}
    for number in order:
        begun[number].complete()
    assert live.sessions()[0].title == tasks[begun[0].id], "all began at the same moment"


def open_ones(memory: Memory):
    with memory._store.read() as read:
        return open_heads(read)


def test_the_programs_own_session_goes_on_in_another_process_and_is_of_one_project(live, opened):
    live.start_episode("one", session="run-7", agent="bot", project="p").complete()
    other = opened()
    other.start_episode("two", session="run-7", agent="bot", project="p").complete()
    other.start_episode("three", session="run-7", agent="another", project="q").complete()
    assert sorted((one.agent, one.episodes) for one in live.sessions()) == [("another", 1), ("bot", 2)]
    with pytest.raises(Exception, match="is of the project p, not q"):
        live.start_episode("four", session="run-7", agent="bot", project="q")


def test_an_exception_abandons_the_episode_and_goes_on(live):
    one = live.start_episode("divide")
    one.log("bash", {"command": "ls"}, "a")
    with pytest.raises(ZeroDivisionError), one:
        raise ZeroDivisionError
    outcome = live.get(one.id).outcome
    assert (outcome.label, outcome.evidence[0].text) == ("abstained", "abandoned: ZeroDivisionError")
    with live.start_episode("ends itself") as one:
        one.complete("success")
    assert live.get(one.id).outcome.label == "success"


def test_a_project_that_was_merged_is_the_one_it_was_merged_into(live):
    live.start_episode("one", project="old").complete()
    left = live.start_episode("two", project="old", session="later")
    live.start_episode("three", project="new").complete()
    live.merge_projects("old", "new")
    left.complete()
    assert {one.project for one in live.episodes()} == {one.project for one in live.sessions()} == {"new"}
    live.undo()
    assert sorted(one.project for one in live.episodes()) == ["new", "old", "old"]
    assert is_sound(live)


def test_what_was_told_live_is_learned_from(live):
    for number in range(4):
        with live.start_episode(f"fix case {number}", session=f"s{number}") as one:
            one.log("bash", {"command": "pytest -q"}, "1 failed in 0.1s", status="error")
            one.log("edit", {"path": "src/a.py"}, "changed")
            one.log("bash", {"command": "pytest -q"}, "1 passed in 0.1s")
    live.learn_pending()
    assert live.waiting() == 0
    assert any(pattern.kind == "error_recovery" for pattern in live.patterns())
    assert is_sound(live)
