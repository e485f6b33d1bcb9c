"""Power cuts: every file that one could leave opens with each commit that was acknowledged before it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from crash_judge import Judge, record
from crash_trace import Event, Image, images, read_trace
from store_sample import STATE, opened

from tacit.store import guard
from tacit.store.transaction import Write

Script = Callable[..., Any]

SEED = 20_260_105
COMMITS = 60

COMMIT = """
import sys
from test_crash_images import COMMITS, apply, opened
for start in range(0, COMMITS, 10):
    with opened(sys.argv[1]) as store:
        for number in range(start + 1, start + 11):
            store.write(lambda write: apply(write, number))
            print(number, flush=True)
"""

JUDGE = """
import sys
from store_sample import *
from test_crash_images import digest
from tacit.store.verify import verify
from tacit.store.errors import StoreError
for line in sys.stdin:
    try:
        with opened(line.strip()) as store:
            with store.read() as read:
                found = digest(dict(read.items(STATE))) if not verify(read, SCHEMA) else "differences"
            store.write(lambda write: write.set_value(STATE, b"after", b"1"))
    except StoreError as error:
        found = f"{type(error).__name__}: {error}"
    print(found, flush=True)
"""


def changes(number: int) -> Iterator[tuple[bytes, bytes | None]]:
    """What commit ``number`` puts and, where there is no value, deletes."""
    random = Random(SEED + number)
    for _ in range(random.choice((1, 3, 12))):
        key = b"key %d" % random.randrange(40)
        size = random.choice((10, 300, 3_000, 9_000))
        yield key, None if random.random() < 0.3 else bytes((number,)) * size


def apply(write: Write, number: int) -> None:
    for key, value in changes(number):
        if value is None:
            write.delete_value(STATE, key)
        else:
            write.set_value(STATE, key, value)


def digest(state: dict[bytes, bytes]) -> str:
    return hashlib.blake2b(repr(sorted(state.items())).encode(), digest_size=8).hexdigest()


def states() -> list[str]:
    """The digest of what is stored after each number of commits."""
    state: dict[bytes, bytes] = {}
    found = [digest(state)]
    for number in range(1, COMMITS + 1):
        for key, value in changes(number):
            if value is None:
                state.pop(key, None)
            else:
                state[key] = value
        found.append(digest(state))
    return found


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[Event]]:
    """The file of a new store, and the calls of a process that commits to it."""
    folder = tmp_path_factory.mktemp("recorded")
    opened(folder / "store").close()
    base = (folder / "store" / guard.DATA).read_bytes()
    return base, read_trace(record(COMMIT, folder, str(folder / "store")), guard.DATA)


@pytest.fixture
def judge(script: Script, tmp_path: Path) -> Judge:
    return Judge(script, JUDGE, tmp_path)


def wrong(base: bytes, events: list[Event], judge: Judge, *, synced: bool) -> Iterator[str]:
    """Every image that lost an acknowledged commit, or cannot be used."""
    known = states()
    for image in images(base, events, Random(SEED), synced=synced):
        found = judge.look(image)
        if found not in known[image.told : image.told + 2]:
            yield f"{image.label}, {image.told} acknowledged: {found}"


def test_what_is_recorded_is_the_whole_file(recorded: tuple[bytes, list[Event]], judge: Judge) -> None:
    base, events = recorded
    assert sum(event.data.count(b"\n") for event in events if event.what == "told") == COMMITS
    syncs = sum(event.what == "sync" for event in events)
    assert syncs > COMMITS * 0.9, "only a commit that changes nothing needs none"
    *_, last = images(base, [*events, Event("sync")], Random(0))
    assert judge.look(Image(last.content, COMMITS, "")) == states()[-1]


def test_every_image_of_a_power_cut_has_every_acknowledged_commit(
    recorded: tuple[bytes, list[Event]], judge: Judge
) -> None:
    assert sum(1 for _ in images(*recorded, Random(SEED))) > 600
    assert list(wrong(*recorded, judge, synced=True)) == []


def test_a_disk_that_ignores_a_sync_is_noticed(recorded: tuple[bytes, list[Event]], judge: Judge) -> None:
    assert next(wrong(*recorded, judge, synced=False), None) is not None
