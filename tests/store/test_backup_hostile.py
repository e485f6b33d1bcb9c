"""Backups that are damaged or made to do harm: always an error that names the file, the store as it was."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from backup_forge import (
    Sound,
    checked,
    everything,
    forged,
    frame,
    frames_of,
    packed,
    restored,
    stream,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import json
from store_sample import opened

from tacit.store import backup_format as form
from tacit.store.entries import MAX_KEY
from tacit.store.errors import BackupDamaged, StoreError, TacitError
from tacit.store.schema import META


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sound]:
    made = Sound(tmp_path_factory.mktemp("sound"))
    yield made
    made.store.close()


def test_the_sound_one_is_taken(sound: Sound, tmp_path: Path) -> None:
    assert checked(sound.file).records == len(sound.records)
    assert checked(sound.forge(sound.records)).records == len(sound.records)
    with opened(tmp_path / "other") as other:
        restored(other, sound.forge(sound.records), keep_log=True)
        assert everything(other).keys() == sound.before.keys()
        assert all(everything(other)[space] == rows for space, rows in sound.before.items() if space != META)


def test_cut_off_at_every_kind_of_place(sound: Sound) -> None:
    ends = {*range(400), *range(len(sound.bytes) - 120, len(sound.bytes))}
    ends |= set(range(0, len(sound.bytes), 97))
    for end in sorted(end for end in ends if 0 <= end < len(sound.bytes)):
        with pytest.raises(BackupDamaged, match=str(sound.bad)):
            checked(sound.write(sound.bytes[:end]))
    sound.refused(sound.write(sound.bytes[: len(sound.bytes) // 2]), "cut off")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_flipped_bits_are_always_found(sound: Sound, data: st.DataObject) -> None:
    flips = data.draw(
        st.lists(st.tuples(st.integers(0, len(sound.bytes) - 1), st.integers(0, 7)), min_size=1, max_size=3)
    )
    changed = bytearray(sound.bytes)
    for at, bit in set(flips):
        changed[at] ^= 1 << bit
    with pytest.raises(TacitError, match=str(sound.bad)):
        checked(sound.write(bytes(changed)))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_bytes_in_a_frame_with_right_checksums_are_an_error_or_records(
    sound: Sound, data: st.DataObject
) -> None:
    """Past the checksums only the limits and the records' own checks stand."""
    number = data.draw(st.integers(0, 20))
    raw = data.draw(st.binary(max_size=300))
    body = data.draw(st.none() | st.binary(max_size=100))
    declared = data.draw(st.none() | st.integers(0, (1 << 32) - 1))
    count = data.draw(st.integers(0, 3))
    with pytest.raises(TacitError, match=str(sound.bad)):
        checked(
            sound.write(
                stream(json.encode(sound.header), [frame(number, raw, count, declared=declared, body=body)])
            )
        )


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_header_with_a_right_checksum_is_an_error(sound: Sound, text: bytes) -> None:
    with pytest.raises(TacitError, match=str(sound.bad)):
        checked(sound.write(stream(text, [])))


@pytest.mark.parametrize(
    "changes",
    [
        {"created": 1 << 60},
        {"created": -1},
        {"reason": "x\x1b[31m"},
        {"reason": "../../etc"},
        {"spaces": ["a"] * 2},
        {"spaces": [f"s{n}" for n in range(300)]},
        {"counts": {"sessions": -1}},
        {"counts": {"sessions": "many"}},
        {"store": "x" * 1000},
        {"more": 1},
    ],
)
def test_headers_that_make_no_sense(sound: Sound, changes: dict[str, Any]) -> None:
    said = json.decode(json.encode(sound.header)) | changes
    sound.refused(sound.write(stream(json.encode(said), [])), "its header")


def test_what_is_no_file_of_ours(sound: Sound, tmp_path: Path) -> None:
    sound.refused(sound.write(b""), "it is empty")
    sound.refused(sound.write(os.urandom(5000)), "no backup of Tacit")
    sound.refused(sound.write(b"PK\x03\x04"), "no backup of Tacit")
    sound.refused(tmp_path, "it is a folder")
    sound.refused(tmp_path / "nothing", "there is no such file")
    sound.refused(sound.file / "below", "there is no such file")
    os.mkfifo(tmp_path / "pipe")
    sound.refused(tmp_path / "pipe", "it is no file")
    sound.refused(sound.write(sound.bytes + b"x"), "something follows its end")
    sound.refused(sound.write(b"tacit backup 2\n" + sound.bytes[15:]), "newer Tacit")


def test_a_file_that_may_not_be_read(sound: Sound) -> None:
    path = sound.write(sound.bytes)
    path.chmod(0)
    if os.access(path, os.R_OK):
        path.chmod(0o600)
        pytest.skip("this user may read everything")
    with pytest.raises(StoreError, match=f"{path} cannot be read: Permission denied"):
        checked(path)
    path.chmod(0o600)


def test_bombs_take_no_memory(sound: Sound) -> None:
    """Frames that declare little and unfold to much, that declare huge, that say nothing of their size."""
    zeros = bytes(1 << 26)
    bomb = zstandard.ZstdCompressor().compress(zeros[: 1 << 23])
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(zeros)
    two = zstandard.ZstdCompressor().compress(b"ab") * 2
    huge = (1 << 32) - 1
    cases = [
        (frame(0, b"", 1, declared=1000, body=bomb), "would not unfold to what it declares"),
        (frame(0, b"", 1, declared=len(zeros) // 2, body=silent), "would not unfold to what it declares"),
        (frame(0, b"", 1, declared=huge, body=b"x"), "declares more than a frame may hold"),
        (frame(0, b"", 1, declared=2, body=two), "cannot be decompressed"),
        (form.FRAME.pack(0, 100, huge, 1) + bytes(4), "declares more than a frame may hold"),
        (form.FRAME.pack(0, 1 << 20, 1 << 20, 1) + bytes(4), "cut off"),
    ]
    del zeros
    for number, (one, why) in enumerate(cases):
        path = sound.write(stream(json.encode(sound.header), [one]))
        tracemalloc.start()
        try:
            with pytest.raises(BackupDamaged, match=why):
                checked(path)
            assert tracemalloc.get_traced_memory()[1] < 2_000_000, number
        finally:
            tracemalloc.stop()
    sound.refused(path, "cut off")


def test_frames_that_say_another_number_of_records(sound: Sound) -> None:
    space, key, value = sound.records[0]
    for count in (0, 2, 1 << 31):
        one = frame(sound.header.spaces.index(space), packed([(key, value)]), count)
        sound.refused(sound.write(stream(json.encode(sound.header), [one])), "another number of records")
    empty = frame(0, b"", 0)
    sound.refused(sound.write(stream(json.encode(sound.header), [empty])), "another number of records")


def test_a_frame_whose_checksum_is_wrong_where_the_digest_is_right(sound: Sound) -> None:
    frames = list(frames_of(sound.header, sound.records))
    at = form.FRAME.size
    frames[0] = frames[0][:at] + bytes(4) + frames[0][at + 4 :]
    sound.refused(sound.write(stream(json.encode(sound.header), frames)), "checksum of a frame")


def test_totals_that_are_wrong(sound: Sound) -> None:
    frames = list(frames_of(sound.header, sound.records))
    data = stream(json.encode(sound.header), frames, totals=(1, 1))
    sound.refused(sound.write(data), "its totals are wrong")


def test_a_frame_of_a_space_that_is_not_named(sound: Sound) -> None:
    one = frame(len(sound.header.spaces), packed([(b"k", b"v")]), 1)
    sound.refused(sound.write(stream(json.encode(sound.header), [one])), "does not name")


@pytest.mark.parametrize(
    "raw",
    [
        packed([(b"", b"value")]),
        packed([(b"k" * (MAX_KEY + 1), b"value")]),
        form.RECORD.pack(1, 100) + b"kv",
        form.RECORD.pack(1, (1 << 32) - 1) + b"kv",
    ],
)
def test_records_with_impossible_lengths(sound: Sound, raw: bytes) -> None:
    data = stream(json.encode(sound.header), [frame(0, raw, 1)])
    sound.refused(sound.write(data), "impossible lengths|cut off")


def test_a_record_cut_off_within_its_frame(sound: Sound) -> None:
    space, key, value = sound.records[0]
    raw = packed([(key, value)]) + b"\0\0"
    data = stream(json.encode(sound.header), [frame(sound.header.spaces.index(space), raw, 1)])
    sound.refused(sound.write(data), "a record is cut off")


def test_keys_that_come_twice_or_out_of_order(sound: Sound) -> None:
    twice = [record for record in sound.records for _ in range(2)]
    sound.refused(forged(sound.bad, sound.header, twice), "out of order")
    sound.refused(forged(sound.bad, sound.header, sound.records[::-1]), "out of order")
