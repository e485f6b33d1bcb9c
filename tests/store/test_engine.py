"""What LMDB can say at any time, and how it is met."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_sample import COUNTS, EVENTS, NOTES, SCHEMA, STATE, Note, opened

from tacit.store import presence, sound
from tacit.store.errors import Corrupt, StoreBusy, StoreDamaged, StoreError
from tacit.store.keys import u64
from tacit.store.lmdb_engine import READER_CHECK_EVERY, LmdbEngine
from tacit.store.lmdb_environment import MAX_READERS, open_environment
from tacit.store.reading import Read
from tacit.store.transaction import Write

Script = Callable[..., Any]

GROW = """
import sys
from store_sample import *
with opened(sys.argv[1]) as store:
    store.write(lambda write: [write.set_value(STATE, b"%d" % n, bytes(3000)) for n in range(2000)])
"""


def test_a_map_that_another_process_outgrew_is_mapped_again(place: Path, script: Script) -> None:
    with opened(place, _map_sizes=(1 << 20,)) as store:
        process = script(GROW, place)
        assert process.communicate(timeout=120)[1] == ""
        with store.read() as read:
            assert sum(1 for _ in read.items(STATE)) == 2000
        store.write(lambda write: write.set_value(STATE, b"more", b""))


def test_too_many_readers_are_a_busy_store(place: Path) -> None:
    with opened(place) as store:
        held = [store.begin() for _ in range(MAX_READERS)]
        with pytest.raises(StoreBusy, match="lock table"):
            store.sequence()
        for kv in held:
            kv.abort()
        assert store.sequence() == 0


HOLD = """
import os, sys
from store_sample import *
from tacit.store.errors import StoreError
try:
    with opened(sys.argv[1]) as store:
        kv = store.begin()
        print(os.getpid(), "in", flush=True)
        sys.stdin.readline()
        kv.abort()
except StoreError as error:
    print(os.getpid(), type(error).__name__, error)
"""

CONTAINED = f"""
import os, sys
os.execvp("unshare", ["unshare", "-rfp", "--kill-child", sys.executable, "-c", {HOLD!r}, sys.argv[1]])
"""


def test_the_same_process_id_in_another_container_is_a_busy_store(place: Path, script: Script) -> None:
    opened(place).close()
    first = script(CONTAINED, place)
    if first.stdout.readline() != "1 in\n":
        pytest.skip(f"this system lets us make no other space of process ids: {first.communicate()[1]}")
    out, errors = script(CONTAINED, place).communicate("\n", timeout=120)
    assert out.startswith("1 SameId The lock table"), (out, errors)
    assert "another container has our process id" in out
    first.communicate("\n", timeout=120)
    assert script(CONTAINED, place).communicate("\n", timeout=120)[0] == "1 in\n"


def harmed(write: Write) -> None:
    for space, key in ((NOTES.space, u64(1)), (STATE.space, b"a"), (COUNTS.space, u64(1))):
        value = write.kv.get(space, key)
        assert value is not None
        write.kv.put(space, key, value[:-1] + bytes((value[-1] ^ 1,)))


def filled(write: Write) -> None:
    write.put(NOTES, u64(1), Note("a"))
    write.set_value(STATE, b"a", b"value")
    write.add_tally(COUNTS, 1, (1, 2, 3))
    write.add_rows(EVENTS, 1, bytes(8))


def looked(read: Read) -> tuple[object, ...]:
    return read.get(NOTES, u64(1)), read.value(STATE, b"a"), read.tally(COUNTS, 1), read.rows(EVENTS, 1)


def test_without_a_lock_a_page_that_changed_under_the_reader_is_read_again(place: Path) -> None:
    with opened(place) as store:
        store.write(filled)
        store.write(harmed)
        torn = store.begin()
        store.write(lambda write: [write.delete_value(STATE, b"a"), write.kv.delete(COUNTS.space, u64(1))])
        store.write(lambda write: write.kv.delete(NOTES.space, u64(1)))
        store.write(filled)
        assert looked(Read(torn, renew=store.begin))[:3] == (Note("a"), b"value", (1, 2, 3))
        with pytest.raises(Corrupt):
            looked(Read(torn))
        torn.abort()


def test_a_transaction_cannot_be_used_after_its_end(place: Path) -> None:
    with opened(place) as store:
        with store.read() as read:
            pass
        with pytest.raises(StoreError, match="after its end"):
            read.get(NOTES, u64(1))


def test_a_store_closed_while_it_is_read_ends_quietly(place: Path) -> None:
    store = opened(place)
    with store.read():
        store.close()
    opened(place).close()


def test_a_damaged_directory_of_spaces_is_damage(place: Path) -> None:
    with opened(place):
        pass
    env = open_environment(str(place), readonly=False)
    with env.begin(write=True) as txn:
        txn.put(b"\0" + NOTES.space.encode(), b"\7wrong")
    env.close()
    with pytest.raises(StoreDamaged, match="directory of the store"):
        opened(place)


def test_spaces_keep_to_themselves(place: Path) -> None:
    with opened(place) as store:
        store.write(filled)

        def job(write: Write) -> None:
            spaces = SCHEMA.spaces()
            for space in spaces:
                for key in (b"", b"\0", b"\xff" * 20):
                    write.kv.put(space, b"zz" + key, space.encode())
            for space in spaces:
                for reverse in (False, True):
                    found = [value for _, value in write.kv.scan(space, b"zz", b"z{", reverse=reverse)]
                    assert found == [space.encode()] * 3
            raise StoreError("enough")

        with pytest.raises(StoreError, match="enough"):
            store.write(job)


def test_an_engine_is_the_narrow_protocol(place: Path) -> None:
    from tacit.store.engine import Engine

    opened(place).close()
    engine: Engine = LmdbEngine(
        str(place), open_environment(str(place), readonly=False), ["a"], readonly=False
    )
    kv = engine.begin(write=True)
    kv.put("a", b"k", b"v")
    kv.commit()
    kv.abort()
    kv = engine.begin()
    assert (kv.get("a", b"k"), list(kv.scan("a"))) == (b"v", [(b"k", b"v")])
    kv.abort()
    engine.close()


def test_spaces_that_another_process_made_are_seen_at_once(tmp_path: Path, script: Script) -> None:
    make = """
import sys
from tacit.store.lmdb_engine import LmdbEngine
from tacit.store.lmdb_environment import open_environment
engine = LmdbEngine(sys.argv[1], open_environment(sys.argv[1], readonly=False), ["a"], readonly=False)
kv = engine.begin(write=True)
kv.put("a", b"k", b"v")
kv.commit()
"""
    engine = LmdbEngine(
        str(tmp_path), open_environment(str(tmp_path), readonly=False), ["a", "b"], readonly=False
    )
    process = script(make, tmp_path)
    assert process.communicate(timeout=120)[1] == ""
    kv = engine.begin()
    assert (kv.get("a", b"k"), list(kv.scan("a")), kv.get("b", b"k")) == (b"v", [(b"k", b"v")], None)
    kv.abort()
    engine.close()


def test_a_damaged_directory_lets_the_next_writer_in(tmp_path: Path) -> None:
    env = open_environment(str(tmp_path), readonly=False)
    engine = LmdbEngine(str(tmp_path), env, ["a"], readonly=False)
    with env.begin(write=True) as txn:
        txn.put(b"\0a", b"\7wrong")
    with pytest.raises(StoreDamaged) as first:
        engine.begin(write=True)
    with pytest.raises(StoreDamaged):
        engine.begin(write=True)
    assert first.tb is not None, "what the first one held is still held here"
    engine.close()


def test_a_store_that_cannot_be_used_is_let_go_of(place: Path) -> None:
    """Else the next one hears that it is open, as long as anybody keeps the error."""
    opened(place).close()
    env = open_environment(str(place), readonly=False)
    with env.begin(write=True) as txn:
        key, value = next(iter(txn.cursor()))
        txn.put(key, value[:1] + b"xxxx")
    env.close()
    sound.record(str(place))
    kept = []
    for _ in range(3):
        with pytest.raises(StoreDamaged, match="directory of the store") as caught:
            opened(place)
        kept.append(caught.value)
    held = presence.alone(str(place))
    assert held is not None
    presence.leave(held)


def test_what_lmdb_says_when_it_begins_is_told_in_our_words(tmp_path: Path) -> None:
    for write in (True, False):
        env = open_environment(str(tmp_path), readonly=False)
        engine = LmdbEngine(str(tmp_path), env, ["a"], readonly=False)
        engine.close()
        for _ in range(READER_CHECK_EVERY + 1):
            with pytest.raises(StoreError, match="cannot be used"):
                engine.begin(write=write)
