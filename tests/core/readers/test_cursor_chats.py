"""Sessions of Cursor's command line, each a database of its own, with the results of its calls."""

from __future__ import annotations

import random
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cursor_store import ID, START
from hypothesis import given, settings
from hypothesis import strategies as st
from told import story, writer
from written_cursor_chat import said, save_chat, used

from tacit import Memory
from tacit.core.drafts import EpisodeDraft
from tacit.core.query import Plan
from tacit.core.readers.base import HEAD, Source, Transcript, Unreadable
from tacit.core.readers.cursor.reader import CursorReader
from tacit.core.readers.discovery import find_sources
from tacit.core.readers.registry import load_readers
from tacit.core.redaction import Redactor


@pytest.fixture
def path(tmp_path):
    """Where the database lies."""
    return tmp_path / ".cursor" / "chats" / "0c1d" / ID / "store.db"


def reading(path: Path) -> tuple[Transcript, list[EpisodeDraft]]:
    reader = CursorReader()
    (one,) = reader.read(Source(path, reader.companions(path)), Redactor(b"k" * 32))
    return one, list(one.episodes())


@pytest.mark.parametrize(
    ("tool", "result", "high", "status"),
    [
        ("Shell", "Exit code: 0\n\nCommand output:\n\n```\nok\n```", {}, "ok"),
        ("Shell", "Exit code: 2", {}, "error"),
        ("Shell", "Exit code: 0", {"isError": True}, "error"),
        ("Shell", "Exit code: 0", {"output": {"rejected": {}}}, "rejected"),
        ("Shell", "It runs on in the background.", {"output": {"success": {}}}, "unfinished"),
        ("Shell", None, {}, "unfinished"),
        ("Read", "def a(): ...", {"output": {"success": {}}}, "ok"),
        ("Read", "No such file", {"output": {"error": {"error": "x"}}}, "error"),
        ("Write", "no", {"output": {"rejected": {"reason": "x"}}, "isError": False}, "rejected"),
        ("Write", {"x": 1}, {"output": {"success": {}, "isError": True}}, "error"),
        ("Grep", "Exit code: 1", [], "ok"),
    ],
)
def test_a_call_ended_as_its_exit_code_or_the_note_beside_it_tells(path, tool, result, high, status):
    told = used("c1", tool, {"command": "make"}, result)
    told[1]["providerOptions"]["cursor"]["highLevelToolCallResult"] = high
    one, (episode,) = reading(save_chat(path, [said("user", "Mend it"), *told]))
    assert [step.status for step in episode.steps] == [status]
    assert (one.tally.skipped, one.tally.drift) == ({}, {})


def test_its_head_is_told_by_the_row_of_meta_and_by_the_root(path):
    told = [said("user", "<user_query>\nMend it\n</user_query>")]
    about = {
        "name": "Mend the login",
        "lastUsedModel": "some-model-1",
        "createdAt": START,
        "agentId": ID.upper(),
    }
    one, (episode,) = reading(save_chat(path, told, "/home/dev/my%20shop", **about))
    session = one.session
    assert (session.native, session.title, session.directory) == (ID, "Mend the login", "/home/dev/my shop")
    assert (session.model, session.started, session.ended) == ("some-model-1", START, START)
    assert (episode.prompt, episode.native) == ("Mend it", f"{ID}#1")


def test_calls_of_other_programs_go_by_their_own_names(path):
    wrapped = {"server": "user-tacit", "toolName": "memory_search", "arguments": {"query": "x"}}
    told = [said("user", "Ask it"), *used("c1", "CallMcpTool", wrapped, "nothing")]
    _, (episode,) = reading(save_chat(path, told))
    assert (episode.steps[0].tool, episode.steps[0].parameters) == (
        "mcp__tacit__memory_search",
        '{"query": "x"}',
    )


def test_one_that_was_summed_up_is_left_to_its_transcript(path):
    summary = said("user", "[Summary] It was mended.") | {"providerOptions": {"cursor": {"isSummary": True}}}
    with pytest.raises(Unreadable) as refused:
        reading(save_chat(path, [summary, said("user", "Mend more")]))
    assert refused.value.reason == "summed up"


def test_the_file_beside_it_tells_the_folder_and_whether_it_is_a_sub_agents(path):
    save_chat(path, [said("user", "Mend it")], "")
    beside = path.with_name("meta.json")
    for told in (b"\xff", b"[]", b'{"schemaVersion":1,"cwd":"/home/dev/shop","isSubagent":false}'):
        beside.write_bytes(told)
        one, _ = reading(path)
    assert one.session.directory == "/home/dev/shop"
    beside.write_bytes(b'{"schemaVersion":1,"cwd":"/home/dev/shop","isSubagent":true}')
    with pytest.raises(Unreadable) as refused:
        reading(path)
    assert refused.value.reason == "without its session"


def test_messages_that_are_not_as_expected_are_counted_and_the_others_read(path):
    odd: list[Any] = [b"\x0a\x05other", b"[]", b"", {}, {"role": "judge"}, {"role": "user", "content": 7}]
    odd += [{"role": "assistant", "content": [{"type": "song"}, {"type": "tool-call"}, 7]}]
    odd += [{"role": "tool", "content": [{"type": "tool-result", "toolCallId": "c9"}]}]
    told = [said("user", "Mend it"), *odd, *used("c1", "Shell", '{"command":"make"}', "Exit code: 0")]
    one, (episode,) = reading(save_chat(path, told))
    assert [(step.parameters, step.status) for step in episode.steps] == [('{"command":"make"}', "ok")]
    assert one.tally.skipped == {"not JSON": 2, "not an object": 1, "result without its call": 1}
    assert one.tally.drift == {
        "missing field role": 1,
        "unknown role judge": 1,
        "unknown part song": 1,
        "missing field toolName": 1,
        "missing field type": 2,
    }


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"agentId": None}, "unexpected fields"),
        ({"latestRootBlobId": "00"}, "unexpected fields"),
        ({}, "no prompt or call in it"),
    ],
)
def test_what_holds_no_session_is_refused_with_a_reason(path, about, reason):
    with pytest.raises(Unreadable) as refused:
        reading(save_chat(path, [], **about))
    assert refused.value.reason == reason


def test_it_is_known_by_its_tables_and_others_with_such_tables_are_passed_over(path, tmp_path):
    save_chat(path, [said("user", "Mend it")])
    other = sqlite3.connect(tmp_path / "cache.db")
    other.executescript("CREATE TABLE meta (key TEXT, value TEXT); CREATE TABLE blobs (id TEXT, data BLOB);"
                        "CREATE TABLE other (id TEXT)")  # fmt: skip
    other.close()
    found = {one.path: one for one in find_sources([tmp_path], load_readers().readers, tmp_path, {})}
    assert found[path].reader is not None
    assert found[tmp_path / "cache.db"].reason == "not a transcript"
    assert [one.path for one in find_sources(None, [CursorReader()], tmp_path, {}) if one.source] == [path]


@pytest.mark.parametrize("order", [("cursor", "cursor_chat"), ("cursor_chat", "cursor")])
def test_the_transcript_of_the_same_session_takes_no_result_away(tmp_path, order):
    told = story(ID)
    with Memory.open(tmp_path / "store") as memory:
        for form in order:
            memory.import_paths([writer(form)(told, tmp_path / form)])
        (session,) = memory.page("sessions", Plan(), None).items
    assert (session.episodes, session.steps, dict(session.outcomes)) == (2, 7, {"success": 2})
    assert session.directory == told.directory


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A database and the bytes of it."""
    path = writer("cursor_chat")(story(ID), tmp_path_factory.mktemp("chat"))
    return path, path.read_bytes()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), flips=st.integers(1, 30), cut=st.integers(0, 3))
def test_no_damage_does_anything_but_unreadable(whole, seed, flips, cut):
    path, content = whole
    raw, chance = bytearray(content), random.Random(seed)
    for _ in range(flips):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    if cut == 0:
        del raw[chance.randrange(len(raw)) :]
    broken = path.with_name("broken.db")
    broken.write_bytes(raw)
    CursorReader().recognises(broken, bytes(raw[:HEAD]))
    with suppress(Unreadable):
        for one in CursorReader().read(Source(broken), Redactor(b"k" * 32)):
            list(one.episodes())
