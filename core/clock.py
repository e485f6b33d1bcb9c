"""The one clock. Everything that asks for the time gets it passed in; tests pass a fixed one."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Returns integer milliseconds since 1970, UTC."""

DAY = 86_400_000
WEEK = 7 * DAY
_MONDAY = 4 * DAY  # 1970-01-05, the first Monday


def system_clock() -> int:
    """Now."""
    return time.time_ns() // 1_000_000


def week_start(at: int) -> int:
    """The first millisecond of the ISO week (Monday, UTC) that ``at`` lies in."""
    return at - (at - _MONDAY) % WEEK


def rfc3339(at: int) -> str:
    """``2026-02-04T11:10:55.700Z``; whole seconds carry no fraction."""
    seconds, milliseconds = divmod(at, 1000)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{text}.{milliseconds:03d}Z" if milliseconds else f"{text}Z"


def parse_time(text: str) -> int:
    """Milliseconds of an RFC 3339 or ISO 8601 time; one without an offset is UTC.

    Raises:
        ValueError: the text is no time.
    """
    from datetime import UTC, datetime

    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000 + 0.5)
