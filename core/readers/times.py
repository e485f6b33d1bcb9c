"""The times of a transcript's records, and when those happened that have none."""

from __future__ import annotations

from array import array
from functools import lru_cache

from tacit.core.clock import parse_time
from tacit.core.untrusted import LAST_TIME

_LONGEST = 1e9
"""Seconds a call can have taken."""

_LONG = len("2026-02-04T11:10:55.700Z")
_DAY, _HOUR, _MINUTE = 86_400_000, 3_600_000, 60_000


def moment(timestamp: str | None) -> int:
    """Milliseconds of a record's time; 0 where it has none between 1970 and 9999."""
    if not timestamp:
        return 0
    try:
        at = (
            _of_usual(timestamp)
            if len(timestamp) == _LONG and timestamp[-1] == "Z"
            else parse_time(timestamp)
        )
    except (ValueError, OverflowError):
        return 0
    return at if 0 < at <= LAST_TIME else 0


def placed(at: array[int]) -> array[int]:
    """The times of records in the order of the file, those without one filled in.

    What has none happened when the record before it did, at the very beginning when the first with one
    did; all are 0 where none has one.
    """
    known = next((one for one in at if one), 0)
    filled = array("q", at)
    for place, one in enumerate(at):
        known = filled[place] = one or known
    return filled


def believed(milliseconds: float | None) -> float | None:
    """The seconds a call took, unless what is told of it cannot be."""
    if milliseconds is None or not 0 <= milliseconds <= 1000 * _LONGEST:
        return None
    return milliseconds / 1000


def _of_usual(timestamp: str) -> int:
    """A time as transcripts write it, which is read for every line."""
    second = int(timestamp[17:19]) * 1_000 + int(timestamp[20:23])
    clock = int(timestamp[11:13]) * _HOUR + int(timestamp[14:16]) * _MINUTE + second
    return _midnight(timestamp[:10]) + clock if 0 <= clock < _DAY else 0


@lru_cache(maxsize=64)
def _midnight(day: str) -> int:
    return parse_time(f"{day}T00:00:00Z")
