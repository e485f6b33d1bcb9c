"""Several processes, threads and forks on one store."""

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

from tacit.store.creation import create
from tacit.store.errors import StoreBusy, StoreError, StoreReadOnly
from tacit.store.keys import u64
from tacit.store.verify import structure, verify

Script = Callable[..., Any]

HOLD = """
import sys
from store_sample import *
with opened(sys.argv[1], command="import") as store:
    def job(write):
        print("held", flush=True)
        sys.stdin.readline()
    store.write(job)
print("free", flush=True)
"""

ADD = """
import sys
from store_sample import *
from tacit.store.keys import u64
base = int(sys.argv[2])
with opened(sys.argv[1]) as store:
    for n in range(base, base + 100):
        def job(write):
            write.put(NOTES, u64(n), Note(f"n{n}", n, ("t",)))
            write.add_tally(COUNTS, 1, (1, 0, 0))
        store.write(job)
"""


def test_two_processes_that_write_at_once_lose_nothing(place: Path, script: Script) -> None:
    started = [script(ADD, place, base) for base in (0, 1000, 2000)]  # also a race to make the store
    for process in started:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    with opened(place) as store, store.read() as read:
        assert (read.count(NOTES, "total"), read.tally(COUNTS, 1)) == (300, (300, 0, 0))
        assert [change.seq for change in read.changes(0)] == list(range(1, 301))
        assert verify(read, SCHEMA) == []
    assert [path.name for path in place.parent.iterdir()] == ["store"], "the loser leaves nothing behind"


def test_who_comes_too_late_to_make_a_store_takes_the_one_that_is_there(place: Path) -> None:
    with opened(place) as store:
        store.write(lambda write: write.set_value(STATE, b"a", b"1"))
    create(str(place), SCHEMA, force=True)  # it had looked a moment before
    with opened(place) as store, store.read() as read:
        assert read.value(STATE, b"a") == b"1"


def test_busy_names_the_holder_and_the_job_is_never_done(place: Path, script: Script) -> None:
    opened(place).close()
    holder = script(HOLD, place)
    assert holder.stdout.readline() == "held\n"
    with opened(place, busy_timeout=0.3) as store:
        with pytest.raises(StoreBusy, match=rf"busy, held by process {holder.pid} \(import\)"):
            store.write(lambda write: write.set_value(STATE, b"dropped", b"1"))
        with store.read() as read:
            assert read.value(STATE, b"dropped") is None, "reading goes on meanwhile"
        holder.communicate("\n", timeout=120)
        store._timeout = 120
        store.write(lambda write: write.set_value(STATE, b"done", b"1"))
        with store.read() as read:
            assert [key for key, _ in read.items(STATE)] == [b"done"]


def test_a_suspended_writer_keeps_nobody_from_opening_and_reading(place: Path, script: Script) -> None:
    with opened(place) as store:
        store.write(lambda write: write.set_value(STATE, b"a", b"1"))
    holder = script(HOLD, place)
    assert holder.stdout.readline() == "held\n"
    holder.send_signal(signal.SIGSTOP)
    reader = script(
        "import sys; from store_sample import *\nwith opened(sys.argv[1]) as s: print(s.sequence())", place
    )
    assert reader.communicate(timeout=120)[0] == "0\n"
    holder.send_signal(signal.SIGCONT)


WAIT = """
import sys
from store_sample import *
store = opened(sys.argv[1], busy_timeout=float(sys.argv[2]))
try:
    print("waiting", flush=True)
    store.write(lambda write: write.set_value(STATE, b"late", b"1"))
except KeyboardInterrupt:
    print("interrupted", flush=True)
except Exception as error:
    print(type(error).__name__, flush=True)
store.close()
"""


@pytest.mark.parametrize("interrupt", [True, False])
def test_who_waits_for_the_lock_can_be_interrupted_and_can_leave(
    place: Path, script: Script, interrupt: bool
) -> None:
    opened(place).close()
    holder = script(HOLD, place)
    assert holder.stdout.readline() == "held\n"
    waiter = script(WAIT, place, 3_600 if interrupt else 0.2)
    assert waiter.stdout.readline() == "waiting\n"
    if interrupt:
        time.sleep(0.3)
        waiter.send_signal(signal.SIGINT)
    out, errors = waiter.communicate(timeout=120)
    assert (out, waiter.returncode) == ("interrupted\n" if interrupt else "StoreBusy\n", 0), errors
    assert holder.communicate("\n", timeout=120)[0] == "free\n"
    with opened(place) as store, store.read() as read:
        assert list(read.items(STATE)) == []


def test_a_store_left_while_its_writer_waited_opens_again(place: Path, script: Script) -> None:
    opened(place).close()
    holder = script(HOLD, place)
    assert holder.stdout.readline() == "held\n"
    with opened(place, busy_timeout=0.1) as store, pytest.raises(StoreBusy):
        store.write(lambda write: write.set_value(STATE, b"a", b"1"))
    holder.communicate("\n", timeout=120)
    with opened(place) as store:
        store.write(lambda write: write.set_value(STATE, b"b", b"1"))
        with store.read() as read:
            assert [key for key, _ in read.items(STATE)] == [b"b"]


WRITE_ON = """
import sys
from store_sample import *
from tacit.store.keys import u64
with opened(sys.argv[1]) as store:
    for n in range(10**6):
        def job(write):
            for part in range(5):
                write.put(NOTES, u64(n * 5 + part), Note(f"n{n}" * 50, n, ("t",)))
            write.add_tally(COUNTS, n % 7, (5, 0, 0))
        store.write(job)
        print(n, flush=True)
"""


@pytest.mark.parametrize("after", [0.05, 0.12, 0.2])
def test_kill_in_the_middle_of_writing_leaves_every_acknowledged_write(
    place: Path, script: Script, after: float
) -> None:
    opened(place).close()
    process = script(WRITE_ON, place)
    assert process.stdout.readline() == "0\n"
    time.sleep(after)
    process.kill()
    out, _ = process.communicate(timeout=120)
    acknowledged = int(out.split("\n")[-2]) if "\n" in out else 0
    with opened(place) as store:
        with store.read() as read:
            held = read.count(NOTES, "total")
            assert held % 5 == 0
            assert held >= (acknowledged + 1) * 5
            assert sum(row[0] for _, row in read.tallies(COUNTS)) == held
            assert read.sequence() == held
            assert verify(read, SCHEMA) == []
        store.write(lambda write: write.delete(NOTES, u64(0)))


def test_the_same_path_twice_in_one_process_is_one_environment(place: Path) -> None:
    first = opened(place)
    link = place.parent / "link"
    link.symlink_to(place)
    second = opened(link)
    assert (second.id, second.secret) == (first.id, first.secret)
    first.write(lambda write: write.set_value(STATE, b"a", b"1"))
    first.close()
    first.close()
    second.write(lambda write: write.set_value(STATE, b"b", b"1"))
    with second.read() as read:
        assert [key for key, _ in read.items(STATE)] == [b"a", b"b"]
    second.close()
    with pytest.raises(StoreError, match="closed"):
        second.sequence()


def test_what_this_process_reads_only_it_does_not_open_for_writing(place: Path) -> None:
    opened(place).close()
    with opened(place, readonly=True), pytest.raises(StoreReadOnly, match="for reading only"):
        opened(place)


def test_threads_share_a_store(place: Path) -> None:
    with opened(place) as store:

        def work(base: int) -> None:
            for n in range(base, base + 20):
                store.write(lambda write, n=n: write.put(NOTES, u64(n), Note("x", n)))  # type: ignore[misc]
                with store.read() as read:
                    assert read.get(NOTES, u64(n)) is not None

        threads = [threading.Thread(target=work, args=(base,)) for base in (0, 100, 200, 300)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.read() as read:
            assert (read.count(NOTES, "total"), verify(read, SCHEMA)) == (80, [])


FORK = """
import os, sys
from store_sample import *
from tacit.store.errors import StoreError
store = opened(sys.argv[1])
store.write(lambda write: write.set_value(STATE, b"parent", b"1"))
with store.read() as before:
    child = os.fork()
    if child == 0:
        for use in (store.sequence, lambda: store.write(lambda write: None)):
            try:
                use()
            except StoreError as error:
                print(error.message, error.hint, flush=True)
        with opened(sys.argv[1]) as own:
            own.write(lambda write: write.set_value(STATE, b"child", b"1"))
            with own.read() as read:
                print([key for key, _ in read.items(STATE)], flush=True)
        store.close()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    print([key for key, _ in before.items(STATE)])
store.write(lambda write: write.set_value(STATE, b"parent again", b"1"))
with store.read() as read:
    print([key for key, _ in read.items(STATE)])
store.close()
"""


def test_a_forked_child_opens_its_own(place: Path, script: Script) -> None:
    process = script(FORK, place)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    refused, refused_again, child, snapshot, parent = out.splitlines()
    assert "before this process was forked. Open it again in the child" in refused
    assert refused_again == refused
    assert child == "[b'child', b'parent']"
    assert snapshot == "[b'parent']"
    assert parent == "[b'child', b'parent', b'parent again']"


FORK_WHILE_WAITING = """
import os, sys, threading, time
from store_sample import *
from tacit.store.errors import StoreError
store = opened(sys.argv[1])
threading.Thread(target=store.write, args=(lambda write: None,), daemon=True).start()
while store._shared._writer is None or not store._shared._writer._at_lock:
    time.sleep(0.001)
time.sleep(0.2)
child = os.fork()
if child == 0:
    for _ in range(2):
        try:
            opened(sys.argv[1])
        except StoreError as error:
            print(error, flush=True)
    sys.exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
os._exit(0)
"""


def test_a_child_forked_while_a_writer_waits_is_told_so_and_does_not_hang(
    place: Path, script: Script
) -> None:
    opened(place).close()
    holder = script(HOLD, place)
    assert holder.stdout.readline() == "held\n"
    process = script(FORK_WHILE_WAITING, place)
    out, errors = process.communicate(timeout=120)
    assert out.count("was being used when this process was forked") == 2, errors
    assert out.endswith("\n0\n")


FORK_AT_ONCE = """
import os, sys
from store_sample import *
store = opened(sys.argv[1])
for n in range(30):
    store.write(lambda write: write.set_value(STATE, b"%d" % n, bytes(9000)))
    child = os.fork()
    if child == 0:
        with opened(sys.argv[1]) as own:
            own.sequence()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


def test_a_fork_right_after_a_commit_does_no_harm(place: Path, script: Script) -> None:
    process = script(FORK_AT_ONCE, place)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


def test_the_presence_of_every_process_can_be_told(place: Path) -> None:
    import fcntl

    with opened(place):
        handle = os.open(place / "presence", os.O_RDWR)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with pytest.raises(StoreBusy, match="being rewritten"):
        opened(place, busy_timeout=0.1)
    os.close(handle)
    opened(place).close()


READ_ON = """
import sys
from store_sample import *
with opened(sys.argv[1]) as store, store.read() as read:
    print("reading", flush=True)
    sys.stdin.readline()
"""


def test_a_killed_reader_does_not_keep_the_file_growing(place: Path, script: Script) -> None:
    with opened(place) as store:
        store.write(lambda write: write.set_value(STATE, b"a", bytes(100_000)))
    reader = script(READ_ON, place)
    assert reader.stdout.readline() == "reading\n"
    reader.kill()
    reader.wait()
    with opened(place) as store:
        for n in range(50):
            store.write(lambda write, n=n: write.set_value(STATE, b"a", bytes((n,)) * 100_000))  # type: ignore[misc]
    assert (place / "data.mdb").stat().st_size < 600_000


CHURN = """
import random, sys
from store_sample import *
with opened(sys.argv[1]) as store:
    print("ready", flush=True)
    while True:
        store.write(lambda write: [
            write.set_value(STATE, b"%d" % random.randrange(20_000), bytes(300)) for _ in range(40)
        ])
"""


def test_pages_looked_at_under_a_snapshot_are_not_used_again_meanwhile(place: Path, script: Script) -> None:
    with opened(place) as store:
        store.write(lambda write: [write.set_value(STATE, b"%d" % n, bytes(300)) for n in range(20_000)])
        writer = script(CHURN, place)
        assert writer.stdout.readline() == "ready\n"
        for _ in range(4):
            with store.read():
                assert structure(place) == []
        assert writer.poll() is None
