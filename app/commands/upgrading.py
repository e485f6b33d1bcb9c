"""What a person is told while a store of an older version is brought up to date, and when it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tacit.app.commands.output import say

if TYPE_CHECKING:
    from tacit.memory import Memory

EVERY = 2.0
"""Seconds between two lines."""


class Upgrading:
    """Says now and then how far it is. Nothing is said of a store that needs no more than a moment."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def step(self, records: int) -> None:
        """So many records of a table were gone through."""
        if time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            say(f"Bringing the store up to date: {records:,} records so far.", "dim")


def tell_upgrade(memory: Memory) -> None:
    """Say what opening the memory had to do, if anything."""
    if memory.upgraded is not None:
        from tacit.core.upgrading import told

        say(told(memory.upgraded))
