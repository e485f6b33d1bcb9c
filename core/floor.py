"""How far the change log is followed by all that is derived from it."""

from __future__ import annotations

from tacit.core.embedding.position import embedding_floor
from tacit.core.texts import text_floor
from tacit.store.store import Store


def floor(store: Store) -> int:
    """Up to which line text index and vectors have followed; all lines where there is neither."""
    with store.read() as read:
        return min(text_floor(store), embedding_floor(read))
