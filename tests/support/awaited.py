"""Waiting for what comes by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 120.0
"""Seconds until a test gives up. A generous patience costs nothing where what is waited for comes."""


def eventually(holds: Callable[[], bool], why: Callable[[], object] = lambda: "it does not come") -> None:
    """Wait for something to hold that another thread or process does; ``why`` says what there is instead."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, why()
        time.sleep(0.02)


async def until(pilot: Any, holds: Callable[[], bool]) -> None:
    """Wait for something to hold; nobody presses or refreshes anything."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        await pilot.pause(0.02)
