"""Backups without what was forgotten: each is taken back into a store of its own and written anew."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from tacit.core.backup_files import backup_paths
from tacit.core.backup_restore import restore_into
from tacit.core.backups import replace_backup
from tacit.core.errors import TacitError
from tacit.core.forgetting import forget_within
from tacit.core.holders import Found, backed_up, holding
from tacit.core.matching import Matcher
from tacit.core.tables import TOMBSTONES
from tacit.core.tombstones import role_in, tombstones
from tacit.store.backup_reader import Backup
from tacit.store.codec import unseal
from tacit.store.store import Store

_PLACE = ".forget-"


def in_backups(store: Store, matcher: Matcher) -> Found:
    """What holds a text in the known backups of a store; one that cannot be read is left out."""
    found = Found()
    for path in backup_paths(str(store.path)):
        with suppress(TacitError), Backup(path) as backup:
            found |= holding(backed_up(backup), matcher)
    return found


def rewrite_backups(store: Store, matcher: Matcher | None = None) -> str:
    """Let no known backup hold what the store has forgotten; which ones could not be helped, and why.

    They keep their dates, and hold the tombstones, so that it stays forgotten where they are taken back.
    """
    remove_leftovers(store)
    with store.read() as read:
        gone = frozenset(one for one, role in tombstones(read) if role == "forgotten")
    troubles = []
    for path in backup_paths(str(store.path)):
        try:
            if gone - _forgotten_in(path):
                _rewrite(store, path, gone, matcher)
        except TacitError as error:
            troubles.append(f"{os.path.basename(path)}: {error.message}")  # noqa: PTH119
    return " ".join(troubles)


def remove_leftovers(store: Store) -> None:
    """Remove what is left of a rewriting that was killed."""
    for folder in store.path.glob(f"{_PLACE}*"):
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(handle)


def _forgotten_in(path: str) -> frozenset[str]:
    """What a backup knows as forgotten."""
    found = set()
    with Backup(path) as backup:
        for space, key, sealed in backup.records():
            if space == TOMBSTONES.space and role_in(unseal(TOMBSTONES.name, key, sealed)) == "forgotten":
                found.add(key.decode())
    return frozenset(found)


def _rewrite(store: Store, path: str, gone: frozenset[str], matcher: Matcher | None) -> None:
    found = Found(
        frozenset(one for one in gone if one[0] == "s"), frozenset(one for one in gone if one[0] == "e")
    )

    with _aside(store) as folder, restore_into(path, folder / "store") as other:
        other.write(lambda write: forget_within(write, found, matcher), large=True)
        replace_backup(path, other)


@contextmanager
def _aside(store: Store) -> Iterator[Path]:
    """A private folder within the store's, removed whatever happens; after a kill by the next one."""
    folder = Path(mkdtemp(prefix=_PLACE, dir=store.path))
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)
