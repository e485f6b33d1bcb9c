"""The narrow protocol between the store and whatever keeps its bytes in order.

A *space* is a named, ordered map of bytes to bytes. All spaces of an engine change together in one
transaction. :mod:`tacit.store.lmdb_engine` is the embedded implementation; anything that sorts keys
bytewise and has snapshot reads with one writer at a time can stand in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Transaction(Protocol):
    """A snapshot for reading, or the one transaction that writes."""

    def get(self, space: str, key: bytes) -> bytes | None:
        """The value, or ``None``."""
        ...

    def put(self, space: str, key: bytes, value: bytes) -> None:
        """Insert or replace."""
        ...

    def delete(self, space: str, key: bytes) -> bool:
        """Remove; whether it was there."""
        ...

    def scan(
        self, space: str, low: bytes = b"", high: bytes | None = None, *, reverse: bool = False
    ) -> Iterator[tuple[bytes, bytes]]:
        """(key, value) with ``low`` <= key < ``high``, in order or backwards.

        The space may be written to meanwhile: what lies ahead is then seen as it became.
        """
        ...

    def child(self) -> Transaction:
        """A part that can be taken back alone: its commit folds it into this one, its abort drops it.

        Nothing can be asked of this one until the child has ended.

        Raises:
            StoreReadOnly: this one only reads.
        """
        ...

    def written(self) -> int:
        """How much was put and deleted so far, in bytes of keys and values, its children included."""
        ...

    def commit(self) -> None:
        """Make it durable.

        Raises:
            StoreFull: there is no room; nothing of the transaction is stored.
        """
        ...

    def abort(self) -> None:
        """Drop it. Harmless after a commit."""
        ...


class Engine(Protocol):
    """Where the bytes are."""

    def begin(self, write: bool = False) -> Transaction:
        """Start a transaction. One that writes waits for the other writers, of all processes."""
        ...

    def roomy(self) -> bool:
        """Whether there is room for far more than a few jobs write (a quarter of a gigabyte)."""
        ...

    def close(self) -> None:
        """Let go of the files."""
        ...
