"""Taking a vector space out of a store, a little at a time, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice

from tacit.store.keys import successor, u32
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.vector_layout import PLACES, ROWS, space_key
from tacit.store.vector_rows import Space, dropping, give_up, part_of, spaces

_AT_ONCE = 2_000
"""Entries taken out in one transaction."""

_LOOKED = 50_000
"""Entries looked at in one transaction."""


def drop_space(store: Store, space: Space) -> None:
    """Take out a space: it is gone at once, its rows in many transactions.

    It keeps its number until nothing of it is left, so whoever is killed leaves work and no damage:
    :func:`drop_strays` goes on with it.
    """
    store.write(partial(give_up, space=space))
    drop_strays(store)


def drop_strays(store: Store) -> int:
    """Take out the places and rows of spaces that are being dropped, or of none; how many there were."""
    with store.read() as read:
        going = dropping(read)
    removed = 0
    for prefix, of in ((PLACES, _of_place), (ROWS, _of_row)):
        at: bytes | None = prefix
        while at is not None:
            at, some = store.write(partial(_some, at=at, high=successor(prefix), of=of))
            removed += some
    if going:
        store.write(partial(_forget, going=going))
    return removed


def _forget(write: Write, going: tuple[Space, ...]) -> None:
    """Let go of the numbers of spaces of which nothing is left."""
    for one in set(dropping(write)).intersection(going):
        write.kv.delete(part_of(write).space, space_key(one.number))


def _some(
    write: Write, at: bytes, high: bytes | None, of: Callable[[bytes], bytes]
) -> tuple[bytes | None, int]:
    """Take out some entries from ``at`` on: where the next ones begin, and how many they were."""
    space = part_of(write).space
    there = {u32(one.number) for one in spaces(write)}
    seen = removed = 0
    for key, _ in islice(write.kv.scan(space, at, high), _LOOKED):
        seen, at = seen + 1, key
        if of(key) not in there:
            write.kv.delete(space, key)
            removed += 1
            if removed >= _AT_ONCE:
                return key, removed
    return (at + b"\0" if seen == _LOOKED else None), removed


def _of_place(key: bytes) -> bytes:
    return key[-4:]


def _of_row(key: bytes) -> bytes:
    return key[1:5]
