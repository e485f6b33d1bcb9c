"""Which files of OpenCode's storage make one session, found without walking it for each of them."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencode_store import Talk, save_database

from tacit import Memory
from tacit.core.readers.base import HEAD, Source, Unreadable
from tacit.core.readers.discovery import find_sources
from tacit.core.readers.opencode.reader import OpenCodeReader
from tacit.core.redaction import Redactor

JUNK = st.sampled_from([None, 7, -1.5, "x", "", [], {}, True, [[1]], {"a": {"b": 1}}, "\ud83d", 10**30])


@pytest.fixture
def storage(tmp_path):
    """Where the files lie."""
    return tmp_path / "opencode" / "storage"


def talk_with(native: str, commands: int = 1, parent: str = "") -> Talk:
    """A session with so many commands."""
    talk = Talk(native)
    if parent:
        talk.session["parentID"] = parent
    talk.prompt("Make it")
    for number in range(commands):
        talk.shell(f"make {number}")
    return talk


def asked(reader: OpenCodeReader, path: Path) -> tuple[bool, Path | None]:
    """Whether a file is taken, and which session it belongs to."""
    head = path.read_bytes()[:HEAD]
    return reader.recognises(path, head), reader.main_of(path, head)


def told(path: Path) -> list:
    """All episodes of a file."""
    reader = OpenCodeReader()
    source = Source(path, reader.companions(path))
    return [e for one in reader.read(source, Redactor(b"k" * 32)) for e in one.episodes()]


def test_every_file_knows_its_session(storage):
    main = talk_with("ses_one", 3).save(storage)
    sub = talk_with("ses_sub", 2, parent="ses_one").save(storage)
    talk_with("ses_two").save(storage)
    reader = OpenCodeReader()
    files = {path for path in storage.rglob("*.json") if "two" not in str(path)} - {main}
    for path in sorted(storage.rglob("*.json")):
        if path in files:
            assert asked(reader, path) == (True, main)
    assert asked(reader, main) == (True, None)
    assert sub in files
    assert set(reader.companions(main)) == files
    assert reader.companions(sub) == ()


def test_a_walk_over_the_whole_folder_finds_each_session_once(storage):
    for number in range(3):
        talk_with(f"ses_{number}", 2).save(storage)
    talk_with("ses_sub", parent="ses_1").save(storage)
    (storage / "todo").mkdir()
    (storage / "todo" / "ses_0.json").write_text("[]")
    found = list(find_sources([storage.parent], [OpenCodeReader()], Path("/nowhere"), {}))
    assert sorted(one.path.stem for one in found if one.source) == ["ses_0", "ses_1", "ses_2"]
    assert [one.reason for one in found if one.source is None] == ["not a transcript"]


def test_a_large_storage_is_not_walked_for_each_file(storage, monkeypatch):
    talks = [talk_with(f"ses_{number:02d}", 10) for number in range(20)]
    mains = [talk.save(storage) for talk in talks]
    reader, listed = OpenCodeReader(), []
    real = os.scandir
    parts = sorted((storage / "part").rglob("*.json"))
    messages = len(list((storage / "message").rglob("*.json")))
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(path) or real(path))
    for path in parts:
        assert reader.main_of(path, path.read_bytes()) in mains
    assert len(parts) > 200
    assert len(listed) <= 2 * messages + 10
    listed.clear()
    for path in parts:
        reader.main_of(path, path.read_bytes())
    assert listed == []


def test_parts_that_do_not_name_their_session_are_found_by_their_message(storage):
    talk = talk_with("ses_one")
    for _, part in talk.parts.values():
        del part["sessionID"], part["messageID"]
    main = talk.save(storage)
    reader = OpenCodeReader()
    for path in (storage / "part").rglob("*.json"):
        assert asked(reader, path) == (True, main)
    assert [len(one.steps) for one in told(main)] == [1]


def test_a_session_that_comes_later_is_seen_by_the_same_reader(storage):
    main, reader = talk_with("ses_one").save(storage), OpenCodeReader()
    before = reader.companions(main)
    part = next((storage / "part").rglob("*.json"))
    assert reader.main_of(part, part.read_bytes()) == main
    talk_with("ses_sub", parent="ses_one").save(storage)
    assert len(reader.companions(main)) > len(before)


@pytest.mark.parametrize("parent", ["ses_gone", "ses_sub", "../../etc/passwd"])
def test_a_sub_agent_without_its_session_is_told_so(storage, parent):
    talk_with("ses_sub", parent=parent).save(storage)
    found = list(find_sources([storage], [OpenCodeReader()], Path("/nowhere"), {}))
    assert {one.reason for one in found} == {
        "without its session",
        "no new transcript in this folder",
    }


@pytest.fixture
def oldest(tmp_path):
    """Where the files of a project lay before 0.6."""
    return tmp_path / ".local" / "share" / "opencode" / "project" / "home-dev-app" / "storage" / "session"


def test_every_file_of_the_oldest_storage_knows_its_session(oldest):
    main = talk_with("ses_one", 3).save_oldest(oldest)
    sub = talk_with("ses_sub", 2, parent="ses_one").save_oldest(oldest)
    talk_with("ses_two").save_oldest(oldest)
    (oldest / "share").mkdir()
    (oldest / "share" / "ses_one.json").write_text('{"url": "https://example.org"}')
    reader = OpenCodeReader()
    mine = {path for path in oldest.rglob("*.json") if path.parent.name != "share"}
    mine -= {path for path in mine if "_two" in str(path.relative_to(oldest))}
    for path in sorted(mine - {main}):
        assert asked(reader, path) == (True, main)
    assert asked(reader, main) == (True, None)
    assert set(reader.companions(main)) == mine - {main}
    assert sub in mine
    found = list(find_sources([oldest.parents[1]], [reader], Path("/nowhere"), {}))
    assert sorted(one.path.stem for one in found if one.source) == ["ses_one", "ses_two"]
    assert {one.reason for one in found if one.source is None} == {"not a transcript"}


def test_what_was_copied_out_of_the_oldest_storage_is_the_same_session(oldest, storage):
    talk = talk_with("ses_one", 3)
    talk.answer(path={"cwd": talk.directory, "root": talk.directory})
    reader, heads = OpenCodeReader(), []
    for main in (talk.save_oldest(oldest), talk.save(storage)):
        (transcript,) = reader.read(Source(main, reader.companions(main)), Redactor(b"k" * 32))
        heads.append((transcript.session, list(transcript.episodes())))
    assert heads[0] == heads[1]
    assert heads[0][0].directory == talk.directory
    assert len(heads[0][1][0].steps) == 3


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "shop", "version": "1.0.0", "time": {"created": 1}}',
        '{"id": "shop", "version": "1.0.0", "time": {"created": 1}}',
        '{"id": "ses_one", "time": {"created": 1}}',
        '{"id": "ses_one", "version": "0.3.1"}',
        '{"id": "ses_one"',
        "[]",
    ],
)
def test_other_files_in_the_oldest_place_are_left_alone(oldest, text):
    path = oldest / "info" / "ses_one.json"
    assert not OpenCodeReader().recognises(path, text.encode())


def test_where_it_is_looked_for(tmp_path, oldest):
    reader, data = OpenCodeReader(), tmp_path / ".local" / "share" / "opencode"
    save_database(data / "opencode-dev.db")
    talk_with("ses_one").save_oldest(oldest)
    roots = reader.roots(tmp_path, {})
    assert oldest / "info" in roots
    assert roots[0] == data / "storage" / "session"
    assert {"opencode.db", "opencode-dev.db", "opencode.db-wal"} <= {path.name for path in roots}
    assert reader.roots(tmp_path, {"XDG_DATA_HOME": "/x"})[0] == Path("/x/opencode/storage/session")
    assert Path("/y/mine.db") in reader.roots(tmp_path, {"OPENCODE_DB": "/y/mine.db"})


def test_from_its_usual_places_files_and_database_are_one_session(tmp_path, monkeypatch):
    data, talk = tmp_path / ".local" / "share" / "opencode", talk_with("ses_one", 4)
    talk.save(data / "storage")
    save_database(data / "opencode.db", talk)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_paths(None, agent="opencode")
        assert (report.sessions, report.episodes, report.steps) == (1, 1, 4)
        assert memory.import_paths(None, agent="opencode").skipped["unchanged"] == 2


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("package.json", '{"name": "x", "version": "1", "type": "module"}'),
        ("session/p/package.json", '{"id": "x", "name": "x", "version": "1"}'),
        ("message/s/config.json", '{"sessionID": "x", "role": "user"}'),
        ("part/m/other.json", '{"id": 3, "type": "text"}'),
        ("part/m/list.json", '[{"id": "x", "type": "text"}]'),
        (
            "elsewhere/m/prt.json",
            '{"id": "x", "messageID": "m", "sessionID": "s", "type": "text", "text": ""}',
        ),
        ("part/m/empty.json", ""),
        ("part/m/binary.json", "\0\1\2"),
        ("session/p/torn.json", '{"id": "ses_1", "projectID": "p", "time": {"crea'),
    ],
)
def test_other_files_are_left_alone(storage, place, text):
    path = storage / place
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert not OpenCodeReader().recognises(path, path.read_bytes())


def test_a_part_longer_than_the_head_is_known(storage):
    talk = talk_with("ses_one")
    talk.shell("cat huge", "x" * 300_000)
    talk.messages[next(iter(talk.messages))]["summary"] = {"diffs": [{"before": "y" * 100_000}]}
    main = talk.save(storage)
    reader = OpenCodeReader()
    for path in storage.rglob("*.json"):
        assert asked(reader, path) == (True, None if path == main else main)
    (one,) = told(main)
    assert len(one.steps[-1].observation) <= 10_000
    assert one.steps[-1].cut


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"id": "prt_x", "type": "te', "not JSON"),
        (b'"text"', "not an object"),
        (b"\xff\xfe{\0}\0", "not JSON"),
        (b'{"type": "text", "text": ' + b"[" * 100_000, "too deep"),
        (b"", "not JSON"),
    ],
)
def test_a_bad_file_is_counted_and_the_others_are_read(storage, text, reason):
    main = talk_with("ses_one", 2).save(storage)
    folder = next((storage / "part").iterdir())
    (folder / "prt_zzz.json").write_bytes(text)
    reader = OpenCodeReader()
    transcript = reader.read(Source(main, reader.companions(main)), Redactor(b"k" * 32))
    assert [len(one.steps) for one in transcript.episodes()] == [2]
    assert transcript.tally.skipped == {reason: 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [(b"", "empty file"), (b"{", "not JSON"), (b"[]", "not an object"), (b"7", "not an object")],
)
def test_a_bad_session_is_unreadable(storage, text, reason):
    main = talk_with("ses_one").save(storage)
    main.write_bytes(text)
    with pytest.raises(Unreadable) as unreadable:
        told(main)
    assert unreadable.value.reason == reason


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_nothing_in_the_files_does_harm(tmp_path, data):
    talk = talk_with("ses_one", 3)
    talk.tool("task", {}, metadata={"sessionId": "ses_one"})
    main = talk.save(tmp_path / "storage")
    for path in sorted((tmp_path / "storage").rglob("*.json")):
        if data.draw(st.integers(0, 2)):
            continue
        record = json.loads(path.read_text())
        spot = record
        while isinstance(spot, dict) and spot and data.draw(st.booleans()):
            key = data.draw(st.sampled_from(sorted(spot)))
            if not isinstance(spot[key], dict) or data.draw(st.booleans()):
                spot[key] = data.draw(JUNK)
                break
            spot = spot[key]
        text = json.dumps(record).encode()
        if not data.draw(st.integers(0, 4)):
            text = text[: data.draw(st.integers(0, len(text)))]
        path.write_bytes(text)
        asked(OpenCodeReader(), path)
    with suppress(Unreadable):
        for episode in told(main):
            assert all(len(step.observation) <= 10_100 for step in episode.steps)
