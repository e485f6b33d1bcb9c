"""Which index answers a query, and what it leaves to be looked at in each record."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.clock import DAY
from tacit.core.model import Episode, Pattern, Session
from tacit.core.narrowing import narrowed_to
from tacit.core.notes.records import Note
from tacit.core.project_query import meant
from tacit.core.query import Plan, file_matches, judge, project_matches
from tacit.core.query_match import name_matches
from tacit.core.query_tree import Pair
from tacit.core.tables import EPISODES, NOTES, PATTERNS, SESSIONS
from tacit.store.keys import descending, i64, text, text_of
from tacit.store.reading import Read
from tacit.store.schema import Table

R = TypeVar("R")

_RECENT = 5_000
"""Patterns used lately that are worth being named before the list is walked."""

_CUT = 200
"""Bytes at which the name of a file is cut in an index; one that long may be any that begins so."""


class Route(Struct, Generic[R], frozen=True):
    """How a list is read: an index, a prefix in it, how many stand there, what else must hold.

    With ``order`` it is those records alone, in that order.

    ``total`` is ``None`` when only ``keep`` can tell. ``among`` are the only records that may hold.
    With ``now`` the index is one of effectiveness and read in its order at that time. ``view`` is how a
    record is shown; with ``resorted`` those ``among`` come in the order of what is shown. Nothing behind
    the index key ``until`` holds. ``limit`` bounds the list. ``rest`` is what the index leaves to be
    asked of each record, ``named`` by what ``among`` was found.
    """

    table: Table[R]
    index: str
    prefix: bytes
    total: int | None
    keep: Callable[[R], bool] | None
    among: Collection[bytes] | None = None
    now: int | None = None
    view: Callable[[R], R] | None = None
    resorted: bool = False
    until: bytes | None = None
    limit: int | None = None
    rest: Plan = Plan()
    named: tuple[str, ...] = ()
    order: tuple[bytes, ...] | None = None


def route_patterns(read: Read, plan: Plan, now: int) -> Route[Pattern]:
    """The route of a list of patterns; those of a project have the numbers that they have there.

    In the order of rank they stand as in the whole list, for a pattern has one place; any other order is
    that of the project's numbers.
    """
    plan = meant(read, plan)
    index, prefix, rest = _pattern_index(read, plan)
    rest = _asked(rest)
    at = now if plan.sort == "effectiveness" else None
    view, among = _viewed(read, plan)
    if rest == Plan() and not plan.meaning:
        total = _counted(read, index, prefix)
        return Route(PATTERNS, index, prefix, total, None, now=at, view=view, limit=plan.limit)
    fits = judge(plan, now)

    def keep(pattern: Pattern) -> bool:
        return pattern.head is None and fits(pattern if view is None else view(pattern), None)

    route = Route(PATTERNS, index, prefix, None, keep, among, at, view, resorted=among is not None)
    route = replace(route, limit=plan.limit, rest=rest, named=("project",) if among is not None else ())
    return _named(read, route, plan, now)


def _asked(rest: Plan) -> Plan:
    """What of a plan must hold of a record."""
    return replace(rest, sort="rank", limit=None, meaning=())


def _viewed(read: Read, plan: Plan) -> tuple[Callable[[Pattern], Pattern] | None, frozenset[bytes] | None]:
    """How patterns are shown, and those of the project where they have to be sorted anew."""
    project = plan.project
    if project is None:
        return None, None
    among = None
    if plan.sort != "rank":
        names = map(text, _projects(read, project))
        among = frozenset(key for name in names for _, key in read.scan(PATTERNS, "project", name))
    return lambda pattern: narrowed_to(pattern, project), among


def _named(read: Read, route: Route[Pattern], plan: Plan, now: int) -> Route[Pattern]:
    """The route with the patterns that can hold at all, as far as the indexes of files and times tell."""
    if plan.archived:
        return route
    if plan.file is not None:
        route = _those(route, "file", _with_file(read, plan.file))
    if plan.used_within is None:
        return route
    since = descending(i64(max(0, now - plan.used_within * DAY)))
    if route.index == "recent":
        return replace(route, until=since)
    lately = _used_since(read, since) if route.among is None else None
    return route if lately is None else _those(route, "used", lately)


def _those(route: Route[Pattern], name: str, keys: frozenset[bytes]) -> Route[Pattern]:
    among = keys if route.among is None else keys.intersection(route.among)
    return replace(route, among=among, named=(*route.named, name))


def _with_file(read: Read, wanted: str) -> frozenset[bytes]:
    groups = [group for group, _ in read.groups(PATTERNS, "file")]
    meant = [one for one in groups if len(one) > _CUT - 4 or file_matches(wanted, text_of(one))]
    return frozenset(key for group in meant for _, key in read.scan(PATTERNS, "file", group))


def _used_since(read: Read, since: bytes) -> frozenset[bytes] | None:
    """The patterns used since a time; ``None`` where they are so many that walking the list is as good."""
    found: set[bytes] = set()
    for place, key in read.scan(PATTERNS, "recent"):
        if place[: len(since)] > since:
            break
        found.add(key)
        if len(found) > _RECENT:
            return None
    return frozenset(found)


def _counted(read: Read, index: str, prefix: bytes) -> int:
    """How many patterns an index holds under a prefix."""
    if index == "archived":
        return read.count(PATTERNS, "listed", b"archived")
    counter = index.removesuffix("_effective") if prefix or index == "pinned" else "listed"
    return read.count(PATTERNS, counter, prefix)


def _pattern_index(read: Read, plan: Plan) -> tuple[str, bytes, Plan]:
    """Index, prefix, and what of the plan they do not answer."""
    if plan.archived:
        return "archived", b"", replace(plan, archived=None)
    plan = replace(plan, archived=None)  # no other index holds what was put away
    if plan.pinned and plan.sort == "rank":
        return "pinned", b"", replace(plan, pinned=None)
    return _listed_index(read, plan)


def _listed_index(read: Read, plan: Plan) -> tuple[str, bytes, Plan]:
    """The same for all that is in the list."""
    if plan.sort == "effectiveness" and plan.kind is not None:
        return "kind_effective", text(plan.kind), replace(plan, kind=None)
    if plan.sort != "rank":
        return "effective" if plan.sort == "effectiveness" else plan.sort, b"", plan
    if plan.project is not None:
        names = _projects(read, plan.project)
        if len(names) == 1:
            return "project", text(names[0]), replace(plan, project=None)
    if plan.kind is not None:
        return "kind", text(plan.kind), replace(plan, kind=None)
    if plan.verdict is not None:
        return "verdict", text(plan.verdict), replace(plan, verdict=None)
    return "rank", b"", plan


def _projects(read: Read, wanted: str) -> list[str]:
    """The names of projects with listed patterns that are meant."""
    names = [text_of(group) for group, _ in read.groups(PATTERNS, "project")]
    return [name for name in names if project_matches(wanted, name)]


def route_sessions(read: Read, plan: Plan, now: int) -> Route[Session]:
    """The route of a list of sessions, newest first."""
    return _route_told(read, meant(read, plan), now, SESSIONS)


def route_episodes(read: Read, plan: Plan, now: int) -> Route[Episode]:
    """The route of a list of episodes, newest first."""
    plan = meant(read, plan)
    route = _route_told(read, plan, now, EPISODES)
    if plan.used_within is None:
        return route
    return replace(route, until=route.prefix + descending(i64(max(0, now - plan.used_within * DAY))))


def _route_told(read: Read, plan: Plan, now: int, table: Table[R]) -> Route[R]:
    index, prefix, total, rest = _told_index(read, plan, table)
    rest = _asked(rest)
    if rest == Plan() and not plan.meaning:
        return Route(table, index, prefix, total, None, limit=plan.limit)
    fits = judge(plan, now)
    return Route(table, index, prefix, None, lambda one: fits(one, None), limit=plan.limit, rest=rest)


def _told_index(read: Read, plan: Plan, table: Table[R]) -> tuple[str, bytes, int, Plan]:
    """Index, prefix, how many stand there, and what of the plan they do not answer."""
    if plan.project is not None:
        found: dict[bytes, int] = {}
        for group, number in read.groups(table, "project"):
            name = group.partition(b"\0")[0]
            if project_matches(plan.project, text_of(name)):
                found[name] = found.get(name, 0) + number
        name, total = found.popitem() if len(found) == 1 else (b"", 0)
        if 0 < len(name) < _CUT - 4:  # a longer one may be cut, and stand for several
            return "project", name + b"\0", total, replace(plan, project=None)
    ends = [one for one in plan.where if isinstance(one, Pair) and one.field == "outcome"]
    if ends and table.name == EPISODES.name:
        prefix = text(ends[0].value)
        where = tuple(one for one in plan.where if one is not ends[0])
        return "outcome", prefix, read.count(table, "outcome", prefix), replace(plan, where=where)
    return "recent", b"", read.count(table, "total"), plan


def route_notes(read: Read, plan: Plan, now: int) -> Route[Note]:
    """The route of a list of notes, newest first; those of one source stand together."""
    index, prefix, total, rest = "recent", b"", read.count(NOTES, "total"), _asked(plan)
    asked = [one for one in plan.where if isinstance(one, Pair) and one.field == "from"]
    if asked:
        names = [group for group, _ in read.groups(NOTES, "source")]
        meant = [group for group in names if name_matches(asked[0].value, text_of(group))]
        if len(meant) == 1:
            index, prefix, total = "source", meant[0], read.count(NOTES, "source", meant[0])
            rest = replace(rest, where=tuple(one for one in rest.where if one is not asked[0]))
    if rest == Plan() and not plan.meaning:
        return Route(NOTES, index, prefix, total, None, limit=plan.limit)
    fits = judge(rest, now)
    return Route(NOTES, index, prefix, None, lambda one: fits(one, None), limit=plan.limit, rest=rest)


ROUTES: dict[str, Callable[[Read, Plan, int], Route[Any]]] = {
    "patterns": route_patterns,
    "sessions": route_sessions,
    "episodes": route_episodes,
    "notes": route_notes,
}

TABLES: dict[str, Table[Any]] = {
    "patterns": PATTERNS,
    "sessions": SESSIONS,
    "episodes": EPISODES,
    "notes": NOTES,
}
