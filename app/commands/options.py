"""Options and arguments that several commands share, and what their values mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from tacit.core.errors import Usage
from tacit.core.query import Plan, parse

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("table", "json", "jsonl")
ROWS = 20
"""Rows of a table when ``--limit`` says nothing; JSON has no limit of its own."""

_UNITS = {"d": 1, "w": 7, "m": 30, "y": 365}


def format_option(function: F) -> F:
    """``--format table|json|jsonl``."""
    return click.option(
        "--format", "form", type=click.Choice(FORMATS), default="table", help="How to print."
    )(function)  # fmt: skip


def limit_option(function: F) -> F:
    """``--limit N``."""
    return click.option(
        "--limit", type=click.IntRange(min=0), metavar="N",
        help=f"At most so many; 0 for all. Tables show {ROWS} if not said, JSON all.",
    )(function)  # fmt: skip


def query_argument(function: F) -> F:
    """``[QUERY]…``."""
    return click.argument("query", nargs=-1, shell_complete=_complete_query)(function)


def ids_argument(function: F) -> F:
    """``ID…``."""
    return click.argument("ids", nargs=-1, required=True, metavar="ID...", shell_complete=complete_ids)(
        function
    )


def limit_of(limit: int | None, form: str) -> int | None:
    """How many rows to ask for; ``None`` for all."""
    if limit is None:
        return ROWS if form == "table" else None
    return limit or None


def plan_of(query: Sequence[str], **filters: Any) -> Plan:
    """The plan of a query on the command line, ``--min-success`` and ``--used-within`` as typed.

    Raises:
        Usage: it makes no sense.
    """
    least, within = filters.pop("min_success", None), filters.pop("used_within", None)
    return parse(
        " ".join(query),
        min_success=None if least is None else share(least),
        used_within=None if within is None else days(within),
        **filters,
    )


def share(text: str) -> float:
    """``0.8``, ``80%`` and ``80`` are all four fifths.

    Raises:
        Usage: it is no rate.
    """
    number = text.strip().removesuffix("%").strip()
    try:
        value = float(number)
    except ValueError:
        raise Usage(f"“{text}” is no success rate.", "Write 0.8 or 80%.") from None
    value = value / 100 if text.strip().endswith("%") or value > 1 else value
    if not 0 <= value <= 1:
        raise Usage(f"“{text}” is no success rate.", "Write 0.8 or 80%.")
    return value


def days(text: str) -> int:
    """``30``, ``30d``, ``4w``, ``6m`` and ``1y`` as days.

    Raises:
        Usage: it is no span of time.
    """
    number, unit = (text[:-1], text[-1:].lower()) if text[-1:].lower() in _UNITS else (text, "d")
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        raise Usage(f"“{text}” is no span of time.", "Write 30d, 4w, 6m or 1y.")
    return int(number) * _UNITS[unit]


def complete_ids(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Ids at the top of the lists that begin like this; none when the store cannot be opened."""
    from tacit.core.errors import TacitError
    from tacit.memory import Memory

    name = {"s": "sessions", "e": "episodes"}.get(incomplete[:1], "patterns")
    try:
        with Memory.open(None, readonly=True, create=False, command="completion") as memory:
            items = memory.page(name, Plan(), 100).items
    except TacitError:
        return []
    return [item.id for item in items if item.id.startswith(incomplete)]


def _complete_query(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Field names, and the values of those that have few."""
    from tacit.core.model import KINDS
    from tacit.core.query_values import FIELDS, VERDICTS, YES_NO

    values = {"kind": KINDS, "verdict": VERDICTS, "pinned": YES_NO, "archived": YES_NO}
    whole = [f"{field}:{value}" for field, known in values.items() for value in known]
    names = [f"{field}:" for field in FIELDS]
    return [text for text in (whole if ":" in incomplete else names) if text.startswith(incomplete)]


def complete_kinds(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The kinds that begin like this."""
    from tacit.core.model import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]
