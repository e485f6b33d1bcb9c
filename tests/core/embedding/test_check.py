"""The doctor compares every vector with its text, and a repair makes anew what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from embedded import Counting, wrong_vectors

from tacit import Memory
from tacit.core.embedding.catching_up import embed_waiting, space_of
from tacit.core.embedding.check import check
from tacit.core.embedding.hashing import HashingProvider
from tacit.store.transaction import Write
from tacit.store.vector_rebuilding import rebuild_vectors
from tacit.store.vector_rows import Space, Stored, put_vectors, rows_after


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch, memory: Memory) -> Memory:
    """A memory whose texts have their vectors."""
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")
    with Memory.open(memory.path) as opened:
        opened.embed()
    return memory


def first(write: Write) -> tuple[Space, Stored]:
    """Some row."""
    space = space_of(write, HashingProvider().space)
    assert space is not None
    return space, next(iter(rows_after(write, space)))


def other_text(write: Write) -> None:
    space, row = first(write)
    put_vectors(write, space, row.table, row.key, [(row.number, b"another!", row.vector)])


def too_few(write: Write) -> None:
    space, row = first(write)
    put_vectors(write, space, row.table, row.key, [])


def too_many(write: Write) -> None:
    space, row = first(write)
    put_vectors(write, space, row.table, row.key, [(900, row.sum, row.vector)], keep=(row.number,))


def test_nothing_is_said_where_nothing_was_embedded(memory: Memory) -> None:
    assert check(memory._store) == []


def test_what_waits_is_no_damage(embedded: Memory) -> None:
    assert [one.level for one in check(embedded._store)] == ["ok"]
    embedded.delete([embedded.sessions()[0].id])
    embedded.undo()
    found = check(embedded._store)
    assert [one.level for one in found] == ["ok"]
    assert "wait to be embedded" in found[0].what


@pytest.mark.parametrize("harm", [other_text, too_few, too_many])
def test_a_row_that_does_not_fit_is_found_and_made_anew(
    embedded: Memory, harm: Callable[[Write], None]
) -> None:
    embedded._store.write(harm)
    assert "damage" in {one.level for one in check(embedded._store)}
    with Memory.open(embedded.path) as opened:
        assert any(one.level == "damage" and "vectors" in one.what for one in opened.doctor())
        done = opened.repair()
        assert done.vectors
        assert [one for one in done.findings if one.level == "damage"] == []
        assert list(wrong_vectors(opened._store, HashingProvider())) == []


def test_without_a_model_a_repair_drops_what_is_wrong(memory: Memory) -> None:
    embed_waiting(memory._store, HashingProvider())
    memory._store.write(other_text)
    assert memory.repair().vectors
    assert check(memory._store) == []
    embed_waiting(memory._store, Counting())
    assert list(wrong_vectors(memory._store, Counting())) == []


def test_a_row_whose_bytes_are_damaged_is_embedded_again(embedded: Memory) -> None:
    def harm(write: Write) -> None:
        from tacit.store.vector_layout import row_key
        from tacit.store.vector_rows import part_of

        space, row = first(write)
        write.kv.put(part_of(write).space, row_key(space.number, row.row), b"\0" * 100)

    embedded._store.write(harm)
    with Memory.open(embedded.path) as opened:
        assert any(one.level == "damage" for one in opened.doctor())
        opened.repair()
        opened.embed()
        assert [one for one in opened.doctor() if one.level == "damage"] == []
        assert list(wrong_vectors(opened._store, HashingProvider())) == []


def test_where_only_the_index_is_damaged_every_vector_stays(embedded: Memory) -> None:
    store = embedded._store
    with store.read() as read:
        space = space_of(read, HashingProvider().space)
    assert space is not None
    assert rebuild_vectors(store, space, force=True)
    with store.read() as read:
        before = list(rows_after(read, space))
    for file in (embedded.path / "vectors").glob("*.exact"):
        file.write_bytes(bytes(file.stat().st_size))
    assert [one.level for one in check(store)] == ["ok", "damage"]
    with Memory.open(embedded.path) as opened:
        assert opened.repair().vectors
        assert [one for one in opened.doctor() if one.level == "damage"] == []
    with store.read() as read:
        assert list(rows_after(read, space)) == before
