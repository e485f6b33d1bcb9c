"""Vectors that were damaged, backed up, restored, compacted, or are new to a store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backup_forge import everything
from store_sample import COUNTS, EVENTS, NOTES, QUIET, STATE, Note, tick
from store_sample import opened as opened_without
from vector_sample import SCHEMA, by_hand, fill, found, gone, item, opened, space_of, unit

from tacit.store.backup_format import Header, primary_spaces
from tacit.store.backup_reader import Backup
from tacit.store.backup_restore import restore
from tacit.store.backup_writer import save
from tacit.store.errors import StoreNewer, StoreOlder
from tacit.store.keys import u64
from tacit.store.mending import mend
from tacit.store.quarantine import kept
from tacit.store.schema import ID, Lost, Schema, Vectors
from tacit.store.store import Store
from tacit.store.transaction import Write
from tacit.store.upgrading import upgrade
from tacit.store.vector_layout import place_key, row_key, space_key
from tacit.store.vector_rows import put_vectors, rows_after, spaces, sums_of
from tacit.store.verify import verify

SPACE = "vectors.vectors"


def flipped(write: Write, key: bytes) -> None:
    sealed = write.kv.get(SPACE, key)
    assert sealed is not None
    write.kv.put(SPACE, key, sealed[:-3] + bytes((sealed[-3] ^ 8,)) + sealed[-2:])


def differences(store: Store) -> dict[str, int]:
    with store.read() as read:
        return {found.what: found.count for found in verify(read, SCHEMA)}


DAMAGE: dict[str, tuple[Callable[[Write], Any], dict[str, int], set[int]]] = {
    "a row": (
        lambda write: flipped(write, row_key(1, 5)),
        {"damaged vector": 1, "missing vector": 1},
        {4},
    ),
    "a row that is gone": (
        lambda write: write.kv.delete(SPACE, row_key(1, 5)),
        {"missing vector": 1, "wrong number of vectors": 1},
        {4},
    ),
    "places": (
        lambda write: flipped(write, place_key(0, u64(4), 1)),
        {"damaged vector": 1, "stray vector": 1},
        {4},
    ),
    "places that are gone": (
        lambda write: write.kv.delete(SPACE, place_key(0, u64(4), 1)),
        {"stray vector": 1},
        {4},
    ),
    "a record that is gone": (
        lambda write: write.kv.delete(NOTES.space, u64(4)),
        {"vector of no record": 1},
        {4},
    ),
    "a space": (
        lambda write: flipped(write, space_key(1)),
        {"damaged vector space": 1, "vector of no space": 20},
        set(range(10)),
    ),
    "something else": (
        lambda write: write.kv.put(SPACE, b"x", b"y"),
        {"damaged vector": 1},
        set(),
    ),
    "a row of another length": (
        lambda write: write.kv.put(SPACE, row_key(1, 11), b"short"),
        {"damaged vector": 1, "wrong number of vectors": 1},
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_named_and_mended_and_costs_only_what_is_damaged(place: Path, what: str) -> None:
    spoil, expected, lost = DAMAGE[what]
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(10))
        store.write(spoil)
        named = differences(store)
        assert {name: named.get(name) for name in expected} == expected
        answer = set(found(store, space, 3, 20))
        assert answer <= set(range(10))
        store.write(lambda write: mend(write, SCHEMA))
        assert differences(store) == {}
        with store.read() as read:
            there = spaces(read)
            left = {int.from_bytes(row.key, "big") for one in there for row in rows_after(read, one)}
            assert list(kept(read.kv)) == []
        assert left == set(range(10)) - lost
        assert bool(there) == (what != "a space")
        again = space_of(store)
        fill(store, again, range(10))
        assert found(store, again, 3) == by_hand({n: n for n in range(10)}, 3)
        assert differences(store) == {}


@pytest.mark.parametrize("way", ["delete", "put"])
def test_a_record_whose_places_are_damaged_leaves_no_row_behind(place: Path, way: str) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(10))
        store.write(lambda write: flipped(write, place_key(0, u64(4), 1)))
        if way == "delete":
            gone(store, {4})
        else:
            store.write(lambda write: put_vectors(write, space, "notes", u64(4), [item(0, 8)]))
        assert differences(store) == {}
        with store.read() as read:
            keys = [int.from_bytes(row.key, "big") for row in rows_after(read, space)]
        assert sorted(keys) == [n for n in range(10) if way == "put" or n != 4]


def test_who_derives_vectors_is_told_that_some_were_lost(place: Path) -> None:
    told: list[Lost] = []
    schema = Schema(
        (NOTES, QUIET), (EVENTS,), (COUNTS,), (STATE,),
        heal=lambda _, lost: told.append(lost), vectors=SCHEMA.vectors,
    )  # fmt: skip
    with Store.open(place, schema, clock=tick) as store:
        space = space_of(store)
        fill(store, space, range(10))
        for row in (3, 5):
            store.write(lambda write, row=row: flipped(write, row_key(1, row)))  # type: ignore[misc]
        store.write(lambda write: mend(write, schema))
    assert [{name for name, _ in lost} for lost in told] == [{"vectors"}]


def test_a_damaged_row_is_read_by_nobody(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(10))
        store.write(lambda write: flipped(write, row_key(1, 5)))
        with store.read() as read:
            assert {int.from_bytes(row.key, "big") for row in rows_after(read, space)} == {
                0,
                1,
                2,
                3,
                *range(5, 10),
            }
            assert read.left_out == {("vectors", row_key(1, 5).hex())}


def test_a_backup_holds_no_vectors_and_a_restored_store_no_others(place: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(10))
        with store.read() as read:
            header = Header(
                store=(read.meta(ID) or b"").decode(), schema=1, tacit="test", created=tick(),
                reason="manual", spaces=tuple(primary_spaces(SCHEMA)),
            )  # fmt: skip
            assert SPACE not in save(read.kv, str(file), header).spaces
        fill(store, space, {n: n for n in range(10, 20)} | {3: 33})
        assert len(found(store, space, 3, 50)) == 20
        with Backup(str(file)) as backup:
            store.write(lambda write: restore(write, backup, SCHEMA), large=True)
        store.refresh(SCHEMA)
        assert found(store, space, 3) == []
        assert everything_of(store) == []
        again = space_of(store)
        assert again.number == space.number
        fill(store, again, {n: n + 100 for n in range(10)})
        assert found(store, again, 105, 1) == [5]
        assert found(store, space, 105) == []
        assert differences(store) == {}


def everything_of(store: Store) -> list[tuple[bytes, bytes]]:
    with store.read() as read:
        return list(read.kv.scan(SPACE))


def test_an_older_tacit_refuses_a_store_with_vectors_and_this_one_upgrades_one_without(place: Path) -> None:
    with opened_without(place) as store:
        store.write(lambda write: write.put(NOTES, u64(1), Note("a")))
        before = everything(store)
    with pytest.raises(StoreOlder):
        opened(place)
    assert upgrade(place, SCHEMA, lambda read: place, clock=tick) is not None
    with pytest.raises(StoreNewer):
        opened_without(place)
    with opened(place) as store:
        space = space_of(store)
        assert store.write(lambda write: put_vectors(write, space, "notes", u64(1), [item(0, 1)]))
        assert found(store, space, 1) == [1]
        assert before["table.notes"] == everything(store)["table.notes"]


def test_more_tables_may_get_vectors_later(place: Path) -> None:
    one = Schema((NOTES, QUIET), (EVENTS,), (COUNTS,), (STATE,), vectors=Vectors("vectors", (NOTES,)))
    with Store.open(place, one, clock=tick) as store:
        space = space_of(store)
        fill(store, space, range(3))
    with pytest.raises(StoreOlder):
        opened(place)
    assert upgrade(place, SCHEMA, lambda read: place, clock=tick) is not None
    with opened(place) as store:
        fill(store, space, range(3), "quiet")
        assert len(found(store, space, 1)) == 6
    with pytest.raises(StoreNewer):
        Store.open(place, one, clock=tick)


def test_nothing_of_a_vector_that_went_is_in_a_compacted_file(place: Path) -> None:
    with opened(place) as store:
        space = space_of(store)
        fill(store, space, range(40))
        bytes_of = {n: unit(n).astype("<f2").tobytes() for n in range(40)}
        gone(store, range(20))
        fill(store, space, {25: 99})
        assert store.compact().done
        left = (place / "data.mdb").read_bytes()
        assert [n for n in range(40) if bytes_of[n] in left] == [n for n in range(20, 40) if n != 25]
        assert found(store, space, 30, 1) == [30]
        with store.read() as read:
            assert sums_of(read, space, "notes", u64(3)) == {}
