# ruff: noqa: PTH103, PTH105, PTH120, PTH123
"""The one watcher of a person on this machine: the lock that makes it the one, and what it notes of itself.

The lock is a ``flock`` on a file that is never removed, so the end of the process frees it however it comes.
The notes lie beside it and are for people; only the lock says whether a watcher runs.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress

import msgspec
from msgspec import Struct

from tacit.core.errors import StoreBusy
from tacit.core.places import Places, places

_PATIENCE = 0.3
"""Seconds that a new watcher waits: whoever looks whether one runs holds the lock for a moment."""

_ASKED = 10.0
"""Seconds more while nobody but such has it: on a busy machine that moment is long."""


class Notes(Struct, frozen=True):
    """What a watcher tells of itself; times in milliseconds, 0 for never.

    ``files`` is how many it watches and ``waiting`` how many of them changed since they were imported.
    The counts are of this run: ``imports`` that stored something, and what they added. ``trouble`` is what
    it cannot go on for at the moment, ``hint`` what helps. ``events``: changes are told by the system too.
    """

    pid: int
    since: int
    store: str
    places: tuple[str, ...]
    last_scan: int = 0
    last_import: int = 0
    files: int = 0
    waiting: int = 0
    imports: int = 0
    sessions: int = 0
    episodes: int = 0
    steps: int = 0
    errors: int = 0
    trouble: str = ""
    hint: str = ""
    events: bool = False


class WatcherState(Struct, frozen=True):
    """Whether a watcher runs, and what it noted last; ``notes`` is ``None`` where none ever did."""

    running: bool
    notes: Notes | None = None


def watcher_state(where: Places | None = None) -> WatcherState:
    """Whether the person's watcher runs on this machine, and what it noted last."""
    path = (where or places()).watcher
    return WatcherState(_is_held(path), _read(path))


class Hold:
    """The lock of the one watcher, held until :meth:`release` or the end of the process.

    Raises:
        StoreBusy: another one runs; the message says which and since when.
        OSError: the file cannot be made.
    """

    def __init__(self, where: Places | None = None) -> None:
        self._path = (where or places()).watcher
        os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline + (0.0 if _is_held(self._path) else _ASKED):
                    os.close(self._handle)
                    raise _another(_read(self._path)) from None
            time.sleep(0.02)

    def note(self, notes: Notes) -> None:
        """Note how it is; where that cannot be written nobody is stopped by it."""
        new = f"{self._path}.new"
        with suppress(OSError):
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with open(handle, "wb") as file:
                file.write(msgspec.json.encode(msgspec.to_builtins(notes)))
            os.replace(new, f"{self._path}.json")

    def release(self) -> None:
        """Let the next one begin."""
        os.close(self._handle)


def _is_held(path: str) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # nobody can hold what cannot be locked
        return False
    finally:
        os.close(handle)
    return False


def _read(path: str) -> Notes | None:
    try:
        with open(f"{path}.json", "rb") as file:
            return msgspec.json.decode(file.read(100_000), type=Notes)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _another(notes: Notes | None) -> StoreBusy:
    from tacit.core.clock import rfc3339

    who = "" if notes is None else f" (process {notes.pid}, since {rfc3339(notes.since)})"
    return StoreBusy(
        f"A watcher runs already{who}.", "`memory watch --status` tells what it does; one is enough."
    )
