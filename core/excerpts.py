"""One line of a text around what was looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

_EXCERPT = 160
_LOOKED = 32
"""Places of a word that are compared."""

_STEM = 4
"""Letters that the beginning of a word must share with a word of the query, where it is no other word."""


class Excerpts:
    """Cuts lines out of texts around the words and quoted texts that were looked for."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = [one.casefold() for one in wanted]
        short = (word for one in self._wanted for word in one.split() if len(word) >= _STEM)
        self._stems = [word[: max(_STEM, len(word) - 3)] for word in short]

    def of(self, text: str) -> str:
        """The first line that has most of them, or words that begin alike; else the first line."""
        folded = text.casefold()
        at = _densest(folded, self._wanted)
        if at is None:
            at = _densest(folded, self._stems) or 0
        if len(folded) != len(text):
            at = _unfolded(text, at)
        start = max(text.rfind("\n", 0, at) + 1, at - _EXCERPT // 3)
        line = text[start : start + _EXCERPT].split("\n", 1)[0].strip()
        return f"…{line}" if start and text[start - 1] != "\n" else line


def _densest(folded: str, wanted: Iterable[str]) -> int | None:
    """The first place where one stands and most others follow in its line; ``None`` where none does."""
    places = sorted({(at, one) for one in wanted for at in _places(folded, one)})
    best, most = None, 0
    for number, (at, _) in enumerate(places):
        end = at + _EXCERPT * 2 // 3
        line = folded.find("\n", at, end)
        end = end if line < 0 else line
        near = {one for place, one in islice(places, number, number + _LOOKED) if place < end}
        if len(near) > most:
            best, most = at, len(near)
    return best


def _places(folded: str, wanted: str) -> Iterator[int]:
    """The first places where it stands."""
    at = folded.find(wanted) if wanted else -1
    for _ in range(_LOOKED):
        if at < 0:
            return
        yield at
        at = folded.find(wanted, at + 1)


def _unfolded(text: str, at: int) -> int:
    """The place in a text of what stands at ``at`` once its case is folded, which lengthens some letters."""
    passed = 0
    for place, letter in enumerate(text):
        passed += len(letter.casefold())
        if passed > at:
            return place
    return 0
