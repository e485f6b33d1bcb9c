"""What a list is asked for by meaning: the nearest of its records, best first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.query import Plan

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.core.recall.ranked import Scored, Type
    from tacit.core.routes import Route
    from tacit.store.reading import Read
    from tacit.store.store import Store

R = TypeVar("R")

NEAREST = 100
"""Records that a list by meaning has at most: past these nothing is alike any more."""


class Sought(Struct, frozen=True):
    """What was found by meaning: the ``keys`` of records, nearest first; ``None`` where it was not asked.

    ``plan`` is what is left to be held against records; without a model the meaning is words in it, and
    ``note`` says so. ``likeness`` are the cosines of what was found, by key.
    """

    plan: Plan
    keys: tuple[bytes, ...] | None = None
    note: str = ""
    likeness: Mapping[bytes, float] = {}


def nothing_sought(_table: str, plan: Plan) -> Sought:
    """A query that asks for no meaning."""
    return Sought(plan)


def seek(store: Store, config: Config, table: str, plan: Plan, now: int) -> Sought:
    """Find what a plan asks for by meaning. It may run a model: call it in a worker, outside of a snapshot.

    Args:
        store: where to look.
        config: who turns text into vectors.
        table: ``patterns``, ``episodes`` or ``notes``.
        plan: what must hold as well; without a ``~`` nothing is done.
        now: milliseconds, for spans of time.
    """
    types: dict[str, tuple[Type, ...]] = {
        "patterns": ("pattern",),
        "episodes": ("episode",),
        "notes": ("note",),
    }
    if not plan.meaning or table not in types:
        return Sought(plan)
    from tacit.core.recall.hybrid import ranked
    from tacit.core.routes import ROUTES

    with store.read() as read:
        route = ROUTES[table](read, plan, now)

    def accept(read: Read, hit: Scored) -> bool:
        record = read.get(route.table, hit.key)
        return record is not None and (route.keep is None or route.keep(record))

    text = " ".join(plan.meaning)
    found = ranked(store, config, text, types=types[table], mode="vector", limit=NEAREST, accept=accept)
    if found.mode == "vector":
        likeness: dict[bytes, float] = {}
        for hit in found.hits:  # best first
            likeness.setdefault(hit.key, hit.score if hit.meaning is None else hit.meaning)
        return Sought(plan, tuple(likeness), found.note, likeness)
    words = dict.fromkeys((*plan.words, *text.casefold().split()))
    return Sought(replace(plan, meaning=(), words=tuple(words)), None, found.note)


def ordered(route: Route[R], sought: Sought) -> Route[R]:
    """The route along what was found: nearest first, or in the order that was asked for."""
    if sought.keys is None:
        return route
    route = replace(route, named=(*route.named, "meaning"))
    if sought.plan.sort == "rank":
        return replace(route, order=sought.keys)
    return replace(route, among=frozenset(sought.keys), resorted=True)
