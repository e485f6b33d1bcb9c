"""Which patterns are used together with one, more than their frequency explains.

Of the episodes of a project that something is learned from, ``n``, the one pattern was used in ``a``, the
other in ``b`` and both in ``k``. Where the two have nothing to do with each other, ``a × b ÷ n`` is expected;
lift is ``k`` against that. Several projects are added up: what is in one project only goes together with
nothing just because the project has habits of its own. The correlation is that within the projects (in one
project the phi coefficient), p that of the exact test of :mod:`tacit.core.learn.significance`. A pair
*stands* when it survives the correction of Benjamini and Hochberg (1995) at 10 % over all listed patterns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.evidence import groups_fed_by
from tacit.core.learn.events import uses_of
from tacit.core.learn.lift import LEAST_TOGETHER
from tacit.core.learn.significance import Stratum, compare, discovered
from tacit.core.model import Pattern
from tacit.core.pattern_counts import learned
from tacit.core.recall.related_base import episodes_by_project, project_meant, within, worthy_episodes
from tacit.core.recall.related_words import shared_words, tells_the_same
from tacit.core.tables import CONTRIBUTIONS, PATTERNS, number_of
from tacit.store.keys import u64
from tacit.store.reading import Read

LOOKED_AT = 200
"""So many of a pattern's episodes are looked at, the newest, for what else was used in them."""

WEIGHED = 100
"""So many patterns are counted over all their uses where a pattern has more episodes than that."""


class Together(Struct, frozen=True):
    """A pattern that was used together with another one.

    ``together`` counts the episodes of both, ``alone`` those of this pattern in the same projects;
    ``expected`` is what chance leads to expect, ``lift`` how many times more often it was. ``correlation``
    lies between -1 and 1. ``p`` is two-sided; ``stands`` says whether it survives the correction.
    ``shares`` are steps or files that both tell of.
    """

    pattern: Pattern
    together: int
    alone: int
    expected: float
    lift: float
    correlation: float
    p: float
    stands: bool
    shares: tuple[str, ...] = ()


class Relations(Struct, frozen=True):
    """What goes together with a pattern.

    ``uses`` is in how many episodes it was used, of the ``population`` of episodes something is learned
    from in the same projects; ``looked_at`` how many of them were looked at, the newest.
    ``patterns`` are those used with it more than chance explains: those that stand first, of them those that
    tell of something else, then by correlation; none that tells a part of the same.
    """

    id: str
    uses: int
    population: int
    looked_at: int
    patterns: tuple[Together, ...]


class _Seen(Struct):
    """Patterns met in the episodes of one, and in how many."""

    patterns: dict[str, Pattern]
    together: Counter[str]


def related_patterns(read: Read, pattern: Pattern, project: str | None = None) -> Relations:
    """The patterns used together with a pattern, over all projects or in one."""
    population = worthy_episodes(read, project_meant(read, project))
    homes = [name for name in episodes_by_project(pattern) if name in population]
    events = within(read, uses_of(read, pattern), pattern.project_names, homes)
    newest = _newest(events)
    seen = _met(read, newest[:LOOKED_AT])
    whole = {event[0] for event in events}
    others = [one for one in seen.patterns.values() if not tells_the_same(pattern, one)]
    if len(newest) > LOOKED_AT:
        others = _counted(read, others, seen.together, whole, homes)
    sizes = {name: population[name] for name in homes}
    rows = [_weighed(pattern, one, seen.together[one.id], sizes) for one in others]
    more = [row for row in rows if row.together > row.expected]
    return Relations(
        id=pattern.id,
        uses=len(newest),
        population=sum(sizes.values()),
        looked_at=min(len(newest), LOOKED_AT),
        patterns=_standing(more, learned(read)),
    )


def _newest(events: Iterable[tuple[int, ...]]) -> list[int]:
    """The episodes of uses, the newest first."""
    last: dict[int, int] = {}
    for episode, _, at, *_ in events:
        last[episode] = max(at, last.get(episode, at))
    return sorted(last, key=lambda episode: (-last[episode], episode))


def _met(read: Read, episodes: Sequence[int]) -> _Seen:
    """The listed patterns that some episodes feed often enough."""
    owners: Counter[int] = Counter()
    groups: Counter[str] = Counter()
    found: dict[str, Pattern] = {}
    for episode in episodes:
        contribution = read.get(CONTRIBUTIONS, u64(episode))
        if contribution is None:
            continue
        owners.update(share.owner for share in contribution.shares)
        for group in groups_fed_by(read, contribution):
            groups[group.id] += 1
            found[group.id] = group
    together = Counter({one: times for one, times in groups.items() if times >= LEAST_TOGETHER})
    for owner, times in owners.items():
        known = read.get(PATTERNS, u64(number_of(owner))) if times >= LEAST_TOGETHER else None
        if known is not None:
            found[known.id] = known
            together[known.id] = times
    standing = {one: row for one in together if (row := found[one]).listed and not row.borrowed}
    return _Seen(standing, together)


def _counted(
    read: Read, others: Sequence[Pattern], together: Counter[str], episodes: set[int], homes: Sequence[str]
) -> list[Pattern]:
    """Those with most in common for how often they are used, counted over all episodes of the one."""
    near = sorted(others, key=lambda one: (-together[one.id] / sqrt(max(1, one.episodes)), one.id))[:WEIGHED]
    for one in near:
        events = within(read, uses_of(read, one), one.project_names, homes)
        together[one.id] = len(episodes & {event[0] for event in events})
    return near


def _weighed(pattern: Pattern, other: Pattern, together: int, population: Mapping[str, int]) -> Together:
    """How often two patterns go together against chance, project by project."""
    mine, theirs = episodes_by_project(pattern), episodes_by_project(other)
    strata = [_stratum(size, mine[name], theirs.get(name, 0)) for name, size in population.items()]
    least = sum(max(0, one.uses + one.successes - one.judged) for one in strata)
    most = sum(min(one.uses, one.successes) for one in strata)
    hits = min(max(together, least), most)
    expected = sum(one.uses * one.successes / one.judged for one in strata)
    spread = sqrt(sum(_variance(one.judged, one.uses) for one in strata))
    spread *= sqrt(sum(_variance(one.judged, one.successes) for one in strata))
    return Together(
        pattern=other,
        together=hits,
        alone=sum(one.successes for one in strata),
        expected=expected,
        lift=hits / expected if expected else 1.0,
        correlation=(hits - expected) / spread if spread else 0.0,
        p=compare(_told(strata, hits)).p,
        stands=False,
        shares=shared_words(pattern, other),
    )


def _stratum(size: int, mine: int, theirs: int) -> Stratum:
    """The margins of one project; before a review evidence may be newer than what patterns say."""
    judged = max(size, mine, theirs, 1)
    return Stratum(judged, theirs, mine, 0)


def _told(strata: Sequence[Stratum], hits: int) -> list[Stratum]:
    """The same with what was seen, which counts in sum, in strata that can come out either way.

    What can only come out one way is the same in the strata that are left.
    """
    forced = [one for one in strata if not one.telling]
    left = hits - sum(max(0, one.uses + one.successes - one.judged) for one in forced)
    found = []
    for one in strata:
        if one.telling:
            found.append(Stratum(one.judged, one.successes, one.uses, left))
            left = 0
    return found


def _variance(size: int, count: int) -> float:
    return count * (size - count) / size


def _standing(rows: Sequence[Together], family: int) -> tuple[Together, ...]:
    """Those that survive the correction first, each part by correlation."""
    stand = set(discovered([row.p for row in rows], family))
    rows = [replace(row, stands=place in stand) for place, row in enumerate(rows)]
    rows.sort(key=lambda row: (not row.stands, bool(row.shares), -row.correlation, row.p, row.pattern.rank))
    return tuple(rows)
