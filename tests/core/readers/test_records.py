"""Records of JSON Lines as any reader gets them: what is whole, and why the rest is not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec import Raw, Struct

from tacit.core.readers.base import ReadTally, Unreadable
from tacit.core.readers.jsontext import read_string
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import heads, records, whole


class Line(Struct):
    """A record of which nothing has to be there."""

    n: int = 0
    text: str = ""
    inner: Raw = Raw()


LINES = msgspec.json.Decoder(Line)


@pytest.fixture
def read(tmp_path: Path):
    """Reads bytes as a file."""

    def reading(content: bytes) -> tuple[list[int], ReadTally]:
        path = tmp_path / "file"
        path.write_bytes(content)
        tally = ReadTally()
        return [one.n for one in records(MappedFile(path), LINES, tally)], tally

    return reading


def test_every_whole_line_is_a_record(read):
    content = b'\xef\xbb\xbf{"n":1}\n\n  \n{"n":2}\r\n{"n":3}'
    found, tally = read(content)
    assert found == [1, 2, 3]
    assert (tally.lines, tally.skipped, tally.read_to) == (3, {}, len(content))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"nothing", "not JSON"),
        (b"[1]", "not an object"),
        (b'{"n":"one"}', "unexpected fields"),
        (b'{"text":"\xff"}', "wrong encoding"),
        (b'{"inner":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too deep"),
    ],
)
def test_bad_lines_are_counted_by_reason(read, line, reason):
    found, tally = read(b'{"n":1}\n' + line + b'\n{"n":2}\n')
    assert found == [1, 2]
    assert tally.skipped == {reason: 1}
    assert tally.lines == 3


def test_glued_records_come_apart_and_a_torn_one_gives_none_of_its_inside(read):
    found, tally = read(b'{"n":1}{"n":2}\n{"n":3,"text":"to{"n":4}\n{"n":5,"inner":{"n":6},"te\n{"n":7}\n')
    assert found == [1, 2, 4, 7]
    assert tally.recovered == 3
    assert tally.skipped == {"not JSON": 1}


@pytest.mark.parametrize("end", [b'{"n":2,"inner":{"n":9}', b'{"n":2,"inner":{"n":9},"text":"', b'{"n', b"{"])
def test_a_half_written_last_line_waits(read, end):
    found, tally = read(b'{"n":1}\n' + end)
    assert found == [1]
    assert (tally.lines, tally.skipped, tally.read_to) == (1, {}, 8)


def test_halves_of_surrogate_pairs_are_replaced(read):
    assert read(b'{"n":1,"text":"\\ud83d"}\n')[0] == [1]


def test_heads_are_the_whole_records_among_some_bytes():
    assert [one.n for one in heads(b'\xef\xbb\xbf{"n":1}\n\xff\n[]\n{"n":2}\n{"n":3', LINES)] == [1, 2]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"n":1', "not JSON"),
        (b"[]", "not an object"),
        (b"7", "not an object"),
        (b'{"n":[]}', "unexpected fields"),
    ],
)
def test_a_file_that_is_no_such_value_is_refused(tmp_path: Path, content, reason):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=reason):
        whole(MappedFile(path), path, LINES, ReadTally())


def test_the_value_of_a_file_is_read_also_with_half_a_pair(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b' {"n": 5, "text": "\\udc00"}\n')
    tally = ReadTally()
    assert whole(MappedFile(path), path, LINES, tally) == Line(5, "\ufffd")
    assert (tally.lines, tally.read_to) == (1, path.stat().st_size)


@pytest.mark.parametrize("raw", [rb'"a\ud83d"', rb'"a\udc00"', b'"a\xff"'])
def test_a_string_that_was_cut_in_a_character_is_read_all_the_same(raw):
    assert read_string(memoryview(raw)).head == "a\ufffd"
