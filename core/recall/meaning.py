"""By meaning: the vectors nearest to that of a question, or why there are none to ask.

Whatever is wrong with a provider ends in a note, never in an error: words answer then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from tacit.core.errors import TacitError
from tacit.core.recall.ranked import Type
from tacit.core.recall.spots import TABLE_OF, Spot, spot
from tacit.store.errors import Corrupt, StoreError

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from tacit.core.config import Config
    from tacit.core.embedding.spaces import Answering
    from tacit.store.reading import Read
    from tacit.store.store import Store
    from tacit.store.vector_look import Near, VectorLook
    from tacit.store.vector_rows import Space

FLOOR = 0.3
"""The least cosine at which something is found by its meaning alone."""

LONGEST = 2_000
"""Characters of a question that are embedded; models read no more than some 250 words."""


class Meaning:
    """A question turned into a vector, and the space it is asked in.

    Attributes:
        note: why it cannot be asked, or what is to be known of the answer; often empty.
        waiting: at most so many records have no vectors yet, or older ones.
    """

    def __init__(
        self, store: Store, who: Answering | None, query: NDArray[float32] | None, note: str
    ) -> None:
        self.note = note
        self.waiting = 0
        self._query = query
        self._space = None if who is None else who.space
        self._look: VectorLook | None = None
        if who is not None and query is not None:
            from tacit.store.vector_look import vector_look

            self._look = vector_look(store, who.space)
        self._stale: frozenset[tuple[str, bytes]] = frozenset()

    @classmethod
    def of(cls, store: Store, config: Config, text: str) -> Meaning:
        """Embed a question, and after it a few records that wait. Begin the snapshot after it."""
        if not text.strip():
            return cls(store, None, None, "")
        try:
            who = _answering(store, config)
            if isinstance(who, str):
                return cls(store, None, None, who)
            query = _vector(who, text)
            notes = (who.note or _warned(config), _caught_up(store, who, config))
            return cls(store, who, query, " ".join(filter(None, notes)))
        except TacitError as error:
            return cls(store, None, None, f"{error.message} {error.hint}".strip())

    @property
    def ready(self) -> bool:
        """Whether there is something to ask."""
        return self._look is not None

    @property
    def space(self) -> str:
        """The name of the space that is asked; empty where there is none."""
        return "" if self._space is None else self._space.name

    def begin(self, read: Read) -> None:
        """See what of this snapshot has no vectors yet, or older ones."""
        if self._space is not None and self._look is not None:
            from tacit.core.embedding.catching_up import waiting

            self.waiting = waiting(read, self._space)
            self._stale = _changed(read, self._space) if self.waiting else frozenset()

    def nearest(
        self, read: Read, types: Collection[Type], most: int, among: Mapping[str, Collection[bytes]]
    ) -> dict[Spot, float]:
        """The nearest of some types, their cosines not below the floor, nearest first.

        Of the tables in ``among`` only records with these keys are meant.
        """
        if self._look is None or self._query is None:
            return {}
        found: list[Near] = []
        for one in types:
            name = TABLE_OF[one].name
            if one != "session":
                keys, parts = among.get(name), one == "step"
                found += self._look.nearest(read, self._query, most, (name,), keys, parts)
        found = [one for one in found if one.score >= FLOOR and self._stands(read, one)]
        found.sort(key=lambda one: -one.score)
        return {spot(one.table, one.key, one.number): one.score for one in found[:most]}

    def cosines(self, read: Read, spots: Iterable[Spot]) -> dict[Spot, float]:
        """How near some are, of those that have a vector."""
        if self._look is None or self._query is None:
            return {}
        wanted = {(one.table.name, one.key, one.step): one for one in spots if self._told(one)}
        found = self._look.cosines(read, self._query, wanted)
        return {wanted[place]: score for place, score in found.items()}

    def vector(self, read: Read, one: Spot) -> NDArray[float32] | None:
        """The unit vector of a hit; ``None`` where it has none that stands for its text."""
        if self._look is None or not self._told(one):
            return None
        return self._look.vector(read, one.table.name, one.key, one.step)

    def _told(self, one: Spot) -> bool:
        """Whether the vector of a hit, if it has one, is surely that of its text."""
        return one.type != "session" and (one.table.name, one.key) not in self._stale

    def _stands(self, read: Read, near: Near) -> bool:
        """Whether a vector is that of the text as it is in the snapshot."""
        if (near.table, near.key) not in self._stale:
            return True
        from tacit.core.embedding.texts import documents, sum_of

        table = spot(near.table, near.key, near.number).table
        try:
            record = read.get(table, near.key)
            texts = {} if record is None else dict(documents(read, table, near.key, record))
        except Corrupt:
            return False
        return near.number in texts and sum_of(texts[near.number]) == near.sum


_asked: WeakKeyDictionary[Store, Answering] = WeakKeyDictionary()


def _answering(store: Store, config: Config) -> Answering | str:
    """Who answers, with the provider that was asked before where it is the same: its model is loaded."""
    from tacit.core.embedding.spaces import answering

    who, held = answering(store, _quick(config)), _asked.get(store)
    if isinstance(who, str):
        return who
    if held is not None and held.provider.space == who.provider.space:
        who.provider.close()
        who = replace(who, provider=held.provider)
    elif held is not None:
        held.provider.close()
    _asked[store] = who
    return who


def _quick(config: Config) -> Config:
    """The settings, but that what waits is given no more time than a question."""
    if not config.provider:
        return config
    from copy import copy

    from tacit.core.embedding.remote import QUESTION_TIME

    quick = copy(config)
    quick.timeout = min(config.timeout, round(1000 * QUESTION_TIME))
    return quick


def _warned(config: Config) -> str:
    """What is to be known of answers by vectors that have no meaning."""
    from tacit.core.embedding.choice import warning

    return warning(config) if config.provider == "hashing" else ""


def _caught_up(store: Store, who: Answering, config: Config) -> str:
    """Embed a few records that wait, one batch at most; what hinders that, which hinders no answer."""
    from tacit.core.embedding.catching_up import embed_waiting, waiting
    from tacit.core.embedding.provider import EmbeddingError
    from tacit.core.embedding.spaces import FEW

    if store.readonly:
        return ""
    with store.read() as read:
        behind = waiting(read, who.space)
    try:
        if behind:
            embed_waiting(store, who.provider, min(FEW, config.batch))
    except (EmbeddingError, StoreError) as error:
        return f"What is new has no vectors yet: {error.message}"
    return ""


def _vector(who: Answering, text: str) -> NDArray[float32]:
    """The vector of a question.

    Raises:
        EmbeddingError: the provider gives none, or none that can be compared.
    """
    import numpy as np

    from tacit.core.embedding.provider import EmbeddingError

    clean = text[:LONGEST].encode("utf-8", "replace").decode()
    rows = who.provider.embed([clean], "query")
    if rows.shape != (1, who.space.dimensions) or not np.isfinite(rows).all():
        raise EmbeddingError(
            f"{who.provider.space} gave something else than a vector of {who.space.dimensions} numbers.",
            "If its model was changed, set embedding.dimensions: `memory import` then embeds all anew.",
        )
    row: NDArray[float32] = rows[0]
    return row


def _changed(read: Read, space: Space) -> frozenset[tuple[str, bytes]]:
    """The records that changed since the space followed them, or may have."""
    from tacit.core.embedding.position import position

    at = position(read, space)
    if at is None:
        return frozenset()
    return frozenset(
        (one.table, bytes.fromhex(one.key)) for one in read.changes(at.seq) if len(one.key) == 16
    )
