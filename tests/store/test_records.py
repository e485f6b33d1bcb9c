from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_sample import NOTES, QUIET, Note, opened

from tacit.store.errors import StoreReadOnly
from tacit.store.keys import descending, i64, text, u64
from tacit.store.store import Store
from tacit.store.transaction import Read, Write


@pytest.fixture
def store(place: Path) -> Iterator[Store]:
    with opened(place, actor="tester", command="fill") as store:
        yield store


def fill(write: Write) -> None:
    for n in range(10):
        write.put(NOTES, u64(n), Note(f"n{n}", n * 20, ("even",) if n % 2 == 0 else ("odd", "strange")))


def sizes(read: Read, **options: object) -> list[int]:
    return [int.from_bytes(key, "big") for _, key in read.scan(NOTES, "tag", text("odd"), **options)]  # type: ignore[arg-type]


def test_what_was_put_is_there_and_in_every_order(store: Store) -> None:
    store.write(fill)
    with store.read() as read:
        assert read.get(NOTES, u64(3)) == Note("n3", 60, ("odd", "strange"))
        assert read.get(NOTES, u64(99)) is None
        assert [key for _, key in read.scan(NOTES, "size")] == [u64(n) for n in range(9, -1, -1)]
        assert next(read.scan(NOTES, "size")) == (descending(i64(180)), u64(9))
        assert [key for _, key in read.scan(NOTES, "big")] == [u64(n) for n in (6, 7, 8, 9)]


def test_scans_go_both_ways_within_a_prefix_from_a_start(store: Store) -> None:
    store.write(fill)
    with store.read() as read:
        assert sizes(read) == [1, 3, 5, 7, 9]
        assert sizes(read, reverse=True) == [9, 7, 5, 3, 1]
        five = text("odd") + i64(100)
        assert sizes(read, start=five) == [5, 7, 9]
        assert sizes(read, start=five, reverse=True) == [5, 3, 1]
        assert sizes(read, start=five + u64(5)) == [5, 7, 9]
        assert sizes(read, start=five + u64(5), reverse=True) == [5, 3, 1]
        assert sizes(read, start=text("odd") + i64(101)) == [7, 9]
        assert sizes(read, start=text("a")) == [1, 3, 5, 7, 9], "a start before the prefix begins with it"
        assert sizes(read, start=text("z")) == []
        assert sizes(read, start=text("z"), reverse=True) == [9, 7, 5, 3, 1]
        assert sizes(read, start=text("a"), reverse=True) == []


def test_records_with_the_same_index_key_are_told_apart_by_their_own(store: Store) -> None:
    store.write(lambda write: [write.put(NOTES, u64(n), Note("same")) for n in range(5)])
    with store.read() as read:
        entries = list(read.scan(NOTES, "name"))
        assert entries == [(text("same"), u64(n)) for n in range(5)]
        rest = read.scan(NOTES, "name", start=text("same") + u64(3))
        assert [key for _, key in rest] == [u64(3), u64(4)]


def test_keys_and_records_come_by_range(store: Store) -> None:
    store.write(fill)
    with store.read() as read:
        assert list(read.keys(NOTES, u64(3), u64(6))) == [u64(3), u64(4), u64(5)]
        assert list(read.keys(NOTES, u64(3), u64(6), reverse=True)) == [u64(5), u64(4), u64(3)]
        assert next(read.keys(NOTES, reverse=True)) == u64(9)
        assert [note.name for _, note in read.records(NOTES, u64(8))] == ["n8", "n9"]
        assert list(read.keys(QUIET)) == []


def test_replacing_moves_the_entries_and_the_sums(store: Store) -> None:
    store.write(fill)
    store.write(lambda write: write.put(NOTES, u64(0), Note("first", 1000, ("odd",))))
    with store.read() as read:
        assert next(read.scan(NOTES, "size"))[1] == u64(0)
        assert read.count(NOTES, "tag", text("even")) == 4
        assert read.count(NOTES, "tag", text("odd")) == 6
        assert read.count(NOTES, "size") == sum(n * 20 for n in range(10)) + 1000
        assert list(read.scan(NOTES, "name", text("n0"))) == []


def test_a_group_at_zero_is_gone(store: Store) -> None:
    store.write(fill)
    store.write(lambda write: [write.delete(NOTES, u64(n)) for n in range(0, 10, 2)])
    with store.read() as read:
        assert dict(read.groups(NOTES, "tag")) == {text("odd"): 5, text("strange"): 5}
        assert dict(read.groups(NOTES, "tag", text("odd"))) == {text("odd"): 5}
        assert read.count(NOTES, "total") == 5


def test_an_equal_record_changes_nothing(store: Store) -> None:
    store.write(fill)
    before = store.sequence()
    store.write(fill)
    assert store.sequence() == before == 10


def test_the_log_tells_who_did_what_to_which_record_and_no_text(store: Store) -> None:
    def job(write: Write) -> None:
        write.put(NOTES, u64(1), Note("secret words"))
        write.put(QUIET, u64(1), Note("secret words"))
        write.trash(NOTES, u64(1))
        write.restore(NOTES, u64(1))
        write.delete(NOTES, u64(1))
        write.note("review", "notes", ("p-1", "p-2"), "2 patterns")

    store.write(job)
    with store.read() as read:
        changes = list(read.changes(0))
        assert [(c.seq, c.op) for c in changes] == list(
            zip(range(1, 6), ("put", "trash", "restore", "delete", "review"), strict=True)
        )
        assert (changes[0].key, changes[4].key) == (u64(1).hex(), "p-1 p-2")
        assert {(c.actor, c.command, c.at) for c in changes} == {("tester", "fill", 1_700_000_000_000)}
        assert "secret" not in repr(changes)
        assert [c.seq for c in read.changes(3)] == [4, 5]
        assert read.sequence() == 5


def test_the_trash_keeps_a_record_out_of_everything_and_gives_it_back(store: Store) -> None:
    store.write(fill)
    assert store.write(lambda write: write.trash(NOTES, u64(3)))
    with store.read() as read:
        assert read.get(NOTES, u64(3)) is None
        assert sizes(read) == [1, 5, 7, 9]
        assert read.count(NOTES, "total") == 9
        assert read.trashed(NOTES, u64(3)) == Note("n3", 60, ("odd", "strange"))
        assert list(read.trash_items()) == [("notes", u64(3))]
    assert store.write(lambda write: write.restore(NOTES, u64(3)))
    with store.read() as read:
        assert sizes(read) == [1, 3, 5, 7, 9]
        assert list(read.trash_items()) == []


def test_what_is_not_there_cannot_be_taken(store: Store) -> None:
    for job in (Write.delete, Write.trash, Write.restore, Write.purge):
        assert store.write(lambda write, job=job: job(write, NOTES, u64(1))) is False  # type: ignore[misc]
    assert store.sequence() == 0


def test_purged_is_gone_for_good(store: Store) -> None:
    store.write(fill)
    store.write(lambda write: write.trash(NOTES, u64(3)))
    assert store.write(lambda write: write.purge(NOTES, u64(3)))
    assert store.write(lambda write: write.restore(NOTES, u64(3))) is False
    with store.read() as read:
        assert read.trashed(NOTES, u64(3)) is None


def test_a_restored_record_takes_the_place_of_a_new_one(store: Store) -> None:
    store.write(lambda write: write.put(NOTES, u64(1), Note("old", 1)))
    store.write(lambda write: write.trash(NOTES, u64(1)))
    store.write(lambda write: write.put(NOTES, u64(1), Note("new", 2)))
    store.write(lambda write: write.restore(NOTES, u64(1)))
    with store.read() as read:
        assert [part for part, _ in read.scan(NOTES, "name")] == [text("old")]
        assert (read.count(NOTES, "total"), read.count(NOTES, "size")) == (1, 1)


def test_a_transaction_sees_what_it_did(store: Store) -> None:
    def job(write: Write) -> tuple[int, int, list[bytes], dict[bytes, int]]:
        fill(write)
        write.delete(NOTES, u64(9))
        names = [key for _, key in write.scan(NOTES, "size")][:1]
        return write.count(NOTES, "total"), write.sequence(), names, dict(write.groups(NOTES, "tag"))

    total, sequence, first, tags = store.write(job)
    assert (total, sequence, first) == (9, 11, [u64(8)])
    assert tags == {text("even"): 5, text("odd"): 4, text("strange"): 4}


@pytest.mark.parametrize("reverse", [False, True])
def test_records_may_be_deleted_while_they_are_gone_through(store: Store, reverse: bool) -> None:
    store.write(lambda write: [write.put(NOTES, u64(n), Note(f"n{n}")) for n in range(300)])

    def job(write: Write) -> list[bytes]:
        seen = []
        for _, key in write.scan(NOTES, "name", reverse=reverse):
            seen.append(key)
            write.delete(NOTES, key)
        return seen

    assert len(store.write(job)) == 300
    with store.read() as read:
        assert list(read.keys(NOTES)) == []
        assert list(read.groups(NOTES, "total")) == []


def test_a_job_that_raises_leaves_nothing(store: Store) -> None:
    store.write(fill)

    def job(write: Write) -> None:
        write.put(NOTES, u64(77), Note("lost"))
        write.delete(NOTES, u64(1))
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        store.write(job)
    with store.read() as read:
        assert read.get(NOTES, u64(77)) is None
        assert read.get(NOTES, u64(1)) is not None
        assert (read.count(NOTES, "total"), read.sequence()) == (10, 10)
    store.write(lambda write: write.put(NOTES, u64(77), Note("kept")))
    assert store.sequence() == 11


def test_a_job_may_not_ask_for_another_transaction(store: Store) -> None:
    with pytest.raises(RuntimeError, match="another transaction"):
        store.write(lambda write: store.write(fill))


def test_a_snapshot_does_not_move(store: Store) -> None:
    with store.read() as read:
        store.write(fill)
        assert list(read.keys(NOTES)) == []
        assert read.count(NOTES, "total") == 0


def test_a_query_tells_how_much_it_read(store: Store) -> None:
    store.write(fill)
    with store.read() as read:
        scan = read.scan(NOTES, "size")
        for _ in range(3):
            next(scan)
        read.get(NOTES, u64(1))
        assert read.rows_read == 4


def test_a_very_long_index_key_is_cut_and_still_found(store: Store) -> None:
    key = u64(1) * 40
    store.write(lambda write: write.put(NOTES, key, Note("x" * 5000, 1, ("y" * 5000,))))
    with store.read() as read:
        assert [found for _, found in read.scan(NOTES, "name")] == [key]
    assert store.write(lambda write: write.delete(NOTES, key))
    with store.read() as read:
        assert list(read.scan(NOTES, "name")) == []


def test_a_store_for_reading_takes_no_writes(store: Store, place: Path) -> None:
    with opened(place, readonly=True) as other:
        assert (other.readonly, other.unlocked) == (True, False)
        with pytest.raises(StoreReadOnly, match="for reading only"):
            other.write(fill)
