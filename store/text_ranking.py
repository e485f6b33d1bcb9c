"""Texts in the order of how well they fit what is asked: those in the index by it, all others by a look.

Scores are BM25 over all sources together, so that those of different sources compare. An answer holds what
the snapshot holds: what changed since the index was written is taken out of it and scored as it is now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from tacit.store.errors import Corrupt
from tacit.store.reading import Read
from tacit.store.text_following import Sources, Unit
from tacit.store.text_query import Fit, Kind, Within
from tacit.store.text_runs import Want
from tacit.store.text_score import Counted, Statistics, counted, fits, gathered, score, whole
from tacit.store.text_words import Asked

if TYPE_CHECKING:
    from tacit.store.text_look import Look


class Ranking:
    """All texts of some kinds that have something of what is asked, in one snapshot."""

    def __init__(
        self,
        read: Read,
        sources: Sources,
        through: Look | None,
        asked: Asked,
        *,
        kinds: Collection[Kind],
        must: Sequence[Want] = (),
    ) -> None:
        """Look at what the index does not know.

        Args:
            read: the snapshot.
            sources: all sources.
            through: the index, made before the snapshot; without it every text is looked at.
            asked: what is asked; every text fits where that is nothing.
            kinds: which texts are meant.
            must: what the index is to see to that a text has; it may let through what has not.

        Raises:
            Unusable: the index is damaged; so do the methods.
        """
        self._read, self._sources = read, {source.table.name: source for source in sources}
        self._asked, self._kinds = asked, frozenset(kinds)
        self._within: Within | None = None
        self._tail: frozenset[Unit] = frozenset()
        tail = through.tail(read) if through is not None and asked else None
        if through is None or tail is None:
            self._loose = self._looked_at_all()
            return
        units = [(name, key) for name, keys in tail.items() for key in keys]
        self._tail = frozenset(units)
        self._within = Within(through.index, asked, self._kinds, must, units)
        self._loose = self._fits(self._counted(units), self._within.known)

    @property
    def total(self) -> int:
        """How many texts fit."""
        return len(self._loose) + (0 if self._within is None else self._within.total)

    def best(self, most: int) -> list[Fit]:
        """The best ``most`` of them, best first."""
        found = list(self._loose)
        if self._within is not None:
            found += self._within.best(most)
        return sorted(found, key=_order)[:most]

    def among(self, units: Collection[Unit], most: int) -> list[Fit]:
        """The best ``most`` texts of some records, of those that fit."""
        wanted = frozenset(units)
        found = [one for one in self._loose if (one.name, one.key) in wanted]
        known = wanted - self._tail
        if self._within is not None and known:
            found += self._within.among(known, most)
        return found

    def _looked_at_all(self) -> list[Fit]:
        every = ((name, key) for name, one in self._sources.items() for key in self._read.keys(one.table))
        found = list(self._counted(every))
        return self._fits(found, gathered(self._asked, [one for *_, one in found]))

    def _fits(self, found: Iterable[tuple[str, bytes, int, Counted]], known: Statistics) -> list[Fit]:
        return [
            Fit(name, key, number, score(one, known), whole(self._asked, one))
            for name, key, number, one in found
            if (name, number > 0) in self._kinds and fits(self._asked, one)
        ]

    def _counted(self, units: Iterable[Unit]) -> Iterator[tuple[str, bytes, int, Counted]]:
        for name, key, number, text in self._texts(units):
            yield name, key, number, counted(self._asked, text)

    def _texts(self, units: Iterable[Unit]) -> Iterator[tuple[str, bytes, int, str]]:
        for name, key in units:
            source = self._sources[name]
            try:
                record = self._read.get(source.table, key)
                documents = [] if record is None else list(source.documents(self._read, key, record))
            except Corrupt:
                continue
            for number, text in documents:
                yield name, key, number, text


def _order(one: Fit) -> tuple[bool, float, str, bytes, int]:
    return not one.whole, -one.score, one.name, one.key, one.number
