"""``memory audit-store``: another memory looked through, nothing imported, nothing written."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

Call = Any
SCHEMA = json.loads((Path(__file__).parents[3] / "exports" / "schema" / "audit-store.json").read_text())
HOSTILE = "\x1b]52;c;aGk=\x07[/] \u202egnp \x9b31m"
SECRET = "sk-ant-" + "a1b2c3d4" * 5
LONG = " ".join(f"word{n}" for n in range(20))


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """A graph in which everything is wrong that can be."""
    said: dict[str, list[str]] = {
        "Ann": ["Likes tea", "likes  tea"],
        "Ann again": ["likes tea", "Likes tea"],
        "Long": [LONG],
        "Long too": [LONG.replace("word9 ", "other ")],
        "Key": [f"The key is {SECRET}"],
        "Empty": [],
        HOSTILE: [HOSTILE * 3],
    }
    lines = [{"type": "entity", "name": n, "entityType": "x", "observations": o} for n, o in said.items()]
    lines[4]["createdAt"] = "2020-01-01T00:00:00Z"
    lines.append({"type": "relation", "from": "Ann", "to": HOSTILE + "gone", "relationType": "knows"})
    path = tmp_path / "graph.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines) + "{broken\n")
    return path


def everything(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.name != "tacit.log"}


def test_a_page_tells_each_finding_with_an_example_and_what_to_do_next(call: Call, graph: Path) -> None:
    done = call("audit-store", str(graph), "--stale-after", "1y")
    assert done.code == 0
    for told in (
        "7 notes", "unreadable: 1", "exact duplicate", "near duplicate", "says a thing twice", "stale",
        "no date", "leads nowhere", "secret-looking: 1 anthropic-key", "empty", "like no. 1, Ann",
        "[REDACTED:anthropic-key]", "2020-01-01",
    ):  # fmt: skip
        assert told in done.out, told
    assert SECRET not in done.out
    assert not set(done.out) & {"\x1b", "\x07", "\u202e", "\x9b"}
    assert f"`memory import {graph}`" in done.err


def test_it_imports_nothing_and_writes_nothing(call: Call, graph: Path, home: Path, tmp_path: Path) -> None:
    before = everything(home), everything(tmp_path)
    assert call("audit-store", str(graph)).code == 0
    assert (everything(home), everything(tmp_path)) == before
    nowhere = tmp_path / "no home"
    assert call("audit-store", str(graph), home=nowhere).code == 0
    assert not (nowhere / "store").exists()


@pytest.mark.parametrize("limit", ["1", "0"])
def test_the_json_is_of_the_published_form(call: Call, graph: Path, limit: str) -> None:
    value = call("audit-store", str(graph), "--format", "json", "--limit", limit).json()
    Draft202012Validator(SCHEMA).validate(value)
    assert list(value) == SCHEMA["required"]
    assert [list(one) for one in value["findings"]] == [SCHEMA["$defs"]["finding"]["required"]] * value[
        "total"
    ]
    undated = next(one for one in value["findings"] if one["finding"] == "undated")
    assert len(undated["examples"]) == (1 if limit == "1" else undated["notes"])
    assert value["left"] == 3
    lines = call("audit-store", str(graph), "--format", "jsonl", "--limit", limit).lines()
    assert lines == value["findings"]


def test_standard_input_is_a_store_too(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b'["one fact", "One  FACT"]')))
    done = call("audit-store", "-")
    assert done.code == 0
    assert "standard input, a JSON list of texts: 2 notes" in done.out
    assert "`memory import -`" in done.err


def test_what_only_looks_secret_by_the_settings_is_none(call: Call, graph: Path) -> None:
    done = call("audit-store", str(graph), TACIT_IMPORT_REDACT_ALLOW=SECRET)
    assert "secret-looking" not in done.out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no store"),
        (b"\x00\xff" * 5_000, "is no store"),
        (b"[" * 200_000, "is no store"),
        (b'{"type": "user"}\n', "is no store"),
        (b'["", 5, null]', "is no store"),
    ],
)
def test_what_is_no_store_is_refused(call: Call, tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    done = call("audit-store", str(path))
    assert (done.code, done.out) == (1, "")
    assert told in done.err
    assert "hint:" in done.err


def test_the_store_of_tacit_itself_has_other_commands(call: Call, home: Path) -> None:
    done = call("audit-store", str(home / "store"))
    assert done.code == 1
    assert "`memory doctor`" in done.err
    assert "`memory optimize`" in done.err


def test_a_folder_that_holds_a_graph_names_it(call: Call, graph: Path) -> None:
    done = call("audit-store", str(graph.parent))
    assert done.code == 1
    assert str(graph) in done.err


def test_a_path_that_is_not_there_or_no_span_ends_by_its_code(
    call: Call, graph: Path, tmp_path: Path
) -> None:
    assert call("audit-store", str(tmp_path / "none")).code == 1
    assert call("audit-store", str(graph), "--stale-after", "soon").code == 2
    assert call("audit-store").code == 2
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert call("audit-store", str(fifo)).code == 1


def test_markdown_that_an_import_would_not_take_for_notes_is_imported_as_such(
    call: Call, tmp_path: Path
) -> None:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "README.md").write_text("How it is built.")
    (folder / "main.py").write_text("print()")
    (folder / "other.py").write_text("print()")
    done = call("audit-store", str(folder))
    assert done.code == 0
    assert f"`memory import --notes {folder}`" in done.err
