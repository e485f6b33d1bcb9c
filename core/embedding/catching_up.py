"""Giving vectors to what has none yet, in rounds that may end at any moment.

A round reads some records that may need vectors in one snapshot, asks the provider for them outside of
any transaction, and writes them in one transaction together with how far that is. A record that changed
meanwhile is left out there: the change log names it behind the position, so it comes again. Whoever is
killed has lost a round of work and stored nothing of it; whoever does it again finds what is done by the
checksums of the texts. One process does this at a time (:mod:`tacit.core.embedding.turn`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.core.embedding.due import LINES, Due, Gathered, gather, named_after
from tacit.core.embedding.position import Position, begin, position, set_position, total
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.embedding.texts import TABLES, sum_of, sums
from tacit.core.embedding.turn import turn
from tacit.store.errors import StoreError
from tacit.store.vector_rows import Space, make_space, places_of, put_vectors, row_of, spaces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tacit.core.embedding.provider import Provider
    from tacit.store.reading import Read
    from tacit.store.store import Store
    from tacit.store.transaction import Write

ROUND = 256
"""Texts embedded between two transactions: half a second to a second of a local model on two cores."""

_REMEMBERED = 4_096
"""Vectors kept at hand, because many steps of different episodes say the same."""


class Embedded(Struct, frozen=True):
    """What came of it: ``done`` texts have a vector now, ``waiting`` as :func:`waiting` counts."""

    done: int
    waiting: int


def never() -> bool:
    """Asked whether to end: no."""
    return False


def untold(_done: int, _total: int) -> None:
    """Told how far it is."""


def space_of(read: Read, name: str) -> Space | None:
    """The vector space of this name; ``None`` where nothing was embedded with it."""
    return next((one for one in spaces(read) if one.name == name), None)


def waiting(read: Read, space: Space | None) -> int:
    """How many patterns and episodes are to be looked at for whether they need vectors, at most.

    None, or exactly so many, or more than really do: of a changed record the text may be what it was.
    Far behind the log its lines are counted instead of the records they name.
    """
    every = total(read)
    at = None if space is None else position(read, space)
    if at is None:
        return every
    lines = read.sequence() - at.seq
    if lines > LINES:
        return min(every, lines)
    ahead = 0 if at.complete else max(0, every - at.seen)
    named = named_after(read, at.seq)
    there = sum(read.kv.get(TABLES[table].space, key) is not None for table, key in named)
    return min(every, ahead + there)


def embed_waiting(
    store: Store,
    provider: Provider,
    most: int | None = None,
    progress: Callable[[int, int], None] = untold,
    cancelled: Callable[[], bool] = never,
) -> Embedded:
    """Embed what has no vector in the space of a provider yet, or another text than its vector has.

    Args:
        store: where.
        provider: who embeds.
        most: so many texts at most, and no more than some thousand lines of the log; all, if not said.
        progress: told after every round how many records and lines of the log are behind, of how many.
        cancelled: asked after every round; ``True`` ends it, to be gone on with later.

    Returns:
        What was done; nothing while another process embeds, or the store is open for reading only.

    Raises:
        EmbeddingError: the provider fails; what was done before stays.
        StoreError: it cannot be written, as on a full disk; what was done before stays.
    """
    done = 0
    if not store.readonly:
        with turn(store) as mine:
            if mine:
                try:
                    done = _Run(store, provider, progress, cancelled).all(most)
                finally:
                    _settle(store)
    with store.read() as read:
        return Embedded(done, waiting(read, space_of(read, provider.space)))


def _settle(store: Store) -> None:
    """Let lines of the change log go that are followed now."""
    from tacit.core.floor import floor

    with suppress(StoreError):
        store.floor = floor(store)


class _Run:
    """One call: rounds until nothing waits."""

    def __init__(
        self,
        store: Store,
        provider: Provider,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._store = store
        self._provider = provider
        self._progress = progress
        self._cancelled = cancelled
        self._known: dict[bytes, bytes] = {}
        self._behind = 0

    def all(self, most: int | None) -> int:
        """Round after round; how many texts were embedded."""
        done = 0
        while not self._cancelled():
            room = ROUND if most is None else min(ROUND, most - done)
            if room <= 0:
                break
            with self._store.read() as read:
                space = space_of(read, self._provider.space)
                before = None if space is None else position(read, space)
                found = gather(read, space, before or begin(read), room)
                left = max(0, total(read) - found.after.seen) if not found.after.complete else 0
                left += read.sequence() - found.after.seq
            if not found.due and (found.after == before or not (found.looked or space)):
                break
            done += self._round(space, before, found)
            self._behind += found.looked
            self._progress(self._behind, self._behind + left)
            if most is not None and self._behind >= LINES:
                break
        return done

    def _round(self, space: Space | None, before: Position | None, found: Gathered) -> int:
        """Embed and store what was gathered; how many texts have a vector now."""
        texts = [text for one in found.due for text in one.wanted]
        self._embed(texts, space)
        wide = self._provider.dimensions if space is None else space.dimensions

        def job(write: Write) -> int:
            now = space_of(write, self._provider.space)
            if now is None and space is None:
                now = make_space(write, self._provider.space, wide)
            elif now is None or now != space or position(write, now) != before:
                return 0  # dropped, or somebody else is at it after all
            for one in found.due:
                _store(write, now, one, self._known)
            set_position(write, now, found.after)
            return len(texts)

        return self._store.write(job, large=len(texts) > 1)

    def _embed(self, texts: Sequence[str], space: Space | None) -> None:
        """Have the vectors of these texts at hand, each embedded once."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        fresh = {sum_of(text): text for text in texts}
        fresh = {key: text for key, text in fresh.items() if key not in self._known}
        if not fresh:
            return
        import numpy as np

        rows = self._provider.embed(list(fresh.values()), "document")
        wide = self._provider.dimensions if space is None else space.dimensions
        if rows.shape != (len(fresh), wide) or not np.isfinite(rows).all():
            raise EmbeddingError(
                f"{self._provider.space} gave something else than {len(fresh)} vectors of {wide} numbers.",
                "Set another embedding.provider or embedding.model.",
            )
        packed = rows.astype("<f2")
        self._known.update((key, row.tobytes()) for key, row in zip(fresh, packed, strict=True))


def _store(write: Write, space: Space, due: Due, known: dict[bytes, bytes]) -> None:
    """Give a record its rows, unless it has changed or gone meanwhile."""
    sealed = write.kv.get(due.table.space, due.key)
    if sealed is None:
        return
    texts = due.texts
    if sealed != due.sealed:
        record = write.get(due.table, due.key)
        if record is None or sums(write, due.table, due.key, record) != texts:
            return
    had = places_of(write, space, due.table.name, due.key)
    keep = {one.number for one in had if texts.get(one.number) == one.sum}
    moved = {one.sum: one.row for one in had}
    rows = []
    for number, one in texts.items():
        vector = None if number in keep else known.get(one)
        if vector is None and number not in keep and one in moved:
            stored = row_of(write, space, moved[one])
            vector = None if stored is None else stored.vector
        if vector is not None:
            rows.append((number, one, vector))
    put_vectors(write, space, due.table.name, due.key, rows, keep)
