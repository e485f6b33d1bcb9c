"""Whether a store is one that this Tacit may read and write: its version, and what is built in it."""

from __future__ import annotations

import os

from tacit.store.errors import StoreNewer, StoreOlder
from tacit.store.guard import DATA
from tacit.store.schema import Schema

Parts = dict[str, str]


def parts_of(noted: bytes | None) -> Parts:
    """Name to revision of all that a store says is built in it; a store of the first version says nothing."""
    lines = (noted or b"").decode().splitlines()
    return {name: revision for name, _, revision in (line.rpartition(" ") for line in lines)}


def check(path: object, schema: Schema, stored: bytes, noted: bytes | None) -> None:
    """See that a store is of the version of a schema and that all the schema declares is built in it.

    Args:
        path: where the store lies, for the message.
        schema: what is declared.
        stored: the version as the store has it.
        noted: what it says is built.

    Raises:
        StoreNewer: a newer Tacit made or changed it.
        StoreOlder: it has to be brought up to date first.
    """
    version = int.from_bytes(stored, "big")
    if version > schema.version:
        raise StoreNewer(
            f"The store {path} was written by a newer Tacit (schema {version}).", "Update Tacit."
        )
    if version < schema.version:
        raise _older(path, f"schema {version}")
    if noted == schema.noted:
        return
    built = parts_of(noted)
    beyond = [name for name, revision in built.items() if _number(schema.parts.get(name)) < _number(revision)]
    if beyond:
        raise StoreNewer(
            f"The store {path} was written by a newer Tacit (it has {beyond[0]}).", "Update Tacit."
        )
    missing = next(name for name, revision in schema.parts.items() if built.get(name) != revision)
    raise _older(path, f"it lacks {missing}")


def hold(path: object, opened: bytes, stored: bytes | None) -> None:
    """See that a store still has the version it was opened with.

    Raises:
        StoreNewer: it has another one.
    """
    if stored != opened:
        raise StoreNewer(
            f"The store {path} was brought to another version while it was open.", "Start the program anew."
        )


def _older(path: object, why: str) -> StoreOlder:
    message = f"The store {path} was written by an older Tacit ({why})."
    if writable(str(path)):
        return StoreOlder(message, "Any command without --readonly brings it up to date, after a backup.")
    return StoreOlder(
        message,
        "It has to be brought up to date and may not be written to: copy its folder to where you may write, "
        "and name the copy with --store DIR.",
    )


def writable(path: str) -> bool:
    """Whether the folder of a store and its data file may be written to."""
    return all(os.access(place, os.W_OK) for place in (path, f"{path}/{DATA}"))


def _number(revision: str | None) -> tuple[int, ...]:
    return tuple(map(int, revision.split("."))) if revision else ()
