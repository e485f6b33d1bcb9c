"""The ten most effective patterns of a kind, in stores of three sizes, against SQLite and a full scan.

The stores differ in the number of patterns only: all were last used within the same 26 weeks, and the
moment that is asked for is that of the newest. SQLite is given the order of that moment as a column.
"""

from __future__ import annotations

import heapq
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.generate import NOW, generated
from benchmarks.measure import WORK, Line, lines_table, quantile
from tacit.core.clock import system_clock
from tacit.core.ids import parse_id
from tacit.core.learn.effectiveness import effectiveness
from tacit.core.listing import ROUTES, page
from tacit.core.model import Kind, Pattern
from tacit.core.query import Plan
from tacit.core.tables import EVENT, EVENTS, PATTERNS, SCHEMA, owner_of
from tacit.store.codec import encode
from tacit.store.store import Store

EVENTS_EACH = 10
TOP = 10
_KINDS: tuple[Kind, ...] = ("tool_sequence", "error_recovery", "heuristic")
_SORT = "effectiveness"
_WARM_UP = 50
_TABLES = """
PRAGMA journal_mode=WAL;
CREATE TABLE patterns(id INTEGER PRIMARY KEY, kind TEXT, place BLOB, record BLOB);
CREATE INDEX by_place ON patterns(kind, place);
CREATE TABLE totals(kind TEXT PRIMARY KEY, amount INTEGER);
CREATE TABLE events(owner INTEGER, episode INTEGER, session INTEGER, at INTEGER, first INTEGER,
    last INTEGER, label INTEGER, source INTEGER, PRIMARY KEY(owner, episode, first)) WITHOUT ROWID;
"""
_ASK = "SELECT record FROM patterns WHERE kind = ? ORDER BY place LIMIT ?"


class Size(NamedTuple):
    """The same patterns in a store of ours and in SQLite, and the seconds each question took."""

    patterns: int
    store: Store
    lite: sqlite3.Connection
    ours: list[float]
    theirs: list[float]


def report(sizes: Sequence[int], runs: int) -> list[str]:
    """``runs`` questions at each size, the sizes and contestants taking turns in one warm process."""
    with tempfile.TemporaryDirectory(dir=WORK) as home, ExitStack() as held:
        asked = [_size(patterns, Path(home), held) for patterns in sizes]
        for turn in range(runs + _WARM_UP):
            kind = _KINDS[turn % len(_KINDS)]
            for size in asked:
                ours, theirs = _timed(size, kind)
                if turn >= _WARM_UP:
                    size.ours.append(ours)
                    size.theirs.append(theirs)
        lines = [line for size in asked for line in _lines(size)]
        lines += [_growth(asked, "median", 0.5), _growth(asked, "p99", 0.99)]
        notes = [_reading(size) for size in asked]
    return [
        lines_table(lines, "SQLite, matching index"),
        f"top {TOP} by kind and {_SORT}, {EVENTS_EACH} events a pattern, {runs} questions at each size",
        *notes,
    ]


def _size(patterns: int, home: Path, held: ExitStack) -> Size:
    folder = generated(patterns, EVENTS_EACH)
    store = held.enter_context(Store.open(folder, SCHEMA, clock=system_clock))
    lite = sqlite3.connect(home / f"{patterns}.db")
    held.callback(lite.close)
    _copy(store, lite)
    return Size(patterns, store, lite, [], [])


def _copy(store: Store, lite: sqlite3.Connection) -> None:
    """The same patterns in the same order, and their events, in SQLite."""
    lite.executescript(_TABLES)
    totals: dict[str, int] = {}
    with store.read() as read:
        for kind in _KINDS:
            found = page(read, ROUTES["patterns"](read, Plan(kind=kind, sort=_SORT), NOW), None)
            totals[kind] = found.total
            rows = [
                (parse_id(pattern.id), kind, place.to_bytes(4, "big"), encode(pattern))
                for place, pattern in enumerate(found.items)
            ]
            lite.executemany("INSERT INTO patterns VALUES (?, ?, ?, ?)", rows)
            for pattern in found.items:
                number = parse_id(pattern.id)
                packed = read.rows(EVENTS, owner_of(kind, number))
                events = [(number, *row) for row in EVENT.iter_unpack(packed)]
                lite.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", events)
    lite.executemany("INSERT INTO totals VALUES (?, ?)", totals.items())
    lite.commit()


def _timed(size: Size, kind: Kind) -> tuple[float, float]:
    def ours() -> object:
        return ask(size.store, kind)

    def theirs() -> object:
        total = size.lite.execute("SELECT amount FROM totals WHERE kind = ?", (kind,)).fetchone()
        return total, [PATTERNS.decode(row) for (row,) in size.lite.execute(_ASK, (kind, TOP))]

    return _seconds(ours), _seconds(theirs)


def ask(store: Store, kind: Kind) -> tuple[tuple[Pattern, ...], int]:
    """The ten best of a kind and how many rows were read for them, as `memory patterns` asks."""
    with store.read() as read:
        route = ROUTES["patterns"](read, Plan(kind=kind, sort=_SORT), NOW)
        return page(read, route, TOP).items, read.rows_read


def _seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def _lines(size: Size) -> list[Line]:
    found = []
    for name, share in (("median", 0.5), ("p99", 0.99)):
        mine, theirs = (quantile(column, share) * 1000 for column in (size.ours, size.theirs))
        aim, met = ("< 1 ms", mine < 1) if name == "p99" else ("", None)
        title = f"{size.patterns:,} patterns, {name}"
        found.append(Line(title, f"{mine:.3f} ms", f"{theirs:.3f} ms", mine / theirs, aim, met))
    return found


def _growth(asked: Sequence[Size], name: str, share: float) -> Line:
    """The largest size as a multiple of the smallest."""
    mine, theirs = (
        [quantile(column, share) for column in columns]
        for columns in ([size.ours for size in asked], [size.theirs for size in asked])
    )
    ours, other = (column[-1] / column[0] for column in (mine, theirs))
    return Line(f"largest / smallest, {name}", f"{ours:.2f}", f"{other:.2f}", None, "< 1.5", ours < 1.5)


def _reading(size: Size) -> str:
    reads = {ask(size.store, kind)[1] for kind in _KINDS}
    scan = _seconds(lambda: _scanned(size.store, _KINDS[0])) * 1000
    return (
        f"{size.patterns:,} patterns: {min(reads)}–{max(reads)} rows read a question; "
        f"a scan of all of them instead {scan:,.1f} ms"
    )


def _scanned(store: Store, kind: Kind) -> list[Pattern]:
    with store.read() as read:
        listed = (pattern for _, pattern in read.records(PATTERNS) if pattern.kind == kind)
        return heapq.nlargest(TOP, listed, key=lambda pattern: effectiveness(pattern, NOW) or 0.0)
