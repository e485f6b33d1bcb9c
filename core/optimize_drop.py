"""Dropping what did worse than expected, so seldom that nothing will ever be proven of it.

A row is proposed when all of this holds of it, and of everything that stands behind it:

- its kind is judged by how its episodes ended, and nobody declared it (``custom``);
- it is ``unproven``;
- it has judged uses and fewer successes than expected, to one decimal (what stands behind it may have no
  judged use);
- they are fewer than the test takes, or so few that its smallest possible p is above the level at which a
  pattern is tested at all;
- its last use is longer ago than the half-life of evidence.

It goes as a delete does, and new uses do not bring it back.
"""

from __future__ import annotations

from collections.abc import Iterator

from tacit.core.learn.events import uses_of
from tacit.core.learn.notes import Notes
from tacit.core.learn.significance import LEAST_USES, LEVEL, Stratum, compare
from tacit.core.learn.strata import OWN_JUDGEMENT, counted
from tacit.core.model import Pattern
from tacit.core.optimize_archive import gained
from tacit.core.optimize_ground import DAY, Ground, last_use
from tacit.core.present import plural
from tacit.core.proposals import Proposal

HALF_LIFE = 90
"""Days in which evidence loses half of its weight."""


def drops(ground: Ground) -> Iterator[Proposal]:
    """Rows that never got anywhere."""
    before = ground.now - HALF_LIFE * DAY
    weak = [row for row in ground.rows() if row.judged and is_weak(row, before)]
    families = [(row, ground.behind(row)) for row in weak]
    families = [(row, behind) for row, behind in families if all(is_weak(one, before) for one in behind)]
    if not families:
        return
    notes = Notes(ground.read, ())
    for row, behind in families:
        if not any(_can_matter(ground, notes, one) for one in (row, *behind)):
            seen = last_use(row, behind)
            days = plural(ground.days_since(seen), "day")
            went = f"{row.successes:,} of {row.judged:,} went well, {row.expected:.1f} expected"
            reason = f"{went}; too few uses to prove anything, last used {days} ago"
            yield Proposal("drop", None, (row,), reason, gained(row.variants), seen)


def is_weak(pattern: Pattern, before: int) -> bool:
    """Whether it did worse than expected, unproven, and was last used before a time in milliseconds."""
    if pattern.kind in OWN_JUDGEMENT or pattern.kind == "custom" or pattern.verdict != "unproven":
        return False
    worse = pattern.expected is not None and pattern.successes < round(pattern.expected, 1)
    return (worse or not pattern.judged) and pattern.last_used < before


def _can_matter(ground: Ground, notes: Notes, pattern: Pattern) -> bool:
    """Whether a pattern with this many judged episodes could be proven anything, however they ended."""
    held = [notes[episode] for episode in {event[0] for event in uses_of(ground.read, pattern)}]
    uses = [(note.stratum, note.success) for note in held if note.stratum is not None]
    if len(uses) < LEAST_USES:
        return False
    return compare([Stratum(*row) for row in counted(uses, notes.strata)]).least <= LEVEL
