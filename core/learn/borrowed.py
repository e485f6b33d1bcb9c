"""What other memories told, as the review takes it up beside what was learned here.

What is a pattern here by its own evidence stays just that and carries what was told of it. What has no
support here becomes a row of its own at the end of the list, with the counts of this memory. Where a
candidate has support and is no pattern all the same, the evidence of this memory decides, and what was
told is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tacit.core.elsewhere import surest
from tacit.core.ids import pattern_id
from tacit.core.learn.decided import Rulings, as_ruled, buried, rulings
from tacit.core.learn.events import Event, counts_of, uses_of
from tacit.core.learn.families import CLOSE
from tacit.core.learn.named import Named
from tacit.core.learn.place import borrowed_rank
from tacit.core.learn.statistics import interval, rate, wilson
from tacit.core.learn.strata import OWN_JUDGEMENT
from tacit.core.learn.titles import parts_of, title_of
from tacit.core.loop.records import Shared
from tacit.core.model import Elsewhere, Kind, Pattern
from tacit.core.projects import OF_PROJECT, OtherNames, other_names
from tacit.core.tables import EPISODES, SHARED
from tacit.store.keys import u64
from tacit.store.reading import Read


class _Told(Struct, frozen=True):
    """A pattern by what all sources told of it."""

    id: str
    kind: Kind
    key: tuple[str, ...]
    elsewhere: tuple[Elsewhere, ...]


def with_shared(read: Read, own: Mapping[str, Pattern], known: Sequence[Named]) -> dict[str, Pattern]:
    """The patterns that should stand in the store, those of other memories among them.

    Args:
        read: the snapshot.
        own: what the evidence of this memory makes, by id.
        known: the candidates that have support here, be they patterns or not.
    """
    names = other_names(read)
    told = _told(read, names)
    if not told:
        return dict(own)
    decided_here = {one.id for one in known}
    wanted = {
        id_: replace(pattern, elsewhere=told[id_].elsewhere) if id_ in told else pattern
        for id_, pattern in own.items()
    }
    open_ones = [one for one in told.values() if one.id not in wanted and one.id not in decided_here]
    hidden = _hidden(read, open_ones, known, names)
    rules = rulings(read, open_ones, names)
    for one in open_ones:
        if one.id not in hidden:
            wanted[one.id] = _borrowed(read, one, rules)
    return wanted


def _hidden(
    read: Read, open_ones: Sequence[Named], known: Sequence[Named], names: OtherNames
) -> frozenset[str]:
    """The ids of what a person deleted, and of what is close to a habit that they deleted."""
    everything = (*open_ones, *known)
    roles = buried(read, everything, names)
    heads = [(one.kind, parts_of(one.kind, one.key)) for one in everything if roles.get(one.id) == "head"]

    def goes(one: Named) -> bool:
        own = parts_of(one.kind, one.key)
        return one.id in roles or any(one.kind == kind and _close(own, head) for kind, head in heads)

    return frozenset(one.id for one in open_ones if goes(one))


def _close(own: frozenset[str], head: frozenset[str]) -> bool:
    shared = len(own & head)
    return shared >= CLOSE * (len(own) + len(head) - shared)


def _told(read: Read, names: OtherNames) -> dict[str, _Told]:
    """What was told, by the id it has here; sources in the order of their names."""
    meant = {other: project for project, others in names.items() for other in others}
    found: dict[str, list[tuple[Shared, tuple[str, ...]]]] = {}
    for _, one in read.records(SHARED):
        key = one.key
        if one.kind in OF_PROJECT and key[0] in meant:
            key = (meant[key[0]], *key[1:])
        found.setdefault(pattern_id(one.kind, key), []).append((one, key))
    return {
        id_: _Told(id_, told[0][0].kind, told[0][1], tuple(sorted(_elsewhere(told), key=_by_source)))
        for id_, told in found.items()
    }


def _elsewhere(told: Sequence[tuple[Shared, tuple[str, ...]]]) -> Iterator[Elsewhere]:
    for one, _ in told:
        yield Elsewhere(one.source, one.shared_at, one.uses, one.judged, one.successes, one.verdict)


def _by_source(one: Elsewhere) -> tuple[str, int, int]:
    return one.source, one.at, one.uses


def _borrowed(read: Read, told: _Told, rules: Rulings) -> Pattern:
    """The row of what has no support here. Its numbers are what was seen here, which may be nothing."""
    events = uses_of(read, told)
    uses, judged, successes, failures, partial, episodes = counts_of(events)
    low, high = interval(successes, judged)
    best = surest(told.elsewhere)
    row = Pattern(
        id=told.id,
        kind=told.kind,
        title=title_of(told.kind, told.key),
        key=told.key,
        uses=uses,
        judged=judged,
        successes=successes,
        failures=failures,
        partial=partial,
        episodes=episodes,
        sessions=len({event[1] for event in events}),
        projects=_projects(read, events),
        first_used=min((event[2] for event in events), default=0),
        last_used=max((event[2] for event in events), default=0),
        learned_at=0,
        rank=borrowed_rank(told.key, wilson(best.successes, best.judged)[0], best.judged),
        verdict=None if told.kind in OWN_JUDGEMENT else "unproven",
        rate=rate(successes, judged),
        low=low,
        high=high,
        elsewhere=told.elsewhere,
    )
    return as_ruled(row, row.last_used, rules)


def _projects(read: Read, events: Sequence[Event]) -> int:
    """In how many projects it was seen here."""
    held = (read.get(EPISODES, u64(episode)) for episode in {event[0] for event in events})
    return len({one.project for one in held if one is not None})
