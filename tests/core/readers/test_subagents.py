"""Sub-agents: their steps belong to the call that started them, wherever they were written down."""

from __future__ import annotations

import json


def started(log, agent="a1"):
    log.prompt("find the bug with a helper")
    log.step("c1")
    log.call("task", tool="Task", prompt="look around")
    log.result("task", "found it", toolUseResult={"agentId": agent, "totalDurationMs": 2500, "content": []})
    log.step("c2")


def said(log, *blocks, kind="assistant", **fields):
    message = {"id": f"sub_{log.clock}", "content": list(blocks)}
    return log.record(kind, message=message, isSidechain=True, **fields)


def use(key):
    return {"type": "tool_use", "id": key, "name": "Grep", "input": {"pattern": key}}


def outcome(key, text="hit", error=None):
    return {"type": "tool_result", "tool_use_id": key, "content": text} | (
        {"is_error": error} if error else {}
    )


def helper(new_log, agent="a1"):
    log = new_log()
    log.clock = 500
    log.prompt("look around", isSidechain=True, agentId=agent)
    said(log, use("s1"), agentId=agent)
    said(log, outcome("s1"), kind="user", agentId=agent)
    said(log, use("s2"), agentId=agent)
    said(log, outcome("s2", "<tool_use_error>nope</tool_use_error>", error=True), kind="user", agentId=agent)
    return log


def progress(log, agent, *blocks, kind="assistant"):
    message = {
        "type": kind,
        "message": {"id": f"p{log.clock}", "content": list(blocks)},
        "uuid": f"p{log.clock}",
    }
    data = {"type": "agent_progress", "agentId": agent, "message": message, "normalizedMessages": [message]}
    log.record("progress", data=data, parentToolUseID="task")


def shape(reading):
    return [(step.n, step.call, step.agent, step.parent, step.status) for step in reading.steps]


EXPECTED = [
    (1, "c1", None, None, "ok"),
    (2, "task", None, None, "ok"),
    (3, "c2", None, None, "ok"),
    (4, "s1", "a1", 2, "ok"),
    (5, "s2", "a1", 2, "error"),
]


def test_files_under_the_session_folder_join_it(log, new_log, read, tmp_path):
    started(log)
    helper(new_log).save(tmp_path / "log" / log.session / "subagents" / "agent-a1.jsonl")
    reading = read(log)
    assert shape(reading) == EXPECTED
    assert len(reading.episodes) == 1
    assert reading.steps[1].seconds == 2.5


def test_files_beside_it_join_the_session_they_name(log, new_log, read, tmp_path):
    started(log)
    helper(new_log).save(tmp_path / "log" / "agent-a1.jsonl")
    stranger = new_log("00000000-0000-4000-8000-000000000000")
    stranger.prompt("other", isSidechain=True, agentId="zz")
    stranger.save(tmp_path / "log" / "agent-zz.jsonl")
    assert shape(read(log)) == EXPECTED


def test_progress_records_count_once_also_when_the_file_is_there(log, new_log, read, tmp_path):
    log.prompt("find the bug with a helper")
    log.step("c1")
    task = log.call("task", tool="Task", prompt="look around")
    progress(log, "a1", use("s1"))
    progress(log, "a1", outcome("s1"), kind="user")
    progress(log, "a1", use("s2"))
    progress(log, "a1", outcome("s2", "<tool_use_error>nope</tool_use_error>", error=True), kind="user")
    log.result("task", "found it", parent=task)
    log.step("c2")
    assert shape(read(log)) == EXPECTED
    helper(new_log).save(tmp_path / "log" / log.session / "subagents" / "agent-a1.jsonl")
    assert shape(read(log)) == EXPECTED


def test_old_transcripts_hold_their_sidechains_without_an_agent_id(log, read):
    log.prompt("find the bug with a helper")
    log.step("c1")
    task = log.call("task", tool="Task", prompt="look around")
    log.prompt("look around", isSidechain=True, parent=None, uuid="sidechain-root")
    said(log, use("s1"))
    said(log, outcome("s1"), kind="user")
    log.result("task", "found it", parent=task)
    log.step("c2")
    reading = read(log)
    assert [(step.call, step.agent, step.parent) for step in reading.steps] == [
        ("c1", None, None),
        ("task", None, None),
        ("c2", None, None),
        ("s1", "sidechai", 2),
    ]
    assert len(reading.episodes) == 1


def test_a_sidechain_may_begin_with_a_record_that_says_nothing(log, read):
    started(log)
    above = log.record("system", isSidechain=True, parent=None)
    said(log, use("s1"), parent=above)
    said(log, outcome("s1"), kind="user")
    said(log, use("s2"), parent=above)
    reading = read(log)
    runs = {step.call: step.agent for step in reading.steps[3:]}
    assert (set(runs), None in runs.values()) == ({"s1", "s2"}, False)


def test_what_follows_a_named_sub_agent_is_of_it(log, read):
    started(log)
    first = said(log, use("s1"), agentId="a1")
    said(log, use("x1"), agentId="b2")
    said(log, use("s2"), parent=first)
    runs = {step.call: step.agent for step in read(log).steps[3:]}
    assert runs == {"s1": "a1", "x1": "b2", "s2": "a1"}


def test_a_run_started_on_a_left_branch_is_left_too(log, new_log, read, tmp_path):
    turn = log.prompt("a first task")
    started(log)
    log.prompt("find it yourself", parent=turn)
    helper(new_log).save(tmp_path / "log" / log.session / "subagents" / "agent-a1.jsonl")
    assert {step.call: step.left for step in read(log).steps} == dict.fromkeys(
        ["c1", "task", "c2", "s1", "s2"], True
    )


def test_a_run_nobody_started_falls_into_the_episode_of_its_time(log, new_log, read, tmp_path):
    log.prompt("one thing first")
    log.step("c1")
    log.prompt("another thing later")
    helper(new_log, "lost").save(tmp_path / "log" / log.session / "subagents" / "agent-lost.jsonl")
    reading = read(log)
    assert [step.call for step in reading.episodes[1].steps] == ["s1", "s2"]
    assert {step.parent for step in reading.episodes[1].steps} == {None}


def test_a_broken_sub_agent_file_is_counted_and_passed_over(log, new_log, read, tmp_path):
    started(log)
    folder = tmp_path / "log" / log.session / "subagents"
    helper(new_log).save(folder / "agent-a1.jsonl")
    (folder / "agent-b2.jsonl").write_bytes(b"")
    reading = read(log)
    assert shape(reading) == EXPECTED
    assert reading.tally.skipped == {"empty file": 1}
    assert json.loads(reading.steps[3].parameters) == {"pattern": "s1"}
