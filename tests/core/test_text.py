"""Nothing a terminal would obey gets through, and nothing is wider than it may be."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tacit.core.text import cell_width, clean, cut, one_line, pad, squeeze, wrap

HOSTILE = (
    "\x1b]52;c;aGk=\x07[/] [@click=app.quit]x[/] list[int] \u202egnp.exe \x9b31m\x00\u200b\ufeff\U000e0041"
)
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ANYTHING = st.text(st.characters(codec=None, exclude_categories=[]))


def is_inert(text: str) -> bool:
    return not BIDI & set(text) and all(
        unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in text
    )


@given(ANYTHING)
@example(HOSTILE)
@example("\ud800")
def test_cleaned_text_holds_nothing_a_terminal_obeys(text: str) -> None:
    assert is_inert(clean(text))
    assert is_inert(one_line(text))
    assert is_inert(clean(text, newlines=True).replace("\n", ""))


@given(ANYTHING)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANYTHING, st.integers(0, 40))
@example("日本語日本語", 5)
@example("e\u0301" * 10, 3)
def test_cut_and_pad_keep_to_the_width(text: str, width: int) -> None:
    text = clean(text)
    assert cell_width(cut(text, width)) <= width
    assert cell_width(pad(text, width)) == width
    assert cell_width(pad(text, width, right=True)) == width
    assert cell_width(squeeze(text, width)) <= width


@given(ANYTHING, st.integers(2, 40))
def test_wrapped_lines_keep_to_the_width_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    text = clean(text, newlines=True)
    lines = wrap(text, width)
    assert all(cell_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_what_is_taken_out_stays_visible() -> None:
    assert clean("a\x1b[31mb") == "a␛[31mb"
    assert clean("a\x00b\x7f") == "a␀b␡"
    assert clean("\u202egnp.exe") == "\N{REPLACEMENT CHARACTER}gnp.exe"
    assert clean("\x9b31m") == "\N{REPLACEMENT CHARACTER}31m"
    assert clean("a\nb\tc") == "a␤b    c"


def test_harmless_text_stays_as_it_is() -> None:
    for text in ("plain", "größer → 日本語", "[/] list[int]", "e\u0301", "✓ 👍 ▲"):
        assert clean(text) == text


def test_an_emoji_mark_goes_but_a_row_of_them_is_shown() -> None:
    assert clean("❤\ufe0f done") == "❤ done"
    assert clean("❤\ufe0f\ufe0f\ufe0e") == "❤" + "\N{REPLACEMENT CHARACTER}" * 3


def test_line_ends_of_every_kind_are_kept_as_one() -> None:
    assert clean("a\r\nb\rc\u2028d", newlines=True) == "a\nb\nc\nd"


def test_widths_are_those_the_screen_counts() -> None:
    from rich.cells import cell_len

    for text in ("abc", "日本語", "e\u0301", "👍", "ﬁ", "한국어", "क्षि", "─▲▼·"):
        assert cell_width(text) == cell_len(text)


def test_a_chain_is_squeezed_so_that_both_ends_are_seen() -> None:
    chain = "search → read *.rs → edit *.rs → cargo test failed → edit *.rs"
    assert squeeze(chain, 60) == "search → read *.rs → edit *.rs → cargo test fai… → edit *.rs"
    assert squeeze(chain, 40).startswith("search → … → ")
    assert squeeze(chain, 40).endswith("edit *.rs")
    assert squeeze("one part only", 5) == "one …"


def test_a_wrapped_text_ends_in_an_ellipsis_at_its_limit() -> None:
    assert wrap("one two three four", 9, limit=1) == ["one two …"]


ENOUGH = 20_000
"""Calls, for a line on the screen; looking at every character of a megabyte takes fifty times as many."""


def calls(do: Callable[[], object]) -> int:
    """How many functions of ours are called."""
    made = 0

    def count(frame: object, event: str, what: object) -> None:
        nonlocal made
        made += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        do()
    finally:
        sys.setprofile(before)
    return made


@pytest.mark.parametrize("text", ["x" * 1_000_000, "日\x1b" * 500_000, "e" + "\u0301" * 1_000_000])
def test_a_line_of_a_megabyte_is_no_burden(text: str) -> None:
    assert calls(lambda: cut(text, 80)) < ENOUGH
    assert calls(lambda: cut(clean(text), 80)) < ENOUGH
    assert is_inert(cut(clean(text), 80))
