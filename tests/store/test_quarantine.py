"""Damaged bytes: passed over by whoever reads, put aside by whoever writes, never counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from store_sample import COUNTS, EVENTS, NOTES, QUIET, SCHEMA, STATE, Note, opened, tick

from tacit.store import quarantine
from tacit.store.errors import Corrupt
from tacit.store.keys import text, u64
from tacit.store.mending import mend
from tacit.store.reading import Read
from tacit.store.schema import COUNTERS, TRASH, Lost, Schema
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.verify import verify


def fill(write: Write) -> None:
    for n in range(20):
        write.put(NOTES, u64(n), Note(f"n{n:02}", n, ("t",)))
        write.put(QUIET, u64(n), Note(f"q{n}", n))
    write.trash(NOTES, u64(19))
    write.add_rows(EVENTS, 1, bytes(48))
    write.add_tally(COUNTS, 1, (1, 2, 3))
    write.set_value(STATE, b"a", b"b")
    write.set_value(STATE, b"c", b"d")


def harm(space: str, key: bytes) -> Callable[[Write], None]:
    def job(write: Write) -> None:
        value = write.kv.get(space, key)
        assert value is not None
        write.kv.put(space, key, value[:-1] + bytes((value[-1] ^ 1,)))

    return job


@pytest.fixture
def store(place: Path) -> Store:
    store = opened(place)
    store.write(fill)
    return store


def sound(store: Store) -> bool:
    with store.read() as read:
        return verify(read, SCHEMA) == []


def aside(store: Store) -> list[tuple[str, bytes]]:
    with store.read() as read:
        return [(name, key) for name, key, _ in quarantine.kept(read.kv)]


def names(read: Read) -> list[str]:
    found = [read.get(NOTES, key) for _, key in read.scan(NOTES, "name")]
    return [note.name for note in found if note is not None]


def test_a_damaged_record_is_left_out_of_what_is_read_and_noted(store: Store) -> None:
    store.write(harm(NOTES.space, u64(7)))
    with store.read() as read:
        assert len(names(read)) == 18
        assert "n07" not in names(read)
        assert len(list(read.records(NOTES))) == 18
        assert read.get_many(NOTES, [u64(6), u64(7)]) == [Note("n06", 6, ("t",)), None]
        with pytest.raises(Corrupt, match="checksum"):
            read.exact(NOTES, u64(7))
    assert store.left_out == {("notes", u64(7).hex())}
    assert aside(store) == []


@pytest.mark.parametrize("way", ["put", "delete", "trash", "get", "records"])
def test_whoever_writes_puts_a_damaged_record_aside_as_if_it_were_not_there(store: Store, way: str) -> None:
    store.write(harm(NOTES.space, u64(7)))
    before = store.sequence()

    def job(write: Write) -> object:
        if way == "put":
            write.put(NOTES, u64(7), Note("new", 700, ("t", "u")))
            return write.count(NOTES, "total")
        if way == "records":
            return len(list(write.records(NOTES)))
        return getattr(write, way)(NOTES, u64(7))

    found = store.write(job)
    assert found == {"put": 19, "records": 18, "get": None}.get(way, False)
    assert sound(store)
    assert ("notes", u64(7)) in aside(store)
    with store.read() as read:
        assert read.get(NOTES, u64(7)) == (Note("new", 700, ("t", "u")) if way == "put" else None)
        assert read.count(NOTES, "total") == (19 if way == "put" else 18)
        ops = [(change.op, change.table, change.key) for change in read.changes(before)]
        assert ("quarantine", "notes", u64(7).hex()) in ops
        ((name, key, found),) = list(quarantine.kept(read.kv))
        assert (name, key) == ("notes", u64(7))
        assert found is not None
        assert (found.at, found.why) == (tick(), "its checksum does not fit")
        assert b"n07" in found.raw


def test_a_damaged_record_in_the_trash_cannot_be_restored(store: Store) -> None:
    store.write(harm(TRASH, b"notes\0" + u64(19)))
    with store.read() as read:
        assert read.trashed(NOTES, u64(19)) is None
    assert store.write(lambda write: write.restore(NOTES, u64(19))) is False
    assert aside(store) == [("trash", b"notes\0" + u64(19))]
    assert sound(store)


def test_several_damaged_records_go_at_once(store: Store) -> None:
    for n in range(0, 18, 3):
        store.write(harm(NOTES.space, u64(n)))
    store.write(lambda write: write.get(NOTES, u64(3)))
    assert len(aside(store)) == 6
    assert sound(store)
    with store.read() as read:
        assert read.count(NOTES, "total") == len(names(read)) == 13


def test_counts_of_the_same_transaction_are_not_lost_when_a_table_is_made_anew(store: Store) -> None:
    store.write(harm(NOTES.space, u64(7)))

    def job(write: Write) -> tuple[int, int]:
        write.put(NOTES, u64(50), Note("fifty", 50, ("t",)))
        write.delete(NOTES, u64(2))
        write.delete(NOTES, u64(7))
        write.put(NOTES, u64(51), Note("more", 51, ("t",)))
        return write.count(NOTES, "total"), write.count(NOTES, "tag", text("t"))

    assert store.write(job) == (19, 19)
    assert sound(store)


TAG = NOTES.stems["tag"] + text("t")


def test_a_damaged_count_is_summed_up_anew_by_whoever_reads(store: Store) -> None:
    store.write(lambda write: write.put(NOTES, u64(30), Note("x", 3, ("a", "t", "z"))))
    expected = [(text("a"), 1), (text("t"), 20), (text("z"), 1)]
    store.write(harm(COUNTERS, TAG))
    with store.read() as read:
        assert read.count(NOTES, "tag", text("t")) == 20
        assert list(read.groups(NOTES, "tag")) == expected
        assert list(read.groups(NOTES, "tag", b"t")) == expected[1:2]
    assert store.left_out == {("counters", TAG.hex())}
    assert not sound(store)


@pytest.mark.parametrize("way", ["put", "count", "groups"])
def test_a_damaged_count_is_made_anew_by_whoever_writes(store: Store, way: str) -> None:
    store.write(harm(COUNTERS, TAG))

    def job(write: Write) -> object:
        write.put(NOTES, u64(30), Note("x", 3, ("t",)))
        if way == "count":
            return write.count(NOTES, "tag", text("t"))
        return list(write.groups(NOTES, "tag")) if way == "groups" else None

    assert store.write(job) == {"count": 20, "groups": [(text("t"), 20)], "put": None}[way]
    assert sound(store)


def test_an_entry_that_leads_nowhere_is_passed_over_and_then_made_anew(store: Store) -> None:
    entry = text("n03") + u64(3)
    store.write(lambda write: write.kv.put("index.notes.name", entry, u64(4)))
    with store.read() as read:
        assert len(names(read)) == 18
    assert store.left_out == {("index.notes.name", entry.hex())}
    assert len(store.write(names)) == 19
    assert sound(store)


def test_a_damaged_value_is_not_there(store: Store) -> None:
    store.write(harm(STATE.space, b"a"))
    with store.read() as read:
        assert read.value(STATE, b"a") is None
        assert read.present(STATE, b"a")
        assert list(read.items(STATE)) == [(b"c", b"d")]
        assert list(read.items(STATE, instead=lambda key: key * 2)) == [(b"a", b"aa"), (b"c", b"d")]
    assert store.write(lambda write: list(write.items(STATE))) == [(b"c", b"d")]
    assert aside(store) == [("state", b"a")]
    with store.read() as read:
        assert not any("61" in change.key for change in read.changes(0) if change.op == "quarantine")


def test_damaged_rows_and_tallies_are_told_where_nobody_can_derive_them(store: Store) -> None:
    store.write(harm(EVENTS.space, u64(1) + b"\0\0\0\1"))
    store.write(harm(COUNTS.space, u64(1)))
    with store.read() as read:
        for look in (lambda: read.rows(EVENTS, 1), lambda: read.tally(COUNTS, 1)):
            with pytest.raises(Corrupt):
                look()
        with pytest.raises(Corrupt):
            list(read.tallies(COUNTS))
    for job in (
        lambda write: write.add_rows(EVENTS, 1, bytes(8)),
        lambda write: write.remove_rows(EVENTS, 1, {0, 1}, lambda _: True),
        lambda write: write.add_tally(COUNTS, 1, (1, 1, 1)),
    ):
        with pytest.raises(Corrupt):
            store.write(job)  # type: ignore[arg-type]
    with store.read() as read:
        assert len(read.kv.get(EVENTS.space, u64(1) + b"\0\0\0\0") or b"") > 8


def healing(place: Path, lost: list[Lost]) -> Store:
    def heal(write: Write, gone: Lost) -> None:
        lost.append(gone)
        write.clear(EVENTS)
        write.clear(COUNTS)
        write.add_rows(EVENTS, 1, bytes(16))
        write.add_tally(COUNTS, 1, (9, 9, 9))

    schema = Schema(SCHEMA.tables, SCHEMA.rows, SCHEMA.tallies, SCHEMA.maps, heal=heal)
    return Store.open(place, schema, clock=tick)


CHUNK = u64(1) + b"\0\0\0\1"
FOUND: dict[str, tuple[Callable[[Write], object], tuple[str, bytes]]] = {
    "rows added": (lambda write: write.add_rows(EVENTS, 1, bytes(8)), ("events", CHUNK)),
    "rows removed": (
        lambda write: write.remove_rows(EVENTS, 1, {0, 1}, lambda _: True),
        ("events", CHUNK),
    ),
    "tally": (lambda write: write.add_tally(COUNTS, 1, (1, 1, 1)), ("counts", u64(1))),
    "tally below zero": (lambda write: write.add_tally(COUNTS, 2, (-1, 0, 0)), ("counts", u64(2))),
    "record": (lambda write: write.get(NOTES, u64(7)), ("notes", u64(7))),
}


@pytest.mark.parametrize("what", FOUND)
def test_what_rests_on_the_damage_is_derived_anew_before_the_commit(place: Path, what: str) -> None:
    lost: list[Lost] = []
    job, expected = FOUND[what]
    with healing(place, lost) as store:
        store.write(fill)
        for space, key in ((EVENTS.space, CHUNK), (COUNTS.space, u64(1)), (NOTES.space, u64(7))):
            store.write(harm(space, key))
        store.write(job)
        assert lost == [frozenset({expected})]
        with store.read() as read:
            assert read.rows(EVENTS, 1) == bytes(16)
            assert list(read.tallies(COUNTS)) == [(1, (9, 9, 9))]


def test_a_job_that_fails_puts_nothing_aside(store: Store) -> None:
    store.write(harm(NOTES.space, u64(7)))

    def job(write: Write) -> None:
        write.delete(NOTES, u64(7))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.write(job)
    assert aside(store) == []


SPACES = [NOTES.space, QUIET.space, "index.notes.tag", COUNTERS, TRASH, STATE.space, "changes"]


@pytest.mark.parametrize("space", [*SPACES, EVENTS.space, COUNTS.space])
def test_mending_leaves_nothing_to_find(place: Path, space: str) -> None:
    with healing(place, []) as store:
        store.write(fill)

        def spoil(write: Write) -> None:
            for key, value in list(write.kv.scan(space)):
                write.kv.put(space, key, value[:-1] + bytes((value[-1] ^ 1,)))

        store.write(spoil)
        store.write(lambda write: mend(write, SCHEMA))
        assert sound(store)
        with store.read() as read:
            numbers = [change.seq for change in read.changes(0)]
            assert numbers == list(range(numbers[0], read.sequence() + 1))
            assert read.count(NOTES, "total") == len(names(read))


def test_mending_takes_out_what_nothing_declares(store: Store) -> None:
    def job(write: Write) -> None:
        write.kv.put(TRASH, b"what\0key", b"x")
        write.kv.put(COUNTERS, b"what\0", bytes(12))

    store.write(job)
    store.write(lambda write: mend(write, SCHEMA))
    assert sound(store)
    assert aside(store) == [("trash", b"what\0key")]


def test_the_quarantine_can_be_emptied_and_may_be_damaged_itself(store: Store) -> None:
    store.write(harm(NOTES.space, u64(7)))
    store.write(lambda write: write.get(NOTES, u64(7)))
    store.write(harm("quarantine", b"notes\0" + u64(7)))
    with store.read() as read:
        assert list(quarantine.kept(read.kv)) == [("notes", u64(7), None)]
    assert store.write(lambda write: quarantine.empty(write.kv)) == 1
    assert aside(store) == []
