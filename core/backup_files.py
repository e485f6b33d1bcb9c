# ruff: noqa: PTH110, PTH119, PTH121
"""Which backups of a store there are: those in its folder, and those that a person put elsewhere.

Nothing here needs the store itself, but to learn of those elsewhere: the list is there when the store
is not.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b

from msgspec import Struct

from tacit.core.errors import NotFound, TacitError
from tacit.core.places import absolute, places
from tacit.core.tables import SCHEMA, STATE
from tacit.store.backup_format import Header
from tacit.store.reading import Read
from tacit.store.transaction import Write

MANUAL = "manual"
BEFORE_RESTORE = "before-restore"
BEFORE_UPGRADE = "before-upgrade"
AUTOMATIC = (BEFORE_RESTORE, BEFORE_UPGRADE)
KEPT = 5
"""So many of each automatic kind stay."""

SUFFIX = ".backup"
LATEST = "latest"
_OWN = re.compile(rf"tacit-\d{{8}}T\d{{6}}Z-({'|'.join(AUTOMATIC)})(-\d+)?{re.escape(SUFFIX)}")
ELSEWHERE = b"backup:"


class BackupFile(Struct, frozen=True):
    """A backup in the list.

    ``created`` is in milliseconds, that of the file where it cannot be read; ``problem`` then says why.
    ``counts`` are those of sessions, episodes and patterns when it was made.
    """

    path: str
    created: int
    size: int
    reason: str
    counts: dict[str, int]
    problem: str = ""

    @property
    def name(self) -> str:
        """The name of the file."""
        return os.path.basename(self.path)


def backups_of(store: str) -> str:
    """Where the backups of a store lie."""
    return places().backups_of(store)


def backups(store: str, elsewhere: Iterable[str] | None = None) -> list[BackupFile]:
    """Every backup of the store at this place that is known and still there, newest first.

    ``elsewhere`` are those outside of its folder; the store is asked where they are not given.
    """
    outside = known_elsewhere(store) if elsewhere is None else elsewhere
    found = {os.path.realpath(path): path for path in (*_kept(store), *outside)}
    rows = [row for path in found.values() if (row := _look(path)) is not None]
    return sorted(rows, key=lambda row: (-row.created, row.name))


def backup_paths(store: str, elsewhere: Iterable[str] | None = None) -> list[str]:
    """The files of :func:`backups`, for who wants to go through what is in them."""
    return [row.path for row in backups(store, elsewhere)]


def find(store: str, name: str) -> str:
    """The path of what a person calls a backup: a path, a name from the list, or ``latest``.

    Raises:
        NotFound: there is none.
    """
    if os.sep in name or os.path.exists(name):
        return absolute(name)
    rows = backups(store)
    usable = [row for row in rows if not row.problem]
    if name == LATEST and usable:
        return usable[0].path
    for row in rows:
        if name in (row.name, row.name.removesuffix(SUFFIX)):
            return row.path
    if not rows:
        raise NotFound("There are no backups yet.", "`memory backup create` makes one.")
    raise NotFound(f"There is no backup “{name}”.", "`memory backup list` shows them.")


def free_path(folder: str, reason: str, at: int, count: int) -> str:
    """The usual path of a new backup; ``count`` tells it from others of the same second."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at / 1000))
    number = f"-{count}" if count > 1 else ""
    return f"{folder}/tacit-{stamp}-{reason}{number}{SUFFIX}"


def prune(folder: str, keep: str = "") -> None:
    """Remove old automatic backups: all but the newest few of each kind, and ``keep``."""
    by_reason: dict[str, list[BackupFile]] = {}
    for path in _files(folder):
        found = _OWN.fullmatch(os.path.basename(path))
        row = _look(path) if found is not None else None
        if found is not None and row is not None and row.reason == found[1]:
            by_reason.setdefault(row.reason, []).append(row)
    for rows in by_reason.values():
        rows.sort(key=lambda row: (-row.created, row.name))
        for row in rows[KEPT:]:
            if not (keep and os.path.exists(keep) and os.path.samefile(row.path, keep)):
                with suppress(OSError):
                    os.unlink(row.path)  # noqa: PTH108


def remember(write: Write, path: str) -> None:
    """Keep in mind that there is a backup elsewhere, so that forgetting can reach it."""
    raw = path.encode("utf-8", "surrogateescape")
    write.set_value(STATE, ELSEWHERE + blake2b(raw, digest_size=16).digest(), raw)


def remembered(read: Read) -> list[str]:
    """The paths that were kept in mind, whether or not something is there."""
    return [raw.decode("utf-8", "surrogateescape") for _, raw in read.items(STATE, ELSEWHERE)]


def known_elsewhere(store: str) -> list[str]:
    """The backups outside of the folder; none where the store cannot be asked."""
    from tacit.core.clock import system_clock
    from tacit.store.store import Store

    try:
        from pathlib import Path

        with (
            Store.open(Path(store), SCHEMA, readonly=True, create=False, clock=system_clock) as opened,
            opened.read() as read,
        ):
            return [path for path in remembered(read) if os.path.exists(path)]
    except TacitError:
        return []


def read_header(path: str) -> Header:
    """What a backup says of itself.

    Raises:
        TacitError: it cannot be read, or is none.
    """
    from tacit.store.backup_reader import Backup

    with Backup(path) as backup:
        return backup.header


def _kept(store: str) -> list[str]:
    return _files(backups_of(store))


def _files(folder: str) -> list[str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []
    return [f"{folder}/{name}" for name in sorted(names) if name.endswith(SUFFIX) and name[:1] != "."]


def _look(path: str) -> BackupFile | None:
    """A backup as its header tells it; ``None`` when it is gone."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    try:
        header = read_header(path)
    except TacitError as error:
        return BackupFile(path, int(status.st_mtime * 1000), status.st_size, "", {}, error.message)
    return BackupFile(path, header.created, status.st_size, header.reason, header.counts)
