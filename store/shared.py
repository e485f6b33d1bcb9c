"""One environment for a file and process, shared by every `Store` that is open on it.

LMDB refuses the same file twice in a process, and an environment that came through a fork is not the
child's: it is let go here, and opened anew.
"""

from __future__ import annotations

import os
from _thread import allocate_lock
from typing import TYPE_CHECKING

from tacit.store import guard, presence, sound
from tacit.store.errors import StoreError, StoreReadOnly
from tacit.store.holder import Holder
from tacit.store.lmdb_engine import LmdbEngine
from tacit.store.lmdb_environment import open_environment

if TYPE_CHECKING:
    from tacit.store.writer import Writer

CLOSING = 1.0
"""Seconds a forked child waits for LMDB to let go of what its parent had open."""

_guard = allocate_lock()
_open: dict[tuple[int, int], Shared] = {}


class Shared:
    """An open environment with what belongs to it once: presence, writer thread, count of users."""

    __slots__ = ("_holder", "_lock", "_note", "_presence", "_writer", "engine", "key", "unlocked", "users")

    def __init__(self, key: tuple[int, int], engine: LmdbEngine, presence: int, unlocked: bool) -> None:
        self.key = key
        self.engine = engine
        self.unlocked = unlocked
        self.users = 1
        self._presence = presence
        self._holder = Holder(engine.path)
        self._note = sound.Note(engine.path)
        self._lock = allocate_lock()
        self._writer: Writer | None = None

    def writer(self) -> Writer:
        """The process's writer for this file, started when first asked for."""
        if self.engine.pid != os.getpid():
            self.engine.begin()  # refuses, and says why
        with self._lock:
            if self._writer is None:
                from tacit.store.writer import Writer

                self._writer = Writer(self.engine, self._holder, self._settle)
            return self._writer

    def end(self) -> bool:
        """Close everything; ``False`` while the writer waits for the lock, when nothing may be closed.

        Such an environment stays, to be used again or to end with the process.
        """
        if self._writer is not None and not self._writer.close():
            return False
        self.engine.close()
        self._holder.close()
        self._note.close()
        presence.leave(self._presence)
        return True

    def _settle(self) -> None:
        """After a transaction: the file is as long as it says, and noted as ours."""
        self.engine.fill_file()
        self._note.write()

    def forget(self) -> None:
        """Let go of what came through a fork, without touching what the parent has.

        Raises:
            StoreError: a thread was in the midst of LMDB at the fork, which waits for it for ever.
        """
        from threading import Thread

        closing = Thread(target=self.engine.close, daemon=True)
        closing.start()
        closing.join(CLOSING)
        if closing.is_alive():
            raise StoreError(
                f"The store {self.engine.path} was being used when this process was forked.",
                "Start the process anew instead (multiprocessing: the start method spawn).",
            )
        self.absent()

    def absent(self) -> None:
        """Let go of the lock only: a forked child is not where its parent is."""
        presence.leave(self._presence)
        self._presence = -1
        self.engine.forked()

    def rest(self) -> None:
        """Let a writer that is about done end its work; one that waits for the lock is not waited for."""
        if self._writer is not None and self.engine.pid == os.getpid():
            self._writer.rest()


def join(
    path: str, spaces: list[str], *, readonly: bool, timeout: float, map_sizes: tuple[int, ...]
) -> Shared:
    """The environment at ``path``, checked and opened unless this process has it open.

    Raises:
        StoreError: as the guard and LMDB say.
    """
    with _guard:
        held = _joined(path, readonly)
    if held is not None:
        return held
    here = sound.enter(path, timeout)  # not under the guard: it may wait, or walk through all pages
    try:
        guard.check_data(path)
        guard.check_room(path, readonly=readonly)
        with _guard:
            held = _joined(path, readonly)  # another thread may have come first
            if held is None:
                held = _opened(path, spaces, readonly, here, map_sizes)
                _open[held.key] = held
                here = -1  # it is the new one's
    finally:
        presence.leave(here)
    return held


def leave(shared: Shared) -> bool:
    """One user less; the last one closes. Whether this process has let go of the store."""
    with _guard:
        shared.users -= 1
        if shared.users or shared.engine.pid != os.getpid() or not shared.end():
            return False
        _open.pop(shared.key, None)
        return True


def _joined(path: str, readonly: bool) -> Shared | None:
    """The environment at ``path`` with one user more, if this process has it open."""
    held = _held(path)
    if held is not None:
        if held.engine.readonly and not held.unlocked and not readonly:
            raise StoreReadOnly(
                f"This process has the store {path} open for reading only.",
                "Close that one first, or open this one with readonly=True.",
            )
        held.users += 1
    return held


def _held(path: str) -> Shared | None:
    """What this process has open at ``path``; what its parent had there is let go of.

    The file may be another by now than the one the parent has open.
    """
    try:
        key = _key(path)
    except OSError:
        return None
    for one in list(_open.values()):
        if one.engine.pid != os.getpid() and (one.key == key or one.engine.path == path):
            one.forget()
            del _open[one.key]
    return _open.get(key)


def _opened(path: str, spaces: list[str], readonly: bool, here: int, map_sizes: tuple[int, ...]) -> Shared:
    key, unlocked = _key(path), False
    try:
        env = open_environment(path, readonly=readonly, map_sizes=map_sizes)
    except PermissionError:
        readonly = unlocked = True
        try:
            env = open_environment(path, readonly=True, lock=False, map_sizes=map_sizes)
        except PermissionError as error:
            raise guard.unreadable(path, error) from error
    return Shared(key, LmdbEngine(path, env, spaces, readonly), here, unlocked)


def _key(path: str) -> tuple[int, int]:
    stat = os.stat(f"{path}/{guard.DATA}")  # noqa: PTH116
    return stat.st_dev, stat.st_ino


def _before_fork() -> None:
    """What LMDB is at in this moment it never ends in the child."""
    for shared in list(_open.values()):
        shared.rest()


def _after_fork() -> None:
    """Another thread of the parent may have had the lock; and the child is not inside yet.

    It would else keep the store from others when its parent is gone, under its parent's process id.
    """
    global _guard  # noqa: PLW0603 - the child needs a lock nobody holds
    _guard = allocate_lock()
    for shared in _open.values():
        shared.absent()


os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
