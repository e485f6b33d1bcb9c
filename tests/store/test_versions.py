"""A store is opened only by who knows all that is built in it, once all that they declare is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from upgrade_sample import OLD, OLD_NOTES, STATE, OldNote, fill, opened, upgraded

from tacit.store.codec import seal
from tacit.store.errors import StoreNewer, StoreOlder
from tacit.store.keys import text, u32
from tacit.store.schema import BUILT, META, VERSION, Counter, Index, Schema, Table
from tacit.store.transaction import Write
from tacit.store.verify import verify


def more(*, notes: Table[Any] | None = None, version: int = 1) -> Schema:
    return Schema((notes or OLD_NOTES, *OLD.tables[1:]), maps=(STATE,), version=version)


def changed(
    indexes: tuple[Index[Any], ...] = OLD_NOTES.indexes,
    counters: tuple[Counter[Any], ...] = OLD_NOTES.counters,
) -> Table[Any]:
    return Table("notes", OldNote, indexes=indexes, counters=counters)


def test_an_index_that_is_declared_and_not_built_is_never_read(place: Path) -> None:
    fill(place)
    longer = more(notes=changed((*OLD_NOTES.indexes, Index("last", lambda n: [text(n.name[::-1])]))))
    with pytest.raises(StoreOlder, match=r"lacks index\.notes\.last"):
        opened(place, longer)
    assert upgraded(place, longer) is not None
    with opened(place, longer) as store, store.read() as read:
        assert verify(read, longer) == []
        assert sum(1 for _ in read.scan(longer.tables[0], "last")) == 49


def test_who_does_not_know_an_index_may_not_write_past_it(place: Path) -> None:
    fill(place)
    upgraded(place, more(notes=changed((*OLD_NOTES.indexes, Index("last", lambda n: [text(n.name[::-1])])))))
    with pytest.raises(StoreNewer, match=r"it has index\.notes\.last"):
        opened(place, OLD)


def test_a_counter_that_counts_otherwise_is_counted_anew(place: Path) -> None:
    fill(place, 10)
    twice = more(
        notes=changed(counters=(Counter("grams", lambda n: [(b"", 2 * n.grams)], revision=2),)), version=2
    )
    assert upgraded(place, twice) is not None
    with opened(place, twice) as store, store.read() as read:
        assert (read.count(twice.tables[0], "grams"), verify(read, twice)) == (90, [])


def test_a_store_that_says_nothing_of_what_is_built_gets_all_of_it(place: Path) -> None:
    """Stores of the first released version do not."""
    fill(place)

    def forget(write: Write) -> None:
        write.kv.delete(META, BUILT)
        for entry, _ in write.kv.scan("index.notes.name"):
            write.kv.delete("index.notes.name", entry)

    with opened(place, OLD) as store:
        store.write(forget)
    with pytest.raises(StoreOlder):
        opened(place, OLD)
    assert upgraded(place, OLD) is not None
    with opened(place, OLD) as store, store.read() as read:
        assert verify(read, OLD) == []


def test_who_has_a_store_open_does_not_write_into_one_that_became_another(place: Path) -> None:
    with opened(place, OLD) as store:
        store.write(lambda write: write.kv.put(META, VERSION, seal(META, VERSION, u32(2))))
        with pytest.raises(StoreNewer, match="another version"):
            store.write(lambda write: write.set_value(STATE, b"a", b"b"))
        with store.read() as read:
            assert read.value(STATE, b"a") is None
