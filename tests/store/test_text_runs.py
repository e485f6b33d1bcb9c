"""Terms, and what a query asks of them."""

from __future__ import annotations

import pytest

from tacit.store.text_runs import LONG, LONGEST, Want, terms, wants


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
