"""Indexes and counters made anew from the records, and records brought to the version of their table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tacit.store.codec import dump, is_old, load
from tacit.store.engine import Transaction
from tacit.store.entries import amounts, index_entries
from tacit.store.errors import Corrupt
from tacit.store.keys import successor
from tacit.store.pending import put_sum
from tacit.store.schema import COUNTERS, TRASH, Counter, Index, Table

Step = Callable[[int], None]
"""Told now and then, or after every record, how many there were so far."""


def unheard(_: int) -> None:
    """Nobody wants to know."""


def build(
    kv: Transaction,
    table: Table[Any],
    indexes: Iterable[Index[Any]],
    counters: Iterable[Counter[Any]],
    step: Step = unheard,
) -> int:
    """Make indexes and counters of a table anew, whatever they hold.

    A damaged record is passed over: it is nobody's to count until it is repaired.

    Args:
        kv: the transaction that writes.
        table: whose they are.
        indexes: which indexes.
        counters: which counters.
        step: told after every record how many there were so far.

    Returns:
        How many records were passed over.
    """
    indexes, counters = tuple(indexes), tuple(counters)
    for index in indexes:
        clear(kv, table.spaces[index.name])
    for counter in counters:
        clear(kv, COUNTERS, table.stems[counter.name])
    sums: dict[bytes, int] = {}
    damaged = 0
    for count, (key, sealed) in enumerate(kv.scan(table.space), 1):
        step(count)
        try:
            record = load(table, key, sealed)
        except Corrupt:
            damaged += 1
            continue
        for space, entry in index_entries(table, key, record, indexes):
            kv.put(space, entry, key)
        for place, amount in amounts(table, record, counters).items():
            sums[place] = sums.get(place, 0) + amount
    for place, total in sums.items():
        put_sum(kv, place, total)
    return damaged


def renew(kv: Transaction, table: Table[Any], step: Step = unheard) -> int:
    """Rewrite the records of older versions, those in the trash too; how many damaged ones were left."""
    if table.version == 1:
        return 0
    stem = table.name.encode() + b"\0"
    damaged = 0
    for space, prefix in ((table.space, b""), (TRASH, stem)):
        for count, (place, sealed) in enumerate(kv.scan(space, prefix, successor(prefix)), 1):
            step(count)
            if not is_old(table, sealed):
                continue
            key = place[len(prefix) :]
            try:
                kv.put(space, place, dump(table, key, load(table, key, sealed)))
            except Corrupt:
                damaged += 1
    return damaged


def clear(kv: Transaction, space: str, prefix: bytes = b"") -> None:
    """Take everything out of a space, or all that begins alike."""
    for key, _ in kv.scan(space, prefix, successor(prefix)):
        kv.delete(space, key)
