# ruff: noqa: PTH120
"""Taking a backup back: into the store that is there, in place of a damaged one, or into a new one."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Event

from msgspec import Struct

from tacit.core.backup_files import BEFORE_RESTORE, backups_of, prune, remember, remembered
from tacit.core.backups import sensible, snapshot
from tacit.core.chores import owe, owed
from tacit.core.clock import Clock, system_clock
from tacit.core.errors import StoreBusy, StoreDamaged, StoreError, TacitError
from tacit.core.facade import Core
from tacit.core.forgetting import forget_within
from tacit.core.gone import gone
from tacit.core.holders import Found
from tacit.core.learn.review import review
from tacit.core.learn.state import revision, set_revision
from tacit.core.replacing import making_place, put_in_place, remove_unfinished
from tacit.core.tables import SCHEMA
from tacit.store import presence
from tacit.store.backup_check import Checked, check
from tacit.store.backup_format import Header
from tacit.store.backup_reader import Backup
from tacit.store.backup_restore import is_empty, restore
from tacit.store.backup_writer import Told
from tacit.store.store import Store
from tacit.store.transaction import Write

_PATIENCE = 5.0
"""Seconds an interrupted restore is given to notice."""


class Restored(Struct, frozen=True):
    """What was taken back.

    ``before`` is the backup of what was there, ``aside`` where a damaged store was moved to; empty where
    there was none. ``undone`` is why what follows a restore could not be done, empty where it was.
    """

    header: Header
    checked: Checked
    before: str = ""
    aside: str = ""
    undone: str = ""


class _Stopped(Exception):
    """Nobody waits for this restore any more."""


def restore_backup(
    path: str,
    store: str,
    *,
    command: str = "",
    actor: str = "person",
    clock: Clock = system_clock,
    told: Told | None = None,
) -> Restored:
    """Make the memory at a place what a backup says; all of it in one transaction, or nothing.

    The backup is read and checked completely first. What was there is kept as a backup of its own. The
    store takes over id and secret of the backup, so that secrets redacted before and after are told
    apart alike; processes that have it open see the change with their next transaction, but those of
    another store go on with the secret they began with. A damaged store, which no transaction could
    change, is moved aside whole if nobody has it open.

    Args:
        path: the backup.
        store: the folder of the store, made when it is missing.
        command: what is being run, for the change log.
        actor: who does it, for the change log.
        clock: the source of time, in milliseconds.
        told: how far it is; the file is gone through twice.

    Raises:
        BackupDamaged: it is not what was written.
        StoreNewer: a newer Tacit made the backup or the store.
        StoreFull: there is no room; nothing was changed.
        StoreBusy: another process held the lock for too long, or has the damaged store open.
        StoreError: the store cannot be used; nothing was changed.
    """
    with Backup(path) as backup:
        checked = check(backup, SCHEMA, sensible, told)
        aside = before = ""
        try:
            with Core.open(store, command=command, actor=actor, clock=clock) as memory:
                before = _Replacing(memory._store, backup, clock, told).run()
        except StoreDamaged as damage:
            aside = _instead(backup, store, damage, clock)
    undone = ""
    try:
        with Core.open(store, command=command, actor=actor, clock=clock) as memory:
            memory.finish_chores(compact=False)  # throws the text index away where that is owed
            _settle(memory._store, path)
    except (TacitError, OSError) as error:  # it is taken back, whatever comes of the rest
        undone = error.message if isinstance(error, TacitError) else error.strerror or str(error)
    return Restored(backup.header, checked, before, aside, undone)


def restore_into(path: str, folder: Path, clock: Clock = system_clock) -> Store:
    """A new store at a folder, holding what a backup holds, its change log included.

    Raises:
        BackupDamaged: the backup cannot be used; the folder may have been made.
    """
    with Backup(path) as backup:
        check(backup, SCHEMA, sensible)
        store = Store.open(folder, SCHEMA, clock=clock, command="restore")
        try:
            store.write(
                lambda write: restore(write, backup, SCHEMA, keep_log=True, extra=sensible), large=True
            )
            store.refresh(SCHEMA)
        except BaseException:
            store.close()
            raise
        return store


class _Replacing:
    """The one transaction, run on the writer's thread and stopped when nobody waits for it."""

    def __init__(self, store: Store, backup: Backup, clock: Clock, told: Told | None) -> None:
        self._store = store
        self._backup = backup
        self._clock = clock
        self._told = told
        self._stop = Event()
        self._began = Event()
        self._ended = Event()
        self._failed = False
        self._before = ""
        self._sequence = 0

    def run(self) -> str:
        """The path of the backup that was made of what was there; empty where there was nothing."""
        try:
            self._store.write(self._job, large=True)
        except Exception:  # so it did not happen
            self._withdraw()
            raise
        except BaseException:  # Ctrl-C: a job that came to its end may be committed by now, or soon
            self._stop.set()
            if self._began.is_set() and self._ended.wait(_PATIENCE) and self._failed:
                self._withdraw()
            raise
        return self._before

    def _job(self, write: Write) -> None:
        self._began.set()
        try:
            self._replace(write)
        except BaseException:
            self._failed = True
            raise
        finally:
            self._ended.set()

    def _replace(self, write: Write) -> None:
        if not is_empty(write.kv, SCHEMA):
            made = snapshot(write, self._store.path, BEFORE_RESTORE, self._clock(), self._tell)
            self._before = str(made)
            write.demand_compaction()  # the file now holds two stores, one of them in freed pages
        seen, elsewhere, forgotten, due = 0, [self._backup.path], Found(), False
        with suppress(StoreError):
            seen = revision(write)
            elsewhere += remembered(write)
            forgotten, due = gone(write), bool(set(owed(write)) - {"compaction"})
        restore(write, self._backup, SCHEMA, extra=sensible, told=self._tell)
        self._forget_again(write, forgotten, due=due)
        # Reviews that read the state before must find that theirs is another.
        set_revision(write, max(seen, revision(write)) + 1)
        for path in elsewhere:
            if os.path.dirname(path) != backups_of(str(self._store.path)):
                remember(write, path)
        self._sequence = write.sequence()

    def _forget_again(self, write: Write, forgotten: Found, *, due: bool) -> None:
        """What was forgotten here stays so, also where the backup was out of reach then."""
        if back := forgotten - gone(write):
            forget_within(write, back)
        if back or due:
            owe(write)

    def _tell(self, done: int, total: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        if self._told is not None and total:
            self._told(done, total)

    def _withdraw(self) -> None:
        """Remove the backup of what is still there, unless it was replaced after all."""
        with suppress(TacitError, OSError):
            if self._before and (not self._sequence or self._store.sequence() < self._sequence):
                os.unlink(self._before)  # noqa: PTH108


def _settle(store: Store, path: str) -> None:
    """What follows a restore: the patterns are derived, the text index begins anew, old backups go."""
    from tacit.core.texts import catch_up

    review(store)
    catch_up(store, build=True)
    prune(backups_of(str(store.path)), path)


def _instead(backup: Backup, store: str, damage: StoreDamaged, clock: Clock) -> str:
    """Put a new store in the place of a damaged one; where that one is now."""
    place = os.path.realpath(store)
    mine = presence.alone(place)
    if mine is None:
        raise StoreBusy(
            f"{damage.message} It cannot be replaced while another program has it open.",
            "End the other programs (an inspector, an agent's session), then try again.",
        ) from damage
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(clock() / 1000))
    try:
        made = making_place(place)
        with Store.open(Path(made), SCHEMA, clock=clock, command="restore") as fresh:
            _Replacing(fresh, backup, clock, None).run()
        return put_in_place(made, place, stamp)
    finally:
        remove_unfinished(place)
        presence.leave(mine)
