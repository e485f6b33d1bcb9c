"""Values from outside, held to types and limits before they become records.

Whoever hands us a JSON document may have made it by hand, or to do harm. Every complaint is a
``ValueError`` that names the path, as ``$.outcome.evidence[0].step``. It may quote a word of the value,
so it is cleaned like any other text on its way to a terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from tacit.core.clock import parse_time

T = TypeVar("T")

LAST_TIME = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z
_NUMBER = 1 << 53  # every JSON reader keeps whole numbers below this
_CUT_MARK = 200  # room for the words that say a text was cut
_TEXT = {"parameters": 1_000_000 + _CUT_MARK}
_ANY_TEXT = 10_000 + _CUT_MARK
_ITEMS = 100_000
_DEPTH = 6


def checked_object(value: object, path: str) -> dict[str, object]:
    """A copy of an object whose texts, numbers and lists are within the limits."""
    if not isinstance(value, dict):
        raise ValueError(f"{path}: not an object")
    _bounded(value, "", path, _DEPTH)
    return dict(value)


def _bounded(value: object, name: str, path: str, depth: int) -> None:
    if isinstance(value, str):
        limit = _TEXT.get(name, _ANY_TEXT)
        if len(value) * 4 > limit and len(value.encode("utf-8", "replace")) > limit:
            raise ValueError(f"{path}: longer than {limit} bytes")
    elif isinstance(value, float):
        if not -_NUMBER < value < _NUMBER:
            raise ValueError(f"{path}: not a usable number")
    elif isinstance(value, int):
        if not 0 <= value < _NUMBER:
            raise ValueError(f"{path}: not between 0 and 2^53")
    elif isinstance(value, Mapping | list):
        _bounded_inside(value, name, path, depth)


def _bounded_inside(value: Mapping[Any, object] | list[object], name: str, path: str, depth: int) -> None:
    if depth == 0:
        raise ValueError(f"{path}: nested too deep")
    if len(value) > _ITEMS:
        raise ValueError(f"{path}: more than {_ITEMS} entries")
    if isinstance(value, list):
        for index, item in enumerate(value):
            _bounded(item, name, f"{path}[{index}]", depth - 1)
    else:
        for key, item in value.items():
            _bounded(item, str(key), f"{path}.{str(key)[:80]}", depth - 1)


def sound_time(text: str) -> int:
    """Milliseconds of an RFC 3339 text.

    Raises:
        ValueError: it is none, or not between 1970 and 9999.
    """
    try:
        at = parse_time(text)
    except (ValueError, OverflowError):
        raise ValueError("not a time") from None
    if not 0 <= at <= LAST_TIME:
        raise ValueError("not between 1970 and 9999")
    return at


def take_times(fields: dict[str, object], names: tuple[str, ...], path: str) -> None:
    """Turn the RFC 3339 texts of these names into milliseconds, in place."""
    for name in names:
        text = fields.get(name)
        if not isinstance(text, str):
            raise ValueError(f"{path}.{name}: not a time")
        try:
            fields[name] = sound_time(text)
        except ValueError as error:
            raise ValueError(f"{path}.{name}: {error}") from None


def to_struct(fields: dict[str, object], form: type[T], path: str) -> T:
    """The fields as that struct, types checked strictly; keys it does not know are passed over."""
    from msgspec import ValidationError, convert

    try:
        return convert(fields, form)
    except ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        raise ValueError(f"{path}{where.rstrip('`')}: {what}") from None
