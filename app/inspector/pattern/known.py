"""What the detail of a pattern is made of, and reading it; the reading belongs into a worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tacit.core.errors import NotFound
from tacit.core.model import Evidenced, Pattern
from tacit.core.present import trend_said

if TYPE_CHECKING:
    from tacit.core.loop.offer_summary import Given
    from tacit.core.query import Plan
    from tacit.core.recall.related import Together
    from tacit.memory import Memory

EVIDENCE = 500
"""Uses of one pattern shown; the count beside them is of all."""

BEHIND = 20
"""So many patterns behind one row are named."""

RELATED = 5
"""So many patterns that are used with it are named."""


class Shown(NamedTuple):
    """Where a row stands in the list that shows it, and what that list asks.

    ``likeness`` is the cosine of its meaning and what is looked for, where that is known; ``by_words``
    says that words stand in for a meaning. In a list of groups it stands in ``group``, and the numbers
    are of that.
    """

    plan: Plan
    place: int
    total: int
    exact: bool = True
    likeness: float | None = None
    by_words: bool = False
    group: str = ""


class Family(NamedTuple):
    """The first patterns that stand behind a row, or what a pattern stands behind itself."""

    behind: tuple[Pattern, ...] = ()
    head: Pattern | None = None


class Beside(NamedTuple):
    """The trend of a pattern in words, what is used with it, and of how many that stands in all."""

    trend: str = ""
    related: tuple[Together, ...] = ()
    stand: int = 0


class Known(NamedTuple):
    """All that the detail tells of a pattern; ``None`` is what was not read yet.

    ``pattern`` has the numbers to show, ``whole`` those over all projects, where they are of some.
    """

    pattern: Pattern
    whole: Pattern | None = None
    evidence: Sequence[Evidenced] | None = None
    family: Family | None = None
    beside: Beside | None = None
    given: Given | None = None


def read_near(memory: Memory, pattern: Pattern, plan: Plan | None = None) -> Known:
    """The uses of a pattern and its family: quick however long its evidence."""
    whole = read_whole(memory, pattern, plan)
    uses = memory.evidence(pattern.id, EVIDENCE, None if whole is None else pattern.project_names)
    return Known(pattern, whole, uses, _family(memory, pattern), given=memory.given(pattern.id))


def read_newest(memory: Memory, pattern: Pattern, plan: Plan | None) -> Sequence[Evidenced]:
    """The newest use of a pattern, in the list of a project that in it."""
    whole = read_whole(memory, pattern, plan)
    return memory.evidence(pattern.id, 1, None if whole is None else pattern.project_names)


def read_whole(memory: Memory, pattern: Pattern, plan: Plan | None) -> Pattern | None:
    """The pattern over all projects, where a list has the numbers of some of them."""
    if plan is None or plan.project is None:
        return None
    whole = pattern_of(memory, pattern.id)
    return None if whole is None or whole.project_names == pattern.project_names else whole


def read_beside(memory: Memory, pattern: Pattern, project: str | None = None) -> Beside:
    """The trend of a pattern, where one is told, and what stands of what is used with it."""
    from tacit.core.recall.related import Relations
    from tacit.core.recall.trends import Trend

    trend = memory.trends(pattern.id, project=project)
    said = ""
    if isinstance(trend, Trend) and trend.word != "unknown":
        said = trend_said(trend.word, trend.change, trend.low, trend.high)
    found = memory.related(pattern.id, project=project)
    rows = found.patterns if isinstance(found, Relations) else ()
    stands = [one for one in rows if one.stands and not one.shares]
    return Beside(said, tuple(stands[:RELATED]), len(stands))


def _family(memory: Memory, pattern: Pattern) -> Family:
    behind = (pattern_of(memory, one) for one in pattern.variant_ids[:BEHIND])
    return Family(tuple(one for one in behind if one is not None), pattern_of(memory, pattern.head))


def pattern_of(memory: Memory, public_id: str | None) -> Pattern | None:
    """The pattern of an id, unless there is none, or it was deleted a moment ago."""
    try:
        found = None if public_id is None else memory.get(public_id)
    except NotFound:
        return None
    return found if isinstance(found, Pattern) else None
