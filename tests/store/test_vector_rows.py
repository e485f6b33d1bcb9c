"""The rows of vectors: they come with what they stand for, and go with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_sample import NOTES, QUIET, Note
from vector_sample import DIMENSIONS, SCHEMA, fill, gone, item, opened, raw, space_of, total

from tacit.store.keys import u64
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.vector_dropping import drop_space, drop_strays
from tacit.store.vector_rows import (
    Space,
    count,
    last_row,
    make_space,
    put_vectors,
    rows_after,
    spaces,
    sums_of,
)
from tacit.store.verify import verify


def held(store: Store, space: Space) -> dict[tuple[str, int, int], bytes]:
    """(table, note, number) to the checksum of the text, of every row."""
    with store.read() as read:
        rows = list(rows_after(read, space))
        assert len(rows) == count(read, space)
        for row in rows:
            assert sums_of(read, space, row.table, row.key)[row.number] == row.sum
        assert [row.row for row in rows] == sorted({row.row for row in rows})
        return {(row.table, int.from_bytes(row.key, "big"), row.number): row.sum for row in rows}


def sound(store: Store) -> bool:
    with store.read() as read:
        return verify(read, SCHEMA) == []


def test_a_space_is_made_once(place: Path) -> None:
    with opened(place) as store:
        first = space_of(store)
        assert space_of(store) == first
        other = space_of(store, "test/two", 8)
        with store.read() as read:
            assert spaces(read) == (first, other)
        with pytest.raises(ValueError, match="dimensions"):
            space_of(store, "test/one", 8)


def test_a_record_has_the_rows_it_was_given_last(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(3))
        store.write(lambda write: put_vectors(write, space, "notes", u64(1), [item(0, 7), item(4, 8)]))
        assert held(store, space) == {
            ("notes", 0, 0): total(0),
            ("notes", 1, 0): total(7),
            ("notes", 1, 4): total(8),
            ("notes", 2, 0): total(2),
        }
        assert sound(store)


def test_rows_that_are_kept_keep_their_numbers(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(1))
        store.write(lambda write: put_vectors(write, space, "notes", u64(0), [item(0, 1), item(1, 2)]))
        with store.read() as read:
            before = {row.number: row.row for row in rows_after(read, space)}
        store.write(lambda write: put_vectors(write, space, "notes", u64(0), [item(2, 3)], keep=(1,)))
        with store.read() as read:
            after = {row.number: row.row for row in rows_after(read, space)}
        assert after == {1: before[1], 2: max(before.values()) + 1}
        assert sound(store)


def test_row_numbers_are_never_given_twice(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(10))
        gone(store, range(10))
        with store.read() as read:
            assert (count(read, space), last_row(read, space)) == (0, 10)
        fill(store, space, range(1))
        with store.read() as read:
            assert [row.row for row in rows_after(read, space)] == [11]
            assert list(rows_after(read, space, 11)) == []


@pytest.mark.parametrize("way", ["delete", "trash", "clear", "quarantine"])
def test_rows_leave_with_their_record_whatever_way_it_goes(place: Path, way: str) -> None:
    with opened(place) as store:
        one, two = space_of(store), space_of(store, "test/two", 8)
        for space in (one, two):
            fill(store, space, range(4))
            fill(store, space, range(4), "quiet")

        def job(write: Write) -> None:
            if way == "clear":
                write.clear(NOTES)
            elif way == "quarantine":
                write.kv.put(NOTES.space, u64(2), b"damaged")
                assert write.get(NOTES, u64(2)) is None
            else:
                getattr(write, way)(NOTES, u64(2))

        store.write(job)
        left = {0, 1, 3} if way != "clear" else set()
        for space in (one, two):
            assert {number for table, number, _ in held(store, space) if table == "notes"} == left
            assert {number for table, number, _ in held(store, space) if table == "quiet"} == {0, 1, 2, 3}
        assert sound(store)


def test_a_changed_record_keeps_its_rows_and_one_that_is_restored_has_none(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(2))
        store.write(lambda write: write.put(NOTES, u64(0), Note("changed")))
        assert held(store, space).keys() == {("notes", 0, 0), ("notes", 1, 0)}
        store.write(lambda write: write.trash(NOTES, u64(0)))
        store.write(lambda write: write.restore(NOTES, u64(0)))
        assert held(store, space).keys() == {("notes", 1, 0)}
        store.write(lambda write: write.trash(NOTES, u64(0)))
        store.write(lambda write: write.put(NOTES, u64(0), Note("new")))
        store.write(lambda write: put_vectors(write, space, "notes", u64(0), [item(0, 5)]))
        store.write(lambda write: write.purge(NOTES, u64(0)))
        assert held(store, space).keys() == {("notes", 0, 0), ("notes", 1, 0)}


def test_no_rows_are_put_for_a_record_or_a_space_that_has_gone(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(2))
        gone(store, {0})
        put = [item(0, 0)]
        assert not store.write(lambda write: put_vectors(write, space, "notes", u64(0), put))
        drop_space(store, space)
        assert not store.write(lambda write: put_vectors(write, space, "notes", u64(1), put))
        assert raw(store) == 0
        again = space_of(store)
        assert again.token != space.token
        assert not store.write(lambda write: put_vectors(write, space, "notes", u64(1), put))
        assert store.write(lambda write: put_vectors(write, again, "notes", u64(1), put))


def test_a_failed_job_leaves_no_row(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(2))

        def job(write: Write) -> None:
            put_vectors(write, space, "notes", u64(0), [item(0, 9)])
            write.delete(NOTES, u64(1))
            raise RuntimeError

        before = held(store, space)
        with pytest.raises(RuntimeError):
            store.write(job)
        assert held(store, space) == before


@pytest.mark.parametrize("wrong", [(0, b"short", bytes(2 * DIMENSIONS)), (0, bytes(8), bytes(DIMENSIONS))])
def test_a_vector_of_another_length_is_refused(place: Path, wrong: tuple[int, bytes, bytes]) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(1))
        with pytest.raises(ValueError, match="bytes"):
            store.write(lambda write: put_vectors(write, space, "notes", u64(0), [wrong]))
        assert held(store, space) == {("notes", 0, 0): total(0)}


def test_dropping_a_space_leaves_the_others(place: Path) -> None:
    with opened(place) as store:
        one, two = space_of(store), space_of(store, "test/two", 8)
        for space in (one, two):
            fill(store, space, range(20))
        before = held(store, two)
        drop_space(store, one)
        with store.read() as read:
            assert spaces(read) == (two,)
        assert held(store, two) == before
        assert sound(store)


def test_what_an_interrupted_drop_left_is_nobodys_and_goes_later(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(5))
        store.write(lambda write: write.kv.delete("vectors.vectors", b"s" + (1).to_bytes(4, "big")))
        again = store.write(lambda write: make_space(write, "test/one", DIMENSIONS))
        assert again.number == 2
        fill(store, again, range(3))
        assert held(store, again).keys() == {("notes", n, 0) for n in range(3)}
        gone(store, {4})
        assert drop_strays(store) == 4 * 2
        assert drop_strays(store) == 0
        assert held(store, again).keys() == {("notes", n, 0) for n in range(3)}
        assert sound(store)


def test_records_of_other_tables_have_no_rows(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        with pytest.raises(LookupError):
            store.write(lambda write: put_vectors(write, space, "other", u64(0), []))
        store.write(lambda write: write.put(QUIET, u64(0), Note("a")))
        assert store.write(lambda write: put_vectors(write, space, "quiet", u64(0), [item(0, 0)]))
