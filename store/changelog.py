"""The change log: sequence number to what was done to which record, by whom. Never any text.

Everything derived follows it from its own position; it is the audit log as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import DecodeError, Struct, ValidationError
from msgspec.msgpack import Decoder

from tacit.store.codec import encode, seal, unseal
from tacit.store.engine import Transaction
from tacit.store.errors import Corrupt
from tacit.store.keys import u64
from tacit.store.schema import CHANGES


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


def line(key: bytes, sealed: bytes) -> Change:
    """The line in a stored value.

    Raises:
        Corrupt: it is damaged.
    """
    payload = unseal(CHANGES, key, sealed)
    try:
        return _decode(payload)
    except (DecodeError, ValidationError) as error:
        raise Corrupt(CHANGES, key.hex(), f"it is no change ({error})") from error
