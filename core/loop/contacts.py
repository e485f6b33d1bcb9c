"""When agents last spoke to the memory, and through which door."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import msgspec

from tacit.core.loop.records import Contact, Door
from tacit.core.tables import CONTACTS
from tacit.store.reading import Read
from tacit.store.transaction import Write

_EVERY = 60_000
"""Milliseconds between two notes of the same agent at the same door."""


def note(read: Read, agent: str, door: Door, what: str, at: int) -> Callable[[Write], None] | None:
    """What writes the note, unless there is one of a moment ago."""
    key = f"{agent}\0{door}".encode("utf-8", "replace")[:200]
    raw = read.value(CONTACTS, key)
    if raw is not None:
        last = msgspec.msgpack.decode(raw, type=Contact)
        if last.what == what and at - last.at < _EVERY:
            return None
    value = msgspec.msgpack.encode(Contact(at, what))
    return lambda write: write.set_value(CONTACTS, key, value)


def contacts(read: Read) -> dict[tuple[str, Door], Contact]:
    """(agent, door) to when it last came."""
    found: dict[tuple[str, Door], Contact] = {}
    for key, raw in read.items(CONTACTS):
        agent, _, door = key.decode("utf-8", "replace").partition("\0")
        found[agent, cast(Door, door)] = msgspec.msgpack.decode(raw, type=Contact)
    return found
