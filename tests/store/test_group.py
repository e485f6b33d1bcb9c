"""Small jobs that wait at the same moment share a commit, and nothing else."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import COUNTS, NOTES, SCHEMA, STATE, Note, opened

from tacit.store import lmdb_engine, writer
from tacit.store.errors import StoreFull
from tacit.store.keys import u64
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.verify import verify

Script = Callable[..., Any]
Job = Callable[[Write], Any]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine does not end a group."""
    monkeypatch.setattr(writer, "GROUP_SECONDS", 60.0)


class Crowd:
    """Holds the writer of a store until all jobs wait, then lets go; what became of each by its name."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.store._timeout = 120.0
        self.became: dict[str, Any] = {}
        self.threads: list[threading.Thread] = []
        self.free = threading.Event()
        self.add("", lambda _: self.free.wait(120), large=True)
        self.until(lambda: self.queue is not None and not self.queue)

    @property
    def queue(self) -> Any:
        shared: Any = self.store._shared
        return None if shared._writer is None else shared._writer._queue

    @property
    def commits(self) -> int:
        shared: Any = self.store._shared
        return int(shared.engine._env.info()["last_txnid"])

    def add(self, name: str, job: Job, *, large: bool = False) -> None:
        waiting = len(self.queue or ())

        def ask() -> None:
            try:
                self.became[name] = self.store.write(job, large=large)
            except Exception as error:
                self.became[name] = error

        self.threads.append(threading.Thread(target=ask))
        self.threads[-1].start()
        if name:
            self.until(lambda: len(self.queue) > waiting)

    def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + 120
        while not true():
            assert time.monotonic() < end
            time.sleep(0.001)

    def go(self) -> int:
        """Let them go; how many commits it took."""
        before = self.commits
        self.free.set()
        for thread in self.threads:
            thread.join(120)
        del self.became[""]
        return self.commits - before


def adding(number: int) -> Job:
    def job(write: Write) -> tuple[int, int]:
        write.put(NOTES, u64(number), Note("n", number, ("t",)))
        write.add_tally(COUNTS, 1, (1, 0, 0))
        return write.count(NOTES, "total"), write.sequence()

    return job


def test_jobs_that_wait_share_a_commit_and_each_sees_what_came_before(place: Path) -> None:
    with opened(place) as store:
        crowd = Crowd(store)
        for n in range(8):
            crowd.add(f"{n}", adding(n))
        assert crowd.go() == 1
        assert crowd.became == {f"{n}": (n + 1, n + 1) for n in range(8)}
        with store.read() as read:
            assert [change.seq for change in read.changes(0)] == list(range(1, 9))
            assert (read.tally(COUNTS, 1), verify(read, SCHEMA)) == ((8, 0, 0), [])


def test_a_job_that_fails_takes_back_only_itself(place: Path) -> None:
    def failing(write: Write) -> None:
        adding(100)(write)
        write.flush()
        raise ValueError("enough")

    with opened(place) as store:
        crowd = Crowd(store)
        for n in range(6):
            crowd.add(f"{n}", failing if n in {2, 4} else adding(n))
        assert crowd.go() == 1
        assert {name for name, what in crowd.became.items() if isinstance(what, ValueError)} == {"2", "4"}
        with store.read() as read:
            assert [note.size for _, note in read.records(NOTES)] == [0, 1, 3, 5]
            assert [change.seq for change in read.changes(0)] == [1, 2, 3, 4]
            assert (read.tally(COUNTS, 1), verify(read, SCHEMA)) == ((4, 0, 0), [])


def test_when_the_first_of_them_fails_the_others_go_on(place: Path) -> None:
    with opened(place) as store:
        crowd = Crowd(store)
        crowd.add("bad", lambda write: [adding(7)(write), 1 // 0])
        for n in range(3):
            crowd.add(f"{n}", adding(n))
        crowd.go()
        assert isinstance(crowd.became.pop("bad"), ZeroDivisionError)
        assert crowd.became == {f"{n}": (n + 1, n + 1) for n in range(3)}


def filling(write: Write) -> None:
    for n in range(2000):
        write.set_value(STATE, b"%d" % n, bytes(2000))


def swallowing(write: Write) -> None:
    try:
        filling(write)
    except StoreFull:
        return


@pytest.mark.parametrize("job", [filling, swallowing])
def test_a_job_that_fills_the_map_takes_back_only_itself(
    place: Path, monkeypatch: pytest.MonkeyPatch, job: Job
) -> None:
    monkeypatch.setattr(lmdb_engine, "ROOMY", 0)
    with opened(place, _map_sizes=(1 << 20,)) as store:
        crowd = Crowd(store)
        crowd.add("0", adding(0))
        crowd.add("huge", job)
        crowd.add("1", adding(1))
        assert crowd.go() == 1
        assert crowd.became.pop("huge").exit_code == 3
        assert crowd.became == {"0": (1, 1), "1": (2, 2)}
        with store.read() as read:
            assert (list(read.items(STATE)), verify(read, SCHEMA)) == ([], [])


def test_a_large_job_has_a_commit_of_its_own(place: Path) -> None:
    with opened(place) as store:
        crowd = Crowd(store)
        for n in range(5):
            crowd.add(f"{n}", adding(n), large=n == 2)
        assert crowd.go() == 3
        assert crowd.became == {f"{n}": (n + 1, n + 1) for n in range(5)}


def test_where_room_is_short_nobody_shares(place: Path) -> None:
    with opened(place, _map_sizes=(64 << 20,)) as store:
        crowd = Crowd(store)
        for n in range(5):
            crowd.add(f"{n}", adding(n))
        assert crowd.go() == 5


@pytest.mark.parametrize(("jobs", "size", "commits"), [(writer.GROUP_JOBS * 2, 1, 2), (9, 100_000, 3)])
def test_a_group_ends_after_so_many_jobs_and_so_many_bytes(
    place: Path, jobs: int, size: int, commits: int
) -> None:
    with opened(place) as store:
        crowd = Crowd(store)
        for n in range(jobs):
            crowd.add(f"{n}", lambda write, n=n: write.set_value(STATE, b"%d" % n, os.urandom(size)))  # type: ignore[misc]
        assert crowd.go() == commits


def test_a_group_ends_when_its_time_is_over(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "GROUP_SECONDS", 0.0)
    with opened(place) as store:
        crowd = Crowd(store)
        for n in range(4):
            crowd.add(f"{n}", adding(n))
        assert crowd.go() == 4


def test_who_is_interrupted_in_a_group_takes_back_only_his_job(place: Path) -> None:
    def interrupted(write: Write) -> None:
        adding(100)(write)
        os.kill(os.getpid(), signal.SIGINT)
        left.wait(120)

    left = threading.Event()
    with opened(place) as store:
        crowd = Crowd(store)
        crowd.add("0", adding(0))

        def late() -> None:
            crowd.until(lambda: len(crowd.queue) == 2)
            crowd.add("1", adding(1))
            crowd.free.set()

        helper = threading.Thread(target=late)
        helper.start()
        with pytest.raises(KeyboardInterrupt):
            store.write(interrupted)
        left.set()
        helper.join(120)
        crowd.go()
        assert crowd.became == {"0": (1, 1), "1": (2, 2)}


LIMITED = """
import os, resource, sys
import lmdb, test_group
from store_sample import *
from tacit.store import lmdb_engine, writer
writer.GROUP_SECONDS = 60
lmdb_engine.ROOMY = int(sys.argv[2])
with opened(sys.argv[1]) as store:
    store.write(lambda write: write.set_value(STATE, b"before", b""))
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    crowd = test_group.Crowd(store)
    for name, size in (("a", 10), ("huge", 500_000), ("b", 10)):
        job = lambda write, key=name.encode(), size=size: write.set_value(STATE, key, os.urandom(size))
        crowd.add(name, job)
    crowd.go()
    errors = [what for what in crowd.became.values() if isinstance(what, Exception)]
    assert len({id(error) for error in errors}) == len(errors), "raising one adds to its traceback"
    assert len({str(error) for error in errors}) == 1
    assert all(isinstance(error.__cause__, lmdb.Error) for error in errors)
    print({name: type(what).__name__ for name, what in sorted(crowd.became.items())})
    store.write(lambda write: write.set_value(STATE, b"after", b""))
    with store.read() as read:
        print([key.decode() for key, _ in read.items(STATE)])
"""


def limited(script: Script, place: Path, room: int) -> list[str]:
    process = script(LIMITED, place, room)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return list(out.splitlines())


def test_a_small_job_does_not_fail_because_a_huge_one_waited_beside_it(place: Path, script: Script) -> None:
    became, held = limited(script, place, lmdb_engine.ROOMY)
    assert became == "{'a': 'NoneType', 'b': 'NoneType', 'huge': 'StoreFull'}"
    assert held == "['a', 'after', 'b', 'before']"


def test_when_the_commit_fails_all_that_shared_it_fail(place: Path, script: Script) -> None:
    """Only where room ran out against what the system said of it; then nobody is told of success."""
    became, held = limited(script, place, -(1 << 40))
    assert became == "{'a': 'StoreFull', 'b': 'NoneType', 'huge': 'StoreFull'}"
    assert held == "['after', 'b', 'before']"


WRITE_ON = """
import itertools, sys, threading
from store_sample import *
from tacit.store.keys import u64
with opened(sys.argv[1]) as store:
    def work(base):
        for n in itertools.count(base):
            store.write(lambda write: write.put(NOTES, u64(n), Note(f"n{n}" * 50, n, ("t",))))
            sys.stdout.write(f"{n}\\n")
            sys.stdout.flush()
    for base in range(8):
        threading.Thread(target=work, args=(base << 32,), daemon=True).start()
    sys.stdin.readline()
"""


@pytest.mark.parametrize("lines", [10, 200, 600])
def test_a_kill_leaves_every_job_whose_caller_was_told(place: Path, script: Script, lines: int) -> None:
    opened(place).close()
    process = script(WRITE_ON, place)
    told = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    told += process.communicate(timeout=120)[0].splitlines(keepends=True)
    with opened(place) as store, store.read() as read:
        for line in told:
            if line.endswith("\n"):
                assert read.get(NOTES, u64(int(line))) is not None, line
        assert (read.sequence(), verify(read, SCHEMA)) == (read.count(NOTES, "total"), [])
