"""How well a pattern has served, as one number: how sure it works, how lately and how often it was used.

It is the weighted mean of the terms that exist: 0.4 the lower end of the Wilson interval of its success
rate, 0.2 recency, 0.1 uses (20 and more are as good as 20). While no use of it is judged there is none.
Recency halves every 30 days and goes by whole ISO weeks, so that within a week the order of patterns
stands still and an index can hold it.
"""

from __future__ import annotations

from tacit.core.clock import WEEK, week_start
from tacit.core.model import Pattern

SUCCESS, RECENCY, USES = 0.4, 0.2, 0.1
"""The weights of the terms."""

MANY = 20
HALF_LIFE = 30
"""Days."""


def steady(pattern: Pattern) -> float | None:
    """The weighted mean without recency, 0 to 1, which no passing day changes."""
    if pattern.low is None:
        return None
    uses = min(pattern.uses, MANY) / MANY
    return (SUCCESS * pattern.low + USES * uses) / (SUCCESS + USES)


def recency(last_used: int, now: int) -> float:
    """1 in the week of the last use, then less week by week. Times are milliseconds UTC."""
    weeks = max(0, (week_start(now) - week_start(last_used)) // WEEK)
    return float(2.0 ** (-weeks * 7 / HALF_LIFE))


def combined(steady: float, recency: float) -> float:
    """The weighted mean of all terms, 0 to 1."""
    without = SUCCESS + USES
    return (without * steady + RECENCY * recency) / (without + RECENCY)


def steady_of(combined: float, recency: float) -> float:
    """The opposite of :func:`combined`: what without recency makes such a mean of all terms."""
    return (combined * (SUCCESS + USES + RECENCY) - RECENCY * recency) / (SUCCESS + USES)


def effectiveness(pattern: Pattern, now: int) -> float | None:
    """How well it has served, 0 to 1, seen at a time; ``None`` while no use is judged."""
    part = steady(pattern)
    return None if part is None else combined(part, recency(pattern.last_used, now))
