"""The JSON form of a note, and the way back."""

from __future__ import annotations

from typing import Any

from tacit.core.clock import rfc3339
from tacit.core.jsonform import Json, without_hash
from tacit.core.notes.records import Note

TRUST = "low"
"""What a note is worth: nobody here saw it prove right."""


def note_json(note: Note) -> Json:
    """A note; ``trust`` is ``low`` of every one, ``created`` and ``changed`` are null where nobody said."""
    return {
        "id": note.id,
        "store": note.store,
        "source": without_hash(note.source),
        "native": without_hash(note.native),
        "title": without_hash(note.title),
        "text": without_hash(note.text),
        "tags": [without_hash(one) for one in note.tags],
        "links": [without_hash(one) for one in note.links],
        "created": _time(note.created),
        "changed": _time(note.changed),
        "taken_at": rfc3339(note.taken_at),
        "trust": TRUST,
    }


def _time(at: int | None) -> Any:
    return None if at is None else rfc3339(at)
