"""A ranked answer: what was asked, what fits best, and of what its score is made."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tacit.core.ids import Prefix, format_id

Type = Literal["pattern", "session", "episode", "step", "note"]
TYPES: tuple[Type, ...] = ("pattern", "episode", "step")
"""What a search by words and meaning goes through, where it is for advice: no note is that."""

Mode = Literal["hybrid", "lexical", "vector"]

_LETTERS: dict[Type, Prefix] = {
    "pattern": "p",
    "session": "s",
    "episode": "e",
    "step": "e",
    "note": "n",
}


class Scored(Struct, frozen=True):
    """One hit. ``key`` is the record key of its pattern, episode or note, ``step`` the number of a step.

    ``score`` sorts the answer, higher is better. ``words`` is its BM25 score and ``meaning`` its cosine,
    ``None`` where that side did not find it; ``parts`` are the shares of the score by name, which add
    up to it.
    """

    type: Type
    key: bytes
    score: float
    words: float | None = None
    meaning: float | None = None
    step: int | None = None
    parts: tuple[tuple[str, float], ...] = ()

    @property
    def id(self) -> str:
        """The public id of the pattern, session, episode or note."""
        return format_id(_LETTERS[self.type], int.from_bytes(self.key, "big"))


class Ranked(Struct, frozen=True):
    """Hits, best first. ``mode`` is how they were found; ``note`` says why not better, where so.

    ``waiting`` counts rows that have no vector yet. ``total`` counts what was found before the cut.
    """

    hits: tuple[Scored, ...]
    mode: Mode
    total: int
    note: str = ""
    waiting: int = 0
