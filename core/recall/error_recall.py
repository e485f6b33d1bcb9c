"""What got past an error: the recoveries of its signature here and elsewhere, of its class, of like errors.

Counts are those of now, of patterns and of candidates below support alike. A recovery of the class, or of
a like error, is told only where it worked at least once. Costs follow the recoveries that are known of
these errors and the uses of those that are told, not the history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

from tacit.core.learn.events import Event, counts_of, events_of
from tacit.core.learn.titles import title_of
from tacit.core.model import Elsewhere, Kind, Pattern
from tacit.core.recall.candidates import Counts, Found, Graves, best_first, merit
from tacit.core.recall.homes import Homes
from tacit.core.recall.leads import aim_key, error_group
from tacit.core.recall.rated import Rated
from tacit.core.recall.seen import Seen, seen_of
from tacit.core.recall.shared_errors import shared_ways
from tacit.core.tables import CONTRIBUTIONS
from tacit.store.reading import Read

Where = Literal["here", "elsewhere", "same", "class", "similar", "shared"]
"""How near an error is: the same signature in the project asked for, in others, or where none was asked
for; only its class; an error that reads alike; the same signature or class in another memory alone."""

EACH = 5
"""So many recoveries of a class or of a like error are told."""

SHOWN = 2
"""So many occurrences of each recovery are told with their steps."""

_KIND: Kind = "error_recovery"


class Recovery(Rated, frozen=True):
    """Something that was done right after an error, and how often the error was left behind by it.

    ``action`` came first, ``intent`` is what then succeeds. ``expected`` is how many successes there would be
    whatever came first. ``pattern`` is the id of its pattern, ``None`` while it is below support and nobody
    else told of it. ``likeness`` (0 to 1) is how much a similar error reads alike. ``elsewhere`` is what
    other memories told of it; every other number is of this memory, so there is none of what is ``shared``.
    """

    where: Where
    signature: str
    title: str
    action: str
    intent: str
    pattern: str | None
    uses: int
    failures: int
    partial: int
    expected: float | None
    episodes: int
    last_used: int
    likeness: float | None
    seen: tuple[Seen, ...]
    elsewhere: tuple[Elsewhere, ...] = ()


class Recovering:
    """The recoveries of errors in one snapshot."""

    def __init__(self, read: Read, projects: frozenset[str] | None) -> None:
        """``projects`` are those that count as here; ``None`` where none was asked for."""
        self._read = read
        self._projects = projects
        self._homes = Homes(read)
        self._graves = Graves(read)
        self._told: set[tuple[tuple[str, ...], Counts]] = set()

    def exact(self, line: str) -> list[Recovery]:
        """All that is known of one signature, what is known of it here before the rest."""
        here: list[Recovery] = []
        rest: list[Recovery] = []
        known, shares = self._known("exact", line)
        for found in known:
            self._told.add((found.key[2:], found.counts))
            events = events_of(self._read, found.owner)
            own, others = self._split(events)
            if own:
                where: Where = "same" if self._projects is None else "here"
                here.append(self._recovery(where, found, own, shares))
            if others:
                rest.append(self._recovery("elsewhere", found, others, shares))
        return [*sorted(here, key=_order), *sorted(rest, key=_order)]

    def of_class(self, family: str, aim: str = "") -> list[Recovery]:
        """What worked for errors of a class, best first, but for what the exact error tells by itself.

        What leads back to ``aim`` comes before the rest.
        """
        known, shares = self._known("class", family, aim)
        new = (one for one in known if one.counts[2] and (one.key[2:], one.counts) not in self._told)
        return [self._whole("class", one, shares) for one in islice(new, EACH)]

    def similar(self, line: str, likeness: float) -> list[Recovery]:
        """What worked for an error that reads alike, best first."""
        known, shares = self._known("exact", line)
        new = (one for one in known if one.counts[2])
        return [self._whole("similar", one, shares, likeness) for one in islice(new, EACH)]

    def shared(
        self, lines: Sequence[str], families: Sequence[str], told: Collection[str | None]
    ) -> list[Recovery]:
        """What got past these errors or their classes in other memories, but for what is told already."""
        ways = shared_ways(self._read, lines, families, told=told, most=EACH)
        return [_borrowed(row) for row in ways]

    def _known(self, level: str, signature: str, aim: str = "") -> tuple[Iterator[Found], dict[int, float]]:
        """The candidates of an error, best first, and how often it is left behind whatever came first.

        That share goes by owner; it is missing where there is nothing to compare with.
        """
        group = error_group(level, signature)
        aims: dict[bytes, list[int]] = {}
        for place, _ in self._read.groups(CONTRIBUTIONS, "recovery", group):
            aims.setdefault(place[len(group) : -8], []).append(int.from_bytes(place[-8:], "big"))
        ranked = best_first(self._read, (owner for owners in aims.values() for owner in owners))
        wanted = set(aims.get(aim_key(aim), ())) if aim else set()
        ranked.sort(key=lambda one: one[0] not in wanted)
        return self._graves.standing(ranked), dict(_shares(aims.values(), dict(ranked)))

    def _split(self, events: list[Event]) -> tuple[list[Event], list[Event]]:
        """Events here and elsewhere."""
        projects = self._projects
        if projects is None:
            return events, []
        own = [event for event in events if self._homes.project(event[0]) in projects]
        return own, [event for event in events if self._homes.project(event[0]) not in projects]

    def _whole(
        self, where: Where, found: Found, shares: dict[int, float], likeness: float | None = None
    ) -> Recovery:
        return self._recovery(where, found, events_of(self._read, found.owner), shares, likeness)

    def _recovery(
        self,
        where: Where,
        found: Found,
        events: list[Event],
        shares: dict[int, float],
        likeness: float | None = None,
    ) -> Recovery:
        uses, judged, successes, failures, partial, episodes = counts_of(events)
        share = shares.get(found.owner)
        _, signature, action, intent = found.key
        return Recovery(
            where=where,
            signature=signature,
            title=title_of(_KIND, found.key),
            action=action,
            intent=intent,
            pattern=found.pattern,
            uses=uses,
            judged=judged,
            successes=successes,
            failures=failures,
            partial=partial,
            expected=share * judged if share is not None and judged else None,
            episodes=episodes,
            last_used=max(event[2] for event in events),
            likeness=likeness,
            seen=seen_of(self._read, self._homes, events, SHOWN),
            elsewhere=found.elsewhere,
        )


def _borrowed(row: Pattern) -> Recovery:
    _, signature, action, intent = row.key
    return Recovery(
        where="shared",
        signature=signature,
        title=row.title,
        action=action,
        intent=intent,
        pattern=row.id,
        uses=row.uses,
        judged=row.judged,
        successes=row.successes,
        failures=row.failures,
        partial=row.partial,
        expected=None,
        episodes=row.episodes,
        last_used=row.last_used,
        likeness=None,
        seen=(),
        elsewhere=row.elsewhere,
    )


def _order(one: Recovery) -> tuple[object, ...]:
    counts = (one.uses, one.judged, one.successes, one.failures, one.partial, one.episodes)
    return *merit(counts), one.title


def _shares(aims: Iterable[list[int]], counts: dict[int, Counts]) -> Iterator[tuple[int, float]]:
    """How often an error is left behind with one aim, for each candidate that has a judged rival."""
    for owners in aims:
        judged = sum(counts[owner][1] for owner in owners)
        successes = sum(counts[owner][2] for owner in owners)
        for owner in owners:
            if judged > counts[owner][1]:
                yield owner, successes / judged
