"""The same episodes in a store of ours and in SQLite, for benchmarks that ask or copy what is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from benchmarks import rival
from tacit.core.batch import Pending, store_batch
from tacit.store.store import Store

_AT_ONCE = 20


def fill(store: Store, lite: sqlite3.Connection, waiting: Sequence[Pending]) -> None:
    """Store every batch on both sides; how long that takes is nobody's business here."""
    lite.execute("PRAGMA synchronous=OFF")
    for first in range(0, len(waiting), _AT_ONCE):
        some = waiting[first : first + _AT_ONCE]
        store.write(lambda write: store_batch(write, some, dry_run=False))  # noqa: B023
    for pending in waiting:
        rival.store(lite, pending)
    lite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    lite.execute("PRAGMA synchronous=FULL")
