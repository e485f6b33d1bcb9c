"""Batches of records, and streams that go on while others write."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_sample import NOTES, SCHEMA, Note, opened

from tacit.store import streaming
from tacit.store.errors import StoreError
from tacit.store.keys import text, u64
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.verify import verify


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "PAGE", 3)


def note(number: int) -> Note:
    return Note(f"n{number % 7}", number, ("x", "y") if number % 2 else ("x",))


def fill(store: Store, numbers: Iterator[int] | range | set[int]) -> None:
    store.write(lambda write: write.put_many(NOTES, ((u64(n), note(n)) for n in numbers)))


@pytest.mark.parametrize("index", ["", "name", "size", "tag"])
@pytest.mark.parametrize("count", [0, 1, 3, 4, 20])
def test_a_stream_is_the_index_with_the_records_in_both_directions(
    place: Path, index: str, count: int
) -> None:
    with opened(place) as store:
        fill(store, range(count))
        with store.read() as read:
            keys = ((key, key) for key in read.keys(NOTES))
            wanted = list(read.scan(NOTES, index) if index else keys)
        found = list(store.stream(NOTES, index))
        assert [(entry, key) for entry, key, _ in found] == wanted
        assert all(record == note(int.from_bytes(key, "big")) for _, key, record in found)
        assert list(store.stream(NOTES, index, reverse=True)) == found[::-1]


@pytest.mark.parametrize("reverse", [False, True])
def test_a_stream_keeps_to_its_prefix(place: Path, reverse: bool) -> None:
    with opened(place) as store:
        fill(store, range(30))
        sizes = [record.size for *_, record in store.stream(NOTES, "name", text("n3"), reverse=reverse)]
        assert sizes == sorted((n for n in range(30) if n % 7 == 3), reverse=reverse)
        few = [key for _, key, _ in store.stream(NOTES, "", u64(5)[:7], reverse=reverse)]
        assert len(few) == 30


@settings(max_examples=80, deadline=None)
@given(
    start=st.sets(st.integers(0, 40), max_size=25),
    deeds=st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=40),
    index=st.sampled_from(["", "name", "tag"]),
    reverse=st.booleans(),
)
def test_what_lasts_comes_once_and_in_order_whatever_others_do(
    start: set[int], deeds: list[tuple[int, bool]], index: str, reverse: bool
) -> None:
    lasting = start - {number for number, _ in deeds}
    known = start | {number for number, _ in deeds}
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "s") as store:
        fill(store, start)
        rest = iter(deeds)
        seen = []
        for entry, key, _ in store.stream(NOTES, index, reverse=reverse):
            seen.append((entry, key))
            number, there = next(rest, (0, None))
            if there is not None:
                store.write(
                    lambda write, n=number, put=there: (  # type: ignore[misc]
                        write.put(NOTES, u64(n), note(n)) if put else write.delete(NOTES, u64(n))
                    )
                )
    assert seen == sorted(set(seen), key=b"".join, reverse=reverse)
    numbers = {int.from_bytes(key, "big") for _, key in seen}
    assert lasting <= numbers <= known
    if index == "tag":
        assert sum(entry.startswith(text("y")) for entry, _ in seen) >= sum(n % 2 for n in lasting)


def test_a_stream_holds_no_snapshot_while_its_consumer_takes_its_time(place: Path) -> None:
    with opened(place, _map_sizes=(1 << 20,)) as store:
        fill(store, range(20))
        stream = store.stream(NOTES)
        next(stream)
        for n in range(200):
            fill(store, {1000 + n % 2})
            store.write(lambda write, n=n: write.put(NOTES, u64(1), Note("x" * 400, n)))  # type: ignore[misc]
        assert len(list(stream)) == 21
        assert (place / "data.mdb").stat().st_size < 300_000


def test_a_stream_of_a_closed_store_says_so(place: Path) -> None:
    with opened(place) as store:
        fill(store, range(10))
        stream = store.stream(NOTES)
        next(stream)
    with pytest.raises(StoreError, match="closed"):
        list(stream)


def test_batches_are_what_single_steps_would_be(place: Path) -> None:
    numbers = [9, 2, 7, 2, 4]
    with opened(place) as store:
        fill(store, iter(numbers))

        def job(write: Write) -> int:
            return write.delete_many(NOTES, [u64(7), u64(2), u64(3), u64(7)])

        assert store.write(job) == 2
        with store.read() as read:
            asked = [u64(9), u64(2), u64(4), u64(9)]
            assert read.get_many(NOTES, asked) == [note(9), None, note(4), note(9)]
            assert verify(read, SCHEMA) == []
            assert [change.op for change in read.changes(0)] == ["put"] * 4 + ["delete"] * 2


def test_of_two_records_for_one_key_the_later_one_stays(place: Path) -> None:
    with opened(place) as store:
        store.write(lambda write: write.put_many(NOTES, [(u64(1), Note("first")), (u64(1), Note("last"))]))
        with store.read() as read:
            assert read.get(NOTES, u64(1)) == Note("last")
