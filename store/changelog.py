"""The change log: sequence number to what was done to which record, by whom. Never any text.

Everything derived follows it from its own position; it is the audit log as well. Old lines are dropped
from its beginning, so that what is there has no holes; the newest stays, as numbers never go back.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.msgpack import Decoder

from tacit.store.codec import UNREADABLE, encode, seal, unseal
from tacit.store.engine import Transaction
from tacit.store.errors import Corrupt
from tacit.store.keys import u64
from tacit.store.schema import CHANGES

KEPT = 200_000
"""So many of the newest lines are not dropped for their number."""

KEPT_MS = 30 * 86_400_000
"""Lines older than this are dropped, whoever has not followed them."""

TRIM_EVERY = 32
"""A write that comes past a multiple of this looks whether there is something to drop."""

TRIM_LINES = 128
"""So many are dropped then, or twice as many as the write added: about a millisecond."""


class Change(Struct, frozen=True, omit_defaults=True):
    """One line of the log.

    ``op`` is put, delete, trash, restore or purge, or what a note says; ``key`` the record's key in
    hex, or the ids of a note; ``at`` milliseconds UTC; ``command`` the verb without arguments.
    """

    seq: int
    at: int
    op: str
    table: str
    key: str
    actor: str = ""
    command: str = ""
    result: str = ""


_decode = Decoder(Change).decode


def newest(kv: Transaction) -> int:
    """The highest sequence number, 0 in a new store."""
    for key, _ in kv.scan(CHANGES, reverse=True):
        return int.from_bytes(key, "big")
    return 0


def oldest(kv: Transaction) -> int:
    """The lowest sequence number, 0 where there is none."""
    for key, _ in kv.scan(CHANGES):
        return int.from_bytes(key, "big")
    return 0


def append(kv: Transaction, change: Change) -> None:
    """Write a line under its number."""
    key = u64(change.seq)
    kv.put(CHANGES, key, seal(CHANGES, key, encode(change)))


def since(kv: Transaction, seq: int) -> Iterator[Change]:
    """The lines with a number above ``seq``, oldest first.

    Raises:
        Corrupt: a line is damaged.
    """
    for key, sealed in kv.scan(CHANGES, u64(seq + 1)):
        yield line(key, sealed)


def trim(kv: Transaction, newest: int, added: int, now: int, floor: int) -> None:
    """Drop the lines that are too old, and beyond the newest :data:`KEPT` those up to the floor.

    Args:
        kv: the transaction.
        newest: the number of the newest line, which stays.
        added: how many of the lines up to it are this transaction's.
        now: milliseconds UTC.
        floor: the lowest position among those that follow the log.
    """
    if newest // TRIM_EVERY == (newest - added) // TRIM_EVERY:
        return
    enough = min(floor, newest - KEPT)
    doomed: list[bytes] = []
    sure = 0
    for key, sealed in kv.scan(CHANGES, high=u64(newest)):
        number = int.from_bytes(key, "big")
        old = number <= enough or _older(key, sealed, now - KEPT_MS)
        if old is False or len(doomed) >= max(TRIM_LINES, 2 * added):
            break
        doomed.append(key)
        if old:
            sure = len(doomed)
    for key in doomed[:sure]:
        kv.delete(CHANGES, key)


def _older(key: bytes, sealed: bytes, than: int) -> bool | None:
    """Whether a line is of before then; ``None`` where it is damaged, and as old as the one behind it."""
    try:
        return line(key, sealed).at < than
    except Corrupt:
        return None


def line(key: bytes, sealed: bytes) -> Change:
    """The line in a stored value.

    Raises:
        Corrupt: it is damaged.
    """
    payload = unseal(CHANGES, key, sealed)
    try:
        return _decode(payload)
    except UNREADABLE as error:
        raise Corrupt(CHANGES, key.hex(), f"it is no change ({error})") from error
