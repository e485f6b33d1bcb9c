"""What is known of a note, in words, the same on every door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tacit.core.notes.form import TRUST

if TYPE_CHECKING:
    from tacit.core.notes.records import Note, NoteStore

_TRUST = f"{TRUST}: nobody here saw it prove right; it is counted in no rate"

STORES: dict[NoteStore, str] = {
    "mcp-memory": "the graph of an MCP memory server",
    "markdown": "Markdown notes",
    "json": "a JSON list of texts",
}
"""What kind of memory a note came from."""


def note_facts(note: Note) -> Iterator[tuple[str, str]]:
    """Where it came from and what that is worth, by name; an empty text is nothing to say."""
    from tacit.core.present import moment

    yield "trust", _TRUST
    yield "source", f"{note.source}, {STORES[note.store]}"
    yield "known as", note.native
    yield "created", "" if note.created is None else moment(note.created)
    yield "changed", "" if note.changed is None else moment(note.changed)
    yield "moved in", moment(note.taken_at)
    yield "tags", ", ".join(note.tags)
