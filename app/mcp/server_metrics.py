"""What a server did so far."""

from __future__ import annotations

import threading
import time
from collections import Counter


class Counted:
    """Calls of one server, by tool; safe to use from threads."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._failed = 0
        self._running = 0

    def enter(self, most: int) -> bool:
        """Begin a call; ``False``, and nothing is counted, where ``most`` are being worked on."""
        with self._lock:
            if self._running >= most:
                return False
            self._running += 1
            return True

    def leave(self) -> None:
        """End a call."""
        with self._lock:
            self._running -= 1

    def call(self, tool: str, *, failed: bool) -> None:
        """Count a call that was answered."""
        with self._lock:
            self._calls[tool] += 1
            self._failed += failed

    def told(self) -> dict[str, object]:
        """Seconds since the start, calls, how many of them ended in an error, and calls by tool."""
        with self._lock:
            return {
                "uptime_seconds": round(time.monotonic() - self._began, 1),
                "calls": self._calls.total(),
                "errors": self._failed,
                "tools": dict(self._calls.most_common()),
            }
