"""Taking a backup back in one transaction: all that was there goes, all that is in it comes."""

from __future__ import annotations

from itertools import islice

from tacit.store.backup_check import Checker, Extra
from tacit.store.backup_reader import Backup
from tacit.store.backup_writer import Told
from tacit.store.codec import seal
from tacit.store.engine import Transaction
from tacit.store.errors import BackupDamaged
from tacit.store.keys import u32
from tacit.store.pending import put_sum
from tacit.store.schema import BUILT, CHANGES, ID, META, SECRET, VERSION, Schema
from tacit.store.transaction import Write

_TOGETHER = 100_000
"""So many index entries are put in order before they are written."""

_AT_ONCE = 10_000


def is_empty(kv: Transaction, schema: Schema) -> bool:
    """Whether nothing but the store's own facts is stored."""
    return all(next(iter(kv.scan(space)), None) is None for space in schema.spaces() if space != META)


def restore(
    write: Write,
    backup: Backup,
    schema: Schema,
    *,
    keep_log: bool = False,
    extra: Extra | None = None,
    told: Told | None = None,
) -> None:
    """Make the store what the backup says, its id and secret included.

    Everything derived follows the change log from its own position. So the log begins anew, with one
    line whose number is higher than any that either of the two has given out: whoever followed it finds
    that it is behind. A store nobody has followed may take the log over as it is (``keep_log``).

    Raises:
        BackupDamaged: the backup is not what :func:`tacit.store.backup_check.check` found it to be; the
            transaction must not be committed.
    """
    before = write.sequence()
    for space in schema.spaces():
        if space != META:
            _clear(write.kv, space)
    checker = Checker(backup, schema, extra)
    _fill(write.kv, backup, checker, told)
    checker.finish()
    for version in range(backup.header.schema + 1, schema.version + 1):
        if version in schema.migrations:
            schema.migrations[version](write)
    for key, value in (
        *((key, checker.meta[key]) for key in (ID, SECRET)),
        (VERSION, u32(schema.version)),
        (BUILT, schema.noted),
    ):
        write.kv.put(META, key, seal(META, key, value))
    if not keep_log:
        _clear(write.kv, CHANGES)
        write.number(max(before, checker.sequence) + 2)
        write.note("restore", "store", (backup.header.store,), f"{backup.count} records")


def _fill(kv: Transaction, backup: Backup, checker: Checker, told: Told | None) -> None:
    sums: dict[bytes, int] = {}
    waiting: list[tuple[str, bytes, bytes]] = []
    for space, key, sealed in backup.records(told):
        entry = checker.look(space, key, sealed)
        if entry is None or space == META:
            continue
        kv.put(space, key, entry.sealed)
        waiting += ((index, place, key) for index, place in entry.entries)
        for counter, amount in entry.sums.items():
            sums[counter] = sums.get(counter, 0) + amount
        if len(waiting) >= _TOGETHER:
            _put_entries(kv, waiting)
    _put_entries(kv, waiting)
    for counter in sorted(sums):
        if abs(sums[counter]) >= 1 << 63:
            raise BackupDamaged(backup.path, "its records add up to more than a counter holds")
        if sums[counter]:
            put_sum(kv, counter, sums[counter])


def _put_entries(kv: Transaction, waiting: list[tuple[str, bytes, bytes]]) -> None:
    waiting.sort()
    for space, place, key in waiting:
        kv.put(space, place, key)
    waiting.clear()


def _clear(kv: Transaction, space: str) -> None:
    while keys := [key for key, _ in islice(kv.scan(space), _AT_ONCE)]:
        for key in keys:
            kv.delete(space, key)
