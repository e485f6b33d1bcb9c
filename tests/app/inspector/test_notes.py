"""Notes of other memories: their list, one of them, how a search leads there, deleting and bringing back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tacit.app.inspector.answers.questions import SEARCH
from tacit.app.inspector.answers.screen import AskScreen, open_question
from tacit.app.inspector.application import Inspector
from tacit.app.inspector.keys.palette import choices
from tacit.app.inspector.leads.following import open_list
from tacit.app.inspector.screens.notes import NoteScreen, NotesScreen
from tacit.app.inspector.views.note import note_page, note_row
from tacit.core.notes.records import Note
from tacit.memory import Memory
from tacit.widgets.ink import line_width, plain

HOSTILE = "\x1b]52;c;aGk=\x07 [/] [@click=app.quit]x[/] list[int] \u202egnp.exe \x9b31m\u0000 日本語 👍"


@pytest.fixture
def noted(demo: Memory, tmp_path: Path) -> Memory:
    """The demo store with five notes of two other memories."""
    entities = [
        {"name": "Zeppelin", "entityType": "craft", "observations": ["The zeppelin lands at noon", HOSTILE]},
        {
            "name": "Harbour",
            "entityType": "place",
            "observations": ["Ships wait there"],
            "createdAt": "2020-01-02",
        },
        {"name": HOSTILE, "entityType": HOSTILE, "observations": [HOSTILE * 40]},
    ]
    lines = [{"type": "entity", **one} for one in entities]
    lines.append({"type": "relation", "from": "Zeppelin", "to": "Harbour", "relationType": "lands near"})
    graph = tmp_path / "graph.jsonl"
    graph.write_text("".join(json.dumps(one) + "\n" for one in lines))
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps(["The mast of the zeppelin is painted red", "Anchors are heavy"]))
    demo.import_notes(graph)
    demo.import_notes(texts)
    return demo


async def listed(pilot, calm, query: str = "") -> NotesScreen:
    await calm(pilot)
    open_list(pilot.app.screen, "notes", query)
    await calm(pilot)
    assert isinstance(pilot.app.screen, NotesScreen)
    return pilot.app.screen


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_the_list_names_each_note_with_its_source_and_enter_shows_where_it_came_from(
    noted, see, calm, size
) -> None:
    app = Inspector(noted)
    async with app.run_test(size=size) as pilot:
        notes = await listed(pilot, calm, "noon")
        assert notes.window.total == 1
        (row,) = [line for line in see(app).split("\n") if "Zeppelin" in line]
        assert "graph.jsonl" in row
        await pilot.press("enter")
        await calm(pilot)
        text = see(app)
        assert text.index("low: nobody here saw it prove right") < text.index("The zeppelin lands at noon")
        assert "Zeppelin lands near Harbour" in text


@pytest.mark.parametrize("width", [58, 78, 118, 200])
def test_every_row_and_page_fits_and_is_clean(noted: Memory, width: int) -> None:
    for note in noted.notes():
        rows = [note_row(note, noted.clock(), width), *(line for line, _ in note_page(note)(width))]
        assert line_width(rows[0]) == width
        for row in rows:
            assert line_width(row) <= width
            assert not set(plain(row)) & {"\x1b", "\x07", "\x9b", "\u202e", "\0", "\n"}


async def test_a_note_that_is_deleted_leaves_the_list_and_comes_back(noted, calm) -> None:
    app = Inspector(noted)
    async with app.run_test(size=(80, 24)) as pilot:
        notes = await listed(pilot, calm, "source:graph.jsonl")
        total, gone = notes.window.total, notes.list.row.id
        await pilot.press("d", "y")
        await calm(pilot)
        assert notes.window.total == total - 1
        assert gone not in [note.id for note in noted.notes()]
        await pilot.press("u")
        await calm(pilot)
        assert notes.window.total == total
        assert noted.get(gone).source == "graph.jsonl"


async def test_marked_notes_are_deleted_as_one_step(noted, see, calm) -> None:
    app = Inspector(noted)
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(pilot, calm, "source:graph.jsonl")
        await pilot.press("space", "space", "d")
        await calm(pilot)
        assert "Delete 2 notes?" in see(app)
        await pilot.press("y")
        await calm(pilot)
        (step,) = noted.trash_list()
        assert step.notes == 2


async def test_a_search_marks_a_note_names_its_source_and_leads_to_it(noted, see, calm) -> None:
    app = Inspector(noted)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        open_question(app.screen, SEARCH, "mast painted")
        await calm(pilot)
        assert isinstance(app.screen, AskScreen)
        (row,) = [line for line in see(app).split("\n") if "mast of the zeppelin" in line]
        assert "note  " in row
        assert "from texts.json" in row
        assert isinstance(app.screen.thing, Note)
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, NoteScreen)
        assert "texts.json, a JSON list of texts" in see(app)
        noted.delete([app.screen.thing.id])
        app.changed()
        await calm(pilot)
        assert isinstance(app.screen, AskScreen), "what is gone closes"


async def test_the_palette_the_command_line_and_the_totals_lead_to_the_notes(noted, see, calm) -> None:
    app = Inspector(noted)
    async with app.run_test(size=(100, 30)) as pilot:
        await calm(pilot)
        assert ":notes" in [choice.key for choice in choices(app.screen)]
        await pilot.press(":", *"notes anchors", "enter")
        await calm(pilot)
        assert isinstance(app.screen, NotesScreen)
        assert "Anchors are heavy" in see(app)
        await pilot.press("escape", "3")
        await calm(pilot)
        assert "of other memories" in see(app)


async def test_without_notes_it_is_said_how_they_come_here(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(pilot, calm)
        assert "memory audit-store PATH" in see(app)
