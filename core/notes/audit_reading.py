"""The store of another memory, read to be looked at: its notes, what stood in them, what they lead to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import msgspec
from msgspec.structs import replace

from tacit.core.notes.audit import Told
from tacit.core.notes.drafts import NoteDraft, StoreTally, name_of
from tacit.core.notes.records import NoteStore
from tacit.core.notes.stores import read_store
from tacit.core.readers.base import ReadTally, Unreadable
from tacit.core.readers.mapped import MappedFile
from tacit.core.readers.records import records
from tacit.core.redaction import Redactor

_WIKI = re.compile(r"\[\[([^\[\]\n|#]{1,200})")
_MARKDOWN = re.compile(
    r"\]\(<?(?![a-z][a-z0-9+.-]*:)([^()<>#?\s]{1,500}\.(?:md|markdown))[#)>]", re.IGNORECASE
)
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_ENDING = re.compile(r"\.[a-z0-9]{1,10}\Z", re.IGNORECASE)
_NOTE_ENDING = re.compile(r"\.(?:md|markdown)\Z", re.IGNORECASE)
_BLANKS = re.compile(r"[\s_-]+")
_MOST = 20
"""So many names of notes that are not there are kept of one that leads to them."""


def survey(path: Path, store: NoteStore, redact: Redactor) -> tuple[list[Told], StoreTally]:
    """All notes of a store, and what was left out.

    Args:
        path: the file or folder.
        store: what kind of store it is.
        redact: replaces secrets, and counts them.
    """
    tally = StoreTally()
    told = list(_told(read_store(path, store, redact, tally), store, redact, tally))
    if store == "markdown":
        return _linked(told), tally
    return (_related(path, told, redact.silent()) if store == "mcp-memory" else told), tally


def _told(
    drafts: Iterator[NoteDraft], store: NoteStore, redact: Redactor, tally: StoreTally
) -> Iterator[Told]:
    """Each note with what the redactor and the tally counted while it was read."""
    before, cut = dict(redact.counts), 0
    for draft in drafts:
        after = redact.counts
        yield Told(
            draft.native,
            draft.title,
            draft.text,
            parts=_statements(draft.text) if store == "mcp-memory" else (),
            kinds=tuple(sorted(kind for kind, number in after.items() if number > before.get(kind, 0))),
            cut=tally.cut.get("text", 0) > cut,
            created=draft.created,
            changed=draft.changed,
        )
        before, cut = dict(after), tally.cut.get("text", 0)


def _statements(text: str) -> tuple[str, ...]:
    return tuple(text.removeprefix("- ").split("\n- ")) if text.startswith("- ") else ()


# Links between Markdown notes


def _linked(told: Sequence[Told]) -> list[Told]:
    """With the names in ``[[…]]`` and the paths in ``](….md)`` that belong to no note."""
    known = set(_names(told))
    return [
        replace(note, missing=tuple(_missing(note, known))[:_MOST])
        if "[[" in note.text or "](" in note.text
        else note
        for note in told
    ]


def _names(told: Iterable[Told]) -> Iterator[str]:
    """By what a note may be meant: its title, its path, and its file's name, without its ending."""
    for note in told:
        yield _plain(note.title)
        yield _plain(note.native)
        yield _plain(note.native.rpartition("/")[2])


def _missing(note: Told, known: set[str]) -> dict[str, None]:
    """What it leads to and is not there, each once. What ends like another kind of file is no note."""
    found: dict[str, None] = {}
    text = _CODE.sub("", note.text)
    for name in _WIKI.findall(text):
        to = name.strip().rstrip("\\")
        other = _ENDING.search(to) and not _NOTE_ENDING.search(to) and _plain(to) not in known
        if to and not other and not {_plain(to), _plain(to.rpartition("/")[2])} & known:
            found[to] = None
    for path in _MARKDOWN.findall(text):
        to = normpath(join(dirname(note.native), path.replace("%20", " ")))
        if not to.startswith("..") and _plain(to) not in known:
            found[to] = None
    return found


def _plain(name: str) -> str:
    """A name without case, ending and the ways to write a blank: ``Coffee Notes`` is ``coffee-notes.md``."""
    return _BLANKS.sub("-", _NOTE_ENDING.sub("", name.strip().casefold()))


# Relations between entities


def _related(path: Path, told: Sequence[Told], redact: Redactor) -> list[Told]:
    """With the other ends of relations that are no entity."""
    names = {note.native for note in told}
    missing: dict[str, dict[str, None]] = {}
    try:
        for one, other in _relations(path):
            ends = name_of(one, redact), name_of(other, redact)
            there = names.intersection(ends)
            if len(there) == 1 and ends[0] != ends[1]:
                here = there.pop()
                held = missing.setdefault(here, {})
                if len(held) < _MOST:
                    held[ends[1] if here == ends[0] else ends[0]] = None
    except (Unreadable, OSError):  # it was told already when the notes were read
        return list(told)
    return [replace(note, missing=tuple(missing.get(note.native, ()))) for note in told]


def _relations(path: Path) -> Iterator[tuple[str, str]]:
    """The ends of every relation of a graph."""
    decoder = msgspec.json.Decoder(dict[str, Any])
    for record in records(MappedFile(path), decoder, ReadTally()):
        one, other = record.get("from"), record.get("to")
        if record.get("type") == "relation" and isinstance(one, str) and isinstance(other, str):
            yield one, other
