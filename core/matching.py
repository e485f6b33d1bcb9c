"""Does a record hold a text? Every string in it is looked at, those of a person and those of a tool.

Upper and lower case are one, and so are the ways to write an accented letter. A string with a backslash
is looked at again with its JSON escapes opened, for parameters are stored as JSON text, and a command in
them may hold JSON itself. Words
of our own that every record has (a status, a kind, an id) are no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

import msgspec

from tacit.core.errors import Usage
from tacit.core.live.records import Open
from tacit.core.model import Action, Episode, Evidence, Outcome, Session, Signature, Step
from tacit.core.notes.records import Note

_DEPTH = 4
"""So often escapes are opened: JSON that a program in a command writes, which is itself in JSON."""

LEAST = 3
"""Characters of the shortest text; a shorter one is in nearly everything."""

_OURS: dict[type, frozenset[str]] = {
    Open: frozenset(("id", "session", "agent", "task_type")),
    Session: frozenset(("id", "agent", "outcomes")),
    Episode: frozenset(("id", "session", "agent", "tools", "digest", "task_type", "complexity", "language")),
    Step: frozenset(("kind", "status")),
    Action: frozenset(("status", "intent")),
    Outcome: frozenset(("label", "source")),
    Evidence: frozenset(("label", "source")),
    Signature: frozenset(),
    Note: frozenset(("id", "store")),
}
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_PLAIN = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Matcher:
    """Looks for one text.

    Raises:
        Usage: the text is too short.
    """

    def __init__(self, text: str) -> None:
        if len(text.strip()) < LEAST:
            raise Usage(
                f"A text of fewer than {LEAST} characters is in nearly everything.",
                "Give a longer one, or forget by --session, --project or --before.",
            )
        self._wanted = _folded(text)

    def text(self, text: str) -> bool:
        """Whether a string holds it."""
        for _ in range(_DEPTH):
            if self._wanted in _folded(text):
                return True
            if "\\" not in text:
                return False
            text = _opened(text)
        return self._wanted in _folded(text)

    def record(self, record: object) -> bool:
        """Whether any string of a record, or of what stands in it, holds it."""
        return any(map(self.text, strings(record)))


def strings(value: object) -> Iterator[str]:
    """Every string in a record that is not one of our own words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from strings(one)
    elif isinstance(value, msgspec.Struct):
        ours = _OURS.get(type(value), frozenset())
        for name in value.__struct_fields__:
            if name not in ours:
                yield from strings(getattr(value, name))


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else normalize("NFC", text).casefold()


def _opened(text: str) -> str:
    """The text with its JSON escapes opened, also where it was cut and is no whole JSON any more."""
    opened = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _letter(found[2]), text)
    return opened.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _letter(letter: str) -> str:
    return _PLAIN.get(letter, letter)
