"""Building a generation of the text index from the records, beside the one that answers meanwhile.

It goes through the tables by key, then follows the change log from where it stood at the beginning.
How far it is lies in its folder: whoever comes next goes on from there.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from msgspec.structs import replace

from tacit.store.text_files import check
from tacit.store.text_following import SOME, Follower
from tacit.store.text_index import TextIndex, Unusable, Writer
from tacit.store.text_place import (
    BUILDING,
    GENERATION,
    POSITION,
    Position,
    discard,
    generations,
    line_sum,
    load,
    save,
    store_of,
)

Told = Callable[[int, int], None]
"""Told how many records of how many are in."""

_CHARACTERS = 2_000_000
"""Of terms put in within one read transaction, unless :data:`SOME` records are reached before."""

_COMMIT = 20_000_000
"""Of terms put in between two commits."""


def build(follower: Follower, told: Told) -> bool:
    """Build a generation, or go on building one, and let it answer; whether it came to its end.

    Raises:
        Unusable: it cannot be written or was dropped, or the log was cut since it was begun.
    """
    index, position = _begun(follower) or _begin(follower)
    position = _fill(follower, index, position, told)
    if position.at is not None:
        return False
    position = follower.pursue(index, position, f"{position.generation}/{BUILDING}")
    if follower.cancelled():
        return False
    check(follower.folder(position), position.files)  # it may have been dropped, and text/ be somebody else's
    save(f"{follower.text}/{POSITION}", position)
    discard(follower.text, but=position.generation)
    os.unlink(f"{follower.folder(position)}/{BUILDING}")  # noqa: PTH108
    return True


def _begun(follower: Follower) -> tuple[TextIndex, Position] | None:
    """What somebody began and did not finish, if it can be gone on with."""
    answering = load(f"{follower.text}/{POSITION}")
    for name in generations(follower.text):
        position = load(f"{follower.text}/{name}/{BUILDING}")
        if position is None or position.generation != name or not follower.fits(position):
            continue
        if answering is not None and answering.generation == name:
            continue
        try:
            check(follower.folder(position), position.files)
            return TextIndex(follower.folder(position), list(follower.sources)), position
        except Unusable:
            continue
    return None


def _begin(follower: Follower) -> tuple[TextIndex, Position]:
    answering = load(f"{follower.text}/{POSITION}")
    discard(follower.text, but="" if answering is None else answering.generation)
    name = f"{GENERATION}{os.urandom(6).hex()}"
    os.mkdir(f"{follower.text}/{name}", 0o700)  # noqa: PTH102
    index = TextIndex(f"{follower.text}/{name}", list(follower.sources), create=True)
    with follower.store.read() as read:
        seq = read.sequence()
        line = line_sum(read.kv, seq) or 0
        store = store_of(read.kv)
    first = next(iter(follower.sources))
    position = Position(store, follower.spec, name, seq, line, {}, (first, b""))
    return index, follower.saved(position, f"{name}/{BUILDING}")


def _fill(follower: Follower, index: TextIndex, position: Position, told: Told) -> Position:
    """Put in the records from ``position.at`` on; the position reached, also when it was cancelled."""
    if position.at is None:
        return position
    done, total = _extent(follower, position.at)
    told(done, total)
    name = f"{position.generation}/{BUILDING}"
    size = 0
    with index.writer() as writer:
        while position.at is not None and not follower.cancelled():
            at, units, characters = _put_some(follower, writer, position.at)
            position = replace(position, at=at)
            done, size = done + units, size + characters
            told(min(done, total), total)
            if size >= _COMMIT:
                writer.commit()
                position, size = follower.saved(position, name), 0
        writer.commit()
    return follower.saved(position, name)


def _put_some(
    follower: Follower, writer: Writer, at: tuple[str, bytes]
) -> tuple[tuple[str, bytes] | None, int, int]:
    """Put in some records behind ``at``: where that ends, how many they were, and their characters."""
    name, last = at
    units = size = 0
    with follower.store.read() as read:
        for key in read.keys(follower.sources[name].table, last + b"\0" if last else b""):
            size += follower.put(writer, read, name, key)
            units += 1
            if units >= SOME or size >= _CHARACTERS:
                return (name, key), units, size
    names = list(follower.sources)
    behind = names[names.index(name) + 1 :]
    return ((behind[0], b"") if behind else None), units, size


def _extent(follower: Follower, at: tuple[str, bytes]) -> tuple[int, int]:
    """How many records are in up to there, and how many there are."""
    done = total = 0
    passed = True
    with follower.store.read() as read:
        for name, source in follower.sources.items():
            passed = passed and name != at[0]
            count = sum(1 for _ in read.keys(source.table))
            total += count
            if passed:
                done += count
            elif name == at[0] and at[1]:
                done += sum(1 for _ in read.keys(source.table, b"", at[1] + b"\0"))
    return done, total
