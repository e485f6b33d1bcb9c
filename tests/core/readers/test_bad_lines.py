"""Lines no reader can be proud of: counted by reason, the rest read, nothing fails."""

from __future__ import annotations

import json

import pytest

from tacit.core.readers.base import Source, Unreadable
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.redaction import Redactor


def test_bad_lines_are_counted_by_reason(log, read):
    log.prompt("fix the parser")
    log.raw("not json at all")
    log.raw("[1, 2]")
    log.raw('{"type": "user", "uuid": 7}')
    log.raw('{"type": "user", "uuid": "x", "message": 7}')
    log.raw('{"x":' * 100_000 + "1" + "}" * 100_000)
    log.raw("")
    log.raw("   ")
    log.step("c1")
    reading = read(log)
    assert reading.tally.skipped == {
        "not JSON": 1,
        "not an object": 1,
        "unexpected fields": 2,
        "too deep": 1,
    }
    assert reading.tally.lines == 8
    assert len(reading.steps) == 1


def test_unknown_records_with_strange_fields_are_no_trouble(log, read):
    log.prompt("fix the parser")
    log.record("attachment", message="a string", data=[1], summary=None)
    log.step("c1")
    reading = read(log)
    assert reading.tally.skipped == {}
    assert [episode.prompt for episode in reading.episodes] == ["fix the parser"]


def test_wrong_bytes_in_a_field_we_need_skip_the_line(log, read, tmp_path):
    log.prompt("fix the parser")
    log.step("c1")
    path = log.save(tmp_path / "a.jsonl")
    path.write_bytes(path.read_bytes() + b'{"type":"user","uuid":"\xff"}\n')
    assert read(path).tally.skipped == {"wrong encoding": 1}


def test_glued_and_torn_lines_give_back_what_is_whole(log, read):
    log.prompt("fix the parser")
    log.call("c1")
    log.result("c1")
    glued = log.records.pop()
    log.records[-1] += glued
    log.call("c2")
    log.result("c2")
    log.records[-1] = log.records[-1][:40] + log.records[-1]
    reading = read(log)
    assert [step.status for step in reading.steps] == ["ok", "ok"]
    assert reading.tally.recovered == 3
    assert reading.tally.skipped == {}


def test_a_half_written_last_line_is_left_for_next_time(log, read):
    log.prompt("fix the parser")
    log.step("c1")
    whole = len("\n".join(log.records)) + 1
    log.raw('{"type":"user","uuid":"next","mess')
    reading = read(log, end="")
    assert reading.tally.skipped == {}
    assert (reading.tally.lines, reading.tally.read_to) == (3, whole)


def test_a_last_line_without_its_newline_is_read(log, read):
    log.prompt("fix the parser")
    log.step("c1")
    assert len(read(log, end="").steps) == 1


def test_halves_of_surrogate_pairs_do_not_lose_a_line(log, read):
    log.prompt("broken \ud83d picture")
    log.step("c1", "cut \udc00 here", command="echo \ud83d\ude00 \ud83d")
    reading = read(log)
    assert reading.episodes[0].prompt == "broken \ufffd picture"
    assert reading.steps[0].observation == "cut \ufffd here"
    assert json.loads(reading.steps[0].parameters)["command"] == "echo 😀 \ufffd"


def test_a_byte_order_mark_is_tolerated(log, read, tmp_path):
    log.prompt("fix the parser")
    log.step("c1")
    path = log.save(tmp_path / "a.jsonl")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(path).tally.skipped == {}
    assert ClaudeCodeReader().recognises(path, path.read_bytes())


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty file"), ("{}".encode("utf-16"), "wrong encoding"), (b"\n\n", "no prompt or call in it")],
)
def test_files_that_hold_nothing_say_why(tmp_path, content, reason):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as raised:
        ClaudeCodeReader().read(Source(path), Redactor(b"k"))
    assert raised.value.reason == reason


def test_a_missing_file_is_unreadable(tmp_path):
    with pytest.raises(Unreadable, match="unreadable"):
        ClaudeCodeReader().read(Source(tmp_path / "gone.jsonl"), Redactor(b"k"))


@pytest.mark.parametrize("content", [None, "", [], {}, 7, [{"type": "text"}], [{"type": "tool_result"}], "x"])
def test_any_content_of_a_message_is_survived(log, read, content):
    log.prompt("fix the parser")
    log.prompt(content)
    log.say(message="m")
    log.record("assistant", message={"content": content})
    log.step("c1", content)
    assert read(log).steps[-1].call == "c1"


def test_wrong_bytes_in_what_a_tool_said_are_replaced(log, read, tmp_path):
    log.prompt("fix the parser")
    log.step("c1", content="before QQ after")
    path = log.save(tmp_path / "a.jsonl")
    path.write_bytes(path.read_bytes().replace(b"QQ", b"\xf7\xff"))
    reading = read(path)
    assert reading.tally.skipped == {}
    assert reading.steps[0].observation == "before \ufffd\ufffd after"


def test_any_number_of_tokens_can_be_claimed(log, read):
    log.prompt("fix the parser")
    for number in (10**400, -(10**30), 2**64):
        log.say({"type": "text", "text": "done"}, tokens=number)
    assert [episode.tokens for episode in read(log).episodes] == [2 * (1 << 40) + 9]


def test_a_line_with_a_wrong_field_before_one_that_is_too_deep_is_counted_once(log, read):
    log.prompt("fix the parser")
    log.raw('{"type": "user", "isSidechain": "no", "uuid": "x", "y": ' + "[" * 100_000 + "]" * 100_000 + "}")
    log.step("c1")
    reading = read(log)
    assert reading.tally.skipped == {"too deep": 1}
    assert len(reading.steps) == 1
