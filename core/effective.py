"""Patterns in the order of their effectiveness at a moment, exactly, from an index that stands still.

The index holds the part that does not change, week of last use by week of last use. Within a week the
order stands, so the weeks are merged, and one is opened only when its best could be next: the first ten
cost ten rows and one a week that could matter, however many patterns there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import takewhile

from tacit.core.learn.effectiveness import combined, recency
from tacit.core.tables import JUDGED, PATTERNS, UNJUDGED
from tacit.store.keys import descending, f64_of, i64_of, successor
from tacit.store.reading import Read

Entry = tuple[bytes, bytes]
"""(index key, record key)"""

Order = tuple[float, bytes]

_BEST = 1.0
_NUMBER = 8


def by_effectiveness(read: Read, index: str, prefix: bytes, now: int) -> Iterator[Entry]:
    """(index key, record key), the most effective first, patterns without a judged use last.

    Args:
        read: the snapshot.
        index: ``effective`` or ``kind_effective``.
        prefix: what the keys of the index begin with; empty or a kind.
        now: milliseconds UTC.
    """
    stem = len(prefix) + 1
    weeks = _weeks(read, index, prefix + JUDGED)
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
    yield from read.scan(PATTERNS, index, prefix + UNJUDGED)


def order(place: bytes, stem: int, now: int) -> Order:
    """What to sort index keys by: best first; among equals the part that stands still, then rank.

    Args:
        place: the index key.
        stem: how many of its bytes come before the week, or would where no use is judged.
        now: milliseconds UTC.
    """
    if place[stem - 1 : stem] == UNJUDGED:
        return 1.0, place[stem:]
    part = f64_of(descending(place[stem + _NUMBER : stem + 2 * _NUMBER]))
    return -combined(part, _recency(place, stem, now)), place[stem + _NUMBER :]


def _bound(first: Entry, stem: int, now: int) -> float:
    """The most that a pattern of this week, or an older one, can have."""
    return combined(_BEST, _recency(first[0], stem, now))


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


def _weeks(read: Read, index: str, judged: bytes) -> Iterator[tuple[Entry, Iterator[Entry]]]:
    """The first entry of each week and what follows it there, from the newest week on."""
    start: bytes | None = judged
    while start is not None:
        scan = read.scan(PATTERNS, index, judged, start=start)
        first = next(scan, None)
        if first is None:
            return
        week = first[0][: len(judged) + _NUMBER]
        yield first, takewhile(_of(week), scan)
        start = successor(week)


def _of(week: bytes) -> Callable[[Entry], bool]:
    return lambda entry: entry[0].startswith(week)
