"""The files of the text index: private, found damaged when they are, and never the end of anything."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import opened
from text_sample import SOURCES, built, candidates, followed, many, numbers, put, text_folder

from tacit.store.keys import u64
from tacit.store.text_files import check_sums
from tacit.store.text_index import TextIndex, Unusable, guarded
from tacit.store.text_look import look

Script = Callable[..., Any]


def generation(place: Path) -> Path:
    (found,) = text_folder(place).glob("g-*")
    return found


def test_a_record_is_found_by_any_of_its_texts_and_the_text_is_named(place: Path) -> None:
    with opened(place) as store:
        put(store, {1: "Cargo check", 2: "cargo build", 3: "npm"})
        assert built(store)
        assert candidates(store, "npm") == {u64(3): {0}}
        assert candidates(store, "number2") == {u64(2): {1}}
        assert numbers(candidates(store, "nothing")) == set()


def test_what_half_of_all_texts_have_is_left_to_a_scan(place: Path) -> None:
    with opened(place) as store:
        put(store, {1: "cargo number", 2: "cargo number"})
        assert built(store)
        assert numbers(candidates(store, "cargo")) == {1, 2}
        assert candidates(store, "number") is None


def test_a_text_of_any_length_and_any_letters_is_indexed(place: Path) -> None:
    long = "k" * 70_000
    with opened(place) as store:
        put(store, {1: long, 2: "日本語 𝔘𝔫𝔦 ²½ \x00 😀", 3: " ", 4: "x", 5: "y"})
        assert built(store)
        assert numbers(candidates(store, "k" * 300)) == {1}
        assert numbers(candidates(store, "日本")) == {2}
        assert numbers(candidates(store, "²½")) == {2}


@pytest.mark.parametrize("umask", [0, 0o077])
def test_nobody_else_can_look_into_the_index(place: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with opened(place) as store:
            put(store, many(300))
            assert built(store)
            put(store, many(3))
            assert followed(store)
    finally:
        os.umask(before)
    folder = text_folder(place)
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 8)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x40
    path.write_bytes(content)


def remove(path: Path) -> None:
    path.unlink()


FILES = ("*.term", "*.idx", "*.fast", "meta.json", "../position")


@pytest.mark.parametrize("damage", [truncate, empty, garbage, flip, remove])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_noticed_and_the_index_is_built_anew(
    place: Path, name: str, damage: Callable[[Path], None]
) -> None:
    with opened(place) as store:
        put(store, many(300))
        assert built(store)
        target = min(generation(place).glob(name)) if "*" in name else generation(place) / name
        damage(target.resolve())
        with opened(place) as other:
            assert look(other, SOURCES) is None or damage is flip
            assert candidates(other, "note", "17") in (None, {u64(17): {0}})
        put(store, {17: "another"})
        if name != "../position":
            with pytest.raises(Unusable):
                followed(store)
        assert built(store)
        assert numbers(candidates(store, "another")) == {17}
        check_sums(str(generation(place)))


def test_a_file_changed_in_place_with_its_old_times_fails_its_checksum(place: Path) -> None:
    with opened(place) as store:
        put(store, many(300))
        assert built(store)
        path = min(generation(place).glob("*.idx"))
        times = path.stat()
        flip(path)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        with pytest.raises(Unusable, match="is damaged"):
            check_sums(str(generation(place)))


UNCHECKED = """
import shutil, sys
from pathlib import Path
from tacit.store.text_index import TextIndex, Unusable
from tacit.store.text_runs import wants
sound, work = Path(sys.argv[1]), Path(sys.argv[2])
cut, empty, junk, flip = (
    lambda b: b[:-20], lambda b: b"", lambda b: bytes(range(256)) * 8,
    lambda b: b[:len(b) // 3] + bytes([b[len(b) // 3] ^ 0x40]) + b[len(b) // 3 + 1:],
)
refused = tried = 0
for name in sorted(path.name for path in sound.iterdir() if not path.name.endswith(".lock")):
    for damage in (cut, empty, junk, flip):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(sound, work)
        (work / name).write_bytes(damage((sound / name).read_bytes()))
        tried += 1
        try:
            index = TextIndex(str(work), ["notes"])
            list(index.everything())
            index.find("notes", wants(["note"], ["2 of"]), 10**6)
            with index.writer() as writer:
                writer.replace("notes", bytes(8), [(0, "a")])
                writer.commit()
        except Unusable:
            refused += 1
print(tried, refused)
"""


def test_whatever_is_in_the_files_only_unusable_is_raised(
    place: Path, tmp_path: Path, script: Script
) -> None:
    with opened(place) as store:
        put(store, many(300))
        assert built(store)
    process = script(UNCHECKED, generation(place), tmp_path / "work")
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    tried, refused = map(int, out.split())
    assert 0 < refused <= tried


def test_a_panic_of_the_library_becomes_unusable_and_ctrl_c_does_not() -> None:
    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(Unusable, match="index out of bounds"), guarded():
        raise panic("index out of bounds")
    with pytest.raises(KeyboardInterrupt), guarded():
        raise KeyboardInterrupt


def test_a_second_writer_is_told_by_us_not_by_the_library(place: Path) -> None:
    with opened(place) as store:
        put(store, many(10))
        assert built(store)
        index = TextIndex(str(generation(place)), ["notes"])
        with index.writer(), pytest.raises(Unusable, match="LockBusy"):
            index.writer()


FULL = """
import resource, signal, sys
from store_sample import opened
from text_sample import candidates, followed, numbers
from tacit.store.text_index import Unusable
with opened(sys.argv[1]) as store:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, resource.RLIM_INFINITY))
    try:
        followed(store)
    except (Unusable, OSError) as error:
        print("refused", numbers(candidates(store, "changed")))
"""


def test_an_index_without_room_is_left_behind_and_is_followed_later(place: Path, script: Script) -> None:
    with opened(place) as store:
        put(store, many(300))
        assert built(store)
        put(store, dict.fromkeys(range(200), "changed"))
        process = script(FULL, place)
        out, errors = process.communicate(timeout=120)
        assert out == f"refused {set(range(200))}\n", errors
        assert numbers(candidates(store, "changed")) == set(range(200))
        assert followed(store)
        assert numbers(candidates(store, "217")) == {217}
