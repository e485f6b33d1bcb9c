"""How well a pattern has served, as one number: how sure it works, how lately and how often it was used.

It is the weighted mean of the terms that exist: 0.4 the lower end of the Wilson interval of its success
rate, 0.3 the share of the tasks it was given in, as far as they are known, in which it was used, 0.2
recency, 0.1 uses (20 and more are as good as 20). While nothing of it is judged there is none. Once five of
the uses are judged that followed on its being given, the success rate is theirs. Recency halves every 30
days and goes by whole ISO weeks, so that within a week the order of patterns stands still and an index can
hold it.
"""

from __future__ import annotations

from tacit.core.clock import WEEK, week_start
from tacit.core.learn.statistics import wilson
from tacit.core.model import Pattern

SUCCESS, APPLIED, RECENCY, USES = 0.4, 0.3, 0.2, 0.1
"""The weights of the terms."""

WEIGHTS = (SUCCESS + USES, SUCCESS + APPLIED + USES)
"""What the terms without recency weigh together: of what was never given to an agent, and of what was."""

ENOUGH = 5
"""So many judged uses after it was given tell more than all its uses do."""

MANY = 20
HALF_LIFE = 30
"""Days."""


def was_given(pattern: Pattern) -> bool:
    """Whether it is known of any task in which it was given to an agent how that went on."""
    return pattern.offered is not None and pattern.offered.known > 0


def interval_of(pattern: Pattern) -> tuple[float | None, float | None]:
    """The 95 % interval that says how surely it works.

    It is that over the judged uses after it was given, once there are five, else that over all judged uses.
    """
    offered = pattern.offered
    if offered is not None and offered.judged >= ENOUGH:
        return wilson(offered.successes, offered.judged)
    return pattern.low, pattern.high


def steady(pattern: Pattern) -> float | None:
    """The weighted mean without recency, 0 to 1, which no passing day changes."""
    low, _ = interval_of(pattern)
    if low is None or pattern.borrowed:
        return None
    total = SUCCESS * low + USES * min(pattern.uses, MANY) / MANY
    if pattern.offered is not None and was_given(pattern):
        total += APPLIED * pattern.offered.applied / pattern.offered.known
    return total / WEIGHTS[was_given(pattern)]


def recency(last_used: int, now: int) -> float:
    """1 in the week of the last use, then less week by week. Times are milliseconds UTC."""
    weeks = max(0, (week_start(now) - week_start(last_used)) // WEEK)
    return float(2.0 ** (-weeks * 7 / HALF_LIFE))


def combined(steady: float, recency: float, weight: float = WEIGHTS[0]) -> float:
    """The weighted mean of all terms, 0 to 1; ``weight`` is that of those in ``steady``."""
    return (weight * steady + RECENCY * recency) / (weight + RECENCY)


def steady_of(combined: float, recency: float, weight: float = WEIGHTS[0]) -> float:
    """The opposite of :func:`combined`: what without recency makes such a mean of all terms."""
    return (combined * (weight + RECENCY) - RECENCY * recency) / weight


def effectiveness(pattern: Pattern, now: int) -> float | None:
    """How well it has served, 0 to 1, seen at a time; ``None`` while nothing is judged."""
    part, lately = steady(pattern), recency(pattern.last_used, now)
    return None if part is None else combined(part, lately, WEIGHTS[was_given(pattern)])
