"""Archives and streams of transcripts: laid out for a moment, and nothing of them left behind."""

from __future__ import annotations

import fcntl
import io
import os
import tarfile
from pathlib import Path

import pytest
import zstandard
from transcript import habits

from tacit import Memory
from tacit.core.errors import NothingUsable, Usage
from tacit.core.scratch import PREFIX
from tacit.core.unpacking import is_archive, unpacked

CACHE = "cache"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where folders are made."""
    monkeypatch.setenv("TACIT_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / CACHE


@pytest.fixture
def transcripts(tmp_path: Path) -> Path:
    """A folder of transcripts."""
    habits(tmp_path / "in", 3)
    return tmp_path / "in"


def packed(folder: Path, mode: str = "w") -> bytes:
    """A tar of a folder."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:
        archive.add(folder, arcname="work")
    return made.getvalue()


def hostile(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """A tar of such members."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for member, content in members:
            member.size = len(content) or member.size
            archive.addfile(member, io.BytesIO(content) if content else None)
    return made.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """A member by name."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_an_archive_is_imported_as_its_folder_and_known_again(tmp_path, cache, transcripts, mode):
    (tmp_path / "all.tar").write_bytes(packed(transcripts, mode))
    with Memory.open(tmp_path / "store") as memory:
        first = memory.import_path(tmp_path / "all.tar")
        again = memory.import_path(tmp_path / "all.tar")
        folder = memory.import_path(transcripts)
    assert (first.sessions, first.read) == (3, 3)
    assert (again.changed, again.skipped) == (False, {"unchanged": 3})
    assert (folder.changed, folder.sessions) == (False, 0)
    assert not list(cache.iterdir())


def test_zstandard_is_unpacked_too(tmp_path, cache, transcripts):
    (tmp_path / "all.tar.zst").write_bytes(zstandard.compress(packed(transcripts)))
    with Memory.open(tmp_path / "store") as memory:
        assert memory.import_path(tmp_path / "all.tar.zst").sessions == 3


def test_what_comes_in_a_stream_is_a_transcript_or_an_archive(tmp_path, cache, transcripts):
    one = min(transcripts.rglob("*.jsonl")).read_bytes()
    with Memory.open(tmp_path / "store") as memory:
        single = memory.import_paths(None, stream=io.BytesIO(one))
        whole = memory.import_paths(None, stream=io.BytesIO(packed(transcripts, "w:gz")))
        again = memory.import_paths(None, stream=io.BytesIO(packed(transcripts)))
    assert (single.sessions, whole.sessions, again.changed) == (1, 2, False)
    assert not list(cache.iterdir())


def test_an_archived_export_is_taken_back(tmp_path, cache, transcripts):
    with Memory.open(tmp_path / "store") as memory:
        memory.import_path(transcripts)
        memory.export(tmp_path / "out")
    with Memory.open(tmp_path / "other") as memory:
        assert memory.import_paths(None, stream=io.BytesIO(packed(tmp_path / "out"))).sessions == 3


def test_an_archive_writes_nowhere_else(tmp_path, cache):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("mine", encoding="utf-8")
    made = hostile(
        (member("../escaped.jsonl"), b"{}"),
        (member(f"{outside}/absolute.jsonl"), b"{}"),
        (member("a/../../escaped.jsonl"), b"{}"),
        (member("link", tarfile.SYMTYPE, str(outside)), b""),
        (member("link/through.jsonl"), b"{}"),
        (member("hard", tarfile.LNKTYPE, str(outside / "secret.txt")), b""),
        (member("pipe", tarfile.FIFOTYPE), b""),
        (member("disk", tarfile.BLKTYPE), b""),
        (member("one"), b"a file"),
        (member("one/two"), b"below a file"),
        (member("node_modules/x.json"), b"{}"),
    )
    path = tmp_path / "bad.tar"
    path.write_bytes(made)
    with unpacked([path], str(cache)) as given:
        (folder,) = given.paths
        files = sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())
        assert not any(one.is_symlink() or one.is_fifo() for one in folder.rglob("*"))
        assert oct(folder.stat().st_mode & 0o777) == "0o700"
    absolute = (outside / "absolute.jsonl").relative_to("/").as_posix()
    assert files == sorted(["link/through.jsonl", "one", absolute])
    assert [one.name for one in outside.iterdir()] == ["secret.txt"]
    assert not folder.exists()


def test_files_keep_the_times_they_had(tmp_path, cache, transcripts):
    one = min(transcripts.rglob("*.jsonl"))
    os.utime(one, ns=(1_767_607_200 * 10**9, 1_767_607_200 * 10**9))
    (tmp_path / "all.tar").write_bytes(packed(transcripts))
    with unpacked([tmp_path / "all.tar"], str(cache)) as given:
        (there,) = list(given.paths[0].rglob(one.name))
        assert there.stat().st_mtime_ns == one.stat().st_mtime_ns
        assert given.name_of(there).startswith(f"{tmp_path / 'all.tar'}!work/")
        assert given.told(given.paths[0]) == str(tmp_path / "all.tar")


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_a_torn_archive_is_refused_and_nothing_is_left(tmp_path, cache, transcripts, mode):
    whole = packed(transcripts, mode)
    path = tmp_path / "torn.tar"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(NothingUsable, match="no whole tar archive"), unpacked([path], str(cache)):
        pass
    assert not list(cache.iterdir())


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_an_archive_of_nothing_is_an_archive(tmp_path, cache, mode):
    path = tmp_path / "copy.tar"
    tarfile.open(path, mode).close()
    assert is_archive(path)
    with unpacked([path], str(cache)) as given:
        assert list(given.paths[0].iterdir()) == []


def test_an_archive_that_claims_more_than_the_disk_has_is_refused(tmp_path, cache):
    huge = member("huge.jsonl")
    huge.size = 1 << 60
    path = tmp_path / "huge.tar"
    path.write_bytes(huge.tobuf())
    with pytest.raises(NothingUsable, match="more than half of the room"), unpacked([path], str(cache)):
        pass


def test_nothing_on_standard_input_is_said(cache):
    with pytest.raises(Usage, match="Nothing came"), unpacked((), str(cache), io.BytesIO(b"")):
        pass


def test_what_a_killed_process_left_is_removed_and_what_another_holds_is_not(tmp_path, cache, transcripts):
    left, held = cache / f"{PREFIX}left", cache / f"{PREFIX}held"
    for folder in (left, held):
        folder.mkdir(parents=True)
        (folder / "stdin").write_text("unredacted", encoding="utf-8")
    handle = os.open(held, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        (tmp_path / "all.tar").write_bytes(packed(transcripts))
        with unpacked([tmp_path / "all.tar"], str(cache)):
            assert not left.exists()
            assert held.exists()
    finally:
        os.close(handle)


def test_a_plain_file_is_given_as_it_is(tmp_path, cache, transcripts):
    one = min(transcripts.rglob("*.jsonl"))
    with unpacked([one, transcripts], str(cache)) as given:
        assert given.paths == (one, transcripts)
        assert given.name_of(one) == ""
    assert not cache.exists()
