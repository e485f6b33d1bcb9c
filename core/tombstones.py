"""Tombstones: what a person deleted stays deleted, whatever comes again.

A tombstone holds an id, what it was, and its role; never text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

import msgspec
from msgspec import Struct

from tacit.core.tables import PATTERNS, TOMBSTONES, key_of
from tacit.core.things import TABLES
from tacit.store.reading import Read
from tacit.store.transaction import Write

Role = Literal["head", "with", "single", "forgotten"]
"""``head``: also hides what would join its family. ``with``: went with a head. ``single``: alone.
``forgotten``: a session, episode or note that is gone for good, and not even kept for an undo when it comes
again.
"""


class Tombstone(Struct, frozen=True):
    """What is deleted. ``table`` is ``patterns``, ``sessions``, ``episodes`` or ``notes``."""

    table: str
    role: Role


def bury(write: Write, table: str, public_id: str, role: Role) -> None:
    """Set a tombstone; one that stands already is kept if it says more."""
    if (role == "with" and is_buried(write, public_id)) or is_forgotten(write, public_id):
        return
    write.set_value(TOMBSTONES, public_id.encode(), msgspec.msgpack.encode(Tombstone(table, role)))


def lift(write: Write, public_id: str) -> None:
    """Take a tombstone away; what was forgotten stays so."""
    if is_forgotten(write, public_id):
        return
    write.delete_value(TOMBSTONES, public_id.encode())


def is_buried(read: Read, public_id: str) -> bool:
    """Whether a thing with this id was deleted."""
    return read.present(TOMBSTONES, public_id.encode())


def lives(read: Read, public_id: str) -> bool:
    """Whether a thing with this id is in its list."""
    key = key_of(public_id)
    return next(read.keys(TABLES[public_id[0]], key, key + b"\0"), None) is not None


def buried_alive(read: Read) -> list[str]:
    """Sessions, episodes and notes that have a tombstone although they are there."""
    return [one for one, _ in tombstones(read) if one[:1] in ("s", "e", "n") and lives(read, one)]


def is_forgotten(read: Read, public_id: str) -> bool:
    """Whether a thing with this id is gone for good."""
    key = public_id.encode()
    if not read.present(TOMBSTONES, key):
        return False
    found = read.items(TOMBSTONES, key, _of_damaged)
    return any(role_in(raw) == "forgotten" for one, raw in found if one == key)


def role_in(raw: bytes) -> Role:
    """The role in a stored tombstone."""
    return msgspec.msgpack.decode(raw, type=Tombstone).role


def tombstones(read: Read, table: str | None = None) -> Iterator[tuple[str, Role]]:
    """All tombstones, or those of one table, in the order of their ids."""
    for key, raw in read.items(TOMBSTONES, instead=_of_damaged):
        stone = msgspec.msgpack.decode(raw, type=Tombstone)
        if table is None or stone.table == table:
            yield key.decode(), stone.role


def table_of(public_id: str) -> str:
    """The table that a public id belongs to.

    Raises:
        ValueError: it belongs to none.
    """
    if public_id[:1] not in TABLES:
        raise ValueError(f"not an id: {public_id}")
    return TABLES[public_id[0]].name


def worst_role(public_id: str) -> Role:
    """The role that hides most, for a tombstone that can no longer say which it has."""
    return "head" if public_id.startswith("p") else "forgotten"


def _of_damaged(key: bytes) -> bytes:
    """A tombstone that is damaged still buries: its key says what."""
    public_id = key.decode(errors="replace")
    table = TABLES.get(public_id[:1], PATTERNS)
    return msgspec.msgpack.encode(Tombstone(table.name, worst_role(public_id)))


def role_of(word: str) -> Role:
    """The role a word names; one that is not known hides least."""
    known: tuple[Role, ...] = get_args(Role)
    return next((role for role in known if role == word), "single")
