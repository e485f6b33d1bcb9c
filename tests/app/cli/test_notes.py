"""Notes of other memories at the command line: listed, shown, found, deleted and counted apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import ShellComplete
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tacit.app.commands.notes import notes

Call = Any
SCHEMAS = [
    json.loads(path.read_text()) for path in (Path(__file__).parents[3] / "exports" / "schema").glob("*.json")
]
REGISTRY = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in SCHEMAS])
REGISTERED = {one["$id"].rpartition(":")[2]: Draft202012Validator(one, registry=REGISTRY) for one in SCHEMAS}
HOSTILE = "\x1b]52;c;aGk=\x07[/] \u202egnp \x9b31m"


@pytest.fixture
def noted(call: Call, tmp_path: Path) -> Call:
    """The command line on a memory with four notes of two sources."""
    graph = tmp_path / "graph.jsonl"
    lines = [
        {"type": "entity", "name": "Zeppelin", "entityType": "craft", "observations": ["It lands at noon"]},
        {"type": "entity", "name": HOSTILE, "entityType": HOSTILE, "observations": [HOSTILE]},
        {"type": "relation", "from": "Zeppelin", "to": "Harbour", "relationType": "lands near"},
    ]
    graph.write_text("".join(json.dumps(one) + "\n" for one in lines))
    texts = tmp_path / "texts.json"
    texts.write_text(
        json.dumps(
            [{"text": "The mast is painted red", "created_at": "2020-01-02", "tags": ["ship"]}, "Anchors"]
        )
    )
    assert call("import", str(graph)).code == 0
    assert call("import", str(texts)).code == 0
    return call


def test_the_list_tells_source_age_and_tags(noted: Call) -> None:
    done = noted("notes")
    assert done.code == 0
    assert "graph.jsonl  no date" in done.out
    assert "Jan 2020  ship" in done.out
    assert not set(done.out) & {"\x1b", "\x07", "\u202e", "\x9b"}
    assert len(noted("notes", "--limit", "1").out.splitlines()) == 2


def test_a_query_a_source_and_a_tag_narrow_it(noted: Call) -> None:
    for words in (["mast"], ["--source", "texts.json", "tag:ship"], ["source:texts", "created:2020"]):
        found = noted("notes", *words, "--format", "json").json()
        assert [one["title"] for one in found["notes"]] == ["The mast is painted red"], words
    assert noted("notes", "--source", "text", "--format", "json").json()["total"] == 0
    assert noted("notes", "verdict:helps").code == 2


def test_a_note_in_json_says_where_it_came_from_and_that_its_trust_is_low(noted: Call) -> None:
    (one,) = noted("notes", "zeppelin", "--format", "json").json()["notes"]
    assert (one["store"], one["source"], one["native"], one["trust"]) == (
        "mcp-memory", "graph.jsonl", "Zeppelin", "low",
    )  # fmt: skip
    assert noted("show", one["id"], "--format", "json").json()["results"] == [{"type": "note", "note": one}]


def test_lists_pages_and_hits_are_of_the_published_forms(noted: Call) -> None:
    (one, *_) = noted("notes", "--format", "json").json()["notes"]
    for words in (["notes"], ["search", "mast"]):
        REGISTERED["list"].validate(noted(*words, "--format", "json").json())
    REGISTERED["show"].validate(noted("show", one["id"], "--format", "jsonl").lines()[0])


def test_the_page_tells_where_it_came_from_before_what_it_says(noted: Call) -> None:
    (one,) = noted("notes", "zeppelin", "--format", "json").json()["notes"]
    page = noted("show", one["id"]).out
    parts = ("low: nobody here saw it prove right", "graph.jsonl, the graph of an MCP memory server", "craft",
             "It lands at noon", "Zeppelin lands near Harbour")  # fmt: skip
    assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)


def test_a_long_text_is_cut_on_the_page_unless_all_is_asked_for(call: Call, tmp_path: Path) -> None:
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps(["\n".join(f"line {n}" for n in range(200))]))
    assert call("import", str(texts)).code == 0
    (one,) = call("notes", "--format", "json").json()["notes"]
    assert "line 199" not in call("show", one["id"]).out
    assert "line 199" in call("show", one["id"], "--limit", "0").out


def test_a_search_marks_notes_and_names_their_source(noted: Call) -> None:
    done = noted("search", "mast painted")
    assert "note from texts.json" in done.out
    (hit,) = noted("search", "mast painted", "--type", "note", "--format", "json").json()["results"]
    assert (hit["type"], hit["origin"], hit["trust"]) == ("note", "texts.json", "low")
    steps = noted("search", "edit", "--type", "pattern", "--format", "json").json()["results"]
    assert steps
    assert {one["trust"] for one in steps} == {None}


def test_deleting_is_told_listed_audited_and_taken_back(noted: Call) -> None:
    ids = [one["id"] for one in noted("notes", "--format", "json").json()["notes"]]
    done = noted("delete", *ids[:2])
    assert done.out.startswith("Deleted 2 notes: ")
    assert "2 notes" in noted("trash", "list").out
    assert noted("trash", "list", "--format", "json").json()["steps"][0]["notes"] == 2
    assert ids[0] in noted("undo", "--list").out
    changes = noted("audit", "--format", "jsonl").lines()
    assert [one["id"] for one in changes if one["op"] == "trash" and one["table"] == "notes"] == ids[:2]
    assert noted("undo").out.startswith("Brought back 2 notes: ")
    assert sorted(one["id"] for one in noted("notes", "--format", "json").json()["notes"]) == sorted(ids)


def test_what_forgetting_takes_of_notes_is_told(noted: Call) -> None:
    done = noted("forget", "--matching", "mast is painted", "--yes")
    assert "1 note of other memories" in done.out
    assert noted("forget", "--matching", "anchors", "--dry-run", "--format", "json").json()["imported"] == 1
    assert noted("notes", "mast", "--format", "json").json()["total"] == 0


def test_the_totals_count_notes_apart(noted: Call) -> None:
    before = noted("stats", "--format", "json").json()
    assert before["notes"] == 4
    assert "4 of other memories, counted in nothing else: 2 graph.jsonl, 2 texts.json" in noted("stats").out
    for one in noted("notes", "--format", "json").json()["notes"]:
        assert noted("delete", one["id"]).code == 0
    after = noted("stats", "--format", "json").json()
    assert {name for name in before if before[name] != after[name]} <= {"notes", "vectors"}


def test_an_import_tells_what_it_took_and_what_it_knew(noted: Call, tmp_path: Path) -> None:
    again = noted("import", str(tmp_path / "texts.json"))
    assert again.out.startswith("Nothing new")
    assert "0 new from texts.json, 2 known already" in again.out
    (tmp_path / "texts.json").write_text(json.dumps(["Anchors", "Anchors are heavy", ""]))
    more = noted("import", str(tmp_path / "texts.json"))
    assert more.out.startswith("Imported 1 note in ")
    assert "1 new from texts.json, 1 known already" in more.out
    assert "1 no text" in more.out


def test_sources_are_completed(noted: Call, home: Path) -> None:
    del home
    options = ShellComplete(notes, {}, "notes", "_NOTES_COMPLETE").get_completions(["--source"], "gr")
    assert [one.value for one in options] == ["graph.jsonl"]
    for begun in ("source:gr", "from:gr"):
        options = ShellComplete(notes, {}, "notes", "_NOTES_COMPLETE").get_completions([], begun)
        assert [one.value for one in options] == [begun.replace("gr", "graph.jsonl")]
    options = ShellComplete(notes, {}, "notes", "_NOTES_COMPLETE").get_completions([], "sou")
    assert [one.value for one in options] == ["source:"]


def test_without_notes_it_is_said_how_they_come_here(call: Call) -> None:
    done = call("notes")
    assert (done.code, done.out) == (0, "")
    assert "`memory audit-store PATH`" in done.err
    assert "No note yet" not in call("notes", "word").err


def test_after_notes_alone_the_next_step_leads_to_them(call: Call, tmp_path: Path) -> None:
    (tmp_path / "texts.json").write_text(json.dumps(["Anchors"]))
    done = call("import", str(tmp_path / "texts.json"))
    assert "Next: `memory notes`" in done.err
    assert "pattern" not in done.out
    assert call("forget", "--notes", "texts.json", "--yes").out.startswith(
        "Forgot 1 note of other memories ("
    )


def test_a_place_for_notes_that_is_not_there_is_told_as_such(call: Call, tmp_path: Path) -> None:
    done = call("import", "--notes", str(tmp_path / "absent"))
    assert done.code == 1
    assert f"There is no {tmp_path / 'absent'}" in done.err


def test_an_export_says_how_many_of_them_left(noted: Call, tmp_path: Path) -> None:
    assert ", 4 notes in " in noted("export", str(tmp_path / "out")).err
    one = noted("notes", "--format", "json").json()["notes"][0]["id"]
    done = noted("export", str(tmp_path / "one"), "--format", "msgpack", "--id", one)
    assert "0 patterns, 0 sessions, 1 note in 1 file: 1 written." in done.err
