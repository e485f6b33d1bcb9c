"""A rehearsed write sees what it did, as a real one would, and leaves no trace."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_engine import MemoryEngine

from tacit.store.errors import StoreError
from tacit.store.rehearsal import Overlay

KEYS = st.binary(min_size=1, max_size=2)
VALUES = st.binary(max_size=3)
DEEDS = st.lists(st.tuples(st.sampled_from(["put", "delete"]), KEYS, VALUES), max_size=12)


def filled(pairs: dict[bytes, bytes]) -> MemoryEngine:
    engine = MemoryEngine(["a"])
    write = engine.begin(write=True)
    for key, value in pairs.items():
        write.put("a", key, value)
    write.commit()
    return engine


def do(kv, deed) -> object:
    what, key, value = deed
    return kv.put("a", key, value) if what == "put" else kv.delete("a", key)


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES), DEEDS, DEEDS, KEYS, st.none() | KEYS, st.booleans())
def test_it_answers_as_a_transaction_that_writes(before, first, meanwhile, low, high, reverse) -> None:
    engine = filled(before)
    below, real = engine.begin(), engine.begin(write=True)
    over = Overlay(below)
    assert [do(over, one) for one in first] == [do(real, one) for one in first]
    seen: list[list[tuple[bytes, bytes]]] = []
    for kv in (over, real):
        rest, found = list(meanwhile), []
        for pair in kv.scan("a", low, high, reverse=reverse):
            found.append(pair)
            if rest:
                do(kv, rest.pop(0))
        seen.append(found)
    assert seen[0] == seen[1]
    for key in {*before, *(key for _, key, _ in [*first, *meanwhile])}:
        assert over.get("a", key) == real.get("a", key)
    real.abort()
    assert dict(engine.begin().scan("a")) == before


def test_it_can_be_broken_off_and_never_be_stored() -> None:
    beats = 0

    def pulse() -> None:
        nonlocal beats
        beats += 1
        if beats == 3:
            raise KeyError

    over = Overlay(filled({}).begin(), pulse)

    def work() -> None:
        for number in range(10_000):
            over.put("a", number.to_bytes(2, "big"), b"")

    with pytest.raises(KeyError):
        work()
    assert over.written() < 2 * 10_000
    with pytest.raises(StoreError):
        over.commit()


def test_it_takes_no_more_memory_than_it_may() -> None:
    over = Overlay(filled({b"k": b"v"}).begin(), room=20_000)
    for _ in range(100):
        over.put("a", b"same", bytes(1_000))  # what is put again takes no more room
    for number in range(16):
        over.put("a", bytes((number,)), bytes(1_000))
    with pytest.raises(StoreError, match="in memory"):
        over.put("a", b"more", bytes(1_000))
    assert over.get("a", b"k") == b"v"
