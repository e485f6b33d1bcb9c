"""The share of each project in what a candidate's events say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tacit.core.clock import week_start
from tacit.core.learn.events import JUDGED, SUCCESS, Event
from tacit.core.model import Part
from tacit.core.tables import LABELS

Weeks = tuple[tuple[int, int, int, int], ...]

_FAILURE, _PARTIAL = LABELS.index("failure"), LABELS.index("partial")


def parts_of_projects(
    events: Sequence[Event], homes: Sequence[str], support: int, expected: Mapping[str, float | None]
) -> tuple[Part, ...]:
    """The parts of a pattern, by the names of the projects.

    Args:
        events: all its uses, in the order of their episodes.
        homes: the project of each.
        support: how many stand up to and including the one it was learned at.
        expected: by project.
    """
    own: dict[str, list[int]] = {}
    for place, home in enumerate(homes):
        own.setdefault(home, []).append(place)
    return tuple(
        _part(home, [events[place] for place in own[home]], _before(own[home], support), expected[home])
        for home in sorted(own)
    )


def weeks_of(events: Sequence[Event]) -> Weeks:
    """(first millisecond of an ISO week in UTC, uses, judged, successes), oldest first."""
    weeks: dict[int, list[int]] = {}
    for event in events:
        row = weeks.setdefault(week_start(event[2]), [0, 0, 0])
        row[0] += 1
        row[1] += event[5] in JUDGED
        row[2] += event[5] == SUCCESS
    return tuple((week, *weeks[week]) for week in sorted(weeks))  # type: ignore[misc]


def _before(places: Sequence[int], support: int) -> int:
    return sum(place < support for place in places)


def _part(project: str, events: Sequence[Event], claimed: int, expected: float | None) -> Part:
    """``claimed``: so many of the events belong to the claim."""
    ends = [event[5] for event in events]
    early = ends[:claimed]
    return Part(
        project=project,
        uses=len(events),
        judged=sum(end in JUDGED for end in ends),
        successes=ends.count(SUCCESS),
        failures=ends.count(_FAILURE),
        partial=ends.count(_PARTIAL),
        episodes=len({event[0] for event in events}),
        sessions=len({event[1] for event in events}),
        first_used=min(event[2] for event in events),
        last_used=max(event[2] for event in events),
        expected=expected,
        claimed=(claimed, sum(end in JUDGED for end in early), early.count(SUCCESS)),
        weeks=weeks_of(events),
    )
