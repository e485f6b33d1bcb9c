"""Which file stands behind a reason that one was left out, where somebody can do something about it."""

from __future__ import annotations

from tacit.core.readers.base import NO_ROOM
from tacit.core.redaction import Redactor

_TROUBLES = frozenset({"damaged", "damaged database", "locked", "too large", "unreadable", NO_ROOM})
_FAILED = "reader "
"""How a reason begins that is a mistake in a reader."""


class LeftOut:
    """The first file of each such reason: a report counts hundreds, and one has to be looked for.

    Args:
        redact: for the names of files.
    """

    def __init__(self, redact: Redactor) -> None:
        self.first: dict[str, str] = {}
        self._redact = redact.silent()

    def add(self, reason: str, path: str, name: str = "") -> None:
        """A file that was left out; ``name`` is what it is remembered by if not by its path."""
        if (reason in _TROUBLES or reason.startswith(_FAILED)) and reason not in self.first:
            outer, _, inner = name.partition("!")
            told = f"{inner} of standard input" if outer.startswith("-:") else name or path
            self.first[reason] = self._redact(told)
