"""Tombstones: what a person deleted stays deleted, whatever comes again.

A tombstone holds an id, what it was, and its role; never text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec import Struct

from tacit.core.tables import TOMBSTONES
from tacit.store.reading import Read
from tacit.store.transaction import Write

Role = Literal["head", "with", "single"]
"""``head``: also hides what would join its family. ``with``: went with a head. ``single``: alone."""


_TABLES = {"p": "patterns", "s": "sessions", "e": "episodes"}


class Tombstone(Struct, frozen=True):
    """What is deleted. ``table`` is ``patterns``, ``sessions`` or ``episodes``."""

    table: str
    role: Role


def bury(write: Write, table: str, public_id: str, role: Role) -> None:
    """Set a tombstone; one that stands already is kept if it says more."""
    if role == "with" and is_buried(write, public_id):
        return
    write.set_value(TOMBSTONES, public_id.encode(), msgspec.msgpack.encode(Tombstone(table, role)))


def lift(write: Write, public_id: str) -> None:
    """Take a tombstone away."""
    write.delete_value(TOMBSTONES, public_id.encode())


def is_buried(read: Read, public_id: str) -> bool:
    """Whether a thing with this id was deleted."""
    return read.value(TOMBSTONES, public_id.encode()) is not None


def tombstones(read: Read, table: str | None = None) -> Iterator[tuple[str, Role]]:
    """All tombstones, or those of one table, in the order of their ids."""
    for key, raw in read.items(TOMBSTONES):
        stone = msgspec.msgpack.decode(raw, type=Tombstone)
        if table is None or stone.table == table:
            yield key.decode(), stone.role


def table_of(public_id: str) -> str:
    """The table that a public id belongs to.

    Raises:
        ValueError: it belongs to none.
    """
    if public_id[:1] not in _TABLES:
        raise ValueError(f"not an id: {public_id}")
    return _TABLES[public_id[0]]


def role_of(word: str) -> Role:
    """The role a word names; one that is not known hides least."""
    roles: dict[str, Role] = {"head": "head", "with": "with", "single": "single"}
    return roles.get(word, "single")
