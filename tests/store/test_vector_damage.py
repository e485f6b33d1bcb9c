"""Files of vectors that are damaged, dropped, of another state, out of reach, or find no room."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from reachable import open_to_all
from vector_sample import (
    agree,
    by_hand,
    fill,
    found,
    opened,
    rows_read,
    space_of,
    vector_files,
)

from tacit.store.store import Store
from tacit.store.vector_check import check_vectors
from tacit.store.vector_files import drop_vectors_index
from tacit.store.vector_rebuilding import rebuild_vectors
from tacit.store.vector_rows import Space

Script = Callable[..., Any]


def damages(path: Path) -> Iterator[tuple[str, bytes | None]]:
    """A file damaged in each of its regions, in one way and another."""
    whole = path.read_bytes()
    for at in sorted(
        {0, 1, 4, 8, 16, 40, 64, *range(0, len(whole), max(1, len(whole) // 40)), len(whole) - 1}
    ):
        yield f"bit at {at}", whole[:at] + bytes((whole[at] ^ 4,)) + whole[at + 1 :]
    for size in (0, 1, len(whole) // 2, len(whole) - 1):
        yield f"cut to {size}", whole[:size]
    yield "longer", whole + b"\0" * 16
    yield "zeros", bytes(len(whole))
    yield "gone", None


def test_damaged_files_are_never_used(store: Store, space: Space, seeds: dict[int, int], place: Path) -> None:
    """USearch would end the process over some of them."""
    assert rebuild_vectors(store, space)
    right = by_hand(seeds, 3)
    store.close()
    for path in vector_files(place):
        if path.name == "lock":
            continue
        whole = path.read_bytes()
        for what, damaged in damages(path):
            if damaged is None:
                path.unlink()
            else:
                path.write_bytes(damaged)
            with opened(place) as other:
                read = rows_read(other, space, 3)
                assert read == 2000, (path.suffix, what, read)
                assert found(other, space, 3) == right
                assert check_vectors(other, space).state != "sound"
            path.write_bytes(whole)
    with opened(place) as other:
        assert rows_read(other, space, 3) < 100


def test_damaged_files_are_made_anew(store: Store, space: Space, seeds: dict[int, int], place: Path) -> None:
    for suffix in (".position", ".rows", ".exact", ".graph"):
        assert rebuild_vectors(store, space, force=True)
        for path in vector_files(place):
            if path.suffix == suffix:
                path.write_bytes(path.read_bytes()[:-7] + b"damaged")
        assert rebuild_vectors(store, space, force=True)
        assert check_vectors(store, space).state == "sound"
        assert check_vectors(store, space).held == 2000


def test_dropped_files_are_gone_and_their_writer_stops(
    store: Store, space: Space, seeds: dict[int, int], place: Path
) -> None:
    assert rebuild_vectors(store, space)
    dropped: list[int] = []

    def told(done: int, total: int) -> None:
        dropped.append(done)
        drop_vectors_index(store)

    assert not rebuild_vectors(store, space, told, force=True)
    assert dropped
    assert not (place / "vectors").exists()
    assert not [path.name for path in place.iterdir() if path.name.startswith(".")]
    assert found(store, space, 3) == by_hand(seeds, 3)
    drop_vectors_index(store)
    assert rebuild_vectors(store, space)


def test_a_writer_whose_folder_was_dropped_writes_nothing_into_the_next_one(
    store: Store, space: Space, place: Path
) -> None:
    """Dropped at the end, when somebody else has begun anew in its place."""
    theirs: list[Path] = []

    def told(done: int, total: int) -> None:
        if done == total and not theirs:
            drop_vectors_index(store)
            with opened(place) as other:
                assert rebuild_vectors(other, space)
            theirs.extend(vector_files(place))

    assert not rebuild_vectors(store, space, told)
    assert vector_files(place) == theirs
    assert check_vectors(store, space).state == "sound"


def test_an_older_state_of_the_store_is_not_answered_from_newer_files(
    store: Store, space: Space, seeds: dict[int, int], place: Path, tmp_path: Path
) -> None:
    """The data file as it was; then as many rows come as had come before, and others."""
    store.close()
    shutil.copy(place / "data.mdb", tmp_path / "older")
    with opened(place) as first:
        fill(first, space, {n: n for n in range(2000, 2300)})
        assert rebuild_vectors(first, space)
    shutil.copy(tmp_path / "older", place / "data.mdb")
    with opened(place) as second:
        assert agree(second, space, seeds) >= 0.98
        assert check_vectors(second, space).state == "misfit"
    now = {n: n for n in range(5000, 5400)}
    with opened(place) as third:
        fill(third, space, now)
        assert check_vectors(third, space).state == "misfit"
    with opened(place) as fourth:
        assert agree(fourth, space, seeds | now) >= 0.98
        assert rebuild_vectors(fourth, space)
        assert check_vectors(fourth, space).state == "sound"


def test_files_of_another_store_are_not_used(store: Store, space: Space, tmp_path: Path, place: Path) -> None:
    assert rebuild_vectors(store, space)
    with opened(tmp_path / "other") as other:
        theirs = space_of(other)
        fill(other, theirs, {n: n + 7 for n in range(2000)})
        shutil.copytree(place / "vectors", other.path / "vectors")
        assert found(other, theirs, 3) == by_hand({n: n + 7 for n in range(2000)}, 3)
        assert check_vectors(other, theirs).state == "misfit"


AS_NOBODY = """
import os, sys
from vector_sample import *
from tacit.store.vector_rebuilding import rebuild_vectors
from tacit.store.vector_check import check_vectors
with opened(sys.argv[2]) as store:  # what is imported on the way may be out of reach later
    fill(store, space_of(store), range(200))
    rebuild_vectors(store, space_of(store), force=True)
    found(store, space_of(store), 3)
    check_vectors(store, space_of(store))
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with opened(sys.argv[1]) as store:
    with store.read() as read:
        space = the_space(read)
    print(store.readonly, store.unlocked, rebuild_vectors(store, space), sorted(found(store, space, 3)))
    print(check_vectors(store, space).state, sorted(store.left_out))
"""


def test_a_store_that_may_only_be_read_without_a_lock_is_searched(
    store: Store, space: Space, seeds: dict[int, int], place: Path, tmp_path: Path, script: Script
) -> None:
    assert rebuild_vectors(store, space)
    store.close()
    open_to_all(place.parent)
    for path in (*place.iterdir(), *vector_files(place)):
        if path.is_file():
            path.chmod(0o444)
    for folder in (place / "vectors", place):
        folder.chmod(0o555)
    try:
        process = script(AS_NOBODY, place, tmp_path / "other")
        out, errors = process.communicate(timeout=120)
    finally:
        for folder in (place, place / "vectors"):
            folder.chmod(0o700)
    assert process.returncode == 0, errors
    assert out.splitlines() == [f"True True False {sorted(by_hand(seeds, 3))}", "sound []"]


FULL = """
import resource, sys
from vector_sample import *
from tacit.store import vector_rebuilding
from tacit.store.vector_rebuilding import rebuild_vectors
vector_rebuilding.CROSSOVER, vector_rebuilding.LEAST = int(sys.argv[2]), 100
with opened(sys.argv[1]) as store:
    with store.read() as read:
        space = the_space(read)
    for limit in map(int, sys.argv[3].split(",")):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        print(rebuild_vectors(store, space, force=True))
    print(sorted(found(store, space, 3)))
"""


def test_a_full_disk_costs_nothing_but_time(
    store: Store, space: Space, seeds: dict[int, int], place: Path, script: Script, crossover: int
) -> None:
    for had in (False, True):
        if had:
            assert rebuild_vectors(store, space)
        before = vector_files(place) if had else [place / "vectors" / "lock"]
        process = script(FULL, place, crossover, "0,10,20000,33000,100000")
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert out.splitlines() == [*["False"] * 5, f"{sorted(by_hand(seeds, 3))}"]
        assert vector_files(place) == before
    assert check_vectors(store, space).state == "sound"
