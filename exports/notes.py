"""``notes/<slug>-<id>.json``: what was moved in from other memories, a file each.

Such files are there only where there are notes. Like a session's file each is untrusted on its way back:
it is taken as a whole or left out, and counted as rejected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from tacit.core import limits
from tacit.core.ids import note_id
from tacit.core.jsonform import SCHEMA, Json
from tacit.core.notes.drafts import name_of
from tacit.core.notes.form import note_json
from tacit.core.notes.records import Note, NoteStore
from tacit.core.notes.taking import SOURCE_BYTES
from tacit.core.redaction import Redactor
from tacit.core.untrusted import sound_time
from tacit.exports.files import is_folder
from tacit.exports.layout import NOTES
from tacit.exports.refusals import FormError, Reason, check_version, form_errors, whole_file

MOST_BYTES = 4 << 20
"""A file above this is rejected."""

_SLACK = 200
"""Room for the words that say a text was cut."""

Rejected = Callable[[Reason], None]


def note_document(note: Note) -> Json:
    """The form of the file of a note."""
    return {"schema": SCHEMA, "note": note_json(note)}


def notes_in(directory: Path, redact: Redactor, rejected: Rejected) -> Iterator[Note]:
    """The notes of a tree, in the order of their files; none where it has no such folder.

    Args:
        directory: the tree.
        redact: applied to every text, for a tree may be made by hand.
        rejected: told of each file that cannot be used.
    """
    folder = directory / NOTES
    if not is_folder(folder):
        return
    seen: set[str] = set()
    for path in sorted(folder.iterdir()):
        if path.suffix != ".json" or path.name[0] == ".":
            continue
        try:
            note = read_note(path, redact)
            if note.id in seen:
                raise FormError("twice")
        except FormError as bad:
            rejected(bad.reason)
        else:
            seen.add(note.id)
            yield note


def read_note(path: Path, redact: Redactor) -> Note:
    """The note in a file, checked; its id follows from its names, without secrets.

    Raises:
        FormError: the file holds no sound note.
    """
    content = whole_file(path, MOST_BYTES)
    with form_errors():
        check_version(content)
        return _note(msgspec.json.decode(content, type=_File).note, redact)


class _Told(Struct):
    id: str
    store: NoteStore
    source: str
    native: str
    title: str
    text: str
    tags: list[str]
    links: list[str]
    created: str | None
    changed: str | None
    taken_at: str
    trust: Literal["low"]


class _File(Struct):
    note: _Told


def _note(told: _Told, redact: Redactor) -> Note:
    if told.id != note_id(told.store, told.source, told.native):
        raise FormError("wrong id", "$.note.id")
    if len(told.tags) > limits.NOTE_TAGS or len(told.links) > limits.NOTE_LINKS:
        raise ValueError("too many tags or links")
    source, native = name_of(told.source, redact, SOURCE_BYTES), name_of(told.native, redact)
    return Note(
        id=note_id(told.store, source, native),
        store=told.store,
        source=source,
        native=native,
        title=_text(told.title, limits.NOTE_NAME_BYTES, redact),
        text=_text(told.text, limits.NOTE_BYTES, redact),
        taken_at=sound_time(told.taken_at),
        tags=tuple(_text(one, limits.NOTE_NAME_BYTES, redact) for one in told.tags),
        links=tuple(_text(one, limits.NOTE_NAME_BYTES, redact) for one in told.links),
        created=None if told.created is None else sound_time(told.created),
        changed=None if told.changed is None else sound_time(told.changed),
    )


def _text(text: str, limit: int, redact: Redactor) -> str:
    if limits.size(text) > limit + _SLACK:
        raise ValueError(f"a text longer than {limit} bytes")
    return redact(text)
