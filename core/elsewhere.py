"""What other memories told of a pattern, in words; their numbers never mix with those of this one."""

from __future__ import annotations

from collections.abc import Sequence

from tacit.core.learn.statistics import wilson
from tacit.core.model import Elsewhere, Pattern
from tacit.core.present import count, day, plural


def surest(told: Sequence[Elsewhere]) -> Elsewhere:
    """What the source told whose rate is surely highest."""
    return max(told, key=lambda one: (wilson(one.successes, one.judged)[0], one.judged, one.source))


def there(one: Elsewhere) -> str:
    """``41 of 50``: successes of judged uses in the memory that told it."""
    if not one.judged:
        return f"{plural(one.uses, 'use')}, none judged"
    return f"{count(one.successes)} of {count(one.judged)}"


def origin(pattern: Pattern) -> str:
    """``from alice +1``: who told of it, the surest first."""
    more = len(pattern.elsewhere) - 1
    return f"from {surest(pattern.elsewhere).source}{f' +{more}' if more else ''}"


def told(one: Elsewhere) -> str:
    """``alice: 41 of 50, helps there, shared 2026-05-01``."""
    proven = f", {one.verdict} there" if one.verdict in {"helps", "harms"} else ""
    return f"{one.source}: {there(one)}{proven}, shared {day(one.at)}"
