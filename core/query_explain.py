"""How a list is answered: the plan as understood, the route taken, and what that read."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tacit.core.listing import Page
from tacit.core.query import Plan, conjuncts, render, written
from tacit.core.routes import Route
from tacit.store.keys import text_of


class Explained(Struct, frozen=True):
    """An answer, explained.

    ``query`` is the plan as text. ``index`` is what was walked, from ``prefix`` on where it has one.
    ``named`` says by what the records were found beforehand (``words``, ``file``, ``used``, ``project``,
    ``meaning``), ``checked`` what was held against each. ``counted`` is whether a counter knew the total.
    ``rows_read`` counts records, index entries and counters.
    """

    list: str
    query: str
    index: str
    prefix: str
    order: str
    named: tuple[str, ...]
    checked: tuple[str, ...]
    counted: bool
    total: int
    shown: int
    rows_read: int
    note: str = ""


def checks(plan: Plan) -> tuple[str, ...]:
    """Everything that a plan asks of a record, as text, part by part."""
    return tuple(map(written, conjuncts(plan)))


def explained(table: str, plan: Plan, route: Route[Any], found: Page[Any], rows_read: int) -> Explained:
    """What is to be said of a list that was just read along a route."""
    meant = route.order is not None
    return Explained(
        list=table,
        query=render(plan),
        index="vectors" if meant else route.index,
        prefix="" if meant else text_of(route.prefix),
        order="meaning" if meant else _order(table, plan),
        named=route.named,
        checked=checks(route.rest),
        counted=route.total is not None,
        total=found.total,
        shown=len(found.items),
        rows_read=rows_read,
        note=found.note,
    )


def _order(table: str, plan: Plan) -> str:
    return plan.sort if table == "patterns" else "newest"
