"""The gate before LMDB maps a file: nothing that was changed behind our back gets past it unseen.

LMDB trusts its pages, and one of random bytes ends the process by a signal, at opening or at any read
later. So a small note in the folder of a store keeps the size and the time of the last change of the
data file as our own processes left it. A file that fits its note is trusted. Any other has its pages
walked first, unless somebody else has the store open: whoever is inside came through this gate.

The note is not synced. After a power cut, or when a writer was killed right after a commit, it says
something older than the file, which costs one walk.
"""

from __future__ import annotations

import fcntl
import os
import time

from tacit.store import presence
from tacit.store.errors import StoreBusy, StoreDamaged, StoreError
from tacit.store.guard import DATA, RESTORE, check_data, unreadable

FILE = "sound"
_SIZE = 64
_TRIES = 5
_ROUNDS = 3
_TICK = 0.02
"""Seconds; longer than a tick of the clock that stamps files."""


class Note:
    """What our own processes last left the data file as; kept by whoever writes."""

    __slots__ = ("_fd", "_path", "_store")

    def __init__(self, store: str) -> None:
        self._store = store
        self._path = f"{store}/{FILE}"
        self._fd = -1

    def write(self) -> None:
        """Note the file as it is now. Where that cannot be done, the next one walks the pages.

        Another process may commit and note between the look and the writing here, so that this note
        would be the older one: hence the second look.
        """
        try:
            if self._fd < 0:
                self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            for _ in range(_TRIES):
                line = _line(self._store)
                os.pwrite(self._fd, line, 0)
                if line == _line(self._store):
                    return
        except (OSError, StoreError):  # as where the folder was moved away
            return

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def record(path: str) -> None:
    """Note the data file as it is.

    Whoever calls this is alone with it and has made it, has walked its pages, or has let LMDB at it after
    somebody else had passed the gate, be it that what he wanted failed.
    """
    note = Note(path)
    note.write()
    note.close()


def fits(path: str) -> bool:
    """Whether the data file is what our own processes left."""
    try:
        handle = os.open(f"{path}/{FILE}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.read(handle, _SIZE) == _line(path)
    except OSError:
        return False
    finally:
        os.close(handle)


def enter(path: str, timeout: float) -> int:
    """Come into a store whose file may be mapped; the handle of :func:`tacit.store.presence.enter`.

    Raises:
        StoreDamaged: its pages are not what LMDB may be given.
        StoreBusy: another process has had it to itself for ``timeout`` seconds.
    """
    if fits(path):
        return presence.enter(path, timeout)
    turn = _turn(path, timeout)
    try:
        for _ in range(_ROUNDS):
            if fits(path) or _looked(path):
                break
            here = presence.enter(path, timeout)  # waits for one who has it to himself
            if here < 0:
                _walk(path)
                break
            presence.leave(here)
        return presence.enter(path, timeout)
    finally:
        presence.leave(turn)


def _looked(path: str) -> bool:
    """Walk the pages if nobody else is inside, so that nobody writes meanwhile; whether it was done."""
    mine = presence.alone(path)
    if mine is None:
        return False
    try:
        _walk(path)
        record(path)
    finally:
        presence.leave(mine)
    return True


def problems(path: str) -> list[str]:
    """What is wrong with the pages of a file that others may be writing to; empty when sound.

    Only of a file that stays as it is from one look to the next can it be said that it is damaged.
    A commit within one tick of the clock that stamps files is over by the second look. One that
    changes all the time has a writer, who came through the gate.

    Raises:
        StoreError: there is no file that could be looked at.
    """
    from pathlib import Path

    from tacit.store.verify import structure

    last = b""
    for _ in range(_TRIES):
        stamp = _line(path)
        found = structure(Path(path))
        if not found or (stamp == last and stamp == _line(path)):
            return found
        last = stamp
        time.sleep(_TICK)
    return []


def survey(path: str) -> list[str]:
    """What is wrong with the pages of a store, be it in use or not; a sound one's note is brought up to date.

    Raises:
        StoreError: its files are not what can be a store, or may not be read.
    """
    mine = presence.alone(path)
    try:
        check_data(path)
        found = problems(path)
        if mine is not None and not found:
            record(path)
        return found
    finally:
        presence.leave(-1 if mine is None else mine)


def damaged(path: str, found: list[str]) -> StoreDamaged:
    """The error for a file with such pages."""
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return StoreDamaged(f"The file {DATA} of the store {path} is damaged: {found[0]}{more}.", RESTORE)


def _walk(path: str) -> None:
    check_data(path)
    found = problems(path)
    if found:
        raise damaged(path, found)


def _turn(path: str, timeout: float) -> int:
    """One at a time looks at a file in doubt; the descriptor that holds the turn, or -1 without one.

    Who waits here is not inside yet. So whoever holds the shared lock has passed the gate, and two
    that come at once cannot each take the other for a proof.
    """
    busy = StoreBusy(
        f"Another process is looking through the file of the store {path}.", "Try again when it is done."
    )
    return presence.wait(path, FILE, fcntl.LOCK_EX, timeout, busy)


def _line(path: str) -> bytes:
    try:
        stat = os.stat(f"{path}/{DATA}")  # noqa: PTH116 - pathlib is slow to load
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise unreadable(path, error) from error
    return f"{stat.st_size} {stat.st_mtime_ns}\n".encode().ljust(_SIZE)
