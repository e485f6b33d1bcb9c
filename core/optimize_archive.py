"""Putting away what has not been used for long and of which nothing is proven.

It leaves the list and comes back with its next use.
"""

from __future__ import annotations

from collections.abc import Iterator

from tacit.core.optimize_ground import Ground, last_use
from tacit.core.present import plural
from tacit.core.proposals import Proposal


def archives(ground: Ground) -> Iterator[Proposal]:
    """Rows that neither help nor harm, and of which nothing was used within ``optimize.archive_after``.

    What stands behind a row counts as its use: a habit that goes on in a variant is in use.
    """
    last = ground.now - ground.config.archive_after
    for row in ground.rows():
        if row.verdict in {"helps", "harms"} or row.last_used >= last:
            continue
        seen = last_use(row, ground.behind(row))
        if seen < last:
            days = plural(ground.days_since(seen), "day")
            reason = f"not used for {days}, and nothing is proven of it"
            yield Proposal("archive", None, (row,), reason, gained(row.variants), seen)


def gained(variants: int) -> str:
    """``1 row fewer``, and what goes with it."""
    return f"1 row fewer, {plural(variants, 'variant')} with it" if variants else "1 row fewer"
