from __future__ import annotations

import os
import threading
from zlib import crc32

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from store_sample import NOTES, Note

from tacit.store import codec
from tacit.store.codec import COMPRESSED, LARGE, MOST, dump, load, seal, seal_numbers, unseal, unseal_numbers
from tacit.store.errors import Corrupt, StoreError, StoreNewer
from tacit.store.schema import Table, Tallies

KEY = b"\x00\x01key"


def test_a_record_comes_back_as_it_was() -> None:
    note = Note("a", 7, ("x", "y"))
    assert load(NOTES, KEY, dump(NOTES, KEY, note)) == note


def test_every_flipped_bit_is_noticed() -> None:
    sealed = dump(NOTES, KEY, Note("hello", 5))
    for place in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[place // 8] ^= 1 << (place % 8)
        with pytest.raises((Corrupt, StoreNewer)):
            load(NOTES, KEY, bytes(flipped))


def test_a_value_under_a_foreign_key_or_table_is_damage_that_names_both() -> None:
    sealed = seal("notes", KEY, b"payload")
    with pytest.raises(Corrupt) as caught:
        unseal("notes", b"\xab", sealed)
    assert (caught.value.table, caught.value.key, caught.value.exit_code) == ("notes", "ab", 3)
    with pytest.raises(Corrupt):
        unseal("other", KEY, sealed)


@pytest.mark.parametrize("length", range(8))
def test_a_cut_envelope_is_damage(length: int) -> None:
    with pytest.raises(Corrupt, match="shorter"):
        unseal("notes", KEY, seal("notes", KEY, b"payload")[:length])


def test_what_a_newer_tacit_wrote_is_refused_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    newer: Table[Note] = Table("notes", Note, version=9, upgrades=(dict,) * 8)
    with pytest.raises(StoreNewer, match="record version 9"):
        load(NOTES, KEY, dump(newer, KEY, Note("a")))
    with monkeypatch.context() as later:
        later.setattr(codec, "VERSION", 2)
        sealed = seal("notes", KEY, b"payload")
    with pytest.raises(StoreNewer, match="envelope version 2"):
        unseal("notes", KEY, sealed)


def test_a_flipped_bit_in_the_version_of_an_envelope_is_damage() -> None:
    with pytest.raises(Corrupt):
        unseal("notes", KEY, b"\3" + seal("notes", KEY, b"payload")[1:])


def test_an_older_record_version_is_read() -> None:
    newer: Table[Note] = Table("notes", Note, version=9, upgrades=(dict,) * 8)
    assert load(newer, KEY, dump(NOTES, KEY, Note("a"))) == Note("a")


def test_a_sound_envelope_around_no_record_is_damage() -> None:
    with pytest.raises(Corrupt, match="no Note"):
        load(NOTES, KEY, seal("notes", KEY, b"\x93\1\2\3"))


def test_numbers_carry_a_checksum_too() -> None:
    sealed = seal_numbers("counters", KEY, b"\0\0\0\5")
    assert unseal_numbers("counters", KEY, sealed) == b"\0\0\0\5"
    for wrong in (b"", b"\1" + sealed[1:], sealed[:-1], sealed + b"\0"):
        with pytest.raises(StoreError):
            unseal_numbers("counters", KEY, wrong)


def test_a_tally_has_room_for_fifteen_numbers() -> None:
    Tallies("t", 15)
    with pytest.raises(ValueError, match="1 to 15"):
        Tallies("t", 16)


def flagged(payload: bytes, flags: int = COMPRESSED) -> bytes:
    """An envelope with a right checksum around any payload."""
    head = bytes((1, flags, 0, 1))
    seed = crc32(head, crc32(KEY, crc32(b"notes")))
    return head + crc32(payload, seed).to_bytes(4, "big") + payload


@pytest.mark.parametrize("size", [0, 1, LARGE - 1, LARGE, LARGE + 1, 100_000])
def test_a_value_of_any_size_comes_back_as_it_was(size: int) -> None:
    payload = (b"cargo check --workspace; " * (size // 25 + 1))[:size]
    sealed = seal("notes", KEY, payload)
    assert unseal("notes", KEY, sealed) == payload
    assert bool(sealed[1] & COMPRESSED) == (size > LARGE)
    assert len(sealed) <= size + 8


def test_what_cannot_be_made_smaller_stays_plain() -> None:
    payload = os.urandom(3 * LARGE)
    sealed = seal("notes", KEY, payload)
    assert (sealed[1], sealed[8:]) == (0, payload)


def test_a_compressed_value_is_flipped_at_no_place_unnoticed() -> None:
    sealed = seal("notes", KEY, b"cargo check " * 1000)
    for place in range(0, len(sealed) * 8, 3):
        flipped = bytearray(sealed)
        flipped[place // 8] ^= 1 << (place % 8)
        with pytest.raises((Corrupt, StoreNewer)):
            unseal("notes", KEY, bytes(flipped))


def bomb(size: int) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(bytes(size))


def undeclared(size: int) -> bytes:
    packer = zstandard.ZstdCompressor(level=1, write_content_size=False).compressobj()
    return packer.compress(bytes(size)) + packer.flush()


@pytest.mark.parametrize("make", [bomb, undeclared])
def test_a_small_value_that_would_unfold_beyond_all_bounds_is_damage(make: object) -> None:
    payload = make(MOST + 1)  # type: ignore[operator]
    assert len(payload) < 100_000
    with pytest.raises(Corrupt, match=r"too large decompressed|cannot be decompressed"):
        unseal("notes", KEY, flagged(payload))


def test_a_size_that_is_only_claimed_is_not_allocated() -> None:
    payload = bytearray(bomb(MOST + 1)[:18])
    with pytest.raises(Corrupt, match="too large decompressed"):
        unseal("notes", KEY, flagged(bytes(payload)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_garbage_behind_a_right_checksum_is_damage(garbage: bytes, magic: bool) -> None:
    payload = (b"\x28\xb5\x2f\xfd" if magic else b"") + garbage
    try:
        unfolded = unseal("notes", KEY, flagged(payload))
    except Corrupt as error:
        told = (error.table, error.key)
    else:
        told = ("notes", KEY.hex())
        assert unfolded == zstandard.ZstdDecompressor().decompress(payload, max_output_size=MOST)
    assert told == ("notes", KEY.hex())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=64))
def test_hostile_bytes_are_damage_or_newer_and_nothing_else(sealed: bytes) -> None:
    for hostile in (sealed, flagged(sealed, 0xFE)):
        with pytest.raises((Corrupt, StoreNewer)):
            load(NOTES, KEY, hostile)
    with pytest.raises(Corrupt):
        unseal_numbers("counters", KEY, sealed)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_a_sound_envelope_around_hostile_bytes_holds_a_record_or_is_damage(payload: bytes) -> None:
    try:
        found: object = load(NOTES, KEY, flagged(payload, 0))
    except Corrupt as error:
        found = error
    assert isinstance(found, (Note, Corrupt))


def test_threads_compress_and_unfold_at_the_same_time() -> None:
    wrong: list[object] = []

    def work(seed: int) -> None:
        payload = (f"step {seed} of the build; ".encode() * 4000)[: 20_000 + seed * 1000]
        sealed = [seal("notes", KEY, payload) for _ in range(50)]
        wrong.extend(one for one in sealed if unseal("notes", KEY, one) != payload)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
