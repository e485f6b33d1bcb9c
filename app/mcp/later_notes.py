"""What no answer waits for: offers and contacts are recorded by one thread, one after another."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tacit.memory import Memory

Note = Callable[["Memory"], object]

MOST = 64
"""So many may wait; one more is dropped, and the log says so."""

_FOLLOWED = 16
"""After so many notes the index of words follows."""


class Aside:
    """Writes notes to the memory off the path of answers.

    The thread is a daemon that starts with the first note. A note that cannot be written, because the store
    is busy or may only be read, is dropped and logged. Now and then the thread brings the index of words up
    to date, as searches look at every line of the change log that it does not know.

    Args:
        memory: gives the memory, if it is open.
    """

    def __init__(self, memory: Callable[[], Memory | None]) -> None:
        self._memory = memory
        self._notes: queue.Queue[tuple[str, Note]] = queue.Queue(MOST)
        self._idle = threading.Event()
        self._idle.set()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._written = 0
        self._ending = False
        self.dropped = 0

    def add(self, what: str, note: Note) -> None:
        """Let a note be written soon. ``what`` names it in the log; it is a constant, never text."""
        with self._lock:
            try:
                self._idle.clear()
                self._notes.put_nowait((what, note))
            except queue.Full:
                self._drop(what, "Full")
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="tacit-aside", daemon=True)
                self._thread.start()

    def end(self, seconds: float) -> bool:
        """Wait at most so long for what is not written yet; whether all of it is."""
        self._ending = True
        return self._idle.wait(seconds)

    def _work(self) -> None:
        while True:
            what, note = self._notes.get()
            self._write(what, note)
            with self._lock:
                if self._notes.empty():
                    self._idle.set()

    def _write(self, what: str, note: Note) -> None:
        memory = self._memory()
        if memory is None or memory.readonly:
            self._drop(what, "StoreReadOnly" if memory else "Closed")
            return
        try:
            note(memory)
            self._written += 1
            if self._written % _FOLLOWED == 0 and not self._ending:
                memory.catch_up(lambda: self._ending)
        except Exception as error:  # an answer was given already, and nobody is there to be told
            self._drop(what, type(error).__name__)

    def _drop(self, what: str, reason: str) -> None:
        from tacit.app.commands.logfile import note

        self.dropped += 1
        note("mcp", f"{what}-dropped", reason=reason)
