"""Keeping the indexes of texts and meaning up with what is written, beside everything else."""

from __future__ import annotations

import asyncio
import time
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tacit.memory import Memory

_QUIET = 1.0
"""Seconds without a write after which what was written is looked through."""

_LONGEST = 30.0
"""Seconds for which it is put off at most."""


class Indexing:
    """One thread at a time brings the index of texts up to date; what is asked meanwhile it does once more.

    While somebody writes on and on, as an import does that brings it up to date itself, it waits for a quiet
    moment: its work and the keys would share one processor. Then it wakes the memory's own thread that
    embeds, which may be at it for long after a change of model.

    Lists and searches are right without it, only slower. ``leaving`` ends it; the next inspector or
    import goes on with what it began.
    """

    def __init__(self, memory: Memory, leaving: Event) -> None:
        self._memory = memory
        self._leaving = leaving
        self._asked = False
        self._runs = False

    def _catch_up(self, stopped: Event) -> None:
        def cancelled() -> bool:
            return stopped.is_set() or self._leaving.is_set()

        self._memory.catch_up(cancelled)
        self._memory.embed_soon()

    async def _quiet(self) -> None:
        """Where something was written meanwhile, wait until nothing is any more, but not for ever."""
        end = time.monotonic() + _LONGEST
        asked = self._asked
        while asked and not self._leaving.is_set() and time.monotonic() < end:
            self._asked = False
            await asyncio.sleep(_QUIET)
            asked = self._asked
            self._asked = True

    async def follow(self) -> None:
        """Something was written, by whomever."""
        self._asked = True
        if self._runs or self._memory.readonly:
            return
        self._runs = True
        stopped = Event()
        try:
            while self._asked and not self._leaving.is_set():
                self._asked = False
                await asyncio.to_thread(self._catch_up, stopped)
                await self._quiet()
        finally:
            stopped.set()
            self._runs = False
