"""Notes in an export: of the published form, and the same after they were taken back."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator
from noted import graph, texts, vault
from referencing import Registry, Resource
from transcript import START

from tacit import Memory
from tacit.core.notes.form import note_json
from tacit.core.redaction import Redactor
from tacit.exports.notes import read_note

FOLDER = Path(__file__).parents[2] / "exports" / "schema"
SCHEMAS = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("note*.json")}
REGISTRY = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in SCHEMAS.values()])


def test_every_file_has_the_published_form_and_holds_the_note(tmp_path: Path):
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        for path in (graph(tmp_path / "g"), vault(tmp_path / "v"), texts(tmp_path / "t")):
            memory.import_notes(path)
        memory.export(tmp_path / "out")
        notes = {note.id: note for note in memory.export_notes()}
    files = sorted((tmp_path / "out" / "notes").iterdir())
    assert len(files) == len(notes) == 7
    for path in files:
        form = json.loads(path.read_text())
        Draft202012Validator(SCHEMAS["note-file"], registry=REGISTRY).validate(form)
        assert list(form["note"]) == SCHEMAS["note"]["required"] == list(SCHEMAS["note"]["properties"])
        note = read_note(path, Redactor(b"k" * 32))
        assert note == notes[note.id]
        assert form["note"] == note_json(note)
        assert path.stem.endswith(note.id)


def test_the_index_of_pages_gives_a_note_no_date_that_its_store_does_not_tell(tmp_path: Path):
    with Memory.open(tmp_path / "store", clock=lambda: START) as memory:
        memory.import_notes(graph(tmp_path / "g"))
        memory.export(tmp_path / "out", format="markdown")
    rows = [line for line in (tmp_path / "out" / "index.md").read_text().splitlines() if "notes/" in line]
    assert len(rows) == 2
    assert all(row.endswith("| – |") for row in rows)
