"""Other names of projects: what was merged into what, kept apart from the sessions.

A merge outlives the sessions it renamed: one that is imported later comes under the merged name at once.
Each entry belongs to a step of undo, which takes it out again; of a name the entry made last stands.
Entries lie under a hash of their name, so that a step of undo can name them without a word of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec
from msgspec import Struct

from tacit.core.tables import ALIASES
from tacit.store.reading import Read
from tacit.store.transaction import Write


class Merge(Struct, frozen=True, array_like=True):
    """What one step of undo merged a project into.

    ``step`` is 0 for what came with an export: nothing takes that back.
    """

    step: int
    target: str


class Alias(Struct, frozen=True, array_like=True):
    """A name and the projects it was merged into, oldest first; the last one stands."""

    name: str
    said: tuple[Merge, ...]

    @property
    def target(self) -> str:
        """The project that it stands for, which may be an alias itself."""
        return self.said[-1].target


def alias_key(name: str) -> bytes:
    """Where what a name was merged into lies."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def mark_of_merge(name: str, target: str) -> bytes:
    """What a merge is known by when it is forgotten."""
    return blake2b(alias_key(name) + alias_key(target), digest_size=16).digest()


def aliases(read: Read) -> Iterator[Alias]:
    """Every name that was merged into another one and stands so."""
    for _, raw in read.items(ALIASES):
        yield alias_in(raw)


def alias_in(raw: bytes) -> Alias:
    """The alias of a stored value."""
    return msgspec.msgpack.decode(raw, type=Alias)


def alias_at(read: Read, key: bytes) -> Alias | None:
    """The alias that lies there."""
    raw = read.value(ALIASES, key)
    return None if raw is None else alias_in(raw)


def history(read: Read, name: str) -> tuple[Merge, ...]:
    """What a name was merged into and not taken back, oldest first."""
    found = alias_at(read, alias_key(name))
    return () if found is None else found.said


def keep(write: Write, name: str, said: tuple[Merge, ...]) -> None:
    """Replace what a name was merged into; nothing said leaves nothing behind."""
    if said:
        write.set_value(ALIASES, alias_key(name), msgspec.msgpack.encode(Alias(name, said)))
    else:
        write.delete_value(ALIASES, alias_key(name))
