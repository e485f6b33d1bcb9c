"""The side of the memory that embeds: gives every text its vector, at once or off the hot path."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tacit.core.learner import Learner

if TYPE_CHECKING:
    from tacit.core.embedding.background import Embedder
    from tacit.core.embedding.spaces import Filled, Holding


class Embedding(Learner):
    """An open memory as far as it embeds what is stored."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._embedder: Embedder | None = None

    def embedding(self) -> Holding:
        """What is embedded, with which model, and what waits for that, from counters."""
        from tacit.core.embedding.spaces import holding

        with self._store.read() as read:
            return holding(read, self.config)

    def embed(
        self,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Filled:
        """Embed all that waits with the model the settings name; after a change of model everything.

        A run that is cut short is gone on with by the next one. While another process embeds nothing is
        done here.

        Args:
            progress: told now and then how much was looked at, of how much.
            cancelled: asked now and then; ``True`` ends it, and the rest waits.

        Raises:
            EmbeddingError: no model is ready, or it fails; the message says why.
            StoreError: it cannot be written, as on a full disk. What was done before stays.
        """
        from tacit.core.embedding.catching_up import never, untold
        from tacit.core.embedding.spaces import fill

        return fill(self._store, self.config, progress or untold, cancelled or never)

    def embed_soon(self) -> None:
        """Let a thread of this memory embed what waits; nothing happens where no model is ready."""
        from tacit.core.embedding.choice import unready

        if self.readonly or not self.background or unready(self.config):
            return
        with self._workers:
            if self._embedder is None or self._embedder.pid != os.getpid():
                from tacit.core.embedding.background import Embedder

                self._embedder = Embedder(self._another, self.config)
            embedder = self._embedder
        embedder.wake()

    def close(self) -> None:
        """Let go of the store; what waits to be embedded stays."""
        self._end_embedder()
        super().close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        ended = self._end_embedder()
        with super()._alone():
            yield
        if ended:
            self.embed_soon()

    def _end_embedder(self) -> bool:
        with self._workers:
            embedder, self._embedder = self._embedder, None
        if embedder is not None:
            embedder.close()
        return embedder is not None
