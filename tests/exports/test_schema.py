"""The published schemas: well-formed, exact, and true of what is written."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError
from msgspec.structs import replace
from referencing import Registry, Resource

from tacit.core.jsonform import (
    encode,
    episode_json,
    list_json,
    pattern_json,
    session_json,
    step_json,
)
from tacit.core.model import KINDS, SOURCES, Offered, Tally
from tacit.exports.source import Selection
from tacit.exports.tree import write_tree

FOLDER = Path(__file__).parents[2] / "exports" / "schema"
SCHEMAS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
REGISTRY = Registry().with_resources(
    [(schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()]
)


def check(name, form):
    Draft202012Validator(SCHEMAS[name], registry=REGISTRY).validate(json.loads(encode(form)))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_says_what_it_is_of(name):
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:tacit:schema:1:{name}"
    assert schema["title"]
    assert schema["description"]


def test_the_schemas_list_the_keys_of_the_forms_in_their_order(memory, made):
    session = made.session("x")
    forms = {
        "pattern": pattern_json(made.pattern("a")),
        "session": session_json(session),
        "episode": episode_json(made.episode(session, 1)),
        "step": step_json(made.step(1)),
        "manifest": json.loads((FOLDER.parent / "golden" / "manifest.json").read_text()),
        "stats": json.loads((FOLDER.parent / "golden" / "stats.json").read_text()),
    }
    shown_only = {"stats": ["vectors"]}  # by the command; an export holds nothing of this machine
    for name, form in forms.items():
        assert list(SCHEMAS[name]["properties"]) == [*form, *shown_only.get(name, [])], name
        assert SCHEMAS[name]["required"] == list(form), name


def test_the_words_of_the_model_are_those_of_the_schemas():
    assert SCHEMAS["pattern"]["properties"]["kind"]["enum"] == list(KINDS)
    evidence = SCHEMAS["episode"]["properties"]["outcome"]["properties"]["evidence"]
    assert evidence["items"]["properties"]["source"]["enum"] == list(SOURCES)


def test_every_pattern_fits_whatever_is_known_of_it(made):
    full = made.pattern("a", expected=1.5, claim=Tally(3, 2, 2, 1.0), since=Tally(0, 0, 0, None))
    for pattern in (
        full,
        replace(full, offered=Offered(5, 3, 2, 1)),
        replace(full, judged=0, rate=None, low=None, high=None, verdict=None, expected=None),
    ):
        check("pattern", pattern_json(pattern))


def test_lists_fit(memory, made):
    check("list", list_json("patterns", [pattern_json(p) for p in memory.patterns], 9, True))
    check("list", list_json("sessions", [session_json(s) for s in memory.sessions], 2, False))
    check("list", list_json("episodes", [episode_json(made.episode(memory.sessions[0], 0))], 1, False))
    check("list", list_json("patterns", [], 0, False))


@pytest.mark.parametrize(
    "form",
    [
        {"schema": 1, "total": 0, "truncated": False},
        {"schema": 2, "total": 0, "truncated": False, "patterns": []},
        {"schema": 1, "total": 0, "truncated": False, "patterns": [], "sessions": []},
        {"schema": 1, "total": -1, "truncated": False, "patterns": []},
        {"schema": 1, "total": 1, "truncated": False, "patterns": [{"id": "p-1"}]},
    ],
)
def test_what_is_no_list_does_not_fit(form):
    with pytest.raises(ValidationError):
        check("list", form)


@pytest.mark.parametrize("selection", [None, Selection()])
def test_a_tree_fits(memory, tmp_path, selection):
    write_tree(memory, tmp_path, selection)
    for path in (tmp_path / "patterns").rglob("*.json"):
        check("pattern", json.loads(path.read_text()))
    for path in (tmp_path / "sessions").iterdir():
        check("session-file", json.loads(path.read_text()))
    check("manifest", json.loads((tmp_path / "manifest.json").read_text()))


def test_the_golden_sample_fits():
    golden = FOLDER.parent / "golden"
    checked = set()
    for path in sorted(golden.rglob("*.json")):
        folder = path.relative_to(golden).parts[0]
        name = {"patterns": "pattern", "sessions": "session-file"}.get(folder, path.stem)
        check(name, json.loads(path.read_text()))
        checked.add(name)
    assert checked == {"pattern", "session-file", "manifest", "offers", "stats"}
