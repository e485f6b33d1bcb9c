"""Who makes backups of a store at the moment, and who rewrites them without what was forgotten.

A backup in the making holds what was there when it was begun and has no name yet by which it could be
found. So makers share a lock, and who rewrites has it alone: what he has not seen was begun after
what he goes by was forgotten. It is a lock on the store's folder, which leaves nothing behind.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tacit.core.errors import StoreBusy
from tacit.store.disk import lock

PATIENCE = 10.0
"""Seconds to wait for somebody who rewrites."""


@contextmanager
def making(store: Path) -> Iterator[None]:
    """The right to make a backup of the store, from before its snapshot until it has its name.

    Raises:
        StoreBusy: another process has been rewriting the backups for too long.
    """
    deadline = time.monotonic() + PATIENCE
    handle = os.open(store, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        while not lock(handle, fcntl.LOCK_SH):
            if time.monotonic() >= deadline:
                raise StoreBusy(
                    f"The backups of {store} are being rewritten by another process.",
                    "Try again when that is done.",
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


@contextmanager
def rewriting(store: Path) -> Iterator[bool]:
    """The right to rewrite backups, without waiting; ``False`` while somebody makes or rewrites some."""
    handle = os.open(store, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield lock(handle)
    finally:
        os.close(handle)
