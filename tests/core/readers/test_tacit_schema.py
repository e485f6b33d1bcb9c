"""The published schema of Tacit's own JSON Lines says what the reader takes."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from handed_in import end, episode, session, step
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tacit.core.model import Label, Status
from tacit.core.readers.tacit_jsonl import records as tacit_records
from tacit.core.readers.tacit_jsonl.records import Refused, read_line

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "core" / "readers" / "schema" / "tacit-jsonl.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
KINDS = {"session": session(), "episode_start": episode(), "step": step(), "episode_end": end()}


def taken(line):
    try:
        return read_line(memoryview(json.dumps(line).encode()))
    except (Refused, msgspec.DecodeError):
        return None


def test_the_schema_is_one_and_names_the_fields_and_words_of_the_reader():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:tacit:schema:1:tacit-jsonl"
    assert list(SCHEMA["$defs"]) == list(tacit_records._KINDS)
    for kind, form in SCHEMA["$defs"].items():
        struct = tacit_records._KINDS[kind]
        assert set(form["properties"]) == {"type", *struct.__struct_fields__}
        fields = {field.name for field in msgspec.structs.fields(struct) if field.required}
        assert set(form["required"]) == {"type", *fields}
    forms = {kind: form["properties"] for kind, form in SCHEMA["$defs"].items()}
    assert forms["step"]["status"]["enum"] == list(get_args(Status))
    assert forms["episode_end"]["outcome"]["enum"] == [*get_args(Label), None]
    assert forms["episode_start"]["task_type"]["enum"] == [*get_args(tacit_records.TaskType), None]


NAMES = sorted({name for form in SCHEMA["$defs"].values() for name in form["properties"]} | {"color"})
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.sampled_from([10**9, 10**9 + 1, 253402300799999, 253402300800000, 0.5, -0.5])
    | st.sampled_from(["", "ok", "success", "other", "a#b", "a" * 200, "a" * 201, "é", "session", "step"])
    | st.sampled_from(
        ["2026-01-05T10:00:00Z", "2026-01-05T10:00:00+02:00", "2026-01-05", "2026-01-05T10:00:00"]
    )
    | st.sampled_from([{}, {"a": 1}, [], [1]])
)


@given(
    st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4), st.booleans()
)
@example("step", {"seconds": math.pi}, False)
@settings(max_examples=1_000, deadline=None)
def test_the_reader_takes_a_line_exactly_where_the_schema_does(kind, changes, drop):
    line = {**KINDS[kind], **changes}
    if drop:
        line = {name: value for name, value in line.items() if name == "type" or name in changes}
    assert (taken(line) is not None) == VALIDATOR.is_valid(line)


@given(st.dictionaries(st.text(max_size=8), st.integers(), max_size=5))
def test_unknown_fields_are_counted_and_change_nothing(extra):
    known = {**extra, **step()}
    unknown = set(extra) - set(SCHEMA["$defs"]["step"]["properties"])
    if set(extra) - unknown - set(step()):
        return
    line, count = taken(known)
    assert (line.tool, count) == ("bash", len(unknown))


def example_of_the_page():
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    return [json.loads(line) for line in page.split("```json\n")[1].split("```")[0].splitlines()]


@pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the pages are not here")
def test_the_example_of_the_page_is_valid_and_names_no_unknown_field():
    told = example_of_the_page()
    assert [line["type"] for line in told] == [
        "session",
        "episode_start",
        "step",
        "step",
        "step",
        "episode_end",
    ]
    for line in told:
        VALIDATOR.validate(line)
        assert taken(line)[1] == 0
