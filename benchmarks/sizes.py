"""Bytes on disk of a pattern, an event and a step, against SQLite; by the difference of two stores.

What is counted are live pages: the file after a compacting copy, as two stores of different age would
otherwise differ in the pages they have free. Of SQLite's file the free pages are taken off. Neither is
packed anew: half-full pages count on both sides.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import lmdb

from benchmarks import rival
from benchmarks.commit import commit
from benchmarks.generate import generated
from benchmarks.measure import WORK, Line, lines_table
from benchmarks.tasks import STEPS, batches
from tacit.core.batch import Pending, Telling
from tacit.core.clock import system_clock
from tacit.core.ids import parse_id
from tacit.core.tables import PATTERNS, SCHEMA, body_of, step_key
from tacit.core.tables import STEPS as STEP_TABLE
from tacit.store.codec import encode
from tacit.store.store import Store
from tacit.store.transaction import Write

_PATTERNS = (10_000, 20_000)
_EPISODES = (200, 400)


def report() -> list[str]:
    """A line each for patterns, events, steps alone and steps with all that follows from them."""
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        place = Path(home)
        fewer, more = (list(batches(count)) for count in _EPISODES)
        steps = (len(more) - len(fewer)) * STEPS
        payload = sum(len(encode(step)) for one in more[len(fewer) :] for step in one.tellings[0].steps)
        lines = [
            _pattern_line(place),
            _event_line("event, the first ten (with the tally)", 0, 10),
            _event_line("event, ten more", 10, 20),
            _step_line(place, fewer, more, steps),
            _whole_line(place, fewer, more, steps),
        ]
    return [
        lines_table(lines, "SQLite, same rows"),
        f"a step's record has {payload / steps:,.0f} bytes before it is stored",
    ]


def live(store: Path) -> int:
    """Bytes of the pages in use of a store that this process has not open."""
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        with lmdb.open(str(store), map_size=1 << 36, lib_version=0) as env:
            env.copy(home, compact=True)
        return (Path(home) / "data.mdb").stat().st_size


def _pattern_line(place: Path) -> Line:
    ours, theirs = [], []
    for patterns in _PATTERNS:
        folder = generated(patterns)
        ours.append(live(folder))
        theirs.append(_lite_patterns(folder, place / f"{patterns}.db"))
    return _line("pattern, with its indexes", ours, theirs, _PATTERNS[1] - _PATTERNS[0])


def _event_line(name: str, before: int, after: int) -> Line:
    ours = [live(generated(_PATTERNS[0], events)) for events in (before, after)]
    theirs = []
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        for events in (before, after):
            lite = rival.connect(Path(home) / f"{events}.db")
            lite.execute("BEGIN")
            for number in range(_PATTERNS[0]):
                owner = number * 0x9E3779B97F4A7C15 % (1 << 63)
                rows = [(owner, number * 64 + n, number * 64, n, n, n + 3, 0, 3) for n in range(events)]
                lite.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
                if events:
                    tally = (owner, events, events, events, 0, 0, events)
                    lite.execute("INSERT INTO candidates VALUES (?, ?, ?, ?, ?, ?, ?)", tally)
            lite.execute("COMMIT")
            theirs.append(_in_use(lite))
    return _line(name, ours, theirs, _PATTERNS[0] * (after - before))


def _step_line(place: Path, fewer: list[Pending], more: list[Pending], steps: int) -> Line:
    """Nothing but the records of the steps."""
    ours, theirs = [], []
    for waiting in (fewer, more):
        ours.append(_only_steps(place / f"steps-{len(waiting)}", waiting))
        lite = rival.connect(place / f"steps-{len(waiting)}.db")
        lite.execute("BEGIN")
        lite.executemany("INSERT INTO steps VALUES (?, ?, ?)", _lite_steps(waiting))
        lite.execute("COMMIT")
        theirs.append(_in_use(lite))
    return _line("step, its record", ours, theirs, steps)


def _whole_line(place: Path, fewer: list[Pending], more: list[Pending], steps: int) -> Line:
    """Everything an import stores of episodes of 50 steps, by step."""
    ours, theirs = [], []
    for waiting in (fewer, more):
        folder = place / f"whole-{len(waiting)}"
        lite = rival.connect(place / f"whole-{len(waiting)}.db")
        lite.execute("PRAGMA synchronous=OFF")
        with Store.open(folder, SCHEMA, clock=system_clock) as store:
            for pending in waiting:
                commit(store, pending)
                rival.store(lite, pending)
        ours.append(live(folder))
        theirs.append(_in_use(lite))
    return _line("step, with all an import stores", ours, theirs, steps)


def _only_steps(folder: Path, waiting: list[Pending]) -> int:
    with Store.open(folder, SCHEMA, clock=system_clock) as store:
        for pending in waiting:
            (telling,) = pending.tellings
            store.write(partial(_put_steps, telling))
    return live(folder)


def _put_steps(telling: Telling, write: Write) -> None:
    body = body_of(telling.episode.id, telling.episode.session)
    for step in telling.steps:
        write.put(STEP_TABLE, step_key(body, step.n), step)


def _lite_steps(waiting: list[Pending]) -> Iterable[tuple[int, int, bytes]]:
    for pending in waiting:
        (telling,) = pending.tellings
        body = body_of(telling.episode.id, telling.episode.session)
        yield from ((body, step.n, encode(step)) for step in telling.steps)


def _lite_patterns(folder: Path, path: Path) -> int:
    """Patterns with as many indexes as ours have, on the same bytes."""
    lite = sqlite3.connect(path)
    names = list(PATTERNS.spaces)
    lite.execute("CREATE TABLE patterns(id INTEGER PRIMARY KEY, record BLOB)")
    for name in names:
        lite.execute(
            f'CREATE TABLE "by_{name}"(place BLOB, id INTEGER, PRIMARY KEY(place, id)) WITHOUT ROWID'
        )
    with Store.open(folder, SCHEMA, clock=system_clock) as store, store.read() as read:
        for _, pattern in read.records(PATTERNS):
            number = parse_id(pattern.id)
            lite.execute("INSERT INTO patterns VALUES (?, ?)", (number, encode(pattern)))
            for index in PATTERNS.indexes:
                for place in set(index.keys(pattern)):
                    lite.execute(f'INSERT INTO "by_{index.name}" VALUES (?, ?)', (place, number))
    lite.commit()
    return _in_use(lite)


def _in_use(lite: sqlite3.Connection) -> int:
    """Bytes of a database less the pages it has free; it is closed."""
    (pages,) = lite.execute("PRAGMA page_count").fetchone()
    (free,) = lite.execute("PRAGMA freelist_count").fetchone()
    (size,) = lite.execute("PRAGMA page_size").fetchone()
    lite.close()
    return (int(pages) - int(free)) * int(size)


def _line(name: str, ours: list[int], theirs: list[int], count: int) -> Line:
    mine, other = ((column[1] - column[0]) / count for column in (ours, theirs))
    return Line(name, f"{mine:,.0f} bytes", f"{other:,.0f} bytes", mine / other)
