"""Numbers as a person writes them into the settings: sizes, counts, spans of time."""

from __future__ import annotations

from collections.abc import Callable

from tacit.core.errors import Usage

_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


def _size(text: str, where: str) -> int:
    """Bytes of what a person writes, ``1.5 GB``: a unit is a power of a thousand."""
    number, unit = text.strip().lower(), 1
    for letters, power in (("tb", 4), ("gb", 3), ("mb", 2), ("kb", 1), ("b", 0)):
        if number.endswith(letters):
            number, unit = number.removesuffix(letters).rstrip(), 1000**power
            break
    if not number.replace(".", "", 1).isdecimal() or not number.isascii():
        raise Usage(f"{where} cannot be “{text}”.", 'It is a size, like "500MB" or "2GB".')
    return round(float(number) * unit)


def _count(text: str, where: str) -> int:
    """A whole number from 1 on."""
    number = text.strip()
    if not (number.isdecimal() and number.isascii() and 0 < int(number) < 1 << 31):
        raise Usage(f"{where} cannot be “{text}”.", "It is a whole number from 1 on.")
    return int(number)


def _span(text: str, where: str) -> int:
    """Milliseconds of what a person writes: ``5s``, ``30m``, ``24h``, ``180d``."""
    number, unit = text.strip()[:-1], _UNITS.get(text.strip()[-1:].lower())
    if unit is None or not (number.isdecimal() and number.isascii() and 0 < int(number) < 1 << 31):
        raise Usage(
            f"{where} cannot be “{text}”.", 'It is a span of time, like "5s", "30m", "24h" or "180d".'
        )
    return int(number) * unit


NUMBERS: dict[str, Callable[[str, str], int]] = {"size": _size, "count": _count, "span": _span}
"""What a setting's shape does with the text and the name of where it stands."""
