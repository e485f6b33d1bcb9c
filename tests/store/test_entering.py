"""Coming into a store: each process once, and only into the one that lies there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import NOTES, Note, opened, until_it_waits

from tacit.store import presence
from tacit.store.compaction import COMPANY, compact
from tacit.store.errors import StoreMissing
from tacit.store.keys import u64

Script = Callable[..., Any]

COME = """
import sys, threading
from store_sample import *
def come():
    with opened(sys.argv[1], busy_timeout=60) as store:
        print("inside", store.sequence(), flush=True)
        sys.stdin.readline()
        store.write(lambda write: write.put(NOTES, b"late", Note("late")))
    print("written", flush=True)
coming = threading.Thread(target=come)
coming.start()
until_it_waits(coming)
print("waiting", flush=True)
"""


def test_who_waited_while_the_folder_was_replaced_is_inside_of_the_new_one(
    place: Path, script: Script
) -> None:
    other = place.with_name("other")
    for path, count in ((place, 1), (other, 2)):
        with opened(path) as store:
            for n in range(count):
                store.write(lambda write, n=n: write.put(NOTES, u64(n), Note("kept", n)))  # type: ignore[misc]
    mine = presence.alone(str(place))
    assert mine is not None
    process = script(COME, place)
    assert process.stdout.readline() == "waiting\n"
    place.rename(place.with_name("old"))
    other.rename(place)
    presence.leave(mine)
    assert process.stdout.readline() == "inside 2\n"
    assert compact(str(place)).why == COMPANY
    assert process.communicate("\n", timeout=120)[0] == "written\n"
    with opened(place) as store, store.read() as read:
        assert read.get(NOTES, b"late") == Note("late")


def test_who_waits_for_a_folder_that_went_away_is_told_so(place: Path) -> None:
    opened(place).close()
    place.rename(place.with_name("old"))
    with pytest.raises(StoreMissing, match="no store at"):
        presence.enter(str(place), 0.1)
    assert presence.alone(str(place)) is None


def test_one_store_that_is_waited_for_keeps_nobody_from_another(place: Path) -> None:
    other = place.with_name("other")
    for path in (place, other):
        opened(path).close()
    mine = presence.alone(str(place))
    assert mine is not None
    came: list[str] = []

    def come(path: Path) -> None:
        with opened(path, busy_timeout=60) as store:
            came.append(store.path.name)

    waiting = threading.Thread(target=come, args=(place,))
    waiting.start()
    until_it_waits(waiting)
    beside = threading.Thread(target=come, args=(other,))
    beside.start()
    beside.join(120)
    seen = list(came)
    presence.leave(mine)
    waiting.join()
    beside.join()
    assert (seen, came) == (["other"], ["other", "store"])


def test_threads_that_open_a_store_at_once_share_one_environment(place: Path) -> None:
    opened(place).close()
    mine = presence.alone(str(place))
    assert mine is not None
    stores: list[Any] = []
    crowd = [threading.Thread(target=lambda: stores.append(opened(place))) for _ in range(8)]
    for thread in crowd:
        thread.start()
    presence.leave(mine)
    for thread in crowd:
        thread.join()
    assert len({id(store._shared) for store in stores}) == 1
    assert stores[0]._shared.users == 8
    for store in stores:
        assert presence.alone(str(place)) is None
        store.close()
    held = presence.alone(str(place))
    assert held is not None, "nobody has left a lock behind"
    presence.leave(held)


FORK_AND_LEAVE = """
import os, sys
from store_sample import *
store = opened(sys.argv[1])
if os.fork():
    os._exit(0)
print("alone", flush=True)
sys.stdin.readline()
store.close()
with opened(sys.argv[1]) as own:
    print(own.sequence(), flush=True)
"""


def test_a_child_does_not_keep_the_store_for_its_parent_that_is_gone(place: Path, script: Script) -> None:
    opened(place).close()
    process = script(FORK_AND_LEAVE, place)
    assert process.stdout.readline() == "alone\n"
    assert process.wait(120) == 0
    with opened(place) as store:
        assert store.compact().done
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "0\n", process.stderr.read()
