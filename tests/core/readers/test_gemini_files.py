"""Gemini CLI: whose a file is, where its session was, and files with something wrong in them."""

from __future__ import annotations

import json

import pytest
from gemini_session import HASH, SESSION, SHOP, Log, Reading, answered, tool
from hypothesis import given, settings
from hypothesis import strategies as st
from mutated import mutated
from told import story
from transcript import START, iso
from written_gemini import write

from tacit.core import limits
from tacit.core.readers.base import HEAD, Unreadable
from tacit.core.readers.gemini.reader import GeminiReader


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def read(tmp_path):
    def reading(log, end="\n"):
        return Reading(log.save(tmp_path / "tmp" / "shop" / "chats" / f"session-x-{SESSION[:8]}.jsonl", end))

    return reading


@pytest.mark.parametrize(
    "path",
    [f"{SHOP}/src/login.py", f"{SHOP}/a folder/x.py", SHOP],
)
def test_the_directory_is_the_path_whose_hash_is_told(read, log, path):
    log.say("user", "Do something")
    log.call(tool(args={"file_path": path}))
    assert read(log).session.directory == SHOP


def test_the_directory_may_stand_in_what_the_model_was_told(read, log):
    log.add(
        {
            "$set": {
                "messages": [{"id": "c" * 16, "type": "user", "content": [{"text": f"dirs:\n  - {SHOP}\n"}]}]
            }
        }
    )
    log.say("user", "Do something")
    assert read(log).session.directory == SHOP


def test_a_marker_that_is_not_proved_is_no_directory_and_a_hash_alone_is_a_name(read, log, tmp_path):
    log.say("user", "Do something")
    marker = tmp_path / "tmp" / "shop" / ".project_root"
    marker.parent.mkdir(parents=True)
    for told, directory in (
        ("/home/dev/other", f"gemini-{HASH[:12]}"),
        (f"{SHOP}\n", SHOP),
        ("c:\\w", "c:\\w"),
    ):
        marker.write_text(told)
        assert read(log).session.directory == directory


def test_a_sub_agents_file_belongs_to_its_session(tmp_path):
    chats = tmp_path / "tmp" / "shop" / "chats"
    main = Log()
    main.say("user", "Look into it")
    begun = main.at
    main.call(tool("call-1", name="codebase_investigator", timestamp=iso(begun + 90_000)))
    path = main.save(chats / f"session-2026-01-05T10-00-{SESSION[:8]}.jsonl")
    sub = Log("inv-7", kind="subagent", startTime=iso(begun + 20_000))
    sub.say("user", "You are to investigate")
    sub.call(answered({"output": "found"}, "sub-1"))
    sub.say("info", "Request cancelled.")
    nested = sub.save(chats / SESSION / "inv-7.jsonl")
    reader = GeminiReader()
    assert reader.companions(path) == (nested,)
    assert reader.main_of(nested, nested.read_bytes()) == path
    reading = Reading(path)
    assert [one.prompt for one in reading.episodes] == ["Look into it"]
    assert [(step.call, step.agent, step.parent) for step in reading.steps] == [
        ("call-1", None, None),
        ("sub-1", "inv-7", 1),
    ]
    assert reading.episodes[0].interrupted is False
    nested.write_bytes(b"\xff\xfe")
    assert Reading(path).tally.skipped == {"wrong encoding": 1}
    path.unlink()
    assert reader.main_of(nested, nested.read_bytes()) is None
    sub.save(nested)
    assert not reader.main_of(nested, nested.read_bytes()).exists()


def test_a_file_that_grows_keeps_what_it_had(tmp_path):
    path = write(story(), tmp_path)
    whole = Reading(path)
    content = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(content) if byte == ord("\n")]
    seen: set[str] = set()
    for end in ends[2:]:
        path.write_bytes(content[:end])
        keys = {step.call for step in Reading(path).steps}
        assert seen <= keys
        seen = keys
    assert seen == {step.call for step in whole.steps}
    for cut in range(ends[3], len(content), 61):
        path.write_bytes(content[:cut])
        tally = Reading(path).tally
        assert (tally.skipped, tally.drift, tally.recovered) == ({}, {}, 0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "not JSON"),
        ("[1]", "not an object"),
        ('{"timestamp": "x"}', "unexpected fields"),
        ("7", "not an object"),
        ('{"id": "a", "type": "user", "content": ' + "[" * 5_000 + "]" * 5_000 + "}", "too deep"),
    ],
)
def test_a_bad_line_is_counted_and_the_rest_is_read(read, log, line, reason):
    log.add(line)
    log.say("user", "Do the work")
    reading = read(log)
    assert ([one.prompt for one in reading.episodes], reading.tally.skipped) == (["Do the work"], {reason: 1})


def test_glued_lines_and_halves_of_surrogate_pairs_are_mended(read, log):
    log.add(json.dumps({"id": "a" * 16, "type": "user", "content": "One"}) + log.lines.pop())
    log.add('{"id": "' + "b" * 16 + '", "type": "user", "content": "Two \\ud83d"}')
    reading = read(log)
    assert [one.prompt for one in reading.episodes] == ["One", "Two \ufffd"]
    assert reading.tally.recovered == 2


def test_drift_is_counted(read, log):
    log.say("user", [{"hologram": 1}, {"text": "Do the work"}])
    log.say("oracle", "?")
    log.call(tool(status="vaporised", name=None))
    log.add({"type": "user", "content": "No id"})
    reading = read(log)
    assert reading.tally.drift == {
        "unknown part hologram": 1,
        "unknown record type oracle": 1,
        "unknown status vaporised": 1,
        "missing field name": 1,
        "missing field id": 1,
    }
    assert [one.prompt for one in reading.episodes] == ["Do the work", "No id"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe{\x00}\x00",
        b"{}",
        b"[]",
        b"7",
        b"\0\1\2",
        b'{"sessionId":"a","projectHash":"b","messages":[]}',
    ],
)
def test_a_file_with_nothing_in_it_is_unreadable(tmp_path, content):
    path = tmp_path / "session-x.jsonl"
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        Reading(path)


def test_only_its_own_files_are_recognised(tmp_path, log):
    reader = GeminiReader()

    def takes(text: str, name="x.json", folder=".gemini"):
        return reader.recognises(tmp_path / folder / name, text.encode()[:HEAD])

    log.say("user", "Hello")
    assert takes("\n".join(log.lines))
    assert takes(json.dumps(log.head | {"messages": [{"content": "x" * HEAD}]}, indent=2))
    assert takes(json.dumps(log.head | {"meta": {"a": 1}, "messages": [{"content": "x" * HEAD}]}))
    assert not takes("\n".join(log.lines), folder=".qwen")
    log.say("qwen", "Hello")
    assert not takes("\n".join(log.lines))
    logs = [{"sessionId": SESSION, "messageId": 0, "type": "user", "message": "hi", "timestamp": iso(START)}]
    for other in (
        json.dumps(logs),
        json.dumps({"history": [{"role": "user", "parts": [{"text": "hi"}]}]}),
        json.dumps({"name": "shop", "version": "1.0.0"}),
        json.dumps({"sessionId": "a", "messages": [{"role": "user", "content": "projectHash"}]}),
        json.dumps({"type": "user", "sessionId": "a", "message": {"content": json.dumps(log.head)}}),
        "",
        "\0" * 99,
        '{"sessionId": "' + "[" * HEAD,
    ):
        assert not takes(other)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_no_damage_makes_it_fail(tmp_path, data):
    path = write(story(), tmp_path)
    if data.draw(st.booleans()):
        head, *lines = (json.loads(line) for line in path.read_bytes().splitlines())
        messages = [line for line in lines if "id" in line]
        content = json.dumps(head | {"messages": messages}, indent=1).encode()
    else:
        content = path.read_bytes()
    path.write_bytes(data.draw(mutated(content)))
    GeminiReader().recognises(path, path.read_bytes()[:HEAD])
    try:
        reading = Reading(path)
    except (Unreadable, OSError):
        return
    assert all(limits.size(step.observation) <= limits.OBSERVATION_BYTES for step in reading.steps)
    assert all(isinstance(json.loads(step.parameters), dict) for step in reading.steps)
    assert all(limits.size(one.prompt) <= limits.PROMPT_BYTES for one in reading.episodes)
