"""A full map, a full disk: the transaction is dropped whole and the store stays as it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import NOTES, SCHEMA, STATE, Note, opened

from tacit.store.errors import StoreFull
from tacit.store.keys import u64
from tacit.store.transaction import Write
from tacit.store.verify import verify

Script = Callable[..., Any]


def much(write: Write) -> None:
    for n in range(100_000):
        write.put(NOTES, u64(n + 1), Note("x" * 300, n, ("a", "b")))


def test_a_full_map_drops_the_transaction_and_nothing_else(place: Path) -> None:
    with opened(place, _map_sizes=(1 << 20,)) as store:
        store.write(lambda write: write.put(NOTES, u64(0), Note("kept")))
        for _ in range(3):
            with pytest.raises(StoreFull, match="no room") as caught:
                store.write(much)
            assert caught.value.exit_code == 3
        with store.read() as read:
            assert [note for _, note in read.records(NOTES)] == [Note("kept")]
            assert (read.sequence(), verify(read, SCHEMA)) == (1, [])
        store.write(lambda write: write.put(NOTES, u64(1), Note("after")))
    with opened(place) as store:
        store.write(lambda write: [write.put(NOTES, u64(n), Note("x" * 300)) for n in range(5000)])


def test_a_job_that_swallows_the_error_does_not_commit_half(place: Path) -> None:
    def job(write: Write) -> None:
        try:
            much(write)
        except StoreFull:
            return

    with opened(place, _map_sizes=(1 << 20,)) as store:
        with pytest.raises(Exception, match=r".") as caught:
            store.write(job)
        assert caught.value.__class__.__module__ == "tacit.store.errors"
        with store.read() as read:
            assert list(read.keys(NOTES)) == []


FILL = """
import resource, sys
from store_sample import *
from tacit.store.errors import StoreFull
with opened(sys.argv[1]) as store:
    store.write(lambda write: write.set_value(STATE, b"kept", b"1"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    try:
        store.write(lambda write: [write.set_value(STATE, b"%d" % n, bytes(2000)) for n in range(500)])
    except StoreFull as error:
        print(error)
    with store.read() as read:
        print([key for key, _ in read.items(STATE)])
"""


def test_a_file_that_cannot_grow_is_told_as_full(place: Path, script: Script) -> None:
    process = script(FILL, place)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    told, held = out.splitlines()
    assert told.startswith("The store could not be written, probably because the disk is full")
    assert held == "[b'kept']"
    with opened(place) as store, store.read() as read:
        assert [key for key, _ in read.items(STATE)] == [b"kept"]


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stat:
        f_bavail = 10
        f_frsize = 4096

    monkeypatch.setattr(os, "statvfs", lambda path: Stat)


def test_a_full_disk_is_told_before_anything_is_mapped(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(place).close()
    full_disk(monkeypatch)
    with pytest.raises(StoreFull, match="Free at least 1 MB"):
        opened(place)
    with pytest.raises(StoreFull):
        opened(place.parent / "new")
    assert [path.name for path in place.parent.iterdir()] == ["store"]


def test_a_full_disk_does_not_keep_from_reading(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(place).close()
    full_disk(monkeypatch)
    opened(place, readonly=True).close()
    (place / "lock.mdb").unlink()
    with pytest.raises(StoreFull):
        opened(place, readonly=True)


def test_a_small_address_space_gets_a_smaller_map(place: Path, script: Script) -> None:
    limited = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, resource.RLIM_INFINITY))
from store_sample import *
with opened(sys.argv[1]) as store:
    store.write(lambda write: write.set_value(STATE, b"a", b"1"))
    print(store._shared.engine._env.info()["map_size"] >> 30)
"""
    process = script(limited, place)
    out, errors = process.communicate(timeout=120)
    assert (process.returncode, out) == (0, "4\n"), errors
