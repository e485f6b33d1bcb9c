"""A JSON file is changed where it has to be and stays byte for byte what it was elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.app.setup.jsontext import JsonText

plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(st.text(max_size=5).filter(lambda name: name != "new"), values, min_size=1)
indents = st.sampled_from([None, 2, 4, "\t"])


@settings(deadline=None)
@given(documents, values.filter(lambda value: value is not None), indents, st.booleans())
def test_what_is_put_in_is_all_that_changes_and_can_be_taken_out(
    document: Any, value: Any, indent: Any, crlf: bool
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    text = text.replace("\n", "\r\n") if crlf else text
    made = JsonText(text).put(("new",), value)
    assert made.value == {**document, "new": value}
    assert list(made.value) == [*document, "new"]
    assert made.take(("new",)).text == text
    other = JsonText(text).put(("new", "deep", "er"), value)
    assert other.value == {**document, "new": {"deep": {"er": value}}}
    assert other.take(("new", "deep", "er")).text == text


@settings(deadline=None)
@given(st.lists(values, min_size=1, max_size=4), values, indents)
def test_an_item_goes_to_the_end_and_out_from_anywhere(items: Any, value: Any, indent: Any) -> None:
    text = json.dumps({"a": {"b": items}, "c": 1}, indent=indent)
    made = JsonText(text).append(("a", "b"), value)
    assert made.value["a"]["b"] == [*items, value]
    assert made.take(("a", "b", len(items))).text == text
    for number in range(len(items)):
        left = [*items[:number], *items[number + 1 :], value]
        assert made.take(("a", "b", number)).value == {"a": {"b": left}, "c": 1}


@pytest.mark.parametrize("text", ["", "  \n", "{}", "{}\n", "\ufeff{}"])
def test_an_empty_file_gets_lines_of_its_own(text: str) -> None:
    made = JsonText(text).put(("mcpServers", "tacit"), {"command": "x", "args": ["mcp", "y"], "env": {}})
    assert made.text.lstrip("\ufeff").rstrip("\n") == (
        '{\n  "mcpServers": {\n    "tacit": {\n      "command": "x",\n      "args": ["mcp", "y"],\n'
        '      "env": {}\n    }\n  }\n}'
    )


COMMENTED = """{
\t// who "I" am, {"not": "this"}
\t"name": "me // not a comment", /* , } */
\t"servers": {
\t\t"a": { "x": 1 }, // the last
\t\t/* nothing more */
\t},
\t"list": [1, 2,],
}
"""


def test_comments_and_trailing_commas_stay_where_they_are() -> None:
    one = JsonText(COMMENTED, comments=True)
    assert one.value == {"name": "me // not a comment", "servers": {"a": {"x": 1}}, "list": [1, 2]}
    made = one.put(("servers", "b"), {"y": True})
    assert made.value["servers"] == {"a": {"x": 1}, "b": {"y": True}}
    added = '\n\t\t"b": {\n\t\t\t"y": true\n\t\t}'
    assert made.text == COMMENTED.replace("/* nothing more */", f"/* nothing more */{added}")
    assert made.take(("servers", "b")).value == one.value
    assert made.take(("servers", "b")).text.count("/*") == 2
    assert one.append(("list",), 3).take(("list", 0)).value["list"] == [2, 3]
    assert one.put(("more",), 1).take(("more",)).value == one.value


def test_a_comment_behind_the_last_member_stays_behind_it() -> None:
    text = '{\n  "a": 1 // one\n}'
    made = JsonText(text, comments=True).put(("b",), 2)
    assert made.text == '{\n  "a": 1, // one\n  "b": 2\n}'
    assert made.take(("b",)).text == text


def test_the_last_of_members_with_one_name_counts_as_for_every_reader() -> None:
    made = JsonText('{"a": {"x": 1}, "a": {"y": 2}}').put(("a", "z"), 3)
    assert made.text == '{"a": {"x": 1}, "a": {"y": 2, "z": 3}}'


def test_another_value_takes_the_place_of_one() -> None:
    text = '{\n  "a": {\n    "b": [1,  2]\n  },\n  "c" : 0\n}'
    assert JsonText(text).put(("a",), {"d": 1}).text == '{\n  "a": {\n    "d": 1\n  },\n  "c" : 0\n}'
    assert JsonText(text).swap(("a", "b", 1), 5).text == text.replace("2]", "5]")


@pytest.mark.parametrize("text", ["{", '{"a": 1,}', "// hm\n{}", "[1] 2", "nope"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the parser's
        JsonText(text)
