"""A note of another memory as a row and in full."""

from __future__ import annotations

from functools import partial

from tacit.app.inspector.views.prose import facts, section, wrapped
from tacit.core.notes.records import Note
from tacit.core.notes.worded import note_facts
from tacit.core.present import ago, count
from tacit.core.text import clean, one_line, wrap
from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import Compose, PaneLine

_NOTE = (
    Column("dated", 9, 5),
    Column("title", 20, 10, grows=3),
    Column("tags", 14, 2, grows=1),
    Column("source", 18, 4, grows=1),
)


def note_row(note: Note, now: int, width: int) -> Line:
    """``4y ago  title  tags  source``."""
    cells = {
        "dated": Cell("no date" if note.told_at is None else ago(note.told_at, now), "muted"),
        "title": Cell(one_line((note.title or note.text)[:1000]) or "(no title)"),
        "tags": Cell(one_line(", ".join(note.tags[:5])), "muted"),
        "source": Cell(one_line(note.source), "muted"),
    }
    return lay(_NOTE, fit(_NOTE, width), cells)


def note_page(note: Note) -> Compose:
    """Where it came from first, then what it says and what it is related to."""
    return partial(_page, note)


def _page(note: Note, width: int) -> list[PaneLine]:
    lines: list[Line] = [
        *wrapped(note.title or "(no title)", width, "heading"),
        [Cell(f"{note.id}  a note of another memory", "muted")],
        [],
        *facts([(name[:1].upper() + name[1:], text) for name, text in note_facts(note)], width),
    ]
    shown = [PaneLine(line) for line in lines]
    shown += section("Text", "" if note.text.strip() else "none")
    shown += [PaneLine([Cell(line)]) for line in wrap(clean(note.text.strip(), newlines=True), width)]
    if note.links:
        shown += section("Links", count(len(note.links)))
        shown += [PaneLine(line) for link in note.links for line in wrapped(link, width)]
    return shown
