"""What must hold of a hit: the records that can be meant at all, as indexes tell, and what each is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tacit.core.query_fields import KNOWN
from tacit.core.query_match import conjuncts
from tacit.core.query_tree import Pair, Plan
from tacit.core.recall.ranked import Scored, Type
from tacit.core.recall.spots import TABLE_OF, Spot
from tacit.core.routes import ROUTES

if TYPE_CHECKING:
    from tacit.store.reading import Read

Accept = Callable[["Read", Scored], bool]

Among = Mapping[str, Collection[bytes]]
"""Table to the keys of the only records of it that can hold; all can of a table that is not in it."""

MOST = 5_000
"""Records named by an index, past which each hit is rather looked at."""


class Held:
    """Whether hits hold in one snapshot; each is looked at once."""

    def __init__(self, read: Read, accept: Accept | None, among: Among) -> None:
        self._read, self._accept, self.among = read, accept, among
        self._known: dict[Spot, bool] = {}

    @property
    def all(self) -> bool:
        """Whether there is nothing that must hold."""
        return self._accept is None and not self.among

    @property
    def looks(self) -> bool:
        """Whether records have to be looked at."""
        return self._accept is not None

    def of(self, found: Mapping[Spot, float]) -> dict[Spot, float]:
        """Those that hold, in their order."""
        return dict(found) if self.all else {one: score for one, score in found.items() if self._holds(one)}

    def _holds(self, one: Spot) -> bool:
        keys = self.among.get(one.table.name)
        if keys is not None and one.key not in keys:
            return False
        if self._accept is None:
            return True
        known = self._known.get(one)
        if known is None:
            hit = Scored(one.type, one.key, 0.0, step=one.step or None)
            known = self._known[one] = self._accept(self._read, hit)
        return known


def possible(plan: Plan, types: Collection[Type]) -> tuple[Type, ...]:
    """The types that have all fields that must hold; all, where no type has them."""
    pairs = [one for one in conjuncts(plan) if isinstance(one, Pair) and one.field != "archived"]
    fitting = tuple(
        one for one in types if all(TABLE_OF[one].name in KNOWN[pair.field].lists for pair in pairs)
    )
    return fitting or tuple(types)


def among(read: Read, plan: Plan, now: int, types: Collection[Type]) -> tuple[Among, frozenset[Type]]:
    """The only records that can hold where an index names them, and the types of which nothing else is asked.

    Args:
        read: the snapshot.
        plan: what must hold; its free words need not.
        now: milliseconds, for spans of time.
        types: what is meant.
    """
    found: dict[str, Collection[bytes]] = {}
    settled: set[str] = set()
    plan = replace(plan, words=(), meaning=(), limit=None)
    for name in {} if plan == Plan() or plan.archived else dict.fromkeys(TABLE_OF[one].name for one in types):
        route = ROUTES[name](read, plan, now)
        keys = route.among
        if keys is None and route.index not in {"rank", "recent"} and (route.total or 0) <= MOST:
            scanned = (key for _, key in read.scan(route.table, route.index, route.prefix))
            keys = frozenset(islice(scanned, MOST + 1))
        if keys is not None and len(keys) <= MOST:
            found[name] = keys
            if route.keep is None:
                settled.add(name)
    return found, frozenset(one for one in types if TABLE_OF[one].name in settled)
