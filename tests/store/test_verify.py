from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from store_sample import COUNTS, EVENTS, NOTES, SCHEMA, STATE, Note, opened

from tacit.store.engine import Transaction
from tacit.store.keys import text, u64
from tacit.store.schema import COUNTERS, TRASH
from tacit.store.transaction import Write
from tacit.store.verify import Difference, structure, verify, without_slack


def fill(write: Write) -> None:
    for n in range(20):
        write.put(NOTES, u64(n), Note(f"n{n}", n, ("t",)))
    write.trash(NOTES, u64(19))
    write.add_rows(EVENTS, 1, bytes(48))
    write.add_tally(COUNTS, 1, (1, 2, 3))
    write.set_value(STATE, b"a", b"b")


def flip(space: str, kv: Transaction) -> None:
    key, value = next(iter(kv.scan(space)))
    kv.put(space, key, value[:-1] + bytes((value[-1] ^ 1,)))


TAG = NOTES.stems["tag"] + text("t")

HARM: dict[str, tuple[Callable[[Transaction], object], list[Difference]]] = {
    "entry lost": (
        lambda kv: kv.delete("index.notes.name", text("n3") + u64(3)),
        [Difference("notes", "missing in index.notes.name", 1)],
    ),
    "entry that leads nowhere": (
        lambda kv: kv.put("index.notes.name", text("zz") + u64(3), u64(3)),
        [Difference("notes", "stray in index.notes.name", 1)],
    ),
    "counter off": (
        lambda kv: kv.delete(COUNTERS, TAG),
        [Difference("notes", "wrong sum in counter tag", 1)],
    ),
    "counter damaged": (
        lambda kv: kv.put(COUNTERS, TAG, bytes(12)),
        [Difference("counters", "damaged sum", 1)],
    ),
    "rows": (lambda kv: flip(EVENTS.space, kv), [Difference("events", "damaged chunk", 1)]),
    "tally": (lambda kv: flip(COUNTS.space, kv), [Difference("counts", "damaged tally", 1)]),
    "map": (lambda kv: flip(STATE.space, kv), [Difference("state", "damaged value", 1)]),
    "log": (lambda kv: flip("changes", kv), [Difference("changes", "damaged line", 1)]),
    "trash": (lambda kv: flip(TRASH, kv), [Difference("trash", "damaged record", 1)]),
    "foreign trash": (
        lambda kv: kv.put(TRASH, b"what\0key", b""),
        [Difference("trash", "record of an unknown table", 1)],
    ),
    "foreign counter": (
        lambda kv: kv.put(COUNTERS, b"what\0", bytes(12)),
        [Difference("counters", "damaged sum", 1)],
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_every_difference_is_found(place: Path, harm: str) -> None:
    do, expected = HARM[harm]
    with opened(place) as store:
        store.write(fill)
        with store.read() as read:
            assert verify(read, SCHEMA) == []
        store.write(lambda write: do(write.kv))
        with store.read() as read:
            assert verify(read, SCHEMA) == expected


def test_a_damaged_record_is_counted_with_all_that_hangs_on_it(place: Path) -> None:
    with opened(place) as store:
        store.write(fill)
        store.write(lambda write: flip(NOTES.space, write.kv))
        with store.read() as read:
            found = verify(read, SCHEMA)
    assert Difference("notes", "damaged record", 1) in found
    assert Difference("notes", "stray in index.notes.name", 1) in found
    assert Difference("notes", "wrong sum in counter total", 1) in found


def test_the_pages_of_a_file_are_checked_without_mapping_it(place: Path) -> None:
    with opened(place) as store:
        store.write(lambda write: [write.put(NOTES, u64(n), Note("x" * 300)) for n in range(200)])
        assert structure(place) == []
    data = bytearray((place / "data.mdb").read_bytes())
    data[10 * 4096 : 11 * 4096] = b"\xa5" * 4096
    (place / "data.mdb").write_bytes(data)
    assert structure(place)


def test_a_value_written_again_shorter_in_one_transaction_is_no_damage(place: Path) -> None:
    """LMDB keeps the longer run of pages; a walk by itself takes that for a mismatch and a leak."""

    def rewrite(write: Write) -> None:
        for size in (30_000, 9_000, 5_000):
            write.set_value(STATE, b"long", b"x" * size)
            write.set_value(STATE, b"other", b"y" * (size + 1_000))

    with opened(place) as store:
        store.write(rewrite)
    assert structure(place) == []


def test_only_findings_that_agree_to_the_page_are_slack() -> None:
    mismatch = "main DB: overflow page 3 header mp_pages 4 != OVPAGES(3000)=1"
    total = "main DB: walked 2 overflow pages, record says 5"
    leak = "3 page(s) are neither reachable nor in the freeDB -- a leak (first: page 4)"
    assert without_slack([mismatch, total, leak]) == []
    assert without_slack([mismatch, total, leak, "another"]) == ["another"]
    for found in ([mismatch, total], [total, leak], [mismatch, total, leak.replace("3 page", "4 page")]):
        assert without_slack(found) == found
