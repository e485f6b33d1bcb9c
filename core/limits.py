"""What may be how large, in decimal bytes of UTF-8, and how a longer text is cut.

A cut keeps the head and the tail around a line that says how much is missing: errors stand at the
head of an output, verdicts at its tail. Redaction comes first and sees more than is kept, so that a
secret on the edge is replaced whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from tacit.core.redaction import Redactor

TITLE_CHARACTERS = 120
PROMPT_BYTES = 10_000
OBSERVATION_BYTES = 10_000
PARAMETER_BYTES = 1_000_000
EPISODE_BYTES = 10_000_000

NOTE_BYTES = 100_000
NOTE_NAME_BYTES = 1_000
"""Of a note's own id, of its source, and of each of its tags and links."""
NOTE_TAGS = 100
NOTE_LINKS = 200
NOTE_STORE_BYTES = 256_000_000
"""Of one file with notes of another memory; a larger one is not read."""
NOTE_FILE_BYTES = 16_000_000
"""Of one note in a file of its own."""
FRONT_MATTER_BYTES = 64_000

STEPS = 1_000
FIRST_STEPS = 400
LAST_STEPS = STEPS - FIRST_STEPS
CUT_STEP_BYTES = 2_000
"""What is looked at of each text of a step that is not kept."""

SLACK = 4_096
"""Characters that redaction sees beyond what is kept; the body of a private key is shorter."""

HEAD_SHARE = 0.4
_MARK_BYTES = 40


class Excerpt(Struct, frozen=True):
    """A text, or head and tail of one too large to be looked at whole; ``skipped`` bytes lie between."""

    head: str
    tail: str = ""
    skipped: int = 0


def joined(parts: Iterable[Excerpt]) -> Excerpt:
    """Several texts as one, a line each. What follows a cut one is kept behind its tail."""
    head, tail, skipped = "", "", 0
    for part in parts:
        if skipped:
            tail = f"{tail}\n{part.head}{part.tail}"
        else:
            head = f"{head}\n{part.head}" if head else part.head
            tail = part.tail
        skipped += part.skipped
    return Excerpt(head, tail, skipped)


def size(text: str) -> int:
    """Bytes of the text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def mark(missing: int) -> str:
    """The line that stands where something was cut."""
    return f"… [{missing} bytes cut] …"


def clip(excerpt: Excerpt, limit: int, redact: Redactor) -> tuple[str, bool]:
    """The redacted text within ``limit`` bytes, and whether anything was cut."""
    head, tail = excerpt.head, excerpt.tail
    if not excerpt.skipped:
        text = head + tail
        if size(text) <= limit:
            clean = redact(text)
            return (clean, False) if size(clean) <= limit else (_around(clean, clean, 0, limit), True)
        head = tail = text
    front_room, back_room = _rooms(limit)
    front = head[: len(first_bytes(head, front_room)) + SLACK]
    back = tail[-(len(last_bytes(tail, back_room)) + SLACK) :]
    kept_front, kept_back = len(first_bytes(front, front_room)), len(last_bytes(back, back_room))
    whole = size(head) + (size(tail) + excerpt.skipped if excerpt.skipped else 0)
    missing = whole - size(front[:kept_front]) - size(back[len(back) - kept_back :])
    clean_front = redact.part(front, 0, kept_front)
    clean_back = redact.part(back, len(back) - kept_back, len(back))
    return _around(clean_front, clean_back, missing, limit), True


def first_bytes(text: str, room: int) -> str:
    """The longest beginning that fits into ``room`` bytes."""
    if len(text) <= room and size(text) <= room:
        return text
    return text[:room].encode("utf-8", "replace")[:room].decode("utf-8", "ignore")


def last_bytes(text: str, room: int) -> str:
    """The longest end that fits into ``room`` bytes."""
    if len(text) <= room and size(text) <= room:
        return text
    return text[-room:].encode("utf-8", "replace")[-room:].decode("utf-8", "ignore")


def _rooms(limit: int) -> tuple[int, int]:
    front = int(limit * HEAD_SHARE)
    return front, limit - front - _MARK_BYTES


def _around(head: str, tail: str, missing: int, limit: int) -> str:
    """Head and tail cut to their shares, with the mark between them."""
    front_room, back_room = _rooms(limit)
    front, back = first_bytes(head, front_room), last_bytes(tail, back_room)
    missing = missing or size(head) - size(front) - size(back)
    return f"{front}\n{mark(missing)}\n{back}"
