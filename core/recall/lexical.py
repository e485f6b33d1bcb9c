"""By words: BM25 over what the text index knows and, with the same formula, over what it does not."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from tacit.core.recall.ranked import Type
from tacit.core.recall.spots import TABLE_OF, Spot, spot
from tacit.core.tables import TEXTS
from tacit.store.text_place import FOLDER, POSITION

if TYPE_CHECKING:
    from tacit.store.reading import Read
    from tacit.store.store import Store
    from tacit.store.text_look import Look
    from tacit.store.text_query import Fit
    from tacit.store.text_ranking import Ranking
    from tacit.store.text_runs import Want
    from tacit.store.text_words import Asked

_STEPS = 50
"""Texts of a record, on average, that are looked through for those whose scores are asked."""


class Lexical:
    """What words find. Make it before the snapshot, and :meth:`begin` in it.

    Args:
        store: where to look.
        text: the words; any of them finds, all texts are found where there is none.
        types: what is meant.
        phrases: texts that the index is to see to, as far as it can; whoever asks looks for them.
        archived: of patterns, those that are no row of the list.
        scan: look at every text, as without an index.

    Attributes:
        whole: of what was found so far, what has all words, where there are several.
    """

    def __init__(
        self,
        store: Store,
        text: str,
        types: Collection[Type],
        phrases: Sequence[str] = (),
        *,
        archived: bool = False,
        scan: bool = False,
    ) -> None:
        from tacit.store.text_look import look
        from tacit.store.text_runs import wants
        from tacit.store.text_words import asked

        text = text.encode("utf-8", "replace").decode()  # of an argument that was no text
        self._text = text
        others = {"step": True, "pattern": archived}
        self._kinds = [(TABLE_OF[one].name, others.get(one, False)) for one in types]
        self._must: tuple[Want, ...] = wants((), phrases)
        self._asked: Asked = asked(text)
        there = os.path.exists(f"{store.path}/{FOLDER}/{POSITION}")  # noqa: PTH110
        self._through: Look | None = look(store, TEXTS) if there and self._asked and not scan else None
        self._read: Read | None = None
        self._ranking: Ranking | None = None
        self.whole: set[Spot] = set()

    def begin(self, read: Read) -> None:
        """Look in this snapshot."""
        self._read, self._ranking = read, self._begun(read)

    @property
    def total(self) -> int:
        """How many texts were found; known for nothing once :meth:`best` was asked."""
        return self._held().total or (self._held().total if self._begins() else 0)

    def best(self, most: int) -> dict[Spot, float]:
        """The best ``most`` and their scores, best first."""
        found = self._held().best(most)
        if not found and self._begins():
            found = self._held().best(most)
        return self._noted(found)

    def scores(self, spots: Iterable[Spot]) -> dict[Spot, float]:
        """The scores of some, of those that words find."""
        wanted = frozenset(spots)
        if not wanted:
            return {}
        units = {(one.table.name, one.key) for one in wanted}
        found = self._noted(self._held().among(units, _STEPS * len(units)))
        return {one: score for one, score in found.items() if one in wanted}

    def _noted(self, found: Iterable[Fit]) -> dict[Spot, float]:
        scores = {}
        for one in found:
            place = spot(one.name, one.key, one.number)
            scores[place] = one.score
            if one.whole:
                self.whole.add(place)
        return scores

    def _begins(self) -> bool:
        """Look for what begins like the words, where they found nothing and that was not asked yet."""
        from tacit.store.text_words import asked

        if self._read is None or not self._asked or self._asked.beginnings or self._held().total:
            return False
        self._asked = asked(self._text, beginnings=True)
        self._ranking = self._begun(self._read)
        return bool(self._asked.beginnings)

    def _held(self) -> Ranking:
        if self._ranking is None:
            raise RuntimeError("a snapshot has to be begun")
        return self._ranking

    def _begun(self, read: Read) -> Ranking:
        from tacit.store.text_index import Unusable
        from tacit.store.text_ranking import Ranking

        try:
            return Ranking(read, TEXTS, self._through, self._asked, kinds=self._kinds, must=self._must)
        except Unusable:
            self._through = None
            return Ranking(read, TEXTS, None, self._asked, kinds=self._kinds, must=self._must)
