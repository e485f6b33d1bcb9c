"""What may be written next in a query: names of fields, and values of those that have known ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from tacit.core.query_fields import ALSO, EXACT, KNOWN, Field, fields_of
from tacit.core.query_terms import quote
from tacit.core.query_values import KIND_ALIASES

Known = Callable[[str, str], Iterable[str]]
"""Gives values of a field that the store has, for what is written of one so far."""

MOST = 50
"""Suggestions at once."""

_SPANS = ("<1d", "<7d", "<30d", "<90d", "<1y")
_RATES = (">=50%", ">=80%", ">=90%", "<50%")
_COUNTS = (">=2", ">=5", ">=10", ">=20")


class Completion(Struct, frozen=True):
    """``text[start:end]`` may become ``replacement``, which ends in a space where a term is whole."""

    start: int
    end: int
    replacement: str


def complete(text: str, cursor: int, known: Known, table: str | None = None) -> list[Completion]:
    """What the term that ends at the cursor may become, best first, at most :data:`MOST`.

    Args:
        text: the query as far as it is written.
        cursor: a place in it, 0 to its length.
        known: the values that the store has.
        table: the list it is for; all fields where none is named.
    """
    cursor = min(cursor, len(text))
    start = _begin(text, cursor)
    term = text[start:cursor]
    name, colon, written = term.partition(":")
    also = {one: field for (listed, one), field in ALSO.items() if listed == table}
    if not colon:
        names = [f"{one}:" for one in (*fields_of(table), *also) if one.startswith(name.casefold())]
        return [Completion(start, cursor, one) for one in names[:MOST]] if name or not text.strip() else []
    name = name.casefold()
    if name not in (*fields_of(table), *also):
        return []
    start += len(name) + 1 + _last_value(written)
    begun = text[start:cursor].removeprefix('"')
    field = KNOWN[also.get(name, name)]
    values = [one for one in _values(field, begun, known) if one != begun]
    return [Completion(start, cursor, f"{_written(field, one)} ") for one in values[:MOST]]


def _written(field: Field, value: str) -> str:
    return quote(value) if field.shape == "text" else value


def _begin(text: str, cursor: int) -> int:
    """Where the term at the cursor begins: behind a space or bracket, and a minus, outside of quotes."""
    start = at = 0
    quoted = False
    while at < cursor:
        if quoted and text[at] == "\\":
            at += 1
        elif text[at] == '"':
            quoted = not quoted
        elif not quoted and (text[at].isspace() or (text[at] == "(" and at == start)):
            start = at + 1
        at += 1
    return start + (text[start : start + 1] == "-" and start < cursor)


def _last_value(written: str) -> int:
    """Where the last of the values between commas begins."""
    start, quoted = 0, False
    for at, letter in enumerate(written):
        quoted = quoted is not (letter == '"')
        if letter == "," and not quoted:
            start = at + 1
    return start


def _values(field: Field, begun: str, known: Known) -> Iterable[str]:
    """The values of a field that begin like this, or one of whose parts does."""
    wanted = begun.casefold()
    if field.choices:
        found = [one for one in field.choices if one.startswith(wanted.replace("-", "_"))]
        meant = [KIND_ALIASES[one] for one in KIND_ALIASES if field.name == "kind" and one.startswith(wanted)]
        return dict.fromkeys([*found, *(meant if wanted else ())])
    fixed = {"time": _SPANS, "share": _RATES, "number": _COUNTS, "limit": ("10", "20", "50")}
    if field.shape != "text":
        return [one for one in fixed[field.shape] if one.startswith(wanted)]
    mark = "=" if field.name in EXACT and begun.startswith("=") else ""
    wanted = wanted.removeprefix(mark)
    values = known(field.name, begun.removeprefix(mark))
    return [mark + one for one in values if _begins_part(one.casefold(), wanted)]


def _begins_part(value: str, wanted: str) -> bool:
    return not wanted or value.startswith(wanted) or f"/{wanted}" in value
