"""What is known to get past an error, as quickly as a hook must have it.

Counts of a pattern are those of the last review, of a candidate below support those of now. Nothing that did
not work at least once is told, and nothing below support that failed more often than it worked.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from tacit.core.learn.events import Event, events_of
from tacit.core.recall.brief import here as numbers_here
from tacit.core.recall.candidates import Found, Graves, best_first
from tacit.core.recall.leads import aim_key, error_group
from tacit.core.recall.rated import Rated
from tacit.core.recall.signing import Signed
from tacit.core.tables import CONTRIBUTIONS, EPISODES, PATTERNS, key_of
from tacit.store.keys import u64
from tacit.store.reading import Read

_EACH = 3
_USES = 5
_LOOKED_AT = 12
"""So many of the best candidates of an error are looked at, of which most may stand for other projects."""


class Way(Rated, frozen=True):
    """A way past an error: what was done first, and what then went well again.

    ``exact`` says that it was this very error, else one of its class; ``here`` that the numbers are of the
    project asked for. ``pattern`` is the id of its pattern, ``None`` while it is below support.
    """

    exact: bool
    here: bool
    signature: str
    action: str
    intent: str
    episodes: int
    last_used: int
    pattern: str | None


def ways_past(read: Read, asked: Signed, project: str) -> list[Way]:
    """The ways past an error, best first: the very error here, then elsewhere, then its class.

    Args:
        read: the snapshot.
        asked: the error.
        project: what counts as here; empty where nobody knows.
    """
    graves = Graves(read)
    found: list[Way] = []
    for exact, names in ((True, asked.lines), (False, asked.families)):
        groups = [_group(exact, name, asked.aim) for name in names]
        new = [
            way
            for group in groups
            for one in _found(read, graves, group)
            if (way := _way(read, one, exact, project)) is not None and _is_worth_telling(way)
        ]
        told = {(way.action, way.intent) for way in found}
        best = sorted((way for way in new if (way.action, way.intent) not in told), key=_order)
        found += best[:_EACH]
    return found


def _is_worth_telling(way: Way) -> bool:
    """Whether it worked at all; what is no pattern, and cannot be noted as told, half the time at least."""
    return way.successes > 0 and (way.pattern is not None or 2 * way.successes >= way.judged)


def _order(way: Way) -> tuple[bool, bool]:
    """What is known of here comes first; else the order stays, the best first."""
    return not way.here, way.episodes < 2


def _group(exact: bool, name: str, aim: str) -> bytes:
    """What the recoveries of an error are counted under; of a class those that lead back to what failed."""
    group = error_group("exact" if exact else "class", name)
    return group if exact or not aim else group + aim_key(aim)


def _found(read: Read, graves: Graves, group: bytes) -> Iterator[Found]:
    owners = (int.from_bytes(place[-8:], "big") for place, _ in read.groups(CONTRIBUTIONS, "recovery", group))
    return islice(graves.standing(best_first(read, owners)), _LOOKED_AT)


def _is_of(read: Read, events: list[Event], project: str) -> bool:
    """Whether any of the few uses of what is below support is of a project."""
    keys = list(dict.fromkeys(event[0] for event in events))[:_USES]
    held = (read.get(EPISODES, u64(key)) for key in keys)
    return any(one is not None and one.project == project for one in held)


def _way(read: Read, found: Found, exact: bool, project: str) -> Way | None:
    if len(found.key) != 4:
        return None
    pattern = None if found.pattern is None else read.get(PATTERNS, key_of(found.pattern))
    _, signature, action, intent = found.key
    if pattern is None:
        _, judged, successes, _, _, episodes = found.counts
        events = events_of(read, found.owner)
        last = max((event[2] for event in events), default=0)
        own = bool(project) and _is_of(read, events, project)
        return Way(judged, successes, exact, own, signature, action, intent, episodes, last, None)
    here = project in pattern.project_names
    one = numbers_here(pattern, project) if here else pattern
    counts, name = (one.episodes, one.last_used), pattern.id
    return Way(one.judged, one.successes, exact, here, signature, action, intent, *counts, name)
