"""Single files that were packed: read as what they hold, as far as it is there."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import zstandard
from transcript import habit

from tacit import Memory
from tacit.core.readers import packed
from tacit.core.readers.base import HEAD, Unreadable


def zst(content: bytes) -> bytes:
    """Packed as Codex packs what it archives."""
    return zstandard.compress(content)


PACKERS = pytest.mark.parametrize("pack", [gzip.compress, zst])


@PACKERS
def test_a_packed_transcript_is_read_and_is_the_same_session(tmp_path: Path, pack):
    plain = habit("one").save(tmp_path / "plain")
    (tmp_path / "archive").mkdir()
    other = tmp_path / "archive" / f"{plain.name}.packed"
    other.write_bytes(pack(plain.read_bytes()))
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_path(tmp_path / "archive")
        assert (report.sessions, report.episodes, report.skipped) == (1, 1, {})
        assert memory.import_path(tmp_path / "archive").skipped == {"unchanged": 1}
        named = memory.import_path(other, plain)
    assert (named.changed, named.sessions) == (False, 0)


@PACKERS
def test_of_a_torn_one_whole_lines_are_read(tmp_path: Path, pack):
    text = "".join(habit(f"{n}").text() for n in range(200)).encode()
    whole = pack(text)
    path = tmp_path / "torn"
    path.write_bytes(whole[: len(whole) // 2])
    assert text.startswith(packed.unpacked(path))


@PACKERS
def test_a_bomb_is_refused(tmp_path: Path, pack, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packed, "MOST", 1 << 22)
    path = tmp_path / "bomb"
    path.write_bytes(pack(b"\0" * (1 << 24)))
    with pytest.raises(Unreadable, match="too large"):
        packed.unpacked(path)
    assert len(packed.head_of(path.read_bytes()[:HEAD])) == HEAD


@pytest.mark.parametrize("content", [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x1f\x8bnothing of the kind"])
def test_what_only_looks_packed_is_counted(tmp_path: Path, content: bytes):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "odd").write_bytes(content)
    habit("one").save(tmp_path / "in")
    with Memory.open(tmp_path / "store") as memory:
        report = memory.import_path(tmp_path / "in")
    assert report.sessions == 1
    assert sum(report.skipped.values()) == 1


@PACKERS
def test_members_one_after_the_other_are_one_file(tmp_path: Path, pack):
    text = habit("one").text().encode()
    path = tmp_path / "many"
    path.write_bytes(pack(text[:1000]) + pack(text[1000:]))
    assert packed.unpacked(path) == text
