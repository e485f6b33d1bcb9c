"""The names of an export tree: readable, stable, and safe on any file system.

A name ends in the public id of what the file holds, so a file of ours is known by its name alone and
a hostile title can choose neither a folder nor another file.
"""

from __future__ import annotations

import re
import unicodedata

from tacit.core.clock import rfc3339
from tacit.core.ids import ALPHABET, LENGTH
from tacit.core.jsonform import without_hash
from tacit.core.model import Pattern, Session
from tacit.core.notes.records import Note

MANIFEST = "manifest.json"
STATS = "stats.json"
LINES = "tacit.jsonl"
MESSAGEPACK = "tacit.msgpack"
SHARED = "shared.json"
OFFERS = "offers.json"
PATTERNS = "patterns"
SESSIONS = "sessions"
NOTES = "notes"

SLUG = 48
"""The longest slug, in characters."""

_ID = f"[{ALPHABET}]{{{LENGTH}}}"
_WORDS = "[a-z0-9]+(?:-[a-z0-9]+)*"
_PATTERN_ID = re.compile(f"p-{_ID}")
_SESSION_ID = re.compile(f"s-{_ID}")
_NOTE_ID = re.compile(f"n-{_ID}")
_PATTERN_NAME = re.compile(f"{_WORDS}-p-{_ID}")
_NOTE_NAME = re.compile(f"{_WORDS}-n-{_ID}")
_SESSION_NAME = re.compile(f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}-{_WORDS}-s-{_ID}")


def slug(title: str) -> str:
    """A title as lower-case ASCII words joined by dashes; ``untitled`` where nothing is left of it."""
    head = title[: 20 * SLUG]
    plain = unicodedata.normalize("NFKD", head).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:SLUG].rstrip("-") or "untitled"


def pattern_name(pattern: Pattern, ending: str = ".json") -> str:
    """The file of a pattern inside the folder of its kind."""
    _must_match(_PATTERN_ID, pattern.id)
    return f"{slug(without_hash(pattern.title))}-{pattern.id}{ending}"


def session_name(session: Session, ending: str = ".json") -> str:
    """The file of a session; it begins with the day in UTC that the session began."""
    _must_match(_SESSION_ID, session.id)
    return f"{rfc3339(session.started)[:10]}-{slug(without_hash(session.title))}-{session.id}{ending}"


def note_name(note: Note, ending: str = ".json") -> str:
    """The file of a note of another memory."""
    _must_match(_NOTE_ID, note.id)
    return f"{slug(without_hash(note.title))}-{note.id}{ending}"


def csv_name(table: str) -> str:
    """The file of a table."""
    return f"{table}.csv"


def is_note_name(name: str, ending: str = ".json") -> bool:
    """Whether an export could have given a note's file this name."""
    return name.endswith(ending) and _NOTE_NAME.fullmatch(name.removesuffix(ending)) is not None


def is_pattern_name(name: str, ending: str = ".json") -> bool:
    """Whether an export could have given a pattern's file this name."""
    return name.endswith(ending) and _PATTERN_NAME.fullmatch(name.removesuffix(ending)) is not None


def is_session_name(name: str, ending: str = ".json") -> bool:
    """Whether an export could have given a session's file this name."""
    return name.endswith(ending) and _SESSION_NAME.fullmatch(name.removesuffix(ending)) is not None


def _must_match(form: re.Pattern[str], public_id: str) -> None:
    if not form.fullmatch(public_id):
        raise ValueError(f"not a public id: {public_id!r}")
