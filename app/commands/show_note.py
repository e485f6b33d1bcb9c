"""The page of a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.app.commands.page import facts, heading, paragraph, title
from tacit.core.notes.worded import note_facts

if TYPE_CHECKING:
    from tacit.core.notes.records import Note

_LINES = 60
_LINKS = 20


def note_page(note: Note, *, whole: bool = False) -> list[str]:
    """Where it came from first, then what it says; the beginning of a long one if not ``whole``."""
    lines = [*title(note.title or "Note without a title", note.id), "", *facts(note_facts(note))]
    if note.text.strip():
        lines += [*heading("Text"), *paragraph(note.text, 0 if whole else _LINES)]
    if note.links:
        shown = note.links if whole else note.links[:_LINKS]
        more = "" if len(shown) == len(note.links) else f"{len(shown)} of {len(note.links)}"
        lines += heading("Links", more)
        lines += [line for link in shown for line in paragraph(link)]
    return lines
