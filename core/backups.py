# ruff: noqa: PTH103, PTH120
"""Making and reading backups of a memory; :mod:`tacit.core.backup_restore` takes them back."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from tacit.core.aliases import alias_in
from tacit.core.backup_files import (
    BEFORE_UPGRADE,
    MANUAL,
    backups_of,
    free_path,
    prune,
    read_header,
    remember,
)
from tacit.core.backup_lock import making
from tacit.core.clock import system_clock
from tacit.core.decisions import Decision
from tacit.core.errors import StoreError, StoreReadOnly, Usage
from tacit.core.filenotes import load_note
from tacit.core.learn.state import ReviewState
from tacit.core.loop.outcomes import sensible as sensible_word
from tacit.core.loop.records import Contact
from tacit.core.marks import Said
from tacit.core.places import absolute
from tacit.core.tables import (
    ALIASES,
    CONTACTS,
    DECISIONS,
    EPISODES,
    FILES,
    MARKS,
    OUTCOMES,
    PATTERNS,
    SCHEMA,
    SESSIONS,
    STATE,
    TOMBSTONES,
    UNDO,
)
from tacit.core.tombstones import Tombstone, table_of
from tacit.core.undo_steps import UndoStep
from tacit.store.backup_check import Checked, check
from tacit.store.backup_format import Header, primary_spaces
from tacit.store.backup_reader import Backup
from tacit.store.backup_writer import Told, save, unwritten
from tacit.store.reading import Read
from tacit.store.schema import ID, VERSION, Table
from tacit.store.store import Store


def create_backup(
    store: Store,
    path: str | Path | None = None,
    *,
    reason: str = MANUAL,
    at: int | None = None,
    told: Told | None = None,
) -> Path:
    """Write everything of a store that cannot be derived into one file, while others go on writing.

    Args:
        store: whose backup; it may be open for reading only, unless a path is given.
        path: the new file; ``None`` is a name of its own in the store's folder of backups.
        reason: who or what asked for it.
        at: when, in milliseconds; now, if not said.
        told: how far it is.

    Returns:
        The file.

    Raises:
        Usage: there is something at the path already.
        StoreFull: the disk is full; nothing is left behind.
        StoreBusy: backups are being rewritten without what was forgotten.
        StoreError: it cannot be written, or the store cannot be read.
    """
    if store.unlocked:
        raise StoreReadOnly(
            f"The store {store.path} could only be opened without its lock, so nothing keeps it still.",
            "Check the permissions of its folder.",
        )
    if path is None:
        with making(store.path), store.read() as read:
            return snapshot(read, store.path, reason, at, told)
    place = absolute(str(path))
    if os.path.lexists(place):
        raise _taken(place)
    if os.path.dirname(place) != backups_of(str(store.path)):
        store.write(lambda write: remember(write, place))
    try:
        with making(store.path), store.read() as read:
            save(read.kv, place, header_of(read, reason, at), told=told)
    except FileExistsError:
        raise _taken(place) from None
    return Path(place)


def before_upgrade(store: Path) -> Callable[[Read], Path]:
    """What copies the snapshot of a store of any version into its folder of backups."""

    def backup(read: Read) -> Path:
        made = snapshot(read, store, BEFORE_UPGRADE)
        prune(backups_of(str(store)))
        return made

    return backup


def snapshot(
    read: Read, store: str | Path, reason: str, at: int | None = None, told: Told | None = None
) -> Path:
    """A backup of a snapshot under a name of its own, in the folder of the store at this place."""
    folder = backups_of(str(store))
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise unwritten(folder, error) from error
    header = header_of(read, reason, at)
    count = 0
    while True:
        count += 1
        if os.path.lexists(place := free_path(folder, reason, header.created, count)):
            continue
        with suppress(FileExistsError):
            save(read.kv, place, header, told=told)
            return Path(place)


def replace_backup(path: str, store: Store) -> None:
    """Put what a store holds in the place of a backup that is there, with the date that one had.

    Of a link the file it leads to is replaced.
    """
    path = os.path.realpath(path)
    old = read_header(path)
    status = os.stat(path)  # noqa: PTH116
    with store.read() as read:
        save(read.kv, path, header_of(read, old.reason, old.created), replacing=True)
    with suppress(OSError):
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def verify_backup(path: str, told: Told | None = None) -> tuple[Header, Checked]:
    """Read all of a backup: every checksum, every record, as if it were taken back.

    Raises:
        BackupDamaged: it is not what was written; the message names the file.
        StoreNewer: a newer Tacit made it.
        StoreError: it cannot be read.
    """
    with Backup(path) as backup:
        return backup.header, check(backup, SCHEMA, sensible, told)


def header_of(read: Read, reason: str, at: int | None = None) -> Header:
    """What a backup of this snapshot says of itself."""
    return Header(
        store=(read.meta(ID) or b"").decode(errors="replace"),
        schema=int.from_bytes(read.meta(VERSION) or b"", "big"),
        tacit=_version(),
        created=system_clock() if at is None else at,
        reason=reason,
        counts=_counts(read),
        spaces=tuple(primary_spaces(SCHEMA)),
    )


def sensible(name: str, key: bytes, value: bytes) -> None:
    """See that a value of a map can be read by those who keep it there.

    Raises:
        Exception: it cannot; of whatever kind.
    """
    kinds: dict[str, Any] = {
        UNDO.name: UndoStep,
        MARKS.name: tuple[Said, ...],
        DECISIONS.name: tuple[Decision, ...],
        TOMBSTONES.name: Tombstone,
        CONTACTS.name: Contact,
    }
    kind = kinds.get(name)
    if kind is not None:
        msgspec.msgpack.decode(value, type=kind)
    if name == OUTCOMES.name:
        sensible_word(key, value)
    if name == TOMBSTONES.name:
        table_of(key.decode())
    if name == ALIASES.name and not alias_in(value).said:
        raise ValueError("a name that was merged into nothing")
    if name == FILES.name:
        load_note(value)
    if name == STATE.name and key == b"review":
        msgspec.msgpack.decode(value, type=ReviewState)
    if name == STATE.name and key in (b"revision", b"last step") and value[:1] != b"\0":
        raise ValueError("more than anything was counted")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tacit")
    except PackageNotFoundError:
        return "unknown"


def _taken(place: str) -> Usage:
    if os.path.isdir(place):  # noqa: PTH112
        return Usage(f"{place} is a folder.", "Name a file in it, or leave FILE out.")
    return Usage(f"There is something at {place} already.", "Choose another name.")


def _counts(read: Read) -> dict[str, int]:
    """For the list; what cannot be counted is left out."""
    counts = {}
    counted: tuple[tuple[Table[Any], str], ...] = (
        (SESSIONS, "total"),
        (EPISODES, "total"),
        (PATTERNS, "listed"),
    )
    for table, counter in counted:
        with suppress(StoreError):
            counts[table.name] = max(0, read.count(table, counter))
    return counts
