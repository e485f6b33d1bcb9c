"""The thread of an open memory that embeds what waits, and after a change of model everything anew.

The old model answers meanwhile; whatever goes wrong is told and tried again when it is next woken.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from tacit.core.embedding.spaces import fill
from tacit.core.errors import TacitError
from tacit.core.failing import place_of

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.store.store import Store

GRACE = 2.0
"""Seconds that closing waits for it; what it has not stored by then still waits the next time."""


class Embedder:
    """Fills the wanted vector space on a daemon thread that starts when it is woken and ends when done.

    It has the store open for itself, so closing a memory never pulls the store away from under it.

    Attributes:
        trouble: what it could not go on for, until it could; empty for nothing.
        pid: whose thread it is; a forked child has none of it.
    """

    def __init__(self, opener: Callable[[], Store], config: Config) -> None:
        self.trouble = ""
        self.pid = os.getpid()
        self._opener = opener
        self._config = config
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._asked = False
        self._stop = False

    def wake(self) -> None:
        """Say that something waits."""
        with self._lock:
            self._asked = True
            if self._stop or self._thread is not None:
                return
            thread = threading.Thread(target=self._work, name="tacit-embedder", daemon=True)
            with suppress(RuntimeError):  # there is none to be had: it waits
                thread.start()
                self._thread = thread
                atexit.register(self.close)

    def close(self) -> None:
        """End it after the round at hand."""
        if self.pid != os.getpid():
            return  # nobody may hold its lock in a forked child
        with self._lock:
            self._stop = True
            thread, self._thread = self._thread, None
        if thread is not None:
            atexit.unregister(self.close)
            thread.join(GRACE)

    def _work(self) -> None:
        while self._goes_on():
            try:
                with self._opener() as store:
                    fill(store, self._config, cancelled=lambda: self._stop)
                self.trouble = ""
            except TacitError as error:
                self._tell(f"{error.message} {error.hint}".strip())
            except Exception as error:  # the thread has nobody to raise to
                self._tell(place_of(error))

    def _goes_on(self) -> bool:
        """Whether it was woken since it last looked; else the thread ends."""
        with self._lock:
            asked, self._asked = self._asked, False
            if self._stop or not asked:
                self._thread = None
                return False
            return True

    def _tell(self, why: str) -> None:
        if why != self.trouble:
            import logging

            logging.getLogger("tacit").warning("embedding stopped for now: %s", why)
        self.trouble = why
