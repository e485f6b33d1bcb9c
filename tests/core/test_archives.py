"""Archives made to do harm: bounded in memory, in files and in depth, and the rest of them is taken."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st
from transcript import habit

from tacit import Memory
from tacit.core import archives, unpacking
from tacit.core.errors import NothingUsable
from tacit.core.unpacking import unpacked

GOOD = ("ok/one.jsonl", habit("one").text().encode())


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where folders are made."""
    monkeypatch.setenv("TACIT_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "cache"


def header(name: str = "x", kind: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> bytes:
    """The header of a member that need not follow."""
    made = tarfile.TarInfo(name)
    made.type, made.size, made.linkname = kind, size, link
    return made.tobuf(tarfile.GNU_FORMAT)


def body(content: bytes) -> bytes:
    """What a member holds, as whole blocks."""
    return content + b"\0" * (-len(content) % 512)


def tar(*files: tuple[str, bytes], mtime: float = 0, form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar of such files."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for name, content in files:
            one = tarfile.TarInfo(name)
            one.size, one.mtime = len(content), mtime
            archive.addfile(one, io.BytesIO(content))
    return made.getvalue()


def refused(path: Path, cache: Path) -> str:
    """Why an archive is refused; nothing of it is left then."""
    with pytest.raises(NothingUsable) as told, unpacked([path], str(cache)):
        pass
    assert not list(cache.iterdir())
    return told.value.message


@pytest.mark.parametrize(
    "name",
    ["x" * 300 + ".jsonl", "/".join(["y" * 200] * 30) + "/a.jsonl", "d/" * 1_500 + "a.jsonl", "../out.jsonl"],
)
def test_a_name_that_cannot_be_is_counted_and_the_rest_is_taken(tmp_path, cache, name):
    (tmp_path / "in.tar").write_bytes(tar(GOOD, (name, b"{}"), ("empty", b"")))
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_path(tmp_path / "in.tar")
    assert report.sessions == 1
    assert report.skipped == {"no usable path": 1, "empty file": 1}


@pytest.mark.parametrize("name", ["a\nb\x1b]52;c;aGk=\x07\u202e.jsonl", "a\udcff\udc80.jsonl", " ", "-rf"])
def test_a_name_is_only_a_name(tmp_path, name):
    (tmp_path / "in.tar").write_bytes(tar((name, GOOD[1])))
    with Memory.open(tmp_path / "store") as memory:
        assert memory.import_path(tmp_path / "in.tar").sessions == 1
        assert all(finding.level == "ok" for finding in memory.doctor())


def test_of_two_members_of_one_name_the_last_stands(tmp_path, cache):
    (tmp_path / "in.tar").write_bytes(tar(("a", b"first"), ("a", b"second")))
    with unpacked([tmp_path / "in.tar"], str(cache)) as given:
        assert (given.paths[0] / "a").read_bytes() == b"second"


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("mtime", [2**62, -(2**62)])
def test_a_time_that_cannot_be_is_brought_within_bounds(tmp_path, cache, form, mtime):
    (tmp_path / "in.tar").write_bytes(tar(GOOD, mtime=mtime, form=form))
    with unpacked([tmp_path / "in.tar"], str(cache)) as given:
        (one,) = given.paths[0].rglob("*.jsonl")
        assert 0 <= one.stat().st_mtime < 2**38


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_that_unpacks_to_much_is_not_read(tmp_path, cache, kind):
    large = 64 * archives.HEADERS
    (tmp_path / "in.tgz").write_bytes(gzip.compress(header(kind=kind, size=large) + b"a" * large, 1))
    assert "a header in it is too large" in refused(tmp_path / "in.tgz", cache)


def test_the_map_of_a_sparse_file_is_bounded_too(tmp_path, cache):
    one = bytearray(header("s", tarfile.GNUTYPE_SPARSE, 512))
    one[482] = 1  # another block of the map follows, and so it goes on
    one[148:156] = b" " * 8
    one[148:156] = b"%06o\0 " % sum(one)
    more = bytearray(512)
    more[504] = 1
    (tmp_path / "in.tgz").write_bytes(
        gzip.compress(bytes(one) + bytes(more) * (8 * archives.HEADERS // 512), 1)
    )
    assert "a header in it is too large" in refused(tmp_path / "in.tgz", cache)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, zstandard.compress])
def test_an_archive_that_packs_what_no_transcript_is_packed_to_is_refused(tmp_path, cache, pack):
    made = tar(GOOD, *((f"{n}.jsonl", b"{}\n" * (1 << 20)) for n in range(25)))
    assert len(pack(made)) * unpacking.RATIO < len(made)
    (tmp_path / "in.packed").write_bytes(pack(made))
    assert "100 times what it takes itself" in refused(tmp_path / "in.packed", cache)


def test_a_sparse_file_in_it_counts_as_what_it_would_be_here(tmp_path, cache):
    one = bytearray(header("s.jsonl", tarfile.GNUTYPE_SPARSE))
    one[483:495] = b"%011o\0" % (1 << 30)
    one[148:156] = b" " * 8
    one[148:156] = b"%06o\0 " % sum(one)
    (tmp_path / "in.tar").write_bytes(bytes(one) + b"\0" * 1_024)
    assert "100 times what it takes itself" in refused(tmp_path / "in.tar", cache)


def test_a_little_archive_may_hold_a_lot(tmp_path, cache):
    (tmp_path / "in.tgz").write_bytes(gzip.compress(tar(("one.jsonl", b"{}\n" * (1 << 20)))))
    with unpacked([tmp_path / "in.tgz"], str(cache)) as given:
        assert (given.paths[0] / "one.jsonl").read_bytes() == b"{}\n" * (1 << 20)


def test_zeros_are_laid_out_as_they_are_and_take_no_room(tmp_path, cache):
    holes = b"a" * 5_000_000 + bytes(30_000_000) + b"b" * 5_000_000 + bytes(20_000_000)
    (tmp_path / "in.tar").write_bytes(tar(("holes.bin", holes), ("zeros.bin", bytes(50_000_000))))
    with unpacked([tmp_path / "in.tar"], str(cache)) as given:
        laid = [given.paths[0] / name for name in ("holes.bin", "zeros.bin")]
        assert [one.read_bytes() for one in laid] == [holes, bytes(50_000_000)]
        assert sum(512 * one.stat().st_blocks for one in laid) < 16_000_000


@pytest.mark.parametrize(
    "link", [header(kind=tarfile.XHDTYPE), header(kind=tarfile.GNUTYPE_LONGNAME, size=5) + body(b"abcd\0")]
)
def test_headers_without_an_end_are_told_as_such(tmp_path, cache, link):
    (tmp_path / "in.tar").write_bytes(link * 1_900)
    assert "it has no end of headers" in refused(tmp_path / "in.tar", cache)


def test_a_size_below_nothing_makes_no_room(tmp_path, cache):
    one = bytearray(header("neg"))
    one[124:136] = b"\xff" * 4 + struct.pack(">q", -(1 << 50))
    one[148:156] = b" " * 8
    one[148:156] = b"%06o\0 " % sum(one)
    (tmp_path / "in.tar").write_bytes(bytes(one) + header("huge", size=1 << 49))
    refused(tmp_path / "in.tar", cache)


def test_more_members_than_anybody_packs_are_refused(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(unpacking, "MEMBERS", 100)
    (tmp_path / "in.tar").write_bytes(header("l", tarfile.SYMTYPE, link="/etc/passwd") * 101)
    assert "more than 100 files" in refused(tmp_path / "in.tar", cache)


def test_a_header_that_is_damaged_is_no_end_of_the_archive(tmp_path, cache):
    whole = bytearray(tar(GOOD, ("two.jsonl", b"{}")))
    at = whole.index(b"two.jsonl")
    whole[at] ^= 1
    (tmp_path / "in.tar").write_bytes(whole)
    assert "no whole tar archive" in refused(tmp_path / "in.tar", cache)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_an_archive_in_pieces_is_one_archive(tmp_path, cache, pack):
    plain = tar(GOOD)
    (tmp_path / "in").write_bytes(pack(plain[:1_000]) + pack(plain[1_000:]))
    with unpacked([tmp_path / "in"], str(cache)) as given:
        assert [one.read_bytes() for one in given.paths[0].rglob("*.jsonl")] == [GOOD[1]]


def test_nobody_else_may_look_at_what_is_laid_out(tmp_path, cache):
    (tmp_path / "in.tar").write_bytes(tar(GOOD))
    with unpacked([tmp_path / "in.tar"], str(cache), io.BytesIO(GOOD[1])):
        for one in cache.iterdir():
            assert one.stat().st_mode & 0o077 == 0
        files = [one for one in cache.rglob("*") if one.is_file()]
        assert len(files) == 2
        assert all(one.stat().st_mode & 0o077 == 0 for one in files)


def test_what_a_killed_process_left_is_removed_by_any_import(tmp_path, cache):
    left = cache / "unpacked-left"
    left.mkdir(parents=True)
    (left / "stdin").write_text("unredacted", encoding="utf-8")
    (tmp_path / "one.jsonl").write_bytes(GOOD[1])
    with unpacked([tmp_path / "one.jsonl"], str(cache)):
        assert not left.exists()


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(["", "gz", "bz2", "xz", "zst"]), st.data())
@example("", None)
def test_an_archive_that_was_tampered_with_is_taken_or_refused(tmp_path, cache, how, data):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=f"w:{how if how != 'zst' else ''}") as archive:
        for name, content in (GOOD, ("a/" * 60 + "two", b"x" * 2_000)):
            one = tarfile.TarInfo(name)
            one.size = len(content)
            archive.addfile(one, io.BytesIO(content))
    whole = bytearray(zstandard.compress(made.getvalue()) if how == "zst" else made.getvalue())
    flips = st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=6)
    for at, byte in data.draw(flips) if data is not None else ():
        whole[at] = byte
    path = tmp_path / "in"
    path.write_bytes(whole[: data.draw(st.integers(600, len(whole)))] if data is not None else whole)
    try:
        with unpacked([path], str(cache)) as given:
            assert given.paths
    except NothingUsable:
        pass
    assert not cache.exists() or not list(cache.iterdir())
