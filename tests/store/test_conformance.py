"""What every engine behind the protocol does: LMDB and the plain model of it in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from memory_engine import MemoryEngine

from tacit.store.engine import Engine, Transaction
from tacit.store.errors import StoreError, StoreFull, StoreReadOnly
from tacit.store.lmdb_engine import LmdbEngine
from tacit.store.lmdb_environment import open_environment

SPACES = ("a", "b", "c")
KEYS = [b"", b"\0", b"\0\0", b"a", b"a\0", b"aa", b"b", b"\x7f", b"\xff", b"\xff\xff"]
ROOM = 1 << 20

Rows = list[tuple[bytes, bytes]]


class Make(Protocol):
    def __call__(self, room: int | None = None) -> Engine: ...


@pytest.fixture(params=["lmdb", "memory"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Makes an engine with three spaces; ``room`` is how much fits."""
    made: list[Engine] = []

    def one(room: int | None = None) -> Engine:
        if request.param == "memory":
            made.append(MemoryEngine(SPACES, room))
        else:
            env = open_environment(str(tmp_path), readonly=False, map_sizes=(room or 1 << 30,))
            made.append(LmdbEngine(str(tmp_path), env, SPACES, readonly=False))
        return made[-1]

    yield one
    for engine in made:
        engine.close()


@pytest.fixture
def engine(make: Make) -> Engine:
    return make()


def fill(engine: Engine, keys: list[bytes] = KEYS, space: str = "b") -> None:
    kv = engine.begin(write=True)
    for key in reversed(keys):
        kv.put(space, key, b"v" + key)
    kv.commit()


def rows(engine: Engine, space: str = "b") -> Rows:
    kv = engine.begin()
    try:
        return list(kv.scan(space))
    finally:
        kv.abort()


def keys(found: Iterator[tuple[bytes, bytes]]) -> list[bytes]:
    return [key for key, _ in found]


def test_a_new_engine_is_empty(engine: Engine) -> None:
    kv = engine.begin()
    assert (kv.get("a", b""), list(kv.scan("a")), list(kv.scan("a", reverse=True))) == (None, [], [])
    kv.abort()
    kv = engine.begin(write=True)
    assert not kv.delete("a", b"k")
    kv.commit()


def test_keys_come_in_the_order_of_their_bytes_and_backwards(engine: Engine) -> None:
    fill(engine)
    kv = engine.begin()
    assert list(kv.scan("b")) == [(key, b"v" + key) for key in KEYS]
    assert keys(kv.scan("b", reverse=True)) == KEYS[::-1]
    assert [kv.get("b", key) for key in KEYS] == [b"v" + key for key in KEYS]
    kv.abort()


@pytest.mark.parametrize("reverse", [False, True])
def test_a_scan_keeps_to_its_bounds(engine: Engine, reverse: bool) -> None:
    for space in SPACES:
        fill(engine, space=space)
    kv = engine.begin()
    for low in KEYS:
        for high in (None, *KEYS):
            wanted = [key for key in KEYS if key >= low and (high is None or key < high)]
            found = keys(kv.scan("b", low, high, reverse=reverse))
            assert found == (wanted[::-1] if reverse else wanted), (low, high)
    kv.abort()


def test_bounds_need_not_be_keys_that_are_there(engine: Engine) -> None:
    fill(engine, [b"b", b"d", b"f"])
    kv = engine.begin()
    for reverse in (False, True):
        found = [keys(kv.scan("b", *bounds, reverse=reverse)) for bounds in ((b"a", b"e"), (b"c",), (b"g",))]
        assert [sorted(some) for some in found] == [[b"b", b"d"], [b"d", b"f"], []]
    assert keys(kv.scan("b", b"f", b"b")) == keys(kv.scan("b", b"f", b"b", reverse=True)) == []
    kv.abort()


def test_spaces_do_not_touch(engine: Engine) -> None:
    fill(engine)
    assert rows(engine, "a") == rows(engine, "c") == []


def test_put_replaces_and_delete_says_whether_it_was_there(engine: Engine) -> None:
    kv = engine.begin(write=True)
    kv.put("a", b"k", b"1")
    kv.put("a", b"k", b"")
    assert kv.get("a", b"k") == b""
    assert [kv.delete("a", b"k"), kv.delete("a", b"k")] == [True, False]
    assert kv.get("a", b"k") is None
    kv.commit()
    assert rows(engine, "a") == []


def test_a_transaction_reads_what_it_wrote_and_nobody_else_does_before_it_commits(engine: Engine) -> None:
    writer = engine.begin(write=True)
    writer.put("a", b"k", b"1")
    assert list(writer.scan("a")) == [(b"k", b"1")]
    assert rows(engine, "a") == []
    writer.commit()
    assert rows(engine, "a") == [(b"k", b"1")]


def test_a_snapshot_stays_as_it_was(engine: Engine) -> None:
    fill(engine)
    before = engine.begin()
    scan = before.scan("b")
    next(scan)
    writer = engine.begin(write=True)
    for key in KEYS:
        writer.delete("b", key)
    writer.put("b", b"new", b"1")
    writer.commit()
    assert keys(scan) == KEYS[1:]
    assert (before.get("b", b"a"), before.get("b", b"new")) == (b"va", None)
    before.abort()
    assert rows(engine) == [(b"new", b"1")]


def test_an_aborted_transaction_leaves_nothing(engine: Engine) -> None:
    fill(engine)
    kv = engine.begin(write=True)
    kv.put("b", b"new", b"1")
    kv.delete("b", b"a")
    kv.abort()
    kv.abort()
    assert keys(iter(rows(engine))) == KEYS


def test_abort_after_a_commit_is_harmless(engine: Engine) -> None:
    kv = engine.begin(write=True)
    kv.put("a", b"k", b"1")
    kv.commit()
    kv.abort()
    assert rows(engine, "a") == [(b"k", b"1")]


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("end", ["commit", "abort"])
def test_nothing_can_be_asked_of_a_transaction_that_ended(engine: Engine, write: bool, end: str) -> None:
    fill(engine)
    kv = engine.begin(write=write)
    scan = kv.scan("b")
    next(scan)
    getattr(kv, end)()
    for use in (lambda: kv.get("b", b"a"), lambda: list(kv.scan("b")), lambda: next(scan), kv.commit):
        with pytest.raises(StoreError):
            use()


def test_a_snapshot_cannot_be_written_to(engine: Engine) -> None:
    fill(engine)
    kv = engine.begin()
    for use in (lambda: kv.put("b", b"k", b""), lambda: kv.delete("b", b"a")):
        with pytest.raises(StoreReadOnly):
            use()
    kv.abort()


@pytest.mark.parametrize("reverse", [False, True])
def test_a_scan_may_delete_what_it_sees(engine: Engine, reverse: bool) -> None:
    fill(engine)
    kv = engine.begin(write=True)
    seen = []
    for key, _ in kv.scan("b", reverse=reverse):
        seen.append(key)
        kv.delete("b", key)
    kv.commit()
    assert seen == (KEYS[::-1] if reverse else KEYS)
    assert rows(engine) == []


@pytest.mark.parametrize("reverse", [False, True])
def test_a_scan_sees_what_lies_ahead_as_it_became(engine: Engine, reverse: bool) -> None:
    fill(engine, [b"a", b"c", b"e", b"g", b"i"])
    kv = engine.begin(write=True)
    scan = kv.scan("b", reverse=reverse)
    first = [next(scan), next(scan)]
    kv.delete("b", b"g" if not reverse else b"c")
    kv.put("b", b"f" if not reverse else b"d", b"new")
    kv.put("b", b"e", b"other")
    kv.put("b", b"a" if not reverse else b"i", b"behind")
    rest = list(scan)
    kv.abort()
    assert keys(iter(first)) == ([b"i", b"g"] if reverse else [b"a", b"c"])
    ahead = [(b"e", b"other"), (b"d", b"new"), (b"a", b"va")]
    assert rest == (ahead if reverse else [(b"e", b"other"), (b"f", b"new"), (b"i", b"vi")])


def test_a_scan_of_one_space_is_not_disturbed_by_writes_to_another(engine: Engine) -> None:
    fill(engine)
    kv = engine.begin(write=True)
    for key, value in kv.scan("b"):
        kv.put("a", key, value)
        kv.put("c", key, value)
    kv.commit()
    assert rows(engine, "a") == rows(engine, "b") == rows(engine, "c")


def test_several_scans_run_at_once(engine: Engine) -> None:
    fill(engine)
    kv = engine.begin()
    pairs = list(zip(kv.scan("b"), kv.scan("b", reverse=True), strict=True))
    assert [one[0] for one, _ in pairs] == KEYS
    assert [other[0] for _, other in pairs] == KEYS[::-1]
    kv.abort()


@pytest.mark.parametrize("size", [0, 1, 2_000, 2_040, 4_096, 100_000, 5_000_000])
def test_values_of_any_size_come_back_whole(engine: Engine, size: int) -> None:
    value = bytes(n % 251 for n in range(1000)) * (size // 1000 + 1)
    kv = engine.begin(write=True)
    kv.put("a", b"k", value[:size])
    kv.put("a", b"l", b"after")
    kv.commit()
    assert rows(engine, "a") == [(b"k", value[:size]), (b"l", b"after")]


def test_thousands_of_keys_stay_in_order(engine: Engine) -> None:
    numbers = [(n * 7919) % 5000 for n in range(5000)]
    kv = engine.begin(write=True)
    for n in numbers:
        kv.put("b", n.to_bytes(4, "big"), b"x" * (n % 300))
    for n in numbers[::3]:
        kv.delete("b", n.to_bytes(4, "big"))
    kv.commit()
    left = sorted(set(numbers) - set(numbers[::3]))
    assert rows(engine) == [(n.to_bytes(4, "big"), b"x" * (n % 300)) for n in left]


def test_one_writer_at_a_time(engine: Engine) -> None:
    first = engine.begin(write=True)
    first.put("a", b"k", b"1")
    seen: list[bytes | None] = []

    def second() -> None:
        kv: Transaction = engine.begin(write=True)
        seen.append(kv.get("a", b"k"))
        kv.abort()

    thread = threading.Thread(target=second)
    thread.start()
    thread.join(0.1)
    assert thread.is_alive()
    first.commit()
    thread.join(120)
    assert seen == [b"1"]


def put_too_much(kv: Transaction) -> None:
    for n in range(2 * ROOM // 2000):
        kv.put("a", b"%d" % n, bytes(2000))
    kv.commit()


def test_what_finds_no_room_is_dropped_whole_and_the_next_write_goes_on(make: Make) -> None:
    engine = make(room=ROOM)
    fill(engine)
    kv = engine.begin(write=True)
    with pytest.raises(StoreFull):
        put_too_much(kv)
    kv.abort()
    assert (rows(engine, "a"), keys(iter(rows(engine)))) == ([], KEYS)
    fill(engine, [b"after"], "c")
    assert rows(engine, "c") == [(b"after", b"vafter")]


def part(kv: Transaction, key: bytes, end: str) -> None:
    """Put a key in a child, delete ``a`` there, and end it."""
    child = kv.child()
    child.put("b", key, b"part")
    child.delete("b", b"a")
    assert (child.get("b", key), child.get("b", b"a"), child.get("b", b"b")) == (b"part", None, b"vb")
    getattr(child, end)()


def test_a_child_that_commits_is_a_part_of_its_parent(engine: Engine) -> None:
    fill(engine)
    kv = engine.begin(write=True)
    kv.put("a", b"own", b"1")
    part(kv, b"new", "commit")
    assert (kv.get("b", b"new"), kv.get("b", b"a")) == (b"part", None)
    assert b"new" not in keys(iter(rows(engine))), "it is the parent's commit that makes it last"
    kv.put("a", b"own too", b"1")
    kv.commit()
    assert keys(iter(rows(engine, "a"))) == [b"own", b"own too"]
    assert keys(iter(rows(engine))) == sorted({*KEYS, b"new"} - {b"a"})


def test_a_child_that_is_dropped_leaves_its_parent_as_it_was(engine: Engine) -> None:
    fill(engine)
    kv = engine.begin(write=True)
    kv.put("a", b"own", b"1")
    for n in range(3):
        part(kv, b"new%d" % n, "abort")
    assert list(kv.scan("b")) == [(key, b"v" + key) for key in KEYS]
    kv.commit()
    assert (rows(engine, "a"), keys(iter(rows(engine)))) == ([(b"own", b"1")], KEYS)


def test_what_children_did_goes_with_their_parent(engine: Engine) -> None:
    fill(engine)
    kv = engine.begin(write=True)
    part(kv, b"new", "commit")
    child = kv.child()
    child.put("b", b"late", b"1")
    kv.abort()
    with pytest.raises(StoreError):
        child.get("b", b"late")
    child.abort()
    assert keys(iter(rows(engine))) == KEYS
    fill(engine, [b"after"], "c")


def test_a_child_of_a_child_is_a_part_of_it(engine: Engine) -> None:
    fill(engine)
    kv = engine.begin(write=True)
    outer = kv.child()
    outer.put("a", b"outer", b"1")
    part(outer, b"kept", "commit")
    outer.commit()
    outer = kv.child()
    part(outer, b"gone", "commit")
    outer.abort()
    kv.commit()
    assert keys(iter(rows(engine, "a"))) == [b"outer"]
    assert keys(iter(rows(engine))) == sorted({*KEYS, b"kept"} - {b"a"})


def test_nothing_can_be_asked_of_a_parent_while_its_child_lives_or_of_a_child_that_ended(
    engine: Engine,
) -> None:
    fill(engine)
    kv = engine.begin(write=True)
    child = kv.child()
    for use in (lambda: kv.get("b", b"a"), lambda: kv.put("b", b"k", b""), lambda: list(kv.scan("b"))):
        with pytest.raises(StoreError):
            use()
    child.commit()
    child.abort()
    for use in (lambda: child.get("b", b"a"), lambda: child.put("b", b"k", b""), child.commit):
        with pytest.raises(StoreError):
            use()
    assert kv.get("b", b"k") is None
    kv.commit()


def test_a_snapshot_has_no_children(engine: Engine) -> None:
    kv = engine.begin()
    with pytest.raises(StoreReadOnly):
        kv.child()
    kv.abort()


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("end", ["commit", "abort"])
def test_a_scan_goes_on_after_a_child(engine: Engine, reverse: bool, end: str) -> None:
    fill(engine, [b"b", b"d", b"f"])
    kv = engine.begin(write=True)
    scan = kv.scan("b", reverse=reverse)
    next(scan)
    child = kv.child()
    for n in range(200):
        child.put("b", b"d%03d" % n, bytes(500))
    child.delete("b", b"f" if not reverse else b"b")
    getattr(child, end)()
    rest = keys(scan)
    kv.abort()
    new = [b"d%03d" % n for n in range(200)] if end == "commit" else []
    wanted = [b"d", *new, *([] if end == "commit" else [b"f"])]
    if reverse:
        wanted = [*new[::-1], b"d", *([] if end == "commit" else [b"b"])]
    assert rest == wanted


def test_a_child_that_finds_no_room_takes_back_only_itself(make: Make) -> None:
    engine = make(room=ROOM)
    fill(engine)
    kv = engine.begin(write=True)
    kv.put("a", b"own", b"1")
    for swallow in (False, True):
        child = kv.child()
        with pytest.raises(StoreFull):
            put_too_much(child)
        if swallow:
            with pytest.raises(StoreError):
                child.commit()
        child.abort()
        assert kv.get("a", b"own") == b"1"
    kv.put("a", b"own too", b"1")
    kv.commit()
    assert (keys(iter(rows(engine, "a"))), keys(iter(rows(engine)))) == ([b"own", b"own too"], KEYS)


def test_a_transaction_tells_how_much_it_wrote(engine: Engine) -> None:
    kv = engine.begin(write=True)
    kv.put("a", b"key", bytes(100))
    for end in ("commit", "abort"):
        child = kv.child()
        child.put("a", b"kex", bytes(1000))
        assert child.written() == 1003
        getattr(child, end)()
    kv.delete("a", b"key")
    assert kv.written() == 103 + 1003 + 3
    kv.abort()


def test_a_little_engine_has_no_room_for_groups(make: Make) -> None:
    assert not make(room=ROOM).roomy()


def test_a_large_engine_has(make: Make) -> None:
    assert make().roomy()
