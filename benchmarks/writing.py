"""One writing process of the ``writers`` benchmark.

    python -m benchmarks.writing tacit|sqlite PLACE ORIGIN COMMITS PAUSE_MS

Prepares its commits, says ``ready``, waits for a line, then stores one after the other with the pause
between them, and prints what it did as JSON.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks import rival
from benchmarks.commit import commit
from benchmarks.tasks import batches
from tacit.core.batch import Pending
from tacit.core.clock import system_clock
from tacit.core.tables import SCHEMA
from tacit.store.store import Store

_PATIENCE = 120.0


class Told(Struct):
    """The seconds each commit took, and when each was done, on the clock of all processes."""

    begun: float
    taken: list[float]
    done: list[float]


def main() -> None:
    """Write as the command line says."""
    contestant, place, origin, commits, pause = sys.argv[1:]
    waiting = list(batches(int(commits), origin))
    if contestant == "sqlite":
        connection = rival.connect(Path(place), busy_seconds=_PATIENCE)
        _run(lambda pending: rival.store(connection, pending), waiting, int(pause) / 1000)
        connection.close()
        return
    with Store.open(
        Path(place), SCHEMA, command="bench", clock=system_clock, busy_timeout=_PATIENCE
    ) as store:
        _run(lambda pending: commit(store, pending), waiting, int(pause) / 1000)


def _run(one: Callable[[Pending], None], waiting: list[Pending], pause: float) -> None:
    print("ready", flush=True)
    sys.stdin.readline()
    told = Told(time.monotonic(), [], [])
    for pending in waiting:
        start = time.perf_counter()
        one(pending)
        told.taken.append(time.perf_counter() - start)
        told.done.append(time.monotonic())
        if pause:
            time.sleep(pause)
    print(msgspec.json.encode(told).decode())


if __name__ == "__main__":
    main()
