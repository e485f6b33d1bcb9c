"""Whether patterns get better or worse, week by week.

A trend is told where the test of :mod:`tacit.core.recall.trends_slope` finds one: of a single pattern by its
95 % interval, of many by Benjamini and Hochberg (1995) at 10 % over all that were tested. ``steady`` is a
claim as well: the whole interval of the change lies within :data:`STEADY` either way. Anything else is
``unknown``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.clock import WEEK, week_start
from tacit.core.learn.events import JUDGED, SUCCESS, uses_of
from tacit.core.learn.significance import discovered
from tacit.core.model import JUDGED_LABELS, Pattern
from tacit.core.narrowing import narrowed_to
from tacit.core.pattern_counts import learned
from tacit.core.query import project_matches
from tacit.core.recall.related_base import project_meant, within
from tacit.core.recall.trends_slope import Unit, slope_of
from tacit.core.tables import EPISODES, PATTERNS
from tacit.store.keys import i64_of, text_of
from tacit.store.reading import Read

WINDOW = 4
"""Weeks of the moving average: a week and the three before it."""

LEAST_EPISODES = 8
"""Judged episodes below which nothing is said."""

STEADY = 0.25
"""A change is none while its whole interval is below so much of 1."""

LOOKED_AT = 2_000
"""So many patterns are tested, the most used."""

Word = Literal["rising", "falling", "steady", "unknown"]
Counts = tuple[int, int, int, int]
"""First millisecond of a week, uses, judged, successes."""


class TrendWeek(Struct, frozen=True):
    """A week; ``average`` is the rate of its judged uses and those of the weeks before in the window."""

    start: int
    uses: int
    judged: int
    successes: int
    average: float | None


class Trend(Struct, frozen=True):
    """How a rate went. ``pattern`` is ``None`` for all episodes of a store or project.

    ``change`` is by how much the rate went up over the time from the first judged episode to the last, as a
    line through all of them has it, in shares of 1; ``low`` and ``high`` are its 95 % interval. ``p`` is
    two-sided, ``episodes`` counts the judged ones. The four are ``None`` where there are too few.
    """

    pattern: Pattern | None
    word: Word
    weeks: tuple[TrendWeek, ...]
    episodes: int
    change: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None


class Trends(Struct, frozen=True):
    """The trend of all episodes, and those of the patterns that changed most.

    ``patterns`` are those with enough judged episodes: rising and falling ones first, by how much, then the
    others by p. ``few`` counts patterns without enough; ``looked_at`` of the ``listed`` were looked at, the
    most used.
    """

    overall: Trend
    patterns: tuple[Trend, ...]
    looked_at: int
    listed: int
    few: int


def trend_of(read: Read, pattern: Pattern, project: str | None = None) -> Trend:
    """The trend of a pattern, over all projects or in one."""
    return _trend(read, pattern, project_meant(read, project))


def _trend(read: Read, pattern: Pattern, wanted: str | None) -> Trend:
    """The same for a project by the name it has now."""
    homes = [name for name in pattern.project_names if wanted is None or project_matches(wanted, name)]
    if not homes:
        return Trend(pattern, "unknown", (), 0)
    uses = within(read, uses_of(read, pattern), pattern.project_names, homes)
    if wanted is not None:
        pattern = narrowed_to(pattern, wanted)
    ends: dict[int, list[int]] = {}
    for use in uses:
        if use[5] in JUDGED:
            row = ends.setdefault(use[0], [week_start(use[2]), 0, 0])
            row[1] += 1
            row[2] += use[5] == SUCCESS
    return _weighed(pattern, pattern.weeks, [((at / WEEK, n, good), 1) for at, n, good in ends.values()])


def trends(read: Read, project: str | None = None) -> Trends:
    """The trend of the episodes and of every listed pattern with enough of them."""
    wanted = project_meant(read, project)
    found = []
    few = looked_at = 0
    for _, key in islice(read.scan(PATTERNS, "uses"), LOOKED_AT):
        pattern = read.get(PATTERNS, key)
        if pattern is not None and pattern.borrowed:
            continue
        looked_at += 1
        if pattern is None or not _at_home(pattern, wanted):
            continue
        if pattern.judged < LEAST_EPISODES:
            few += 1
            continue
        trend = _trend(read, pattern, wanted)
        if trend.p is None:
            few += 1
        else:
            found.append(trend)
    return Trends(_overall(read, wanted), corrected(found), looked_at, learned(read), few)


def _at_home(pattern: Pattern, project: str | None) -> bool:
    return project is None or any(project_matches(project, name) for name in pattern.project_names)


def corrected(found: Sequence[Trend]) -> tuple[Trend, ...]:
    """Many trends looked at together: those that are told, first, and then the others by p."""
    stand = set(discovered([_p(trend) for trend in found], len(found)))
    rows = [replace(one, word=_word(one, told=place in stand)) for place, one in enumerate(found)]
    rows.sort(key=_p)
    told = [row for row in rows if row.word in {"rising", "falling"}]
    told.sort(key=lambda row: -abs(row.change or 0.0))
    return (*told, *(row for row in rows if row.word not in {"rising", "falling"}))


def _p(trend: Trend) -> float:
    return 1.0 if trend.p is None else trend.p


def _word(trend: Trend, *, told: bool) -> Word:
    if trend.change is None or trend.low is None or trend.high is None:
        return "unknown"
    if told and trend.change:
        return "rising" if trend.change > 0 else "falling"
    return "steady" if trend.low >= -STEADY and trend.high <= STEADY else "unknown"


def _overall(read: Read, project: str | None) -> Trend:
    """The trend of all judged episodes, each as good as any other."""
    weeks: dict[int, list[int]] = {}
    for group, count in read.groups(EPISODES, "project_week"):
        name, _, rest = group.partition(b"\0")
        if project is not None and not project_matches(project, text_of(name)):
            continue
        row = weeks.setdefault(i64_of(rest[:8]), [0, 0, 0])
        label = text_of(rest[8:])
        row[0] += count
        row[1] += count * (label in JUDGED_LABELS)
        row[2] += count * (label == "success")
    rows = [(at, *weeks[at]) for at in sorted(weeks)]
    units: list[tuple[Unit, int]] = []
    for at, _, judged, good in rows:
        units += [((at / WEEK, 1, 1), good), ((at / WEEK, 1, 0), judged - good)]
    return _weighed(None, rows, [unit for unit in units if unit[1]])  # type: ignore[arg-type]


def _weighed(pattern: Pattern | None, weeks: Sequence[Counts], units: Sequence[tuple[Unit, int]]) -> Trend:
    """A trend by itself: it is told where its interval leaves out that there is none."""
    episodes = sum(times for _, times in units)
    trend = Trend(pattern, "unknown", _averaged(weeks), episodes)
    if episodes < LEAST_EPISODES:
        return trend
    span = max(unit[0] for unit, _ in units) - min(unit[0] for unit, _ in units)
    slope = slope_of(units)
    if slope is None:
        return _unmoved(trend, units, span) if span else trend
    change, low, high = (max(-1.0, min(1.0, one * span)) for one in (slope.slope, slope.low, slope.high))
    trend = replace(trend, change=change, low=low, high=high, p=slope.p)
    return replace(trend, word=_word(trend, told=slope.low > 0 or slope.high < 0))


def _unmoved(trend: Trend, units: Sequence[tuple[Unit, int]], span: float) -> Trend:
    """All ended alike: how far a line may yet lead away from that before the first or after the last.

    Had the share of other ends grown from none to ``d``, it would be ``d`` times the mean place of the
    episodes on the way on average, and to see none as rare as with that share throughout, or rarer. So ``d``
    is at most the upper bound of a share of which none of n was seen (C. J. Clopper and E. S. Pearson,
    Biometrika 26 (1934), 404-413) by that mean place; where it shrank, by what is left of 1.
    """
    bound = 1 - 0.025 ** (1 / trend.episodes)
    begin = min(unit[0] for unit, _ in units)
    place = sum(times * (unit[0] - begin) for unit, times in units) / (span * trend.episodes)
    grown, shrunk = min(1.0, bound / place), min(1.0, bound / (1 - place))
    if units[0][0][2]:
        grown, shrunk = shrunk, grown
    trend = replace(trend, change=0.0, low=-shrunk, high=grown, p=1.0)
    return replace(trend, word=_word(trend, told=False))


def _averaged(weeks: Sequence[Counts]) -> tuple[TrendWeek, ...]:
    """Every week from the first to the last, quiet ones too, with the moving average."""
    if not weeks:
        return ()
    known = {row[0]: row for row in weeks}
    found = []
    for start in range(weeks[0][0], weeks[-1][0] + 1, WEEK):
        near = [known.get(start - back * WEEK, (0, 0, 0, 0)) for back in range(WINDOW)]
        judged, good = sum(row[2] for row in near), sum(row[3] for row in near)
        _, uses, tried, successes = known.get(start, (start, 0, 0, 0))
        found.append(TrendWeek(start, uses, tried, successes, good / judged if judged else None))
    return tuple(found)
