"""Processes that write without pause all come to their turn, also beside one with many threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import NOTES, SCHEMA, opened

from tacit.store.verify import verify

Script = Callable[..., Any]

WRITE = """
import select, sys, threading
from store_sample import *
from tacit.store.keys import u64
mine, threads = sys.argv[2], int(sys.argv[3])
with opened(sys.argv[1], busy_timeout=60) as store:
    store.write(lambda write: None)
    print("ready", flush=True)
    sys.stdin.readline()
    ended = threading.Event()
    def work(base):
        n = base
        while not ended.is_set():
            store.write(lambda write: write.put(NOTES, u64(n), Note(mine, n)))
            n += 1
    started = [threading.Thread(target=work, args=((int(mine) << 40) + (n << 32),)) for n in range(threads)]
    for thread in started:
        thread.start()
    sys.stdin.readline()
    ended.set()
    for thread in started:
        thread.join()
"""

ENOUGH = 1_200


@pytest.mark.parametrize("threads", [1, 8])
def test_four_processes_get_their_shares(place: Path, script: Script, threads: int) -> None:
    with opened(place) as store:
        started = [script(WRITE, place, n, threads if n == 0 else 1) for n in range(4)]
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for process in started:
            print("go", file=process.stdin, flush=True)
        while others(store) < ENOUGH:
            assert all(process.poll() is None for process in started)
        for process in started:
            _, errors = process.communicate("stop\n", timeout=120)
            assert process.returncode == 0, errors
        with store.read() as read:
            shares = Counter(note.name for _, note in read.records(NOTES))
            assert verify(read, SCHEMA) == []
    alone = [shares[f"{n}"] for n in range(1 if threads > 1 else 0, 4)]
    assert min(alone) > max(alone) / 4, shares
    if threads > 1:
        assert shares["0"] < 32 * min(alone), shares


def others(store: Any) -> int:
    """Commits of the processes with one thread, or of all."""
    with store.read() as read:
        return sum(1 for _ in read.keys(NOTES, (1 << 40).to_bytes(8, "big")))
