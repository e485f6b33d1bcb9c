"""YAML that every reader takes for the same value as the JSON."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tacit.core.yamlform import document, part

READERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]
DRIVES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
MISREAD = [
    *(
        "no",
        "No",
        "on",
        "OFF",
        "yes",
        "y",
        "N",
        "true",
        "False",
        "null",
        "NULL",
        "~",
        "",
        "nan",
        "inf",
        ".inf",
    ),
    *("1e5", "0o14", "012", "0x1F", "0b1", "1_000", "+1", "-.5", "1.", ".5", "1:30", "12:30:45", "-0"),
    *(
        "2026-01-01",
        "2026-01-01T10:00:00Z",
        "2001-12-14t21:59:43.10-05:00",
        "<<",
        "=",
        "---",
        "...",
        "-",
        "?",
    ),
    *(
        ":",
        "- a",
        "? a",
        "a:",
        "a: b",
        "a #b",
        "#a",
        " a",
        "a ",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
    ),
    *(
        "'a'",
        '"a"',
        "[a]",
        "{a: b}",
        "{}",
        "[]",
        ",",
        "a\tb",
        "\ta",
        "\ufeffa",
        "a\u2028b",
        "\u202ea",
        "\x85",
    ),
]
PIECES = list(
    "\n\n\t \r#:-?|>&*!%@`'\"[]{},~=<012eExoNn\x00\x1b\x7f\x85\xa0\u200e\u2028\ufeff\ufffe\uffff\u202eé😀._/"
)
TEXTS = st.text(max_size=40) | st.text(st.sampled_from(PIECES), max_size=30) | st.sampled_from(MISREAD)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def written(value: object) -> str:
    return "".join(document(value))


@given(VALUES)
@example({"a": ["b\n", "\n", " b\n\n", "b\nc", "\tb\n \nc", "b \n  c  \n"]})
@example([[[]], [{}], {"a": {}}, [["a", ["b"]]]])
@example({"k" * 2_000: {"k" * 2_000: "a\nb"}})
@example([1e-07, 1e22, 5e-324, -0.0, 1.0])
def test_it_says_what_the_json_says_in_the_same_order(value: object) -> None:
    out = written(value)
    assert DRIVES.search(out) is None
    for reader in READERS:
        assert json.dumps(yaml.load(out, reader)) == json.dumps(value)
        two = list(yaml.load_all(part(value) + part([value]), reader))
        assert json.dumps(two) == json.dumps([value, [value]])


@pytest.mark.parametrize("text", MISREAD)
def test_what_a_reader_could_take_for_something_else_is_quoted(text: str) -> None:
    assert re.fullmatch(r'k: "[^\n]*"\n', written({"k": text}))
    assert written({text: 1}).startswith('"')
    assert yaml.safe_load(written({text: [text]})) == {text: [text]}


def test_words_of_a_person_stand_as_they_are() -> None:
    words = {"title": "edit refused → read, then [x] it's 5% \\ done", "path": "src/日本/a.go", "_a": "/b c"}
    assert written(words) == "".join(f"{key}: {text}\n" for key, text in words.items())


def test_lists_and_mappings_stand_in_blocks() -> None:
    value = {"a": {"b": [1, [2, None], {"c": True, "d": []}]}, "e": (), "f": {}}
    assert written(value) == (
        "a:\n  b:\n    - 1\n    - - 2\n      - null\n    - c: true\n      d: []\ne: []\nf: {}\n"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("one\ntwo", "|-\n  one\n  two\n"),
        ("one\n\ttwo\n", "|\n  one\n  \ttwo\n"),
        ("one\n\n\n", "|+\n  one\n\n\n"),
        ("  one \ntwo", "|2-\n    one \n  two\n"),
        ("\none\n", "|2\n\n  one\n"),
    ],
)
def test_lines_of_a_text_stand_as_they_are(text: str, told: str) -> None:
    assert written({"k": text}) == f"k: {told}"


@pytest.mark.parametrize("text", ["a\r\nb", "a\n\x1b[31mb", "a\n\u202eb", "a\u2028b\n", "\n \n", "a\n\x9bb"])
def test_lines_that_a_block_cannot_hold_are_quoted(text: str) -> None:
    out = written({"k": text})
    assert out.count("\n") == 1
    assert yaml.safe_load(out) == {"k": text}


def test_a_long_line_is_not_folded() -> None:
    text = "word " * 5_000
    assert written({"a": text + "end", "b": text}).count("\n") == 2


def test_a_long_list_comes_row_by_row() -> None:
    taken = iter(document({"rows": [{"row": n} for n in range(1_000)]}))
    assert [next(taken), next(taken), next(taken)] == ["rows:\n", "  - row: 0\n", "  - row: 1\n"]
