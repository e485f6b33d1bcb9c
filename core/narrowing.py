"""What a pattern of several projects says of one of them.

Counts, rate, interval, expectation, claim, times and weeks become those of the project. Verdict, place in
the list, files, variants and when it was learned stay those of the pattern, of which there is one over
all its projects.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add

from msgspec.structs import replace

from tacit.core.learn.statistics import interval, rate
from tacit.core.model import Part, Pattern, Tally
from tacit.core.query import project_matches

_SUMMED = ("uses", "judged", "successes", "failures", "partial", "episodes", "sessions")


def narrowed_to(pattern: Pattern, project: str) -> Pattern:
    """The pattern with the numbers of a project, or of several that are meant by one name.

    A pattern that is in no other project, or in none that is meant, stays as it is. A session is of one
    project, so sums count every one once.
    """
    return _narrowed(pattern, [part for part in pattern.parts if project_matches(project, part.project)])


def within(pattern: Pattern, name: str) -> Pattern:
    """The pattern with the numbers of the one project that has this very name."""
    return _narrowed(pattern, [part for part in pattern.parts if part.project == name])


def _narrowed(pattern: Pattern, parts: Sequence[Part]) -> Pattern:
    if not parts or len(parts) == len(pattern.parts):
        return pattern
    sums = {name: sum(getattr(part, name) for part in parts) for name in _SUMMED}
    low, high = interval(sums["successes"], sums["judged"])
    claim = (0, 0, 0)
    for part in parts:
        claim = tuple(map(add, claim, part.claimed))
    since = (sums["uses"] - claim[0], sums["judged"] - claim[1], sums["successes"] - claim[2])
    return replace(
        pattern,
        **sums,
        rate=rate(sums["successes"], sums["judged"]),
        low=low,
        high=high,
        expected=expected_of(parts),
        first_used=min(part.first_used for part in parts),
        last_used=max(part.last_used for part in parts),
        projects=len(parts),
        project_names=tuple(part.project for part in parts),
        claim=Tally(*claim, rate(claim[2], claim[1])),
        since=Tally(*since, rate(since[2], since[1])),
        weeks=_weeks(parts),
        parts=tuple(parts) if len(parts) > 1 else (),
    )


def expected_of(parts: Sequence[Part]) -> float | None:
    """What is expected of several projects together; ``None`` where none of them can be compared.

    Of one that cannot, what was seen is taken as expected.
    """
    if all(part.expected is None for part in parts):
        return None
    return sum(part.successes if part.expected is None else part.expected for part in parts)


def _weeks(parts: Sequence[Part]) -> tuple[tuple[int, int, int, int], ...]:
    weeks: dict[int, tuple[int, ...]] = {}
    for part in parts:
        for week, *numbers in part.weeks:
            weeks[week] = tuple(map(add, weeks.get(week, (0, 0, 0)), numbers))
    return tuple((week, *weeks[week]) for week in sorted(weeks))  # type: ignore[misc]
