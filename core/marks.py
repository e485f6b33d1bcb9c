"""What people said of how episodes ended, kept apart from the episodes.

A mark outlives the record of its episode: a telling that is stored enters with the mark applied,
whoever told it before, and what judging found stays behind it. An episode that is held is so a pure
function of its telling and its mark; copies and the trash hold tellings as they were judged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Struct

from tacit.core.errors import Usage
from tacit.core.tables import MARKS
from tacit.store.reading import Read
from tacit.store.transaction import Write

MarkLabel = Literal["success", "partial", "failure", "unknown"]
"""What a person may say. ``unknown``: nobody could know, so it counts in no rate."""

MARK_LABELS: tuple[MarkLabel, ...] = ("success", "partial", "failure", "unknown")

NOTE_BYTES = 1_000
"""The longest note, in bytes of UTF-8, as it is given: redacting it may make it a little longer."""


class Mark(Struct, frozen=True, array_like=True):
    """A person's judgement, when it was made (milliseconds UTC), and why, in their redacted words."""

    label: MarkLabel
    at: int
    note: str = ""


class Said(Struct, frozen=True, array_like=True):
    """What one step of undo made of an episode's mark; ``None`` cleared it.

    ``step`` is 0 for a mark that came with an export: nothing takes that back.
    """

    step: int
    mark: Mark | None


def made(label: str, at: int, note: str, redact: Callable[[str], str]) -> Mark:
    """A mark of words that come from outside; secrets in the note are redacted.

    Raises:
        Usage: the label is none, or the note is too long.
    """
    if label not in MARK_LABELS:
        raise Usage(f"“{label}” is no mark.", f"One of {', '.join(MARK_LABELS)}.")
    if len(note.encode("utf-8", "replace")) > NOTE_BYTES:
        raise Usage(f"The note is longer than {NOTE_BYTES:,} bytes.", "Say it shorter.")
    words = note.encode("utf-8", "replace").decode()
    return Mark(label, at, redact(words.strip()))


def mark_of(read: Read, episode_id: str) -> Mark | None:
    """The mark that stands: the one said last."""
    said = history(read, episode_id)
    return said[-1].mark if said else None


def history(read: Read, episode_id: str) -> tuple[Said, ...]:
    """What was said of an episode and not taken back, oldest first."""
    raw = read.value(MARKS, episode_id.encode())
    return () if raw is None else msgspec.msgpack.decode(raw, type=tuple[Said, ...])


def note_name(episode_id: str, said: Said) -> bytes:
    """What the note of a mark is known by when it is gone: whose mark it was, and when it was made."""
    return f"{episode_id} {said.step} {0 if said.mark is None else said.mark.at}".encode()


def keep(write: Write, episode_id: str, said: tuple[Said, ...]) -> None:
    """Replace what was said of an episode; nothing said leaves nothing behind."""
    if said:
        write.set_value(MARKS, episode_id.encode(), msgspec.msgpack.encode(said))
    else:
        write.delete_value(MARKS, episode_id.encode())
