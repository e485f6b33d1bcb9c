"""What is read of another memory's store: notes before they have a place here, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from tacit.core.clock import parse_time
from tacit.core.jsonform import without_hash
from tacit.core.limits import (
    NOTE_BYTES,
    NOTE_LINKS,
    NOTE_NAME_BYTES,
    NOTE_TAGS,
    TITLE_CHARACTERS,
    Excerpt,
    clip,
    first_bytes,
    size,
)
from tacit.core.redaction import Redactor
from tacit.core.untrusted import LAST_TIME

_SECONDS = 100_000_000_000
"""A number of time below this is in seconds, else in milliseconds: the year 5138, and March 1973."""


class NoteDraft(Struct, frozen=True):
    """One note as its store tells it: redacted and cut to the limits. Fields as in :class:`Note`."""

    native: str
    title: str
    text: str
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    created: int | None = None
    changed: int | None = None


class StoreTally(Struct):
    """What happened while a store was read: complete once its notes were.

    ``skipped`` counts what nothing could be made of, by reason, ``cut`` what was longer than its limit
    (``text``, ``tags``, ``links``).
    """

    notes: int = 0
    skipped: dict[str, int] = msgspec.field(default_factory=dict)
    cut: dict[str, int] = msgspec.field(default_factory=dict)

    def skip(self, reason: str, times: int = 1) -> None:
        """Count something that could not be read."""
        if times:
            self.skipped[reason] = self.skipped.get(reason, 0) + times

    def shorten(self, what: str) -> None:
        """Count something that was cut to its limit."""
        self.cut[what] = self.cut.get(what, 0) + 1


class Drafting:
    """Makes drafts of the notes of one store, and counts them."""

    def __init__(self, redact: Redactor, tally: StoreTally) -> None:
        self._redact = redact
        self.tally = tally

    def draft(
        self,
        native: str | None,
        title: str,
        text: str,
        *,
        tags: list[str] | tuple[str, ...] = (),
        links: list[str] | tuple[str, ...] = (),
        created: object = None,
        changed: object = None,
    ) -> NoteDraft:
        """One note, without secrets and within the limits.

        Args:
            native: its own id there; ``None`` where it has none, so that its text is what it is known by.
            title: what it is called; empty for the first line of its text.
            text: what it says.
            tags: its tags.
            links: its relations, a line each.
            created: when it was made, in whatever form its store has that.
            changed: when it was last changed, likewise.
        """
        clean, was_cut = clip(Excerpt(whole(text)), NOTE_BYTES, self._redact)
        if was_cut:
            self.tally.shorten("text")
        name = title if title.strip() else clean.strip()
        self.tally.notes += 1
        return NoteDraft(
            native=_hash(without_hash(clean)) if native is None else name_of(native, self._redact),
            title=self._line(name)[:TITLE_CHARACTERS],
            text=clean,
            tags=self._lines("tags", tags, NOTE_TAGS),
            links=self._lines("links", links, NOTE_LINKS),
            created=time_of(created),
            changed=time_of(changed),
        )

    def _lines(self, what: str, lines: list[str] | tuple[str, ...], most: int) -> tuple[str, ...]:
        if len(lines) > most:
            self.tally.shorten(what)
        found = [first_bytes(self._line(one), NOTE_NAME_BYTES) for one in lines[:most]]
        return tuple(dict.fromkeys(filter(None, found)))

    def _line(self, text: str) -> str:
        """The first line of a text that says something, redacted."""
        first = next((line for line in text[: 4 * NOTE_NAME_BYTES].splitlines() if line.strip()), "")
        return self._redact(whole(" ".join(first.split())))


def name_of(text: str, redact: Redactor, most: int = NOTE_NAME_BYTES) -> str:
    """A name that makes an id: without secrets and without what only this store knows of them.

    A long one is cut, and told from others by its hash.
    """
    clean = without_hash(redact(whole(text)))
    if size(clean) <= most:
        return clean
    return f"{first_bytes(clean, most // 2)}…{_hash(clean)}"


def first_of(fields: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """What the first of some names stands for that is there; ``None`` where none is."""
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _hash(text: str) -> str:
    """What stands for a text that is its own name: 32 hexadecimal digits."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def time_of(value: object) -> int | None:
    """Milliseconds of a time as stores write it: ISO 8601, or a number of seconds or milliseconds."""
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, int | float):
            at = int(value * 1000 if abs(value) < _SECONDS else value)
        elif isinstance(value, str):
            at = parse_time(value.strip()[:64])
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return at if 0 <= at <= LAST_TIME else None


def whole(text: str) -> str:
    """The text with whatever is no character in UTF-8 made visible."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
