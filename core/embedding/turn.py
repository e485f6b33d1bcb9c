"""Whose turn it is to embed: one process at a time does the work, the others go on without."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tacit.store.disk import lock

if TYPE_CHECKING:
    from tacit.store.store import Store

FILE = "embedding.lock"


@contextmanager
def turn(store: Store) -> Iterator[bool]:
    """The right to embed what waits in a store, without waiting; ``False`` while somebody else does.

    It ends with the process, however that ends.
    """
    try:
        path = f"{os.path.realpath(store.path)}/{FILE}"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:  # a place that may not be written to
        yield False
        return
    try:
        yield lock(handle)
    finally:
        os.close(handle)
