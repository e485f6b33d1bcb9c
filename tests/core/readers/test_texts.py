"""Texts of transcripts as every reader has them: strings, JSON where a string should be, several as one."""

from __future__ import annotations

import pytest
from msgspec import Raw

from tacit.core.limits import Excerpt, joined
from tacit.core.readers.base import ReadTally
from tacit.core.readers.jsontext import WINDOW
from tacit.core.readers.loose import excerpt_of, shown_of

HUGE = Excerpt("head", "tail", 7)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([], Excerpt("")),
        ([Excerpt("a")], Excerpt("a")),
        ([Excerpt("a"), Excerpt("b")], Excerpt("a\nb")),
        ([HUGE], HUGE),
        ([Excerpt("a"), HUGE], Excerpt("a\nhead", "tail", 7)),
        ([HUGE, Excerpt("b")], Excerpt("head", "tail\nb", 7)),
        ([HUGE, HUGE], Excerpt("head", "tail\nheadtail", 14)),
    ],
)
def test_nothing_that_stands_beside_a_huge_text_is_lost(parts, whole):
    assert joined(parts) == whole


@pytest.mark.parametrize(
    ("raw", "said", "shown"),
    [
        (None, "", ""),
        (b"null", "", ""),
        (b'"a \\ud83d b"', "a � b", "a � b"),
        (b'"caf\xff"', "caf�", "caf�"),
        (b'{"a": 1}', "", '{"a": 1}'),
        (b"12", "", "12"),
    ],
)
def test_a_string_is_a_text_and_anything_else_only_where_it_is_to_be_shown(raw, said, shown):
    value = None if raw is None else Raw(raw)
    assert (excerpt_of(value).head, shown_of(value).head) == (said, shown)


def test_of_a_huge_string_both_ends_are_kept():
    found = excerpt_of(Raw(b'"' + b"a" * (5 * WINDOW) + b'"'))
    assert (found.head, found.skipped) == ("a" * WINDOW, 3 * WINDOW)
    assert set(found.tail) == {"a"}
    assert WINDOW - 20 < len(found.tail) <= WINDOW


def test_what_was_counted_apart_is_added():
    one, other = ReadTally(lines=1, bytes=10, recovered=1), ReadTally(lines=2, bytes=20, upto=9, read_to=9)
    one.skip("not JSON")
    for tally in (one, other):
        tally.skip("too deep")
        tally.drifted("unknown part", "x")
        tally.shorten("prompt", 2)
    one.add(other)
    assert (one.lines, one.bytes, one.recovered, one.upto, one.read_to) == (3, 30, 1, 0, 0)
    assert one.skipped == {"not JSON": 1, "too deep": 2}
    assert (one.drift, one.cut) == ({"unknown part x": 2}, {"prompt": 4})
