"""A durable commit of one episode with 50 steps, against SQLite and against LMDB alone.

Everything an import stores of an episode goes in one transaction: records, index entries, counters,
tallies, event rows and the change log. What it takes to read, redact and understand the episode, and to
derive what it contributes, is done beforehand on every side.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import lmdb

from benchmarks import rival
from benchmarks.measure import WORK, Line, lines_table, quantile
from benchmarks.tasks import STEPS, batches
from tacit.core.batch import Pending, store_batch
from tacit.core.clock import system_clock
from tacit.core.tables import SCHEMA
from tacit.store.lmdb_transaction import LmdbTransaction
from tacit.store.store import Store

BEFORE = 500
"""Episodes in each store before anything is measured, so that trees have a depth and candidates a past."""

Pairs = list[tuple[bytes, bytes]]


def report(runs: int) -> list[str]:
    """Median and 99th percentile over ``runs`` commits, the contestants taking turns."""
    whole = _measure(runs, learning=True)
    plain = _measure(runs, learning=False)
    lines = [*_lines(f"episode of {STEPS} steps", whole), *_lines("the same, nothing learned from it", plain)]
    return [
        lines_table(lines, "SQLite, WAL, full sync"),
        *(
            f"{name}: {one.keys:.0f} keys a commit; LMDB alone, given these, "
            f"{_ms(quantile(one.alone, 0.5))}, p99 {_ms(quantile(one.alone, 0.99))}"
            for name, one in (("whole", whole), ("nothing learned", plain))
        ),
    ]


class Measured(NamedTuple):
    """Seconds of each commit, and how many keys we wrote in one."""

    ours: list[float]
    theirs: list[float]
    alone: list[float]
    keys: float


def _measure(runs: int, *, learning: bool) -> Measured:
    """``learning`` false leaves out what an episode adds to candidates: tallies and event rows."""
    found = Measured([], [], [], 0.0)
    keys = 0
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        place = Path(home)
        with _opened(place / "store") as store, _opened(place / "twin") as twin:
            lite, bare = rival.connect(place / "rival.db"), _Bare(place / "bare")
            for number, pending in enumerate(batches(BEFORE + runs)):
                if not learning:
                    pending.tellings[0].draft = None
                with _Recorded() as pairs:
                    commit(twin, pending)
                ours = timed(partial(commit, store, pending))
                theirs = timed(partial(rival.store, lite, pending))
                alone = timed(partial(bare.commit, pairs))
                if number >= BEFORE:
                    found.ours.append(ours)
                    found.theirs.append(theirs)
                    found.alone.append(alone)
                    keys += len(pairs)
            lite.close()
    return found._replace(keys=keys / runs)


def commit(store: Store, pending: Pending) -> None:
    """Store one batch through the path of an import."""
    store.write(lambda write: store_batch(write, [pending], dry_run=False))


def _opened(path: Path) -> Store:
    return Store.open(path, SCHEMA, command="bench", clock=system_clock)


def timed(job: Callable[[], object]) -> float:
    """Seconds a job takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


class _Recorded:
    """Notes every key and value the engine is given while it lasts; used on a twin that is not timed."""

    def __enter__(self) -> Pairs:
        pairs: Pairs = []
        self._put = LmdbTransaction.put
        put = self._put

        def noted(kv: LmdbTransaction, space: str, key: bytes, value: bytes) -> None:
            put(kv, space, key, value)
            pairs.append((kv._places[space] + key, value))

        LmdbTransaction.put = noted  # type: ignore[method-assign, assignment]
        return pairs

    def __exit__(self, *_: object) -> None:
        LmdbTransaction.put = self._put  # type: ignore[method-assign]


class _Bare:
    """LMDB with the same keys and values and nothing around it."""

    def __init__(self, path: Path) -> None:
        self._env = lmdb.open(str(path), map_size=1 << 33, lib_version=0)

    def commit(self, pairs: Pairs) -> None:
        with self._env.begin(write=True) as txn:
            for key, value in pairs:
                txn.put(key, value)


def _lines(name: str, measured: Measured) -> list[Line]:
    lines = []
    for statistic, share, most in (("median", 0.5, 0.002), ("p99", 0.99, 0.005)):
        mine, theirs = quantile(measured.ours, share), quantile(measured.theirs, share)
        aim = f"< {most * 1000:.0f} ms"
        lines.append(Line(f"{name}, {statistic}", _ms(mine), _ms(theirs), mine / theirs, aim, mine < most))
    return lines


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
