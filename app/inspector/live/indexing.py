"""Keeping the indexes of texts and meaning up with what is written, beside everything else."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tacit.memory import Memory


class Indexing:
    """One thread at a time brings the index of texts up to date; what is asked meanwhile it does once more.

    Then it wakes the memory's own thread that embeds, which may be at it for long after a change of model.

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
        finally:
            stopped.set()
            self._runs = False
