from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_sample import COUNTS, EVENTS, STATE, opened

from tacit.store.errors import Corrupt
from tacit.store.store import Store
from tacit.store.transaction import Write


@pytest.fixture
def store(place: Path) -> Iterator[Store]:
    with opened(place) as store:
        yield store


def row(n: int) -> bytes:
    return n.to_bytes(8, "big")


def packed(*numbers: int) -> bytes:
    return b"".join(row(n) for n in numbers)


def test_rows_are_appended_chunk_by_chunk(store: Store) -> None:
    assert store.write(lambda write: write.add_rows(EVENTS, 5, packed(*range(3)))) == [0, 0, 0]
    assert store.write(lambda write: write.add_rows(EVENTS, 5, packed(*range(3, 10)))) == [
        0,
        1,
        1,
        1,
        1,
        2,
        2,
    ]
    assert store.write(lambda write: write.add_rows(EVENTS, 6, packed(7))) == [0]
    assert store.write(lambda write: write.add_rows(EVENTS, 5, b"")) == []
    with store.read() as read:
        assert read.rows(EVENTS, 5) == packed(*range(10))
        assert read.rows(EVENTS, 6) == packed(7)
        assert read.rows(EVENTS, 2**64 - 1) == b""


def test_the_largest_owner_has_rows_too(store: Store) -> None:
    store.write(lambda write: write.add_rows(EVENTS, 2**64 - 1, packed(1, 2, 3, 4, 5)))
    with store.read() as read:
        assert read.rows(EVENTS, 2**64 - 1) == packed(1, 2, 3, 4, 5)


def test_rows_are_taken_out_of_the_chunks_they_went_to(store: Store) -> None:
    store.write(lambda write: write.add_rows(EVENTS, 5, packed(*range(10))))

    def odd(write: Write) -> int:
        return write.remove_rows(EVENTS, 5, {0, 2, 9}, lambda part: part[7] % 2 == 1)

    assert store.write(odd) == 3
    assert store.write(odd) == 0
    with store.read() as read:
        assert read.rows(EVENTS, 5) == packed(0, 2, 4, 5, 6, 7, 8)
    assert store.write(lambda write: write.remove_rows(EVENTS, 5, {0, 1, 2}, lambda _: True)) == 7
    with store.read() as read:
        assert read.rows(EVENTS, 5) == b""
    assert store.write(lambda write: write.add_rows(EVENTS, 5, packed(1))) == [0]


def test_half_a_row_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="no whole rows"):
        store.write(lambda write: write.add_rows(EVENTS, 5, b"123"))


def test_tallies_add_up_and_zeros_are_no_row(store: Store) -> None:
    def job(write: Write) -> tuple[int, ...]:
        write.add_tally(COUNTS, 1, (1, 2, 3))
        write.add_tally(COUNTS, 1, (1, 0, -1))
        write.add_tally(COUNTS, 9, (5, 0, 0))
        return write.tally(COUNTS, 1)

    assert store.write(job) == (2, 2, 2)
    with store.read() as read:
        assert read.tally(COUNTS, 1) == (2, 2, 2)
        assert read.tally(COUNTS, 3) == (0, 0, 0)
        assert list(read.tallies(COUNTS)) == [(1, (2, 2, 2)), (9, (5, 0, 0))]
        assert list(read.tallies(COUNTS, 2)) == [(9, (5, 0, 0))]
    store.write(lambda write: write.add_tally(COUNTS, 1, (-2, -2, -2)))
    with store.read() as read:
        assert list(read.tallies(COUNTS)) == [(9, (5, 0, 0))]


def test_a_tally_below_zero_is_damage_and_nothing_of_it_stays(store: Store) -> None:
    store.write(lambda write: write.add_tally(COUNTS, 1, (1, 1, 1)))

    def job(write: Write) -> None:
        write.add_tally(COUNTS, 2, (1, 1, 1))
        write.add_tally(COUNTS, 1, (0, 0, -2))

    with pytest.raises(Corrupt, match="counts"):
        store.write(job)
    with store.read() as read:
        assert list(read.tallies(COUNTS)) == [(1, (1, 1, 1))]


def test_a_tally_may_dip_below_zero_within_a_transaction(store: Store) -> None:
    def job(write: Write) -> list[tuple[int, tuple[int, ...]]]:
        write.add_tally(COUNTS, 1, (-1, 0, 0))
        write.add_tally(COUNTS, 1, (2, 0, 0))
        return list(write.tallies(COUNTS))

    assert store.write(job) == [(1, (1, 0, 0))]


def test_the_number_of_fields_must_fit(store: Store) -> None:
    with pytest.raises(ValueError, match="3 fields"):
        store.write(lambda write: write.add_tally(COUNTS, 1, (1,)))


def test_a_map_holds_bytes(store: Store) -> None:
    def job(write: Write) -> None:
        for key in (b"a1", b"a2", b"b"):
            write.set_value(STATE, key, key * 2)
        write.set_value(STATE, b"a1", b"")

    store.write(job)
    with store.read() as read:
        assert read.value(STATE, b"a1") == b""
        assert read.value(STATE, b"c") is None
        assert list(read.items(STATE, b"a")) == [(b"a1", b""), (b"a2", b"a2a2")]
    assert store.write(lambda write: write.delete_value(STATE, b"a1"))
    assert not store.write(lambda write: write.delete_value(STATE, b"a1"))
    with store.read() as read:
        assert [key for key, _ in read.items(STATE)] == [b"a2", b"b"]
    assert store.sequence() == 0, "maps and columns are not logged"


def test_room_in_the_first_chunk_is_filled_and_later_chunks_stay(store: Store) -> None:
    store.write(lambda write: write.add_rows(EVENTS, 5, packed(*range(10))))
    store.write(lambda write: write.remove_rows(EVENTS, 5, {0}, lambda part: part[7] < 3))
    went = store.write(lambda write: write.add_rows(EVENTS, 5, packed(*range(20, 26))))
    assert went == [0, 0, 0, 2, 2, 3]
    with store.read() as read:
        held = read.rows(EVENTS, 5)
    rows = sorted(int.from_bytes(held[at : at + 8], "big") for at in range(0, len(held), 8))
    assert rows == [*range(3, 10), *range(20, 26)]
