"""MessagePack: a stream that another library reads, compared with the JSON Lines export."""

import json
import random

import msgpack
import pytest

from tacit.core.errors import TacitError
from tacit.core.loop.records import Offer, ToldOutcome
from tacit.core.notes.records import Note
from tacit.exports.lines import write_lines
from tacit.exports.messagepack import write_messagepack
from tacit.exports.source import Selection


def read(path):
    """All maps of a stream, by a library that knows nothing of Tacit; extension types are an error."""

    def refuse(code, data):
        raise AssertionError(f"extension type {code}")

    with path.open("rb") as file:
        return list(msgpack.Unpacker(file, raw=False, strict_map_key=True, ext_hook=refuse))


def joined(records):
    """The records as the lines of the JSON Lines export: episodes and steps are put into their session."""
    lines = []
    for one in records:
        if one["type"] == "session":
            lines.append({**one, "episodes": [], "copies": []})
        elif one["type"] == "episode":
            assert one["session"] == lines[-1]["session"]["id"]
            entry = {name: one[name] for name in ("episode", "reward", "reflection")} | {"steps": []}
            lines[-1]["copies" if one["copy"] else "episodes"].append(entry)
        elif one["type"] == "step":
            entry = lines[-1]["copies" if one["copy"] else "episodes"][-1]
            assert (one["session"], one["episode"]) == (lines[-1]["session"]["id"], entry["episode"]["id"])
            entry["steps"].append(one["step"])
        else:
            lines.append(one)
    return lines


def told_in_lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_record_says_what_the_json_says(open_memory, told, tmp_path):
    memory = open_memory("store")
    memory.import_path(told)
    report = memory.export(tmp_path, format="msgpack")
    memory.export(tmp_path, format="jsonl")
    first, *records = read(tmp_path / "tacit.msgpack")
    assert first == {"type": "header", "format": "tacit-export", "schema": 1, "selection": False}
    assert {one["type"] for one in records} == {"pattern", "session", "episode", "step"}
    lines = told_in_lines(tmp_path / "tacit.jsonl")
    assert joined(records) == lines
    assert [list(one) for one in joined(records)] == [list(one) for one in lines]
    assert (report.path, report.files, report.written) == (str(tmp_path / "tacit.msgpack"), 1, 1)


def test_copies_and_hostile_text_come_back(memory, made, tmp_path):
    hostile = "a\x00\x1b]0;x\x07\u202e\ufffe\U0001f600\r\n"
    memory.patterns = [made.pattern("x", title=hostile, uses=2**62)]
    memory.sessions = [made.session("one", episodes=1, title=hostile)]
    told = memory.sessions[0].id
    memory.notes = [Note("n-000000000000", "json", "facts", "one", hostile, hostile, 1)]
    memory.offers = [Offer(memory.patterns[0].id, 1, "mcp", "search_patterns", session=told)]
    memory.outcomes = [ToldOutcome(told, 2, "success", hostile)]
    write_messagepack(memory, tmp_path)
    write_lines(memory, tmp_path)
    _, *records = read(tmp_path / "tacit.msgpack")
    assert records[0]["title"] == hostile
    assert [one["copy"] for one in records if one["type"] == "episode"] == [False, True]
    assert [one["type"] for one in joined(records)] == ["pattern", "session", "note", "offer", "outcome"]
    assert joined(records) == told_in_lines(tmp_path / "tacit.jsonl")


def test_no_record_holds_a_session_as_a_whole(memory, tmp_path):
    write_messagepack(memory, tmp_path)
    kinds = [one["type"] for one in read(tmp_path / "tacit.msgpack")]
    session = ["session", *["episode", "step", "step"] * 2]
    assert kinds == ["header", "pattern", "pattern", *session, *session]


def test_a_stream_can_be_read_in_pieces_of_any_size(memory, tmp_path):
    write_messagepack(memory, tmp_path)
    data = (tmp_path / "tacit.msgpack").read_bytes()
    unpacker, found = msgpack.Unpacker(), []
    pieces = random.Random(7)
    while data:
        size = pieces.randint(1, 50)
        unpacker.feed(data[:size])
        found += list(unpacker)
        data = data[size:]
    assert found == read(tmp_path / "tacit.msgpack")


def test_a_selection_says_that_it_is_one(memory, tmp_path):
    write_messagepack(memory, tmp_path, Selection(patterns=memory.patterns[:1]))
    header, pattern = read(tmp_path / "tacit.msgpack")
    assert header["selection"] is True
    assert pattern["id"] == memory.patterns[0].id


def test_the_file_is_left_alone_when_nothing_changed_or_the_export_fails(memory, tmp_path):
    write_messagepack(memory, tmp_path)
    before = (tmp_path / "tacit.msgpack").stat()
    assert write_messagepack(memory, tmp_path).unchanged == 1
    memory.patterns, memory.fail_after = [], 1
    with pytest.raises(RuntimeError):
        write_messagepack(memory, tmp_path)
    after = (tmp_path / "tacit.msgpack").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert len(list(tmp_path.iterdir())) == 1


def test_what_a_killed_export_left_goes_with_the_next(memory, tmp_path):
    (tmp_path / ".tacit-killed.tmp").write_text("half")
    (tmp_path / "mine.tmp").write_text("mine")
    write_messagepack(memory, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.tmp", "tacit.msgpack"]


def test_a_place_that_cannot_be_is_told(memory, tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(TacitError, match="Cannot write"):
        write_messagepack(memory, tmp_path / "f" / "g")
