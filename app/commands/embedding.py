"""How far embedding has come, on stderr; nothing of what takes a moment."""

from __future__ import annotations

import time

EVERY = 2.0
"""Seconds between two lines."""


class Looked:
    """Says now and then how much was looked at for what needs a vector."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def at(self, done: int, total: int) -> None:
        """So much of so much was looked at."""
        if time.monotonic() - self._told >= EVERY:
            from tacit.app.commands.output import say
            from tacit.core.present import percent

            self._told = time.monotonic()
            say(f"Embedding what was stored: {percent(done / max(1, total))}.", "dim")
