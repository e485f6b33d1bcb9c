"""What goes on around the calls of Codex: turns, compaction, forks, sub-agents, moved and growing files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from told import story
from written_codex import Rollout, patch, ran, write

from tacit import Memory
from tacit.core.readers.base import Source, Unreadable
from tacit.core.readers.codex.reader import CodexReader
from tacit.core.readers.discovery import find_sources
from tacit.core.redaction import Redactor

NATIVE, OTHER = "019b8d34-1111-7000-8000-00000000000a", "019b8d34-2222-7000-8000-00000000000b"
CHILD, NESTED = "019b8d34-3333-7000-8000-00000000000c", "019b8d34-4444-7000-8000-00000000000d"
TURNS = [f"019b8d34-9999-7000-8000-{n:012d}" for n in range(9)]
ROOT = "/home/dev/work/shop"
START = 1_767_607_200_000


def rollout(native=NATIVE, **meta):
    made = Rollout(START)
    made.meta(native, ROOT, **meta)
    return made


def read(path, *extra):
    transcript = CodexReader().read(Source(path, extra), Redactor(b"k" * 32))
    return transcript, list(transcript.episodes())


def shell(log, key, code=0):
    log.call(key, "exec_command", cmd=f"make {key}")
    log.output(key, ran("done", code))


def test_an_interrupted_turn_is_an_interruption_and_a_replaced_one_is_none(tmp_path):
    log = rollout()
    for n, reason in enumerate(("interrupted", "replaced")):
        log.prompt(f"Fix the {reason}", TURNS[n])
        log.call(f"c{n}", "exec_command", cmd="make")
        log.output(f"c{n}", "Wall time: 1.0 seconds\naborted by user")
        log.message(
            "user", "<turn_aborted>\nThe user interrupted the previous turn on purpose.\n</turn_aborted>"
        )
        log.event("turn_aborted", turn_id=TURNS[n], reason=reason)
    _, episodes = read(log.save(tmp_path / "a.jsonl"))
    assert [episode.interrupted for episode in episodes] == [True, False]
    assert [step.status for episode in episodes for step in episode.steps] == ["interrupted"] * 2


def test_compaction_says_nothing_twice(tmp_path):
    log = rollout()
    log.prompt("Fix the login")
    shell(log, "c1")
    history = [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Fix the login"}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "A summary"}]},
        {"type": "function_call", "name": "shell", "arguments": "{}", "call_id": "c1"},
    ]
    log.line("compacted", {"message": "A summary", "replacement_history": history})
    log.event("context_compacted")
    shell(log, "c2")
    transcript, episodes = read(log.save(tmp_path / "a.jsonl"))
    assert [episode.prompt for episode in episodes] == ["Fix the login"]
    assert [step.call for step in episodes[0].steps] == ["c1", "c2"]
    assert transcript.tally.drift == {}


def test_tokens_are_those_that_were_new_and_counted_once(tmp_path):
    def usage(given, cached, made):
        return {"input_tokens": given, "cached_input_tokens": cached, "output_tokens": made}

    log = rollout()
    for text, total in (("Fix it", usage(100, 0, 10)), ("And that", usage(300, 150, 30))):
        log.prompt(text)
        for _ in range(2):
            log.event(
                "token_count", info={"total_token_usage": total, "last_token_usage": total}, rate_limits={}
            )
        log.event("token_count", info=None)
    _, episodes = read(log.save(tmp_path / "a.jsonl"))
    assert [episode.tokens for episode in episodes] == [110, 70]


def test_a_review_is_a_task_that_the_person_asked_for(tmp_path):
    log = rollout()
    log.event(
        "entered_review_mode", target={"type": "uncommittedChanges"}, user_facing_hint="current changes"
    )
    shell(log, "c1")
    log.event("exited_review_mode", review_output={"findings": []})
    _, episodes = read(log.save(tmp_path / "a.jsonl"))
    assert [episode.prompt for episode in episodes] == ["Review current changes"]
    assert [step.call for step in episodes[0].steps] == ["c1"]


def test_what_a_script_of_the_model_ran_is_told_by_events_alone(tmp_path):
    log = rollout()
    log.prompt("Fix it")
    log.custom("c1", "await tools.exec_command({cmd: 'make'})", "exec")
    item = {"type": "CommandExecution", "id": "e1", "command": ["bash", "-lc", "make"], "cwd": ROOT}
    ended = {
        "source": "unifiedExecStartup",
        "status": "failed",
        "aggregated_output": "no rule",
        "exit_code": 2,
    }
    log.event("item_completed", item=item | ended)
    log.event("exec_command_end", call_id="mine", command=["ls"], source="user_shell", exit_code=0)
    log.event(
        "mcp_tool_call_end", call_id="m1", invocation={"server": "web", "tool": "open", "arguments": {"u": 1}}
    )
    log.event(
        "patch_apply_end", call_id="p1", success=True, changes={"/x/a.py": {"type": "add", "content": "a"}}
    )
    log.output("c1", "done", "custom_tool_call_output")
    transcript, (episode,) = read(log.save(tmp_path / "a.jsonl"))
    assert [(step.call, step.tool, step.status) for step in episode.steps] == [
        ("c1", "exec", "ok"),
        ("e1", "exec_command", "error"),
        ("m1", "mcp__web__open", "ok"),
        ("p1", "apply_patch.add_file", "ok"),
    ]
    assert json.loads(episode.steps[1].parameters)["command"] == "make"
    assert transcript.tally.drift == {}


@pytest.mark.parametrize("turns", [TURNS, ["", "", ""], ["1", "2", "3"]])
def test_a_fork_has_the_same_tasks_and_its_own(turns, tmp_path):
    log, ends = rollout(), []
    for n in range(2):
        log.prompt(f"Task {n}", turns[n])
        shell(log, f"c{n}")
        ends.append(len(log.lines))
    _, first = read(log.save(tmp_path / "a.jsonl"))
    fork = rollout(OTHER, forked_from_id=NATIVE)
    fork.now += 5_000_000
    for line in log.lines[: ends[0]]:
        fork.line(json.loads(line)["type"], json.loads(line)["payload"])
    fork.prompt("Another task", turns[2])
    shell(fork, "d1")
    transcript, second = read(fork.save(tmp_path / "b.jsonl"))
    assert transcript.session.native == OTHER
    assert [episode.prompt for episode in second] == ["Task 0", "Another task"]
    assert [step.call for step in second[0].steps] == ["c0"]
    assert second[0].native == first[0].native
    assert {first[1].native, second[1].native}.isdisjoint({first[0].native})
    assert first[1].native != second[1].native


def test_a_grown_file_is_the_same_session_with_the_same_tasks(tmp_path):
    log = rollout()
    log.prompt("Task 0", TURNS[0])
    log.call("c1", "exec_command", cmd="make")
    before, (task,) = read(log.save(tmp_path / "a.jsonl", end="\n" + '{"timestamp":"2026-01'))
    log.output("c1", ran("done"))
    log.prompt("Task 1")
    after, tasks = read(log.save(tmp_path / "a.jsonl"))
    assert before.session.native == after.session.native
    assert [task.native, task.steps[0].call] == [tasks[0].native, tasks[0].steps[0].call]
    assert [task.steps[0].status, tasks[0].steps[0].status] == ["unfinished", "ok"]
    assert before.tally.skipped == {}


def test_the_oldest_form_has_a_header_and_bare_items(tmp_path):
    log = Rollout(START)
    header = {"id": NATIVE, "timestamp": "2025-08-01T10:00:00.000Z", "instructions": None}
    log.raw(header | {"git": {"branch": "main", "repository_url": "https://github.com/acme/shop"}})
    log.raw({"record_type": "state"})
    added = f"<environment_context>\nCurrent working directory: {ROOT}\n</environment_context>"
    for text in (added, "Fix the login"):
        log.raw({"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
    call = {"command": ["bash", "-lc", f"apply_patch <<'EOF'\n{patch('a.py', 'a', 'b')}EOF"]}
    log.raw({"type": "function_call", "name": "shell", "arguments": json.dumps(call), "call_id": "c1"})
    log.raw(
        {
            "type": "function_call_output",
            "call_id": "c1",
            "output": '{"output":"ok","metadata":{"exit_code":0}}',
        }
    )
    path = log.save(tmp_path / "old.jsonl")
    assert CodexReader().recognises(path, path.read_bytes())
    transcript, (episode,) = read(path)
    session = transcript.session
    assert (session.native, session.directory, session.repository) == (
        NATIVE,
        ROOT,
        "https://github.com/acme/shop",
    )
    assert session.started == session.ended == episode.started == 1_754_042_400_000
    assert [json.loads(step.parameters)["path"] for step in episode.steps] == [f"{ROOT}/a.py"]
    assert (transcript.tally.drift, transcript.tally.skipped) == ({}, {})


@pytest.fixture
def family(tmp_path):
    """A session, its sub-agent on a later day, and that one's own."""
    days = tmp_path / ".codex" / "sessions" / "2026" / "01"
    main, child, nested = rollout(), None, None
    main.prompt("Fix it", TURNS[0])
    main.call("spawn", "spawn_agent", message="look around")
    main.output("spawn", json.dumps({"agent_id": CHILD, "nickname": "Robie"}))
    main.prompt("Another task", TURNS[1])
    shell(main, "c1")
    sources = [
        {"subagent": {"thread_spawn": {"parent_thread_id": one, "depth": 1}}} for one in (NATIVE, CHILD)
    ]
    child = rollout(CHILD, source=sources[0])
    child.message("user", "look around")
    child.call("spawn", "spawn_agent", message="look around")  # copied with what it was started with
    child.output("spawn", "You are the newly spawned agent.")
    shell(child, "s1")
    child.call("again", "spawn_agent", message="deeper")
    child.event("collab_agent_spawn_end", call_id="again", sender_thread_id=CHILD, new_thread_id=NESTED)
    child.event("turn_aborted", reason="interrupted")
    nested = rollout(NESTED, source=sources[1])
    shell(nested, "n1", code=1)
    return [
        main.save(days / "05" / f"rollout-2026-01-05T10-00-00-{NATIVE}.jsonl"),
        child.save(days / "06" / f"rollout-2026-01-06T00-00-01-{CHILD}.jsonl"),
        nested.save(days / "06" / f"rollout-2026-01-06T00-00-02-{NESTED}.jsonl"),
    ]


def test_the_calls_of_sub_agents_belong_to_the_task_that_started_them(family):
    main, child, nested = family
    reader = CodexReader()
    assert reader.companions(main) == (child, nested)
    _, episodes = read(main, *reader.companions(main))
    assert [episode.prompt for episode in episodes] == ["Fix it", "Another task"]
    assert [(step.call, step.agent, step.parent, step.status) for step in episodes[0].steps] == [
        ("spawn", None, None, "ok"),
        ("s1", CHILD, 1, "ok"),
        ("again", CHILD, 1, "unfinished"),
        ("n1", NESTED, 3, "error"),
    ]
    assert not episodes[0].interrupted


def test_a_sub_agents_file_is_found_with_its_session_and_is_none_of_its_own(family, tmp_path):
    main, child, nested = family
    reader = CodexReader()
    for path in (child, nested):
        assert reader.main_of(path, path.read_bytes()) == main
    assert reader.main_of(main, main.read_bytes()) is None
    found = list(find_sources([tmp_path], [reader], tmp_path, {}))
    assert [(one.path, one.source and one.source.extra) for one in found] == [(main, (child, nested))]
    main.unlink()
    again = list(find_sources([tmp_path], [CodexReader()], tmp_path, {}))
    assert {one.path for one in again if one.reason.endswith("without its session")} == {child, nested}


def test_a_sub_agent_that_comes_later_is_found_by_a_reader_that_looked_before(family):
    main, child, nested = family
    kept = nested.read_bytes()
    nested.unlink()
    reader = CodexReader()
    assert reader.companions(main) == (child,)
    nested.write_bytes(kept)
    assert reader.companions(main) == (child, nested)


def test_an_archived_session_is_the_same_session_with_its_sub_agents(family):
    main, child, nested = family
    before, _ = read(main, child, nested)
    archived = child.parents[4] / "archived_sessions" / main.name
    archived.parent.mkdir()
    main.rename(archived)
    reader = CodexReader()
    assert reader.main_of(child, child.read_bytes()) == archived
    after, _ = read(archived, *reader.companions(archived))
    assert after.session == before.session


def test_what_codex_does_for_itself_is_no_session(tmp_path):
    log = rollout(source={"subagent": "memory_consolidation"})
    log.prompt("Consolidate")
    with pytest.raises(Unreadable, match="no session of a person"):
        read(log.save(tmp_path / "a.jsonl"))


def test_what_a_session_was_instructed_with_is_never_kept(tmp_path):
    log = rollout(base_instructions={"text": "hidden-word"}, instructions="hidden-word")
    log.line("turn_context", {"cwd": ROOT, "user_instructions": "hidden-word"})
    log.prompt("Fix it")
    shell(log, "c1")
    transcript, episodes = read(log.save(tmp_path / "a.jsonl"))
    assert "hidden-word" not in repr((transcript.session, episodes))


def test_it_looks_where_codex_leaves_its_sessions():
    home = Path("/home/dev")
    names = ("sessions", "archived_sessions")
    assert CodexReader().roots(home, {}) == [home / ".codex" / name for name in names]
    assert CodexReader().roots(home, {"CODEX_HOME": "/x"}) == [Path("/x") / name for name in names]


def test_links_that_go_round_beside_the_rollouts_end(tmp_path: Path):
    folders = (write(story(), tmp_path).parent, tmp_path / ".codex" / "sessions")
    for folder in folders:
        for name, to in (("self", "self"), ("here", "."), ("up", "..")):
            (folder / name).symlink_to(to)
    with Memory.open(tmp_path / "store") as memory:
        assert memory.import_path(tmp_path / ".codex").sessions == 1
