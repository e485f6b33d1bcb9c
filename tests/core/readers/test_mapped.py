"""A file as one buffer, whatever its agent does to it meanwhile, and however full the disk is."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from transcript import habit

from tacit import Memory
from tacit.core import scratch
from tacit.core.readers.base import NO_ROOM, Unreadable
from tacit.core.readers.mapped import MappedFile

LARGE = 8_000_000
CUT = """
import os, sys
from pathlib import Path
path, size = Path(sys.argv[1]), int(sys.argv[2])
os.environ["TACIT_HOME"] = sys.argv[3]
from tacit.core.readers.mapped import MappedFile
path.write_bytes(b"x" * size)
file = MappedFile(path)
os.truncate(path, int(sys.argv[4]))
assert bytes(file.view) == b"x" * size
path.unlink()
assert bytes(file.view[-9:]) == b"x" * 9
"""
CUT_ALL_THE_TIME = """
import os, sys, threading
path, over = sys.argv[1], threading.Event()
os.environ["TACIT_HOME"] = sys.argv[2]
from pathlib import Path
from tacit.core.readers.base import Unreadable
from tacit.core.readers.mapped import MappedFile
def cut():
    while not over.is_set():
        os.truncate(path, 0)
        os.truncate(path, 40_000_000)
Path(path).touch()
cutting = threading.Thread(target=cut)
cutting.start()
for _ in range(20):
    try:
        assert not any(bytes(MappedFile(Path(path)).view))
    except Unreadable:
        pass
over.set()
cutting.join()
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies are made."""
    monkeypatch.setenv("TACIT_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "cache"


def large(path: Path) -> Path:
    """A large file, all of whose lines differ."""
    path.write_bytes(b"".join(b'{"line": %d}\n' % n for n in range(LARGE // 14)) + b"x" * 1_000_000)
    assert path.stat().st_size > LARGE
    return path


def without_a_call(*_: object) -> int:
    """As where the system has no way to copy from file to file."""
    raise OSError(errno.EXDEV, "Invalid cross-device link")


@pytest.mark.parametrize("left", [0, 4_097])
@pytest.mark.parametrize("size", [1_000_000, LARGE, 70_000_000])
def test_a_file_that_is_cut_while_it_is_read_does_not_end_the_process(
    tmp_path: Path, size: int, left: int
) -> None:
    where = str(tmp_path / "session.jsonl"), str(size), str(tmp_path / "home"), str(left)
    done = subprocess.run([sys.executable, "-c", CUT, *where], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_nor_does_one_that_is_cut_while_it_is_copied(tmp_path: Path) -> None:
    where = str(tmp_path / "session.jsonl"), str(tmp_path / "home")
    done = subprocess.run([sys.executable, "-c", CUT_ALL_THE_TIME, *where], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("copying", [os.copy_file_range, without_a_call])
def test_a_large_file_is_a_copy_without_a_name(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, copying: Callable[..., int]
) -> None:
    monkeypatch.setattr(os, "copy_file_range", copying)
    path = large(tmp_path / "large.jsonl")
    file = MappedFile(path)
    assert bytes(file.view) == path.read_bytes()
    assert not isinstance(file.view.obj, bytes)
    assert not list(cache.iterdir())


def test_a_large_packed_file_is_what_it_holds(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "large.jsonl.gz"
    made = zlib.compressobj(0, wbits=31)
    path.write_bytes(made.compress(b"{}\n" * LARGE) + made.flush())
    assert MappedFile(path).size == 3 * LARGE
    assert not cache.exists()


def test_without_room_for_a_copy_nothing_is_written_and_the_file_is_read_the_next_time(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = tmp_path / "in" / "large.jsonl"
    session.parent.mkdir()
    session.write_bytes(habit("one").text().encode() + b" " * LARGE + b"\n")
    with Memory.open(tmp_path / "store") as memory:
        with monkeypatch.context() as full:
            full.setattr(scratch, "_SHARE", 0.0)
            assert memory.import_path(session).skipped == {NO_ROOM: 1}
        assert not list(cache.iterdir())
        assert memory.import_path(session).sessions == 1


def test_a_disk_that_fills_up_while_it_is_copied_is_told(tmp_path: Path, cache: Path) -> None:
    """A limit to the size of files stands for the disk; what the system says then differs in its number."""
    path = large(tmp_path / "large.jsonl")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGE // 2, before[1]))
    try:
        with pytest.raises(Unreadable, match="unreadable"):
            MappedFile(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(cache.iterdir())
    assert MappedFile(path).size == path.stat().st_size


def test_an_empty_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(Unreadable, match="empty file"):
        MappedFile(tmp_path / "empty")
