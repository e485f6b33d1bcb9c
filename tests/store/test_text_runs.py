"""Terms, and what a query asks of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.store.text_runs import LONG, LONGEST, Want, plain, terms, terms_of, wants
from tacit.store.text_words import spaced, spaced_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Cargo  CHECK, cargo!", "cargo check"),
        ("std::io_error", "error io std"),
        ("straße İ", "i strasse"),
        ("e\u0301te\u0301", "e te"),
        ("_ - \0 😀", ""),
        ("x" * LONGEST, "x" * LONGEST),
        ("x" * (LONGEST + 1), f"{LONG} {'x' * LONGEST}"),
    ],
)
def test_a_text_is_cut_into_its_runs(text: str, expected: str) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("carg", [Want("carg", True, False)]),
        ("(carg", [Want("carg", True, False)]),
        ("foo(", [Want("foo", True, True)]),
        ("std::io", [Want("std", True, True), Want("io", True, False)]),
        ("::", []),
        ("x" * 200, [Want("x" * LONGEST, True, True)]),
    ],
)
def test_a_word_begins_a_run(word: str, expected: list[Want]) -> None:
    assert list(wants([word], [])) == expected


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("ARG", [Want("arg", False, False, cut=True)]),
        ("go che", [Want("go", False, True, cut=True), Want("che", True, False)]),
        (" go ", [Want("go", True, True)]),
        ("a b c", [Want("a", False, True, cut=True), Want("b", True, True), Want("c", True, False)]),
        ("...", []),
        ("y" * 60, [Want("y" * 32, False, False, cut=True)]),
    ],
)
def test_a_quoted_text_stands_anywhere(phrase: str, expected: list[Want]) -> None:
    assert list(wants([], [phrase])) == expected


@given(st.text(st.one_of(st.sampled_from("aAbZ09_ .…→│✓²\u0345\u0301éÉ中"), st.characters()), max_size=40))
def test_the_quick_way_of_cutting_a_text_cuts_where_the_other_does(text: str) -> None:
    assert terms(text) == terms_of(text, None)
    assert spaced(text) == spaced_of(text, None)


def test_signs_that_are_not_ascii_leave_the_quick_way_open() -> None:
    assert plain("a → b … ✓") == "a ? b ? ?"
    assert plain("naïve →") is None
    assert plain("\u0345") is None  # a mark that a letter becomes of in small letters
