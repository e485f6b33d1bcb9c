"""Hints that somebody wrote to the store's file.

Only a hint: events get lost, and none comes where the library or the system has no watches to give. What
was written is known from the change log alone. No file of the store is opened here: closing ``lock.mdb``
would silently drop LMDB's own locks.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

_DATA = "data.mdb"
_STEP = 100  # milliseconds between two looks of the library at what the system told it
_DEBOUNCE = 300  # milliseconds that writes without a pause are one hint


class Watching:
    """A thread that calls ``hint`` when the file of the store in ``folder`` changes."""

    def __init__(self, folder: Path, hint: Callable[[], None]) -> None:
        self._folder = folder
        self._hint = hint
        self._stop = Event()

    def start(self) -> None:
        """Begin; the library is loaded in the thread."""
        Thread(target=self._run, name="tacit-watching", daemon=True).start()

    def stop(self) -> None:
        """End soon."""
        self._stop.set()

    def _run(self) -> None:
        try:
            from watchfiles import watch

            changes = watch(
                self._folder,
                watch_filter=lambda _, path: path.endswith(_DATA),
                debounce=_DEBOUNCE,
                step=_STEP,
                stop_event=self._stop,
                recursive=False,
                raise_interrupt=False,
            )
            for _ in changes:
                self._hint()
        except Exception:  # no watches left, no folder: there is a look a second
            return
