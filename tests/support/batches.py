"""Every batch made tiny, so that a small memory has all the commits of a large one."""

from __future__ import annotations

import pytest

TINY = {
    "core.ingest._BATCH_BYTES": 0,
    "core.notes.taking._BATCH_NOTES": 1,
    "core.notes.restoring._BATCH": 1,
    "core.learn.queue.BATCH": 2,
    "core.learn.review._BATCH": 3,
    "core.rebuilding._COPIES": 1,
    "core.embedding.catching_up.ROUND": 16,
    "core.embedding.due.LINES": 40,
    "core.texts.LEAST": 1,
    "store.changelog.KEPT": 50,
    "store.changelog.TRIM_EVERY": 4,
    "store.changelog.TRIM_LINES": 8,
    "store.vector_dropping._AT_ONCE": 12,
    "store.vector_dropping._LOOKED": 30,
    "store.vector_rebuilding.LEAST": 20,
    "store.vector_rebuilding.BEHIND": 5,
    "store.vector_rebuilding.CROSSOVER": 40,
}
"""Where in the program how much is done at once."""


def make_tiny(patch: pytest.MonkeyPatch) -> None:
    """Let everything that goes on in batches do very little at once, and all of it be done by the caller."""
    for name, number in TINY.items():
        patch.setattr(f"tacit.{name}", number)
    for name in ("IDLE", "PATIENCE"):  # the thread that learns waits longer than any test
        patch.setattr(f"tacit.core.learn.worker.{name}", 3_600.0)
