"""Which notes of another memory something is to be said of: a check for each finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.core.notes.near_duplicates import THRESHOLD, Alike, jaccard, near_duplicates, shingles

if TYPE_CHECKING:
    from tacit.core.notes.audit import Name, Told

_FEW = 40
"""So many statements of one note are compared each with each."""


class Spotted(Struct, frozen=True):
    """A note by its place among all; ``other`` is the place of the one that it is a copy of.

    ``text`` is what of it is meant, where that is less than all, and ``more`` what that is held against.
    """

    place: int
    other: int | None = None
    text: str = ""
    more: str = ""
    likeness: float | None = None


class Spotting:
    """All checks on the notes of one store; see :func:`~tacit.core.notes.audit.audit`."""

    def __init__(self, told: Sequence[Told], stale_before: int) -> None:
        self._told = told
        self._stale_before = stale_before

    def of(self, name: Name) -> list[Spotted]:
        """What one check finds: of duplicates the copies, else in the order of the store."""
        found: Iterator[Spotted] = getattr(self, f"_{name}")()
        return list(found)

    def _exact(self) -> Iterator[Spotted]:
        return map(self._copy, self._equal)

    def _near(self) -> Iterator[Spotted]:
        """Among what is no exact copy."""
        copies = {one.text for one in self._equal}
        own = [place for place in range(len(self._order)) if place not in copies]
        for one in near_duplicates([self._told[self._order[place]].text for place in own]):
            yield self._copy(Alike(own[one.text], own[one.earlier], one.likeness))

    def _repeated(self) -> Iterator[Spotted]:
        for place, note in enumerate(self._told):
            for one in _alike(note.parts):
                yield Spotted(place, None, note.parts[one.text], note.parts[one.earlier], one.likeness)

    def _stale(self) -> Iterator[Spotted]:
        before = self._stale_before
        return self._which(lambda note: note.dated is not None and note.dated < before)

    def _undated(self) -> Iterator[Spotted]:
        return self._which(lambda note: note.dated is None)

    def _dangling(self) -> Iterator[Spotted]:
        for place, note in enumerate(self._told):
            if note.missing:
                yield Spotted(place, more=", ".join(note.missing))

    def _secret(self) -> Iterator[Spotted]:
        return self._which(lambda note: bool(note.kinds))

    def _empty(self) -> Iterator[Spotted]:
        return self._which(lambda note: not note.text.strip())

    def _long(self) -> Iterator[Spotted]:
        return self._which(lambda note: note.cut)

    def _which(self, fits: Callable[[Told], bool]) -> Iterator[Spotted]:
        return (Spotted(place) for place, note in enumerate(self._told) if fits(note))

    @cached_property
    def _order(self) -> list[int]:
        """The places of all, the newest first, so that of copies the newest is the one that stays."""
        dated = [note.dated for note in self._told]
        return sorted(range(len(dated)), key=lambda n: (dated[n] is None, -(dated[n] or 0)))

    @cached_property
    def _equal(self) -> list[Alike]:
        return _equal_texts([self._told[place].text for place in self._order])

    def _copy(self, one: Alike) -> Spotted:
        return Spotted(self._order[one.text], self._order[one.earlier], likeness=one.likeness)


def _equal_texts(texts: Sequence[str]) -> list[Alike]:
    """Each text that is the same as an earlier one but for blanks, line ends and case; no empty one."""
    from hashlib import blake2b

    seen: dict[bytes, int] = {}
    found = []
    for place, text in enumerate(texts):
        plain = " ".join(text.split()).casefold()
        if not plain:
            continue
        first = seen.setdefault(blake2b(plain.encode("utf-8", "replace"), digest_size=16).digest(), place)
        if first != place:
            found.append(Alike(place, first, 1.0))
    return found


def _alike(parts: Sequence[str]) -> list[Alike]:
    """The statements of one note that are the same, or nearly so, as an earlier one of it."""
    if len(parts) < 2:
        return []
    equal = _equal_texts(parts)
    copies = {one.text for one in equal}
    own = [place for place in range(len(parts)) if place not in copies]
    if len(own) > _FEW:
        near = near_duplicates([parts[place] for place in own])
    else:
        near = list(_compared([parts[place] for place in own]))
    return [*equal, *(Alike(own[one.text], own[one.earlier], one.likeness) for one in near)]


def _compared(texts: Sequence[str]) -> Iterator[Alike]:
    """The same for few texts, each with each."""
    taken = list(map(shingles, texts))
    found: set[int] = set()
    for earlier, text in combinations(range(len(texts)), 2):
        if text in found or earlier in found:
            continue
        alike = jaccard(taken[earlier], taken[text])
        if alike >= THRESHOLD:
            found.add(text)
            yield Alike(text, earlier, alike)
