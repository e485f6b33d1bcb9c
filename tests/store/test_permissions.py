"""Private files, and stores that may not be written to or not even be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reachable import open_to_all
from store_sample import NOTES, Note, opened

from tacit.store.keys import u64

Script = Callable[..., Any]

NOBODY = 65534

AS_NOBODY = f"""
import os, sys
import tacit.store.creation, tacit.store.transaction, tacit.store.writer
from store_sample import *
from tacit.store.keys import u64
from tacit.store.errors import StoreError
if os.getuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    with opened(sys.argv[1], **eval(sys.argv[2])) as store:
        with store.read() as read:
            print("read", read.count(NOTES, "total"), store.readonly, store.unlocked)
        store.write(lambda write: write.put(NOTES, u64(9), Note("new")))
        print("written")
except StoreError as error:
    assert error.hint and error.exit_code == 3, error
    print(type(error).__name__, error)
"""


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}


@pytest.mark.parametrize("umask", [0, 0o077])
def test_nobody_else_can_look_into_a_store(place: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with opened(place) as store:
            store.write(lambda write: write.put(NOTES, u64(1), Note("a")))
            found = modes(place)
    finally:
        os.umask(before)
    assert found.pop("store") == 0o700
    names = ("data.mdb", "lock.mdb", "presence", "sound", "tacit-store", "writer")
    assert found == dict.fromkeys(names, 0o600)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A store in a folder that other users can reach."""
    open_to_all(tmp_path)
    place = tmp_path / "store"
    with opened(place) as store:
        store.write(lambda write: write.put(NOTES, u64(1), Note("a")))
    return place


def tried(script: Script, place: Path, **options: object) -> list[str]:
    process = script(AS_NOBODY, place, options)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return list(out.splitlines())


@pytest.mark.parametrize("options", [{}, {"readonly": True}])
def test_a_store_of_somebody_else_is_refused(shared: Path, script: Script, options: dict[str, bool]) -> None:
    shared.chmod(0)
    for path in shared.iterdir() if os.getuid() == 0 else ():
        path.chmod(0)
    try:
        (line,) = tried(script, shared, **options)
    finally:
        shared.chmod(0o700)
    assert line.startswith(
        f"StoreError The store {shared} cannot be read: Permission denied. Check who owns it"
    )


@pytest.mark.parametrize("options", [{}, {"readonly": True}])
def test_a_store_that_may_only_be_read_is_opened_without_a_lock(
    shared: Path, script: Script, options: dict[str, bool]
) -> None:
    for path in shared.iterdir():
        path.chmod(0o444)
    shared.chmod(0o555)
    try:
        read, refused = tried(script, shared, **options)
    finally:
        shared.chmod(0o700)
    assert read == "read 1 True True"
    assert refused.startswith("StoreReadOnly The store")


def test_a_store_without_a_lock_file_in_a_folder_that_may_not_be_written(
    shared: Path, script: Script
) -> None:
    (shared / "lock.mdb").unlink()
    for path in shared.iterdir():
        path.chmod(0o444)
    shared.chmod(0o555)
    try:
        assert tried(script, shared)[0] == "read 1 True True"
    finally:
        shared.chmod(0o700)
    assert not (shared / "lock.mdb").exists()


def test_no_store_can_be_made_where_nothing_may_be_written(shared: Path, script: Script) -> None:
    shared.parent.chmod(0o555)
    try:
        (line,) = tried(script, shared.parent / "new")
    finally:
        shared.parent.chmod(0o755)
    assert line.startswith(f"StoreError No store can be made at {shared.parent}/new: Permission denied.")
