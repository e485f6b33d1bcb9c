"""Whatever has happened to the files: a clear error, never a signal, and nothing made worse."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import NOTES, SCHEMA, STATE, Note, opened, tick

from tacit.store import guard, quarantine
from tacit.store.errors import Corrupt, StoreDamaged, StoreError, StoreMissing, StoreNewer, StoreOlder
from tacit.store.keys import u64
from tacit.store.lmdb_engine import LmdbEngine
from tacit.store.mending import mend
from tacit.store.schema import BUILT, COMPACT, META, Schema
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.upgrading import upgrade
from tacit.store.verify import verify

Script = Callable[..., Any]

TRY = """
import sys
from store_sample import *
from tacit.store.errors import StoreError
try:
    with opened(sys.argv[1], **eval(sys.argv[2])) as store, store.read() as read:
        print("read", sum(1 for _ in read.records(NOTES)))
except StoreError as error:
    assert error.hint and error.exit_code == 3, error
    print(type(error).__name__, error)
"""


def filled(place: Path) -> None:
    with opened(place) as store:
        store.write(lambda write: [write.put(NOTES, u64(n), Note(f"note {n}" * 20, n)) for n in range(200)])


def cut(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])


def patch(path: Path, at: int, what: bytes) -> None:
    data = bytearray(path.read_bytes())
    data[at : at + len(what)] = what
    path.write_bytes(data)


DAMAGES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "cut at a page": (lambda data: cut(data, 8 * 4096), "StoreDamaged", "cut off"),
    "cut within a page": (lambda data: cut(data, data.stat().st_size - 100), "StoreDamaged", "cut off"),
    "cut within the header": (lambda data: cut(data, 100), "StoreDamaged", "cut off"),
    "cut after the first header": (lambda data: cut(data, 5000), "StoreDamaged", "cut off|damaged"),
    "empty": (lambda data: cut(data, 0), "StoreDamaged", "it is empty"),
    "garbage": (lambda data: data.write_bytes(b"\xa5" * 40_000), "StoreDamaged", "no LMDB file"),
    "text": (lambda data: data.write_text("{}\n"), "StoreDamaged", "cut off"),
    "first header gone": (lambda data: patch(data, 0, bytes(4096)), "StoreDamaged", "header is damaged"),
    "second header gone": (lambda data: patch(data, 4096, bytes(4096)), "StoreDamaged", "header is damaged"),
    "page size": (lambda data: patch(data, 40, b"\x07\x13\0\0"), "StoreDamaged", "header is damaged"),
    "header number": (lambda data: patch(data, 4096, b"\5"), "StoreDamaged", "header is damaged"),
    "another LMDB": (lambda data: patch(data, 20, struct.pack("<I", 3)), "StoreNewer", "version of LMDB"),
    "missing": (lambda data: data.unlink(), "StoreDamaged", "has lost its file"),
    "a folder": (lambda data: (data.unlink(), data.mkdir()), "StoreError", "cannot be read"),
}


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("options", [{}, {"readonly": True}])
def test_a_damaged_file_is_refused_and_left_alone(
    place: Path, script: Script, how: str, options: dict[str, bool]
) -> None:
    damage, error, words = DAMAGES[how]
    filled(place)
    data = place / "data.mdb"
    damage(data)
    before = data.read_bytes() if data.is_file() else None
    process = script(TRY, place, options)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert out.startswith(f"{error} The ")
    assert any(word in out for word in words.split("|"))
    assert (data.read_bytes() if data.is_file() else None) == before


def test_a_flipped_bit_in_a_record_is_found_and_named(place: Path, script: Script) -> None:
    filled(place)
    data = place / "data.mdb"
    data.write_bytes(data.read_bytes().replace(b"name\xd9\x8cnote 77", b"name\xd9\x8cnope 77"))
    out, errors = script(TRY, place, {}).communicate(timeout=120)
    assert out == "read 199\n", errors
    with opened(place) as store, store.read() as read:
        with pytest.raises(Corrupt) as caught:
            read.exact(NOTES, u64(77))
        assert (caught.value.table, caught.value.key) == ("notes", u64(77).hex())
        assert read.get(NOTES, u64(77)) is None
        assert store.left_out == {("notes", u64(77).hex())}
        assert read.get(NOTES, u64(78)) is not None


def comes_and_goes(place: Path) -> tuple[int, int]:
    """A big value put and deleted in one transaction; the file's length, and what its header says."""
    with opened(place) as store:
        store.write(lambda write: write.set_value(STATE, b"big", os.urandom(300_000)))
        store.write(lambda write: write.delete_value(STATE, b"big"))

        def job(write: Write) -> None:
            write.put(NOTES, u64(1), Note("kept"))
            write.set_value(STATE, b"big", os.urandom(600_000))
            write.delete_value(STATE, b"big")

        store.write(job)
    data = place / "data.mdb"
    last = max(struct.unpack_from("<Q", data.read_bytes(), meta + 136)[0] for meta in (0, 4096))
    return data.stat().st_size, (last + 1) * 4096


def test_a_file_whose_last_pages_were_never_written_is_sound(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LMDB counts pages that were taken and freed in one transaction, but does not write them."""
    monkeypatch.setattr(LmdbEngine, "fill_file", lambda engine: None)
    size, length = comes_and_goes(place)
    assert size < length
    with opened(place) as store, store.read() as read:
        assert read.get(NOTES, u64(1)) == Note("kept")


def test_a_writer_leaves_no_file_that_looks_cut_off(place: Path) -> None:
    size, length = comes_and_goes(place)
    assert size >= length


FOREIGN: dict[str, Callable[[Path], object]] = {
    "a file": lambda place: place.write_text("hello"),
    "a folder of something else": lambda place: (place.mkdir(), (place / "notes.txt").write_text("hello")),
    "an LMDB of something else": lambda place: (place.mkdir(), (place / "data.mdb").write_bytes(b"")),
}


@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.parametrize("options", [{}, {"create": False}, {"readonly": True}])
def test_what_is_no_store_is_not_touched(place: Path, what: str, options: dict[str, Any]) -> None:
    place.parent.mkdir(parents=True)
    FOREIGN[what](place)
    before = sorted((path.name, path.read_bytes()) for path in place.parent.rglob("*") if path.is_file())
    with pytest.raises(StoreMissing, match="There is no store at"):
        opened(place, **options)
    assert before == sorted((p.name, p.read_bytes()) for p in place.parent.rglob("*") if p.is_file())


@pytest.mark.parametrize("options", [{"create": False}, {"readonly": True}])
def test_a_missing_store_is_not_made_unasked(place: Path, options: dict[str, bool]) -> None:
    with pytest.raises(StoreMissing, match=r"There is no store at .* Run `memory import`"):
        opened(place, **options)
    assert not place.parent.exists()


def test_an_empty_folder_becomes_a_store(place: Path) -> None:
    place.mkdir(parents=True)
    opened(place).close()
    assert (place / "data.mdb").stat().st_size > 0


def test_a_newer_store_is_refused(place: Path) -> None:
    newer = Schema(SCHEMA.tables, SCHEMA.rows, SCHEMA.tallies, SCHEMA.maps, version=7)
    Store.open(place, newer, clock=lambda: 0).close()
    with pytest.raises(StoreNewer, match=r"newer Tacit \(schema 7\)"):
        opened(place)
    (place / "tacit-store").write_bytes(b"tacit store 2\n")
    with pytest.raises(StoreNewer, match=r"newer Tacit\. Update Tacit"):
        opened(place)


def test_a_damaged_marker_is_damage(place: Path) -> None:
    filled(place)
    (place / "tacit-store").write_bytes(b"tacXt")
    with pytest.raises(StoreDamaged, match="marker"):
        opened(place)


def test_a_store_that_lacks_a_table_has_to_be_brought_up_to_date_first(place: Path) -> None:
    Store.open(place, Schema(), clock=lambda: 0).close()
    for options in ({}, {"readonly": True}):
        with pytest.raises(StoreOlder, match=r"it lacks table\.notes"):
            opened(place, **options)


def test_a_network_file_system_is_refused_unless_forced(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(place).close()
    monkeypatch.setattr(guard, "filesystem", lambda device: "nfs4")
    with pytest.raises(StoreError, match=r"network file system \(nfs4\)"):
        opened(place)
    opened(place, force=True).close()
    with pytest.raises(StoreError, match="network file system"):
        opened(place.parent / "new")


def test_the_file_system_is_read_from_the_mounts(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
        "35 22 0:41 / /mnt/home rw master:3 propagate_from:2 - nfs4 server:/home rw\n"
    )
    assert guard.filesystem(os.makedev(0, 41), str(mounts)) == "nfs4"
    assert guard.filesystem(os.makedev(254, 0), str(mounts)) == "ext4"
    assert guard.filesystem(os.makedev(9, 9), str(mounts)) == ""
    assert guard.filesystem(1, str(tmp_path / "none")) == ""


def harm(key: bytes, byte: int) -> Callable[[Write], None]:
    """Flip a bit of what the store knows of itself."""

    def job(write: Write) -> None:
        write.demand_compaction()
        value = bytearray(write.kv.get(META, key) or b"")
        value[byte] ^= 2
        write.kv.put(META, key, bytes(value))

    return job


FLIPS = [(key, byte) for key in (COMPACT, BUILT) for byte in (0, 1, 4, -1)]


@pytest.mark.parametrize(("key", "byte"), FLIPS)
def test_a_damaged_note_of_the_store_locks_nobody_out(place: Path, key: bytes, byte: int) -> None:
    with opened(place) as store:
        store.write(lambda write: write.put(NOTES, u64(1), Note("kept")))
        store.write(harm(key, byte))
        assert store.compaction_due()
    if key == BUILT:
        with pytest.raises(StoreOlder):
            opened(place)
        assert upgrade(place, SCHEMA, lambda _: place, clock=tick) is not None
    with opened(place) as store, store.read() as read:
        assert not store.compaction_due(), "it was done"
        assert verify(read, SCHEMA) == []
        assert read.get(NOTES, u64(1)) == Note("kept")


@pytest.mark.parametrize(("key", "byte"), FLIPS)
def test_a_damaged_note_of_the_store_is_mended(place: Path, key: bytes, byte: int) -> None:
    with opened(place) as store:
        store.write(harm(key, byte))
        assert store.write(lambda write: mend(write, SCHEMA)).aside == {META: 1}
        with store.read() as read:
            assert verify(read, SCHEMA) == []
            assert [(name, kept) for name, kept, _ in quarantine.kept(read.kv)] == [(META, key)]
        assert store.compaction_due()
    opened(place).close()
