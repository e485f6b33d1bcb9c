"""Who may change the folder of models: one process at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tacit.core.embedding.provider import EmbeddingError
from tacit.store.disk import FULL, lock


@contextmanager
def alone(models: Path, what: str) -> Iterator[int]:
    """Hold the lock of the models without waiting for it; gives its handle, for a child to inherit.

    Args:
        models: their folder, made where it is missing.
        what: what is done, ``building x``, to tell others.

    Raises:
        EmbeddingError: another process holds it, or the folder cannot be written.
    """
    try:
        models.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(models / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise unwritable(models, error) from None
    try:
        if not lock(handle):
            noted = os.pread(handle, 200, 0).decode("utf-8", "replace").strip()
            other = noted or "Another process is at work"
            raise EmbeddingError(f"{other}.", "Wait until it is done; its folder is locked.")
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"Process {os.getpid()} is {what}".encode(), 0)
            yield handle
            os.ftruncate(handle, 0)
        except OSError as error:
            raise unwritable(models, error) from None
    finally:
        os.close(handle)


def unwritable(models: Path, error: OSError) -> EmbeddingError:
    """The error of a folder of models that cannot be written."""
    if error.errno in FULL:
        hint = "Make room and do it again: what was built is kept."
        return EmbeddingError(f"The disk that holds {models} is full.", hint)
    return EmbeddingError(
        f"{error.filename or models} cannot be written: {error.strerror or error}.", "Check its permissions."
    )
