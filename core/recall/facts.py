"""How things are done in a project: which commands it uses for what, and how their runs end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from tacit.core.errors import Usage
from tacit.core.learn.events import events_of
from tacit.core.learn.paths import UNTOLD
from tacit.core.learn.statistics import interval
from tacit.core.learn.strata import expected_among
from tacit.core.listing import Page
from tacit.core.query_values import nearest
from tacit.core.recall.candidates import Counts, Found, Graves, best_first
from tacit.core.recall.homes import projects_meant
from tacit.core.recall.rated import Rated
from tacit.core.tables import CONTRIBUTIONS
from tacit.store.keys import text
from tacit.store.reading import Read

Aim = Literal["test", "build", "run", "lint", "format", "install", "check"]
"""What a command is for; ``check`` is a type check."""

AIMS: tuple[Aim, ...] = get_args(Aim)

Goes = Literal["well", "badly", "unclear", "unknown"]
"""``well`` and ``badly`` where the whole 95 % interval lies above or below one half; ``unknown`` where no run
is judged."""


class Fact(Rated, frozen=True):
    """A command that a project uses for something, and how its runs ended.

    ``expected`` is how many successes the project's other commands for the same would have had.
    ``pattern`` is the id of its pattern, ``None`` while it is below support.
    """

    project: str
    intent: Aim
    command: str
    goes: Goes
    pattern: str | None
    uses: int
    failures: int
    partial: int
    expected: float | None
    episodes: int
    first_used: int
    last_used: int


def facts(
    read: Read, project: str | None = None, intent: str | None = None, limit: int | None = None
) -> Page[Fact]:
    """The commands of projects by what they are for, best first.

    Projects come by how many runs of theirs are judged, then by name; intents in the order of :data:`AIMS`.

    Args:
        read: the snapshot.
        project: only of this one, by its name or whole parts of it.
        intent: only for this.
        limit: at most so many; they are counted all the same.

    Raises:
        Usage: there is no such intent.
    """
    if intent is not None and intent not in AIMS:
        near = nearest(intent, AIMS)
        hint = f"Did you mean {near}?" if near else f"One of {', '.join(AIMS)}."
        raise Usage(f"“{intent}” is nothing that a command is for.", hint)
    graves = Graves(read)
    found: list[Fact] = []
    total = 0
    for ranked in _groups(read, project, intent):
        everything = sum(counts[1] for _, counts in ranked), sum(counts[2] for _, counts in ranked)
        for one in graves.standing(ranked):
            total += 1
            if limit is None or len(found) < limit:
                found.append(_fact(read, one, everything))
    return Page(total, len(found) < total, tuple(found))


def _groups(read: Read, project: str | None, intent: str | None) -> Iterator[list[tuple[int, Counts]]]:
    """The candidates of each project and intent, best first; those of no known one where it is asked for."""
    wanted = projects_meant(read, project)
    by_place: dict[bytes, list[int]] = {}
    for prefix in [b""] if wanted is None else sorted(map(text, wanted)):
        for place, _ in read.groups(CONTRIBUTIONS, "command", prefix):
            by_place.setdefault(place[:-8], []).append(int.from_bytes(place[-8:], "big"))
    groups: dict[bytes, dict[str, list[tuple[int, Counts]]]] = {}
    for place, owners in by_place.items():
        home, aim, _ = place.split(b"\0")
        asked = intent is None or aim.decode() == intent
        if asked and (wanted is not None or home.decode() != UNTOLD):
            groups.setdefault(home, {})[aim.decode()] = best_first(read, owners)
    for home in sorted(groups, key=lambda name: (-_judged(groups[name]), name)):
        yield from (groups[home][aim] for aim in AIMS if aim in groups[home])


def _judged(by_aim: dict[str, list[tuple[int, Counts]]]) -> int:
    return sum(counts[1] for ranked in by_aim.values() for _, counts in ranked)


def _fact(read: Read, one: Found, everything: tuple[int, int]) -> Fact:
    uses, judged, successes, failures, partial, episodes = one.counts
    project, intent, command = one.key
    times = [event[2] for event in events_of(read, one.owner)]
    return Fact(
        project=project,
        intent=intent,  # type: ignore[arg-type]
        command=command,
        goes=_goes(*interval(successes, judged)),
        pattern=one.pattern,
        uses=uses,
        judged=judged,
        successes=successes,
        failures=failures,
        partial=partial,
        expected=expected_among("heuristic", (judged, successes), everything),
        episodes=episodes,
        first_used=min(times),
        last_used=max(times),
    )


def _goes(low: float | None, high: float | None) -> Goes:
    if low is None or high is None:
        return "unknown"
    return "well" if low > 0.5 else "badly" if high < 0.5 else "unclear"
