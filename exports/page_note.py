"""The page of a note: what another memory held, and where it came from."""

from __future__ import annotations

from collections.abc import Iterator

from tacit.core.notes.records import Note
from tacit.exports.page_text import code, codes, day, fenced


def note_page(note: Note) -> Iterator[str]:
    """The lines of the page."""
    yield from (f"# {code(note.title)}", "", f"Note · `{note.id}`", "")
    yield from ("Moved in from another memory: nobody here saw it prove right, and it counts in no rate.", "")
    yield from (f"- {name}: {value}" for name, value in _facts(note) if value)
    yield from ("", *fenced(note.text), "", "[Index](../index.md)")


def _facts(note: Note) -> Iterator[tuple[str, str]]:
    yield "From", f"{code(note.source)} ({note.store}), there {code(note.native)}"
    yield "Tags", codes(note.tags) if note.tags else ""
    yield "Goes with", codes(note.links) if note.links else ""
    yield "Written", day(note.created) if note.created is not None else ""
    yield "Changed", day(note.changed) if note.changed is not None else ""
    yield "Came here", day(note.taken_at)
