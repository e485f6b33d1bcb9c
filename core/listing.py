"""Lists: which index answers a query, pages of it, and a window for a list that scrolls.

A query that one index answers whole costs what is read of it, whatever the size of the store. Any
other walks the index of its order and looks at each record; that belongs into a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from msgspec import Struct

from tacit.core.clock import Clock
from tacit.core.model import Episode, Pattern, Session
from tacit.core.query import Plan, matches, project_matches, text_matches
from tacit.core.tables import EPISODES, PATTERNS, SESSIONS
from tacit.store.keys import text
from tacit.store.reading import Read
from tacit.store.schema import Table
from tacit.store.store import Store

R = TypeVar("R")

STRIDE = 512
"""Every so many index entries one is kept, so that any place can be reached from near by; and a walk
looks up whether it is still wanted."""


class Page(Struct, Generic[R], frozen=True):
    """The beginning of a list; ``total`` counts all of it."""

    total: int
    truncated: bool
    items: tuple[R, ...]


class Route(Struct, Generic[R], frozen=True):
    """How a list is read: an index, a prefix in it, how many stand there, what else must hold.

    ``total`` is ``None`` when only ``keep`` can tell.
    """

    table: Table[R]
    index: str
    prefix: bytes
    total: int | None
    keep: Callable[[R], bool] | None


def route_patterns(read: Read, plan: Plan, now: int) -> Route[Pattern]:
    """The route of a list of patterns."""
    index, prefix, rest = _pattern_index(read, plan)
    everything = rest == Plan(sort=plan.sort)
    if everything:
        counter = index if prefix else "listed"
        return Route(PATTERNS, index, prefix, read.count(PATTERNS, counter, prefix), None)
    return Route(PATTERNS, index, prefix, None, lambda pattern: matches(plan, pattern, now))


def _pattern_index(read: Read, plan: Plan) -> tuple[str, bytes, Plan]:
    """Index, prefix, and what of the plan they do not answer."""
    from msgspec.structs import replace

    if plan.sort != "rank":
        return plan.sort, b"", plan
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
    names = [group.rstrip(b"\0").decode() for group, _ in read.groups(PATTERNS, "project")]
    return [name for name in names if project_matches(wanted, name)]


def route_sessions(read: Read, plan: Plan, now: int) -> Route[Session]:
    """The route of a list of sessions, newest first."""

    def keep(session: Session) -> bool:
        return _fits(plan, now, session.project, session.ended, f"{session.title}\n{session.directory}")

    total = read.count(SESSIONS, "total") if plan.is_everything else None
    return Route(SESSIONS, "recent", b"", total, None if plan.is_everything else keep)


def route_episodes(read: Read, plan: Plan, now: int) -> Route[Episode]:
    """The route of a list of episodes, newest first."""

    def keep(episode: Episode) -> bool:
        words = "\n".join((episode.prompt, *episode.files))
        if plan.file is not None and plan.file not in words:
            return False
        return _fits(plan, now, episode.project, episode.ended, words)

    total = read.count(EPISODES, "total") if plan.is_everything else None
    return Route(EPISODES, "recent", b"", total, None if plan.is_everything else keep)


def _fits(plan: Plan, now: int, project: str, at: int, words: str) -> bool:
    if plan.project is not None and not project_matches(plan.project, project):
        return False
    if plan.used_within is not None and at < now - plan.used_within * 86_400_000:
        return False
    return not plan.has_text or text_matches(plan, words)


ROUTES: dict[str, Callable[[Read, Plan, int], Route[Any]]] = {
    "patterns": route_patterns,
    "sessions": route_sessions,
    "episodes": route_episodes,
}


def entries(read: Read, route: Route[R], start: bytes | None = None) -> Iterator[tuple[bytes, bytes, R]]:
    """(index key, record key, record) along a route, those that hold."""
    for place, key in read.scan(route.table, route.index, route.prefix, start=start):
        record = read.get(route.table, key)
        if record is not None and (route.keep is None or route.keep(record)):
            yield place, key, record


def page(read: Read, route: Route[R], limit: int | None) -> Page[R]:
    """The first ``limit`` of a list, and how many there are in all."""
    items: list[R] = []
    counted = 0
    for counted, (_, _, record) in enumerate(entries(read, route), 1):  # noqa: B007
        if limit is None or len(items) < limit:
            items.append(record)
        elif route.total is not None:
            break
    total = counted if route.total is None else route.total
    return Page(total, len(items) < total, tuple(items))


class Window(Generic[R]):
    """A list of any length of which only a few rows are held.

    A list that an index answers knows its ``total`` at once; :meth:`walk` then only makes far places
    quick to reach. Any other list is counted by :meth:`walk`, and ``exact`` turns true at its end.
    Every call is one short read transaction and may come from any thread.
    """

    def __init__(self, store: Store, table: str, plan: Plan, clock: Clock) -> None:
        self.plan = plan
        self._store = store
        with store.read() as read:
            self._route: Route[R] = ROUTES[table](read, plan, clock())
            self._sequence = read.sequence()
        self.exact = self._route.total is not None
        self._anchors: list[bytes] = []
        self._found: list[bytes] = []
        self._walked = False

    @property
    def total(self) -> int:
        """How many rows; still growing while ``exact`` is false."""
        return len(self._found) if self._route.total is None else self._route.total

    def rows(self, start: int, count: int) -> list[R]:
        """The rows from place ``start`` on."""
        with self._store.read() as read:
            if self._route.keep is not None:
                keys = self._found[start : start + count]
                records = [read.get(self._route.table, key) for key in keys]
                return [record for record in records if record is not None]
            return self._indexed(read, start, count)

    def _indexed(self, read: Read, start: int, count: int) -> list[R]:
        anchor = min(start // STRIDE, len(self._anchors)) if self._anchors else 0
        begin = self._anchors[anchor - 1] if anchor else None
        skip = start - anchor * STRIDE
        total = self.total
        if not self._walked and skip > STRIDE and start > total // 2:
            return self._from_end(read, total - start, count)
        found: list[R] = []
        scan = read.scan(self._route.table, self._route.index, self._route.prefix, start=begin)
        for place, (_, key) in enumerate(scan):
            if place < skip:
                continue
            if len(found) >= count:
                break
            record = read.get(self._route.table, key)
            if record is not None:
                found.append(record)
        return found

    def _from_end(self, read: Read, back: int, count: int) -> list[R]:
        """Rows counted from the last one, for a jump to the end before the keys were walked."""
        keys: list[bytes] = []
        for _, key in read.scan(self._route.table, self._route.index, self._route.prefix, reverse=True):
            keys.append(key)
            if len(keys) >= back:
                break
        records = [read.get(self._route.table, key) for key in keys[::-1][:count]]
        return [record for record in records if record is not None]

    def walk(self, cancelled: Callable[[], bool], progress: Callable[[int], None] | None = None) -> None:
        """Go through the list once; run it in a worker.

        Args:
            cancelled: asked now and then; ``True`` ends the walk.
            progress: told how many rows were found so far.
        """
        with self._store.read() as read:
            route = self._route
            for place, (index_key, key) in enumerate(read.scan(route.table, route.index, route.prefix)):
                if place and place % STRIDE == 0:
                    if cancelled():
                        return
                    if progress is not None:
                        progress(len(self._found))
                if route.keep is not None:
                    record = read.get(route.table, key)
                    if record is not None and route.keep(record):
                        self._found.append(key)
                elif place and place % STRIDE == 0:
                    self._anchors.append(index_key)
        self._walked = True
        self.exact = True

    def position(self, public_id: str) -> int | None:
        """The place of a record in the list, or ``None``."""
        from tacit.core.tables import key_of

        wanted = key_of(public_id)
        with self._store.read() as read:
            if self._route.keep is not None:
                return self._found.index(wanted) if wanted in self._found else None
            scan = read.scan(self._route.table, self._route.index, self._route.prefix)
            return next((place for place, (_, key) in enumerate(scan) if key == wanted), None)

    def stale(self) -> bool:
        """Whether anything was written since this window was made."""
        return self._store.sequence() != self._sequence
