"""The best hits for a text by words and meaning together, with what each score is made of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from tacit.core.recall.fusion import by_meaning, by_words, fused
from tacit.core.recall.held import Accept, Among, Held
from tacit.core.recall.lexical import Lexical
from tacit.core.recall.meaning import Meaning
from tacit.core.recall.ranked import TYPES, Mode, Ranked, Scored, Type
from tacit.core.recall.spots import Spot, spot_of

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.store.reading import Read
    from tacit.store.store import Store

NOBODY: Among = {}
"""No table of which only some records are meant."""

DEPTH = 60
"""How many of each side are compared, or as many as are wanted. Scores depend on it."""

LOOKED = 1_000
"""How many that words find are looked at where something must hold of them, before more are fetched."""


def ranked(
    store: Store,
    config: Config,
    text: str,
    *,
    types: Collection[Type] = TYPES,
    mode: Mode = "hybrid",
    limit: int | None = 20,
    accept: Accept | None = None,
    diverse: float = 0.0,
) -> Ranked:
    """What fits a text best, best first.

    While no vectors can be asked, words answer alone: ``mode`` and ``note`` of the answer say so.

    Args:
        store: where to look.
        config: which model is in use.
        text: anything a person or an agent wrote.
        types: what is meant.
        mode: by words, by meaning, or both.
        limit: at most so many hits; ``None`` for all that words find.
        accept: what must hold of a hit in the snapshot of the answer.
        diverse: from 0, the order of relevance, to 1, that of difference.

    Raises:
        StoreError: the store cannot be read.
    """
    asking = Asking(store, config, text, types=types, mode=mode)
    with store.read() as read:
        return asking.answer(read, limit, accept, diverse)


class Asking:
    """A question, ready to be asked in one snapshot that begins after it was made."""

    def __init__(
        self,
        store: Store,
        config: Config,
        text: str,
        *,
        types: Collection[Type] = TYPES,
        mode: Mode = "hybrid",
        phrases: Sequence[str] = (),
        meaning: str | None = None,
        archived: bool = False,
        scan: bool = False,
    ) -> None:
        """Embed it, as far as meaning is asked.

        Args:
            store: where to look.
            config: which model is in use.
            text: what words are of.
            types: what is meant.
            mode: by words, by meaning, or both.
            phrases: see :class:`~tacit.core.recall.lexical.Lexical`.
            meaning: what the vector is of, where that is not ``text``; without a text, and while no vectors
                can be asked, the words are of it as well.
            archived: look for patterns that are no row of the list, which only words find.
            scan: see :class:`~tacit.core.recall.lexical.Lexical`.
        """
        self._types = types
        asked = text if meaning is None else meaning
        self.meaning = Meaning.of(store, config, asked if mode != "lexical" else "")
        self.mode: Mode = mode if self.meaning.ready else "lexical"
        if self.mode == "lexical":
            text = text or asked
        elif not text:
            self.mode = "vector"
        self._lexical = partial(Lexical, store, text, phrases=phrases, archived=archived, scan=scan)
        self.words = self._lexical(types)

    def only(self, types: Collection[Type]) -> Asking:
        """The same question about some types alone; nothing is embedded again."""
        other = copy(self)
        other._types, other.words = types, self._lexical(types)
        return other

    def answer(
        self,
        read: Read,
        limit: int | None,
        accept: Accept | None = None,
        diverse: float = 0.0,
        among: Among = NOBODY,
    ) -> Ranked:
        """The best hits in a snapshot, as :func:`ranked` gives them; of a table in ``among`` only those."""
        self.meaning.begin(read)
        if self.mode != "vector":
            self.words.begin(read)
        held = Held(read, accept, among)
        depth = max(self._total(), LOOKED) if limit is None else max(DEPTH, limit)
        near = self._near(read, held, depth, limit)
        words = self._worded(held, near, depth, limit)
        count = len({**words, **near})
        words = dict(islice(words.items(), depth))
        if self.mode == "hybrid":
            far = [one for one in words if one not in near]
            words |= self.words.scores(one for one in near if one not in words)
            near |= self.meaning.cosines(read, far)
        if held.all:
            count = self._total() + sum(one not in words for one in near)
        found = self._order(words, near)
        if diverse:
            found = self._diverse(read, found, limit, diverse)
        return Ranked(tuple(found[:limit]), self.mode, count, self.meaning.note, self.meaning.waiting)

    def _total(self) -> int:
        return 0 if self.mode == "vector" else self.words.total

    def _near(self, read: Read, held: Held, depth: int, limit: int | None) -> dict[Spot, float]:
        """The nearest that hold, looking at ever more until they are as many as are compared."""
        if self.mode == "lexical":
            return {}
        most = 4 * depth if held.looks and limit is not None else depth
        while True:
            found = self.meaning.nearest(read, self._types, most, held.among)
            kept = held.of(found)
            wanted = depth if limit is None or most < LOOKED else limit
            if len(kept) >= wanted or len(found) < most:
                return dict(islice(kept.items(), depth))
            most *= 4

    def _worded(
        self, held: Held, near: dict[Spot, float], depth: int, limit: int | None
    ) -> dict[Spot, float]:
        """The best that words find and that hold, looking at ever more until there are enough."""
        if self.mode == "vector":
            return {}
        most = depth if held.all else max(depth, LOOKED)
        while True:
            words = held.of(self.words.best(most))
            enough = limit is None or len({**words, **near}) >= limit
            if held.all or enough or most >= self._total():
                return words
            most *= 4

    def _order(self, words: dict[Spot, float], near: dict[Spot, float]) -> list[Scored]:
        if self.mode == "hybrid":
            return fused(words, near, self.words.whole)
        return by_words(words, self.words.whole) if self.mode == "lexical" else by_meaning(near)

    def _diverse(self, read: Read, found: list[Scored], limit: int | None, weight: float) -> list[Scored]:
        from tacit.core.recall.diversity import diverse

        most = len(found) if limit is None else limit
        return diverse(found, lambda one: self.meaning.vector(read, spot_of(one)), weight, most)
