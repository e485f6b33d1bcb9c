"""Which index answers a query, and what it leaves to be looked at in each record."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.model import Episode, Pattern, Session
from tacit.core.narrowing import narrowed_to
from tacit.core.project_query import meant
from tacit.core.query import Plan, matches, project_matches, text_matches
from tacit.core.tables import EPISODES, PATTERNS, SESSIONS
from tacit.core.words import episode_words, session_words
from tacit.store.keys import text, text_of
from tacit.store.reading import Read
from tacit.store.schema import Table

R = TypeVar("R")


class Route(Struct, Generic[R], frozen=True):
    """How a list is read: an index, a prefix in it, how many stand there, what else must hold.

    ``total`` is ``None`` when only ``keep`` can tell. ``among`` are the only records that may hold.
    With ``now`` the index is one of effectiveness and read in its order at that time. ``view`` is how a
    record is shown; with ``resorted`` those ``among`` come in the order of what is shown.
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


def route_patterns(read: Read, plan: Plan, now: int) -> Route[Pattern]:
    """The route of a list of patterns; those of a project have the numbers that they have there.

    In the order of rank they stand as in the whole list, for a pattern has one place; any other order is
    that of the project's numbers.
    """
    plan = meant(read, plan)
    index, prefix, rest = _pattern_index(read, plan)
    everything = rest == Plan(sort=plan.sort)
    at = now if plan.sort == "effectiveness" else None
    if everything:
        total = _counted(read, index, prefix)
        return Route(PATTERNS, index, prefix, total, None, now=at, view=_viewed(read, plan)[0])
    view, among = _viewed(read, plan)

    def keep(pattern: Pattern) -> bool:
        return matches(plan, pattern if view is None else view(pattern), now)

    return Route(PATTERNS, index, prefix, None, keep, among, now=at, view=view, resorted=among is not None)


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
    plan = meant(read, plan)

    def keep(session: Session) -> bool:
        return _fits(plan, now, session.project, session.ended, session_words(session))

    total = read.count(SESSIONS, "total") if plan.is_everything else None
    return Route(SESSIONS, "recent", b"", total, None if plan.is_everything else keep)


def route_episodes(read: Read, plan: Plan, now: int) -> Route[Episode]:
    """The route of a list of episodes, newest first."""
    plan = meant(read, plan)

    def keep(episode: Episode) -> bool:
        words = episode_words(episode)
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

TABLES: dict[str, Table[Any]] = {"patterns": PATTERNS, "sessions": SESSIONS, "episodes": EPISODES}
