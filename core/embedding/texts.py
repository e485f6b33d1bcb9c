"""What of each thing is embedded: short texts that say what it is about.

A pattern is its title and files, an episode what was asked for and the files that were written. Of the
steps only those have a vector that say something in words of their own: what went wrong, and the prose
in what was asked of a shell, an agent, a plan, the web or a person. A read, search or edit that went
well says nothing but a path, which words find better, and two such steps are as like as any two: they
would be two thirds of all rows, and would crowd the nearest ones. A text that an episode says again has
no second row either. Of 318 steps in the sample transcripts 106 are left.

The texts are made of what is stored alone, where secrets are redacted; the hashes that tell redacted
secrets apart are taken out, as they are in an export, because a text may go to a remote provider.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

from tacit.core.model import Episode, Pattern, Step
from tacit.core.notes.records import Note
from tacit.core.tables import EPISODES, NOTES, PATTERNS, STEPS, body_of, step_key
from tacit.store.keys import u64
from tacit.store.reading import Read
from tacit.store.schema import Table

EMBEDDED: tuple[Table[Any], ...] = (PATTERNS, EPISODES, NOTES)
"""The tables whose records have vectors, in the order they are gone through."""

TABLES = {table.name: table for table in EMBEDDED}

REVISION = 1
"""Raised when the same record would have other texts than before; all are compared anew then."""

PROMPT = 1_000
"""Characters of a prompt; models read no more than some 250 words."""

LONGEST = 300
"""Characters of a step."""

FILES = 10
"""An episode that wrote more is as well told by its first ones."""

_TELLING = frozenset(("shell", "agent", "plan", "web", "ask", "other"))
_PROSE = ("description", "subject", "query", "prompt", "question", "questions", "title", "message", "text")
_REDACTED = re.compile(r"\[REDACTED:([\w-]+):[0-9a-f]+\]")


def documents(read: Read, table: Table[Any], _key: bytes, record: Any) -> Iterator[tuple[int, str]]:
    """(number, text) of what of a record is embedded: 0 its own text, n that of its n-th step.

    The same for the same record, and never empty. Patterns that are no row of the list have none.
    """
    if table is PATTERNS:
        found: Iterable[tuple[int, str]] = [(0, pattern_text(record))] if record.listed else ()
    elif table is NOTES:
        found = ((0, note_text(record)),)
    else:
        found = _told(read, record)
    said = set()
    for number, text in found:
        if text and text not in said:
            said.add(text)
            yield number, text


def sums(read: Read, table: Table[Any], key: bytes, record: Any) -> dict[int, bytes]:
    """Number to checksum of what of a record is embedded."""
    return {number: sum_of(text) for number, text in documents(read, table, key, record)}


def sum_of(text: str) -> bytes:
    """The eight bytes by which a row knows its text."""
    return blake2b(text.encode(), digest_size=8).digest()


def pattern_text(pattern: Pattern) -> str:
    """Its title, then its files."""
    return _clean(" ".join((pattern.title, *pattern.files)), PROMPT)


def episode_text(episode: Episode) -> str:
    """What was asked for, then the first files that were written."""
    return _clean(episode.prompt, PROMPT) + _clean(" ".join(("", *episode.files[:FILES])), PROMPT, " ")


def note_text(note: Note) -> str:
    """Its title, then the beginning of what it says."""
    return _clean(f"{note.title} {note.text}", PROMPT)


def step_text(step: Step) -> str:
    """What a step did and how it went wrong, or what it was for; empty where it says neither."""
    labels = ", ".join(action.label for action in step.actions)
    where = f" in {step.target}" if step.target else ""
    if step.error is not None:
        family = "" if step.error.family == "other" else f"{step.error.family}: "
        return _clean(f"{labels}: {family}{step.error.line}{where}", LONGEST)
    prose = _prose(step.parameters) if step.kind in _TELLING else ""
    return _clean(f"{labels}: {prose}{where}", LONGEST) if prose else ""


def _told(read: Read, episode: Episode) -> Iterator[tuple[int, str]]:
    yield 0, episode_text(episode)
    body = body_of(episode.id, episode.session)
    for _, step in read.records(STEPS, step_key(body, 1), u64(body + 1)):
        yield step.n, step_text(step)


def _prose(parameters: str) -> str:
    """The first of what the parameters say in words; they are JSON, which may have been cut."""
    from msgspec import DecodeError
    from msgspec.json import decode

    try:
        said = decode(parameters)
    except (DecodeError, UnicodeError, RecursionError):
        return ""
    if isinstance(said, dict):
        for name in _PROSE:
            value = said.get(name)
            if isinstance(value, list) and value and isinstance(value[0], dict):
                value = value[0].get("question")
            if isinstance(value, str) and value.strip():
                return value[: 2 * LONGEST]
    return ""


def _clean(text: str, most: int, before: str = "") -> str:
    """In one line of at most ``most`` characters that can be written as UTF-8; ``before`` any text."""
    if "[REDACTED:" in text:
        text = _REDACTED.sub(r"[REDACTED:\1]", text[: 4 * most])
    line = " ".join(text[: 4 * most].split())[:most].rstrip()
    return before + line.encode("utf-8", "replace").decode() if line else ""
