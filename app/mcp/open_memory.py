"""The memory that a server answers from, opened when the first call needs it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tacit.app.mcp.later_notes import Aside
from tacit.app.mcp.server_metrics import Counted

if TYPE_CHECKING:
    from tacit.core.loop.records import Door
    from tacit.memory import Memory

Opener = Callable[[bool], "Memory"]
"""Opens the memory; ``True`` makes the store where there is none."""


class Held:
    """A memory that is opened lazily and once, and what a server keeps beside it.

    It imports nothing of the store until :meth:`memory` is called, from any thread. Where opening fails, the
    next call tries again: what was missing, locked or damaged may be mended meanwhile.

    Attributes:
        door: through which agents come: ``mcp`` or ``http``.
        alone: whether all calls are those of one client.
        directory: where that client works, which says the project of episodes where it names none; empty
            where nobody knows.
        aside: does what no answer waits for.
        counted: what the server did so far.
    """

    def __init__(
        self, opener: Opener, *, door: Door = "mcp", alone: bool = True, directory: str = ""
    ) -> None:
        self.door: Door = door
        self.alone = alone
        self.directory = directory
        self.aside = Aside(self.opened)
        self.counted = Counted()
        self._opener = opener
        self._memory: Memory | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._episodes: dict[tuple[str, str], str] = {}

    def memory(self, *, create: bool = False) -> Memory:
        """The open memory.

        Args:
            create: make the store where there is none.

        Raises:
            StoreError: it cannot be opened, or the server is about to end.
        """
        memory = self._memory
        if memory is not None:
            return memory
        with self._lock:
            if self._closed:
                from tacit.core.errors import StoreError

                raise StoreError("The server is about to end.", "Start it again.")
            if self._memory is None:
                from tacit.core.ready_types import all_ready

                all_ready()
                self._memory = self._opener(create)
            return self._memory

    def opened(self) -> Memory | None:
        """The memory, if it is open."""
        return self._memory

    def began(self, agent: str, session: str, episode: str) -> None:
        """Keep which episode an agent began in its session, so that what it is given then belongs to it."""
        if session or self.alone:
            self._episodes[agent, session] = episode

    def ended(self, episode: str) -> None:
        """Forget an episode that was completed."""
        self._episodes = {key: one for key, one in list(self._episodes.items()) if one != episode}

    def episode_of(self, agent: str, session: str) -> str:
        """The episode that an agent is at in its session; empty where it began none here."""
        return self._episodes.get((agent, session), "")

    def close(self, seconds: float) -> bool:
        """Do what still waits and let go of the store; whether that was done in time.

        Whatever a thread does meanwhile, this returns after so many seconds.
        """
        end = time.monotonic() + seconds
        self.aside.end(seconds / 2)
        closing = threading.Thread(target=self._close, name="tacit-closing", daemon=True)
        closing.start()
        closing.join(max(0.0, end - time.monotonic()))
        return not closing.is_alive()

    def _close(self) -> None:
        with self._lock:
            self._closed = True
            memory, self._memory = self._memory, None
        if memory is not None:
            try:
                memory.close()
            except Exception as error:  # nobody is left to be told
                from tacit.app.commands.logfile import note

                note("mcp", "closing-failed", reason=type(error).__name__)
