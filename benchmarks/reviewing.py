"""What a whole review costs, and how that grows with the candidates."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.contributing import HOMES
from benchmarks.measure import WORK, Line, lines_table
from benchmarks.tasks import STEPS, batches
from tacit.core.batch import Pending, store_batch
from tacit.core.clock import system_clock
from tacit.core.tables import CANDIDATES, EPISODES, SCHEMA
from tacit.store.store import Store
from tests.support import population as made

_AT_ONCE = 5


def report(sizes: tuple[int, ...], runs: int) -> list[str]:
    """The median of ``runs`` reviews of one store that grows to each number of candidates.

    Nothing but the number that says a review is due changes between two of them, so rows are found equal
    and not written; the first one, which writes them, does not count. Seconds are those of the processor,
    which a busy machine does not change: a review computes, and waits for nothing.
    """
    WORK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        path = Path(home) / "store"
        with Store.open(path, SCHEMA, command="bench", clock=system_clock) as store:
            waiting = batches(max(sizes), homes=HOMES)
            lines = [_reviewed(store, waiting, size, runs) for size in sorted(sizes)]
    return [lines_table(lines, "listed, variants, of episodes")]


def _reviewed(store: Store, waiting: Iterator[Pending], size: int, runs: int) -> Line:
    while _candidates(store) < size:
        some = list(islice(waiting, _AT_ONCE))
        store.write(lambda write, some=some: store_batch(write, some, dry_run=False), large=True)  # type: ignore[misc]
    state = made.review_again(store)
    seconds = median(_busy(store) for _ in range(runs))
    with store.read() as read:
        episodes = sum(1 for _ in read.keys(EPISODES))
    return Line(
        f"review of {state.candidates:,} candidates",
        f"{seconds:.3f} s, {seconds * 1e6 / state.candidates:.1f} ms per 1,000",
        f"{state.listed:,}, {state.variants:,}, {episodes:,} of {STEPS} steps",
    )


def _busy(store: Store) -> float:
    start = time.process_time()
    made.review_again(store)
    return time.process_time() - start


def _candidates(store: Store) -> int:
    with store.read() as read:
        return sum(1 for _ in read.tallies(CANDIDATES))
