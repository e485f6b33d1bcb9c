"""Power cuts in the midst of commits that several jobs share, and of a compaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from crash_judge import Judge, record
from crash_trace import Event, Image, images, read_trace
from store_sample import opened

from tacit.store import guard
from tacit.store.compaction import NEW

Script = Callable[..., Any]

SEED = 20_260_105
THREADS = 8
JOBS = 12
PARTS = 5

TOGETHER = """
import threading
from store_sample import *
from test_crash_groups import JOBS, PARTS, THREADS

def work(store, thread):
    for job in range(JOBS):
        number = thread * JOBS + job
        def put(write):
            for part in range(PARTS):
                write.set_value(STATE, b"job %d part %d" % (number, part), b"x" * (number * 37 % 900))
        store.write(put)
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()

with opened(sys.argv[1]) as store:
    threads = [threading.Thread(target=work, args=(store, thread)) for thread in range(THREADS)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""

COMPACT = """
from store_sample import *
with opened(sys.argv[1]) as store:
    assert store.compact().done
    print("compacted", flush=True)
    store.write(lambda write: write.set_value(STATE, b"job 0 part 0", b"later"))
    print("later", flush=True)
"""

JUDGE = """
import collections
from store_sample import *
from test_crash_groups import PARTS
from tacit.store.verify import verify
from tacit.store.errors import StoreError
for line in sys.stdin:
    try:
        with opened(line.strip()) as store:
            with store.read() as read:
                parts = collections.Counter(int(key.split()[1]) for key, _ in read.items(STATE))
                differs = verify(read, SCHEMA)
            store.write(lambda write: write.set_value(STATE, b"job 9999 part 0", b"1"))
    except StoreError as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        continue
    half = sorted(number for number, count in parts.items() if count != PARTS)
    found = f"half there: {half}" if half else " ".join(map(str, ["whole", *sorted(parts)]))
    print("differences" if differs else found, flush=True)
"""


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[Event]]:
    """The file of a new store, and the calls of a process whose threads all write at once."""
    folder = tmp_path_factory.mktemp("together")
    opened(folder / "store").close()
    base = (folder / "store" / guard.DATA).read_bytes()
    return base, read_trace(record(TOGETHER, folder, str(folder / "store")), guard.DATA)


@pytest.fixture(scope="module")
def compacted(together: tuple[bytes, list[Event]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trace of a compaction of what they wrote."""
    folder = tmp_path_factory.mktemp("compacted")
    opened(folder / "store").close()
    base, events = together
    (folder / "store" / guard.DATA).write_bytes(_all(events, base).content)
    return record(COMPACT, folder, str(folder / "store"))


@pytest.fixture
def judge(script: Script, tmp_path: Path) -> Judge:
    return Judge(script, JUDGE, tmp_path)


def jobs(found: str) -> set[int]:
    """The jobs that a sound image holds; ``-1`` is among them when it is not sound."""
    first, *numbers = found.split()
    return set(map(int, numbers)) if first == "whole" else {-1}


def told(events: list[Event]) -> list[int]:
    return [int(line) for event in events if event.what == "told" for line in event.data.split()]


def wrong(base: bytes, events: list[Event], judge: Judge, *, synced: bool) -> Iterator[str]:
    """Every image that lost an acknowledged job, holds half a one, or cannot be used."""
    known = told(events)
    for image in images(base, events, Random(SEED), synced=synced):
        found = judge.look(image)
        if -1 in jobs(found) or not set(known[: image.told]) <= jobs(found):
            yield f"{image.label}, {known[: image.told]} acknowledged: {found}"


def test_the_jobs_of_a_group_share_a_commit(together: tuple[bytes, list[Event]]) -> None:
    _, events = together
    assert sorted(told(events)) == list(range(THREADS * JOBS))
    assert sum(event.what == "sync" for event in events) < THREADS * JOBS * 0.8


def test_every_image_has_every_acknowledged_job_and_no_half_of_any(
    together: tuple[bytes, list[Event]], judge: Judge
) -> None:
    assert sum(1 for _ in images(*together, Random(SEED))) > 100
    assert list(wrong(*together, judge, synced=True)) == []


def test_a_disk_that_ignores_a_sync_is_noticed(together: tuple[bytes, list[Event]], judge: Judge) -> None:
    assert next(wrong(*together, judge, synced=False), None) is not None


def test_a_compaction_puts_a_whole_file_in_place_that_is_on_the_disk(compacted: Path, judge: Judge) -> None:
    events = read_trace(compacted, NEW)
    renamed = [event.what for event in events].index("renamed")
    at = [image for image in images(b"", events[: renamed + 1], Random(SEED)) if "renamed" in image.label]
    assert at
    assert [judge.look(image) for image in at] == [judge.look(_all(events[:renamed]))] * len(at)
    assert jobs(judge.look(at[0])) == set(range(THREADS * JOBS))
    unsynced = images(b"", events[: renamed + 1], Random(SEED), synced=False)
    assert -1 in jobs(judge.look(next(image for image in unsynced if "renamed half" in image.label)))


def test_the_old_file_is_left_alone_until_the_new_name_is_on_the_disk(compacted: Path) -> None:
    what = [event.what for event in read_trace(compacted, NEW)]
    renamed, first = what.index("renamed"), what.index("told")
    assert "placed" in what[renamed:first], "else a commit told after it could go with the name"
    before = [event.what for event in read_trace(compacted, guard.DATA)]
    assert not {"write", "length"} & set(before[: before.index("told")])


def _all(events: list[Event], base: bytes = b"") -> Image:
    """The file with everything that was written."""
    *_, last = images(base, [*events, Event("sync")], Random(0))
    return last
