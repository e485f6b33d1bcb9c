from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.store.keys import descending, f64, i64, successor, text, text_of, u32, u64

longs = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False)
words = st.text(alphabet=st.characters(codec=None), max_size=30)


@given(longs, longs)
def test_signed_numbers_keep_their_order(a: int, b: int) -> None:
    assert (i64(a) < i64(b)) == (a < b)
    assert (descending(i64(a)) > descending(i64(b))) == (a < b)


@given(floats, floats)
def test_floats_keep_their_order(a: float, b: float) -> None:
    assert (f64(a) < f64(b)) == (a < b)
    assert (f64(a) == f64(b)) == (a == b)


def test_what_has_no_order_is_no_key() -> None:
    with pytest.raises(ValueError, match="NaN"):
        f64(float("nan"))


@given(words, words)
def test_texts_keep_the_order_of_their_bytes_and_end_themselves(a: str, b: str) -> None:
    raw_a, raw_b = a.encode("utf-8", "surrogatepass"), b.encode("utf-8", "surrogatepass")
    assert (text(a) < text(b)) == (raw_a < raw_b)
    assert (text(a) + b"\xff" < text(b)) == (raw_a < raw_b), "what follows a text never changes its place"
    assert text(a).index(b"\0") == len(text(a)) - 1


@given(words, st.integers(1, 12))
def test_a_long_text_is_cut_at_a_character(s: str, limit: int) -> None:
    part = text(s, limit)
    assert len(part) <= limit + 1
    assert s.startswith(text_of(part))


@given(words)
def test_a_text_is_found_in_its_part(s: str) -> None:
    assert text_of(text(s, 10_000)) == s
    assert text_of(text(s, 10_000)[:-1]) == s


def test_an_escape_is_not_cut_in_half() -> None:
    assert text("a\0b", 2) == b"a\0"
    assert text("\1\1", 3) == b"\1\2\0"
    assert text("\0\0", 3) == b"\1\1\0"


@given(st.binary(max_size=6), st.binary(max_size=8))
def test_the_successor_is_the_end_of_a_prefix(prefix: bytes, key: bytes) -> None:
    end = successor(prefix)
    inside = key >= prefix and (end is None or key < end)
    assert inside == key.startswith(prefix)


def test_unsigned_numbers_have_a_fixed_width() -> None:
    assert (u32(1), u64(1)) == (b"\0\0\0\1", b"\0" * 7 + b"\1")
    with pytest.raises(OverflowError):
        u32(2**32)
