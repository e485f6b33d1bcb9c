"""Goose's sessions, out of its files and out of its database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from goose_store import START, Chat, save_database
from hypothesis import given, settings
from hypothesis import strategies as st
from told import story
from written_goose import write, write_file

from tacit.core.learn.understand import understand
from tacit.core.readers.base import HEAD, Source, Unreadable
from tacit.core.readers.goose.reader import GooseReader
from tacit.core.redaction import Redactor

DECLINED = "The user has declined to run this tool. DO NOT attempt to call this tool again."
SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "sessions"


class Reading:
    """All that is told by a file, read to its end."""

    def __init__(self, path: Path) -> None:
        reader = GooseReader()
        assert reader.recognises(path, path.read_bytes()[:HEAD])
        self.sessions, self.episodes = [], []
        for transcript in reader.read(Source(path, reader.companions(path)), Redactor(b"k" * 32)):
            self.sessions.append(transcript.session)
            self.episodes += transcript.episodes()
            self.tally = transcript.tally
        self.steps = [step for episode in self.episodes for step in episode.steps]


@pytest.fixture(params=["file", "database"])
def read(request, tmp_path):
    """Reads a session out of a file or out of the database."""

    def reading(chat: Chat) -> Reading:
        if request.param == "file":
            return Reading(chat.save(tmp_path))
        return Reading(save_database(tmp_path / "sessions.db", chat))

    return reading


@pytest.fixture
def chat():
    """A session with its first prompt."""
    chat = Chat()
    chat.say("user", "Make the tests pass")
    return chat


def test_file_and_database_tell_the_same(tmp_path):
    file, database = Reading(write_file(story(), tmp_path)), Reading(write(story(), tmp_path))
    assert file.sessions == database.sessions
    assert file.episodes == database.episodes
    assert [episode.prompt for episode in file.episodes] == [task.prompt for task in story().tasks]
    assert [step.status for step in file.steps] == ["error", "ok", "ok", "ok", "ok", "ok"]
    kinds = [understand(step, "/home/dev/work/shop") for step in file.steps]
    assert [step.kind for step in kinds] == ["shell", "read", "edit", "shell", "write", "shell"]
    assert [step.target for step in kinds] == [
        None,
        "src/login.py",
        "src/login.py",
        None,
        "docs/login.md",
        None,
    ]
    assert file.tally.drift == {}


def test_the_head_of_a_session(read, chat):
    found = read(chat)
    (session,) = found.sessions
    assert (session.agent, session.native) == ("goose", "20260105_100000")
    assert (session.title, session.directory) == ("A session", "/home/dev/app")
    assert (session.started, session.ended) == ((START + 10) * 1_000, (START + 10) * 1_000)


def test_ids_that_are_counted_anew_each_day_are_told_apart_by_their_time(tmp_path):
    chat = Chat("20260105_1")
    chat.say("user", "Write the manual")
    (session,) = Reading(save_database(tmp_path / "sessions.db", chat)).sessions
    assert session.native == f"20260105_1@{START * 1_000}"


@pytest.mark.parametrize(
    ("result", "status", "text"),
    [
        ({"status": "success", "value": [{"type": "text", "text": "fine"}]}, "ok", "fine"),
        ({"status": "success", "value": {"content": [{"type": "text", "text": "fine"}]}}, "ok", "fine"),
        ({"status": "success", "value": {"content": [{"type": "text", "text": "no"}], "isError": True}},
         "error", "no"),
        ({"status": "error", "error": "-32603: it broke"}, "error", "-32603: it broke"),
        ({"status": "success", "value": [{"type": "text", "text": DECLINED}]}, "rejected", DECLINED),
        ({"status": "error", "error": "Interrupted by the user to make a correction"}, "interrupted",
         "Interrupted by the user to make a correction"),
    ],
)  # fmt: skip
def test_how_a_call_went(read, chat, result, status, text):
    chat.result(chat.call("developer__shell", {"command": "make"}), result)
    found = read(chat)
    assert [(step.status, step.observation) for step in found.steps] == [(status, text)]
    assert found.episodes[0].interrupted == (status == "interrupted")


def test_what_is_repeated_for_the_person_is_read_once(read, chat):
    parts = [
        {"type": "text", "text": "out", "annotations": {"audience": ["assistant"]}},
        {"type": "text", "text": "out", "annotations": {"audience": ["user"], "priority": 0.0}},
    ]
    chat.result(chat.call("developer__shell", {"command": "make"}), {"status": "success", "value": parts})
    assert [step.observation for step in read(chat).steps] == ["out"]


def test_a_call_without_its_answer_and_an_answer_without_its_call(read, chat):
    chat.call("developer__shell", {"command": "make"})
    chat.result("call_of_nobody", {"status": "success", "value": []})
    found = read(chat)
    assert [step.status for step in found.steps] == ["unfinished"]
    assert found.tally.skipped == {"result without its call": 1}


def test_calls_of_a_provider_that_counts_anew_are_all_there(read, chat):
    for number in range(3):
        key = chat.call("developer__shell", {"command": f"make {number}"}, key="call_0")
        chat.result(key, {"status": "success", "value": [{"type": "text", "text": f"out {number}"}]})
    assert [step.observation for step in read(chat).steps] == ["out 0", "out 1", "out 2"]


def test_a_request_that_was_wrong_is_an_error(read, chat):
    request = {
        "type": "toolRequest",
        "id": "c",
        "toolCall": {"status": "error", "error": "-32602: no such tool"},
    }
    chat.message("assistant", request)
    assert [(step.tool, step.status) for step in read(chat).steps] == [("invalid", "error")]


def test_what_is_written_for_the_agent_alone_is_no_prompt(read, chat):
    chat.say("user", "Your context was compacted. The summary: …", userVisible=False, agentVisible=True)
    chat.step("developer__shell", {"command": "make"})
    assert [len(episode.steps) for episode in read(chat).episodes] == [1]


def test_drift_is_counted(read, chat):
    chat.message("assistant", {"type": "hologram"}, {"type": "text"}, {"type": "thinking", "thinking": "hm"})
    chat.message("oracle", {"type": "text", "text": "x"})
    assert read(chat).tally.drift == {
        "unknown part hologram": 1,
        "missing field text": 1,
        "unknown role oracle": 1,
    }


def test_what_a_message_holds_beside_words_and_calls_is_no_drift(read, chat):
    kinds = ("image", "document", "error", "systemNotification", "actionRequired", "redactedThinking")
    chat.say("user", "Fix it")
    chat.message("assistant", *({"type": kind, "data": {}} for kind in kinds))
    assert read(chat).tally.drift == {}


def test_threads_beside_the_sessions_are_not_told_again(tmp_path):
    """As schema 10 has them beside the two tables that are read."""
    chat = Chat()
    chat.say("user", "Fix it")
    path = save_database(tmp_path / "sessions.db", chat)
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(
            "ALTER TABLE sessions ADD COLUMN thread_id TEXT; ALTER TABLE messages ADD COLUMN message_id TEXT;"
            "ALTER TABLE sessions ADD COLUMN goose_mode TEXT NOT NULL DEFAULT 'auto';"
            "CREATE TABLE threads (id TEXT PRIMARY KEY, name TEXT, working_dir TEXT);"
            "CREATE TABLE thread_messages (id INTEGER PRIMARY KEY, role TEXT, content_json TEXT);"
            "INSERT INTO thread_messages SELECT id, role, content_json FROM messages;"
        )
    found = Reading(path)
    assert [one.prompt for one in found.episodes] == ["Fix it"]
    assert (found.tally.skipped, found.tally.drift) == ({}, {})


@pytest.mark.parametrize("kind", ["sub_agent", "specialist", "hidden"])
def test_sub_agents_of_nobody_are_left_out(tmp_path, chat, kind):
    path = save_database(tmp_path / "sessions.db", chat)
    other = Chat("20260105_2")
    other.say("user", "Said by an agent")
    found = Reading(save_database(path, other, kind=kind))
    assert len(found.sessions) == 1
    assert found.tally.skipped == {"without its session": 1}


def test_it_is_looked_for_where_goose_keeps_it(tmp_path):
    roots = GooseReader().roots
    assert roots(tmp_path, {}) == [tmp_path / ".local/share/goose/sessions"]
    assert roots(tmp_path, {"XDG_DATA_HOME": "/x"}) == [Path("/x/goose/sessions")]
    assert roots(tmp_path, {"GOOSE_PATH_ROOT": "/y"}) == [Path("/y/data/sessions")]


@pytest.mark.parametrize(
    "text",
    [
        '{"role": "user", "content": "hello"}\n',
        '{"role": "user", "content": [{"type": "text", "text": "hello"}]}\n',
        '{"description": "a package", "name": "x"}\n',
        '{"role": "user", "created": 1767607200, "content": [{"type": "input_text", "text": "x"}]}\n',
        "",
        "[]",
        '{"message_count',
    ],
)
def test_other_files_are_left_alone(tmp_path, text):
    assert not GooseReader().recognises(tmp_path / "x.jsonl", text.encode())


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample transcripts are not here")
def test_no_file_of_another_agent_is_recognised():
    reader = GooseReader()
    taken = [
        one for one in SAMPLES.rglob("*") if one.is_file() and reader.recognises(one, one.read_bytes()[:HEAD])
    ]
    assert taken == []


def test_bad_lines_and_rows_are_counted(tmp_path, chat):
    path = chat.save(tmp_path)
    path.write_bytes(path.read_bytes() + b'nonsense\n"text"\n\xff\xfe\n{"role": "user", "created": 17')
    found = Reading(path)
    assert len(found.episodes) == 1
    assert found.tally.skipped == {"not JSON": 2, "not an object": 1}


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_nothing_in_a_file_does_harm(tmp_path, data):
    lines = write_file(story(), tmp_path).read_bytes().splitlines(keepends=True)
    for place in range(len(lines)):
        change = data.draw(st.integers(0, 8))
        if change == 0:
            record = json.loads(lines[place])
            key = data.draw(st.sampled_from(sorted(record)))
            record[key] = data.draw(st.sampled_from([None, 3, "x", [], {}, [[]], [{}], [3], True, "\ud83d"]))
            lines[place] = json.dumps(record).encode() + b"\n"
        elif change == 1:
            spot = data.draw(st.integers(0, len(lines[place]) - 1))
            lines[place] = (
                lines[place][:spot] + bytes([data.draw(st.integers(0, 255))]) + lines[place][spot + 1 :]
            )
        elif change == 2:
            lines[place] = lines[place][: data.draw(st.integers(0, len(lines[place])))]
    path = tmp_path / "changed.jsonl"
    path.write_bytes(b"".join(lines))
    GooseReader().recognises(path, path.read_bytes()[:HEAD])
    with suppress(Unreadable):
        for transcript in GooseReader().read(Source(path), Redactor(b"k" * 32)):
            list(transcript.episodes())
