"""Numbers, rates and times in a query: how they are written, compared and bounded.

A time is a span before now (``12h``, ``30d``, ``4w``, ``6m``, ``1y``) or a stretch of the calendar of
this machine (``2026``, ``2026-01``, ``2026-01-31``, ``2026-01-31T12:30``, with seconds and ``Z`` where
UTC is meant) or an ISO week in UTC, as the weeks of every chart are (``2026-W06``). A span cuts time in
two: ``<30d`` is less than thirty days ago, that very moment included, and ``>30d`` all before. Of a
stretch, ``>`` is what comes after it, ``>=`` what comes no earlier.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from tacit.core.clock import DAY, WEEK
from tacit.core.errors import Usage
from tacit.core.query_fields import Field
from tacit.core.query_tree import Comparison, Pair

HOUR = DAY // 24
_UNITS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}
_LARGEST = 1e15
_OPS = (">=", "<=", ">", "<", "=")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+").fullmatch
_SPAN = re.compile(r"([0-9]{1,9})([hdwmy])").fullmatch
LONGEST = 1_000 * 365
"""Days of the longest span."""
_STRETCH = re.compile(
    r"((?:19[7-9]|2[0-9][0-9])[0-9])(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(Z)?)?)?)?"
).fullmatch

_WEEK = re.compile(r"((?:19[7-9]|2[0-9][0-9])[0-9])-W([0-9]{2})").fullmatch


def measured(field: Field, raw: str) -> Pair:
    """What a field of numbers or times and a value say.

    Raises:
        Usage: it is no such value, or the ends of a range stand the wrong way round.
    """
    read = {"time": _time, "share": _share_text}.get(field.shape, _number_text)
    if ".." in raw:
        return _range(field, raw, read)
    op = next((one for one in _OPS if raw.startswith(one)), "")
    value = _value(field, raw[len(op) :], read)
    if field.shape == "time" and is_span(value):
        op = ">" if op.startswith(">") else "<"
    return Pair(field.name, value, cast("Comparison", op or "="))


def share(text: str) -> float:
    """``0.8``, ``80%`` and ``80`` are all four fifths.

    Raises:
        Usage: it is no rate.
    """
    number = text.strip()
    bare = number.removesuffix("%").strip()
    value = float(bare) if _PLAIN(bare) else -1.0
    if number.endswith("%") or value > 1:
        value /= 100
    if not 0 <= value <= 1:
        raise Usage(f"“{text}” is no success rate.", "Write 0.8 or 80%.")
    return value


def plain(number: float) -> str:
    """A number without an exponent, exactly: reading it gives the same number."""
    from decimal import Decimal

    text = format(Decimal(repr(float(number))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_span(value: str) -> bool:
    """Whether a time is a span before now."""
    return _SPAN(value) is not None


def span_text(hours: int) -> str:
    """``30d``, or ``36h`` where it is no whole number of days."""
    return f"{hours}h" if hours % 24 else f"{hours // 24}d"


def hours_of(span: str) -> int:
    """How long a span is."""
    return int(span[:-1]) * _UNITS[span[-1]]


def bounds(pair: Pair, now: int) -> tuple[float, float]:
    """The times a pair allows: from the first number on, and before the second, in milliseconds."""
    if is_span(pair.value):
        if pair.op == "..":
            return now - hours_of(pair.most) * HOUR, now - hours_of(pair.value) * HOUR + 1
        edge = now - hours_of(pair.value) * HOUR
        return (edge, float("inf")) if pair.op == "<" else (float("-inf"), edge)
    start, end = _stretch(pair.value)
    if pair.op == "..":
        return start, _stretch(pair.most)[1]
    return {
        "=": (start, end),
        ">": (end, float("inf")),
        ">=": (start, float("inf")),
        "<": (float("-inf"), start),
        "<=": (float("-inf"), end),
    }[pair.op]


def _range(field: Field, raw: str, read: Callable[[str], str]) -> Pair:
    low, _, high = raw.partition("..")
    if not low or not high:
        return measured(field, f">={low}" if low else f"<={_value(field, high, read)}")
    first, last = _value(field, low, read), _value(field, high, read)
    time = field.shape == "time"
    if time and is_span(first) is not is_span(last):
        raise Usage(f"{field.name}: cannot go from “{low}” to “{high}”.", "Write two spans or two days.")
    if time and is_span(first):
        first, last = sorted((first, last), key=hours_of)
    elif (_stretch(first)[0] >= _stretch(last)[1]) if time else float(first) > float(last):
        raise Usage(f"{field.name}: cannot go from “{low}” to “{high}”.", "Put the lower end first.")
    return Pair(field.name, first, "..", last)


def _value(field: Field, raw: str, read: Callable[[str], str]) -> str:
    text = raw.strip()
    if not text:
        raise Usage(f"{field.name}: needs a value.", field.about)
    try:
        return read(text)
    except (Usage, ValueError, OverflowError):
        raise Usage(f"{field.name}: cannot be “{text}”.", field.about) from None


def _number_text(text: str) -> str:
    if not _PLAIN(text) or float(text) > _LARGEST:
        raise ValueError(text)
    return plain(float(text))


def _share_text(text: str) -> str:
    return plain(share(text))


def _time(text: str) -> str:
    """A span in hours or days, or a stretch of the calendar that there is."""
    span = _SPAN(text.lower())
    if span is not None:
        hours = int(span[1]) * _UNITS[span[2]]
        if hours > LONGEST * 24:
            raise ValueError(text)
        return span_text(hours)
    _stretch(text.upper())
    return text.upper()


def _stretch(text: str) -> tuple[float, float]:
    """The first millisecond of a stretch of the calendar, and that of what follows it.

    Raises:
        ValueError: there is no such day or time.
    """
    from datetime import UTC, datetime, timedelta

    week = _WEEK(text)
    if week is not None:
        monday = datetime.fromisocalendar(int(week[1]), int(week[2]), 1).replace(tzinfo=UTC)
        return monday.timestamp() * 1000, monday.timestamp() * 1000 + WEEK
    found = _STRETCH(text)
    if found is None:
        raise ValueError(text)
    numbers = [int(part) for part in found.groups()[:6] if part is not None]
    zone = UTC if found[7] else None
    start = datetime(*(numbers + [1] * (3 - len(numbers))), tzinfo=zone)  # type: ignore[misc, arg-type]
    if len(numbers) == 1:
        end = start.replace(year=start.year + 1)
    elif len(numbers) == 2:
        end = (start + timedelta(days=31)).replace(day=1)
    else:
        step = {3: timedelta(days=1), 5: timedelta(minutes=1), 6: timedelta(seconds=1)}[len(numbers)]
        end = start + step
    return start.timestamp() * 1000, end.timestamp() * 1000
