from __future__ import annotations

import pytest
from store_sample import NOTES, Note

from tacit.store.codec import dump, load, seal, seal_numbers, unseal, unseal_numbers
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


def test_what_a_newer_tacit_wrote_is_refused_as_such() -> None:
    newer: Table[Note] = Table("notes", Note, version=9)
    with pytest.raises(StoreNewer, match="record version 9"):
        load(NOTES, KEY, dump(newer, KEY, Note("a")))
    with pytest.raises(StoreNewer, match="envelope version 2"):
        unseal("notes", KEY, b"\2" + seal("notes", KEY, b"payload")[1:])


def test_an_older_record_version_is_read() -> None:
    newer: Table[Note] = Table("notes", Note, version=9)
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
