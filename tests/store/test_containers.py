"""Containers that share a store: each counts its processes and threads for itself, so numbers come twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import STATE, opened

from tacit.store.errors import StoreBusy
from tacit.store.holder import FILE

Script = Callable[..., Any]

CONTAINED = """
import os, sys
words = ["unshare", "-rfp", "--mount-proc", "--kill-child", sys.executable, "-c", sys.argv[1], *sys.argv[2:]]
os.execvp("unshare", words)
"""
SPARE = """
import os, sys, threading
for _ in range(int(sys.argv[2])):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
HOLD = (
    SPARE
    + """
from store_sample import *
with opened(sys.argv[1], command="import") as store:
    def job(write):
        print(os.getpid(), threading.get_native_id(), flush=True)
        sys.stdin.readline()
        write.set_value(STATE, b"held", b"1")
    store.write(job)
print("done", flush=True)
"""
)
WAIT = (
    SPARE
    + """
import time
from store_sample import *
if os.fork():
    os.wait()
    os._exit(0)
store = opened(sys.argv[1])
threading.Thread(target=store.write, args=(lambda write: None,), daemon=True).start()
while True:
    writers = [one.native_id for one in threading.enumerate() if one.name == "tacit-writer"]
    if writers and writers[0]:
        break
time.sleep(0.3)
print(os.getpid(), *writers, flush=True)
sys.stdin.readline()
os.kill(os.getpid(), 9)
"""
)
WRITE = """
import sys
from store_sample import *
with opened(sys.argv[1], busy_timeout=float(sys.argv[2])) as store:
    store.write(lambda write: write.set_value(STATE, b"next", b"1"))
print("done", flush=True)
"""


def contained(script: Script, source: str, *arguments: object) -> Any:
    """A script in a container of its own, which has said one thing; skips where there can be none."""
    process = script(CONTAINED, source, *arguments)
    said = process.stdout.readline()
    if not said:
        pytest.skip(f"this system lets us make no other space of process ids: {process.communicate()[1]}")
    return process, said.split()


def test_who_waited_and_died_under_the_number_of_the_holder_lets_nobody_in(
    place: Path, script: Script
) -> None:
    with opened(place) as store:
        store.write(lambda write: write.set_value(STATE, b"a", b"1"))
    holder, (_, thread) = contained(script, HOLD, place, 6)
    waiter, (_, same) = contained(script, WAIT, place, int(thread) - 4)
    waiter.stdin.write("\n")
    waiter.stdin.flush()
    waiter.wait(120)
    assert same == thread, "else this test tries nothing"
    third = script(WRITE, place, 120)
    time.sleep(0.5)
    assert third.poll() is None, "two write at once"
    assert holder.communicate("\n", timeout=120)[0] == "done\n"
    assert third.communicate(timeout=120)[0] == "done\n"
    with opened(place) as store, store.read() as read:
        assert [key for key, _ in read.items(STATE)] == [b"a", b"held", b"next"]


def test_a_holder_in_another_container_is_never_taken_for_a_process_here(place: Path, script: Script) -> None:
    opened(place).close()
    holder, (number, _) = contained(script, HOLD, place, 0)
    assert number == "1", "a process that lives here too"
    with opened(place, busy_timeout=0.3) as store, pytest.raises(StoreBusy, match="held by process") as told:
        store.write(lambda write: None)
    assert " process 1 " not in str(told.value), "outside a container its processes have ids of their own"
    inside, _ = contained(script, TELL, place)
    assert inside.communicate(timeout=120)[0].startswith("StoreBusy The store")
    holder.communicate("\n", timeout=120)


TELL = """
import os, sys
from store_sample import *
from tacit.store.errors import StoreBusy
for _ in range(5):
    if os.fork():
        os.wait()
        os._exit(0)
print("in", flush=True)
with opened(sys.argv[1], busy_timeout=0.3) as store:
    try:
        store.write(lambda write: None)
    except StoreBusy as error:
        print("StoreBusy", error, flush=True)
        assert "held by another process" in str(error), error
"""


def test_a_note_of_a_process_that_has_not_the_lock_names_nobody(place: Path, script: Script) -> None:
    with opened(place) as store:
        store.write(lambda write: None)
    note = (place / FILE).read_bytes()
    assert note.startswith(b"%d " % os.getpid())
    holder = script(HOLD, place, 0)
    holder.stdout.readline()
    (place / FILE).write_bytes(note.replace(b"%d " % os.getpid(), b"%d " % os.getppid()))
    with opened(place, busy_timeout=0.3) as store:
        with pytest.raises(StoreBusy, match=rf"held by process {holder.pid}\."):
            store.write(lambda write: None)
        holder.send_signal(signal.SIGKILL)
        store.write(lambda write: None)
