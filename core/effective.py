"""Patterns in the order of their effectiveness at a moment, exactly, from an index that stands still.

The index holds the part that does not change, week of last use by week of last use. Within a week the
order stands, so the weeks are merged, and one is opened only when its best could be next: the first ten
cost ten rows and one a week that could matter, however many patterns there are. What was given to agents
has a part that weighs more and so weeks of its own; the two orders are merged in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush, merge
from itertools import takewhile
from typing import NamedTuple

from tacit.core.learn.effectiveness import WEIGHTS, combined, recency, steady_of
from tacit.core.tables import JUDGED, PATTERNS, UNJUDGED
from tacit.store.keys import descending, f64, f64_of, i64_of, successor
from tacit.store.reading import Read

Entry = tuple[bytes, bytes]
"""(index key, record key)"""

Order = tuple[float, bytes]

Weeks = Iterator[tuple[Entry, Iterator[Entry]]]
"""The first entry of each week, and what follows it there."""

_BEST = 1.0
_NUMBER = 8
_ROUNDED = 1e-9  # more than what two roundings lose


def by_effectiveness(
    read: Read, index: str, prefix: bytes, now: int, after: Entry | None = None
) -> Iterator[Entry]:
    """(index key, record key), the most effective first, patterns without a judged use last.

    Args:
        read: the snapshot.
        index: ``effective`` or ``kind_effective``.
        prefix: what the keys of the index begin with; empty or a kind.
        now: milliseconds UTC.
        after: the entry behind which to go on, which may be gone by now.
    """
    stem = len(prefix) + 1
    if after is not None and after[0][stem - 1 : stem] == UNJUDGED:
        yield from read.scan(PATTERNS, index, prefix + UNJUDGED, start=b"".join(after) + b"\0")
        return
    behind = None if after is None else _behind(after, stem, now)
    orders = [_merged(_weeks(read, index, prefix + group, behind), stem, now) for group in JUDGED]
    yield from merge(*orders, key=lambda entry: (order(entry[0], stem, now), entry[1]))
    yield from read.scan(PATTERNS, index, prefix + UNJUDGED)


def _merged(weeks: Weeks, stem: int, now: int) -> Iterator[Entry]:
    """The entries of weeks whose parts weigh the same, the most effective first."""
    week = next(weeks, None)
    waiting: list[tuple[Order, bytes, Entry, Iterator[Entry]]] = []
    while week is not None or waiting:
        while week is not None and (not waiting or -_bound(week[0], stem, now) <= waiting[0][0][0]):
            _wait(waiting, *week, stem, now)
            week = next(weeks, None)
        _, _, entry, rest = heappop(waiting)
        yield entry
        following = next(rest, None)
        if following is not None:
            _wait(waiting, following, rest, stem, now)


def order(place: bytes, stem: int, now: int) -> Order:
    """What to sort index keys by: best first; among equals the part that stands still, then rank.

    Args:
        place: the index key.
        stem: how many of its bytes come before the week, or would where nothing is judged.
        now: milliseconds UTC.
    """
    if place[stem - 1 : stem] == UNJUDGED:
        return 1.0, place[stem:]
    part = f64_of(descending(place[stem + _NUMBER : stem + 2 * _NUMBER]))
    return -combined(part, _recency(place, stem, now), _weight(place, stem)), place[stem + _NUMBER :]


def _bound(first: Entry, stem: int, now: int) -> float:
    """The most that a pattern of this week, or an older one, can have."""
    return combined(_BEST, _recency(first[0], stem, now), _weight(first[0], stem))


def _weight(place: bytes, stem: int) -> float:
    """What the part of an entry weighs."""
    return WEIGHTS[JUDGED.index(place[stem - 1 : stem])]


def _recency(place: bytes, stem: int, now: int) -> float:
    return recency(i64_of(descending(place[stem : stem + _NUMBER])), now)


def _wait(
    waiting: list[tuple[Order, bytes, Entry, Iterator[Entry]]],
    entry: Entry,
    rest: Iterator[Entry],
    stem: int,
    now: int,
) -> None:
    heappush(waiting, (order(entry[0], stem, now), entry[1], entry, rest))


class _Behind(NamedTuple):
    """Where to go on: behind an entry with this ``order`` and record key."""

    order: Order
    key: bytes
    stem: int
    now: int

    def start(self, week: bytes) -> bytes:
        """Where to look in a week: at, or a little before, the first entry that comes behind."""
        term = _recency(week, self.stem, self.now)
        part = steady_of(-self.order[0], term, _weight(week, self.stem)) + _ROUNDED
        return week + descending(f64(part))

    def holds(self, entry: Entry) -> bool:
        """Whether an entry comes behind."""
        return (order(entry[0], self.stem, self.now), entry[1]) > (self.order, self.key)


def _behind(after: Entry, stem: int, now: int) -> _Behind:
    return _Behind(order(after[0], stem, now), after[1], stem, now)


def _weeks(read: Read, index: str, judged: bytes, behind: _Behind | None = None) -> Weeks:
    """The first entry of each week and what follows it there, from the newest week on."""
    start: bytes | None = judged
    while start is not None:
        scan = read.scan(PATTERNS, index, judged, start=start)
        first = next(scan, None)
        if first is None:
            return
        week = first[0][: len(judged) + _NUMBER]
        if behind is not None:
            scan = filter(behind.holds, read.scan(PATTERNS, index, week, start=behind.start(week)))
            first = next(scan, None)
        if first is not None:
            yield first, takewhile(_of(week), scan)
        start = successor(week)


def _of(week: bytes) -> Callable[[Entry], bool]:
    return lambda entry: entry[0].startswith(week)
