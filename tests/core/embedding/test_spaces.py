"""The model that is set answers once it knows everything; until then the one before it does."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
from embedded import rows_of, texts_of, waits, wrong_vectors
from transcript import START, Transcript

from tacit import Memory
from tacit.core.config import Config, load
from tacit.core.embedding.catching_up import embed_waiting
from tacit.core.embedding.check import check
from tacit.core.embedding.choice import provider_of
from tacit.core.embedding.hashing import HashingProvider
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.embedding.spaces import Answering, answering, fill
from tacit.core.places import places
from tacit.core.tables import VECTORS
from tacit.store.vector_layout import ROWS
from tacit.store.vector_rows import count, dropping, give_up, spaces

DAY = 86_400_000


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> Config:
    """Settings that name the hashing provider."""
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")
    return load()


@pytest.fixture
def local(compiled_model: Path) -> Config:
    """Settings with the packaged model built and in use."""
    cache = Path(places().cache)
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "models").symlink_to(compiled_model)
    return load()


@pytest.fixture
def wide(memory: Memory, tmp_path: Path) -> Memory:
    """A memory with more than a search embeds by itself."""
    paths = []
    for number in range(70):
        one = Transcript(f"wide {number}", start=START + number * DAY)
        one.prompt(f"write down number {number}")
        one.edit("src/a.py")
        one.tests_pass()
        paths.append(one.save(tmp_path / "wide"))
    memory.import_paths(paths)
    return memory


def names(memory: Memory) -> list[str]:
    """The spaces there are."""
    with memory._store.read() as read:
        return [one.name for one in spaces(read)]


def asked(memory: Memory, config: Config) -> Answering:
    """Who answers."""
    found = answering(memory._store, config)
    assert isinstance(found, Answering), found
    found.provider.close()
    return found


def test_without_a_model_it_is_said_what_to_do(memory: Memory) -> None:
    found = answering(memory._store, load())
    assert isinstance(found, str)
    assert "memory models build" in found
    with pytest.raises(EmbeddingError):
        memory.embed()
    assert memory.embedding().why
    assert names(memory) == []


def test_a_small_store_is_embedded_by_the_first_question(memory: Memory, hashing: Config) -> None:
    found = asked(memory, hashing)
    assert (found.space.name, found.note) == (HashingProvider().space, "")
    assert list(wrong_vectors(memory._store, HashingProvider())) == []


def test_a_large_store_does_not_answer_half_full(hashing: Config, wide: Memory) -> None:
    found = answering(wide._store, hashing)
    assert isinstance(found, str)
    assert "memory import" in found
    embed_waiting(wide._store, HashingProvider(), 20)
    assert isinstance(answering(wide._store, hashing), str)
    assert fill(wide._store, hashing).waiting == 0
    assert asked(wide, hashing).note == ""


def test_nothing_stored_is_nothing_to_ask(tmp_path: Path, hashing: Config) -> None:
    with Memory.open(tmp_path / "empty") as empty:
        assert answering(empty._store, hashing) == "Nothing is stored yet."
        assert empty.embed().done == 0


def test_the_old_model_answers_until_the_new_one_knows_everything(
    wide: Memory, local: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fill(wide._store, local).waiting == 0
    old = asked(wide, local).space.name
    assert old.startswith("local/")
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")
    changed = load()
    embed_waiting(wide._store, HashingProvider(), 20)
    found = asked(wide, changed)
    assert found.space.name == old
    assert HashingProvider().space in found.note
    fill(wide._store, changed, cancelled=lambda: True)
    assert names(wide) == [old, HashingProvider().space]
    assert fill(wide._store, changed).waiting == 0
    found = asked(wide, changed)
    assert (found.space.name, found.note) == (HashingProvider().space, "")
    assert list(wrong_vectors(wide._store, HashingProvider())) == []


def test_where_the_old_model_is_gone_words_answer_until_the_new_one_is_ready(
    wide: Memory, local: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(wide._store, local)
    (Path(places().cache) / "models").unlink()
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")
    assert isinstance(answering(wide._store, load()), str)
    fill(wide._store, load())
    assert asked(wide, load()).note == ""
    assert names(wide) == [HashingProvider().space]


@pytest.mark.parametrize("next_one", ["import", "repair"])
def test_a_drop_that_was_cut_short_is_told_as_work_and_gone_on_with(
    memory: Memory, hashing: Config, next_one: str
) -> None:
    embed_waiting(memory._store, HashingProvider(48))
    with memory._store.read() as read:
        space = spaces(read)[0]
        rows = count(read, space)
    memory._store.write(partial(give_up, space=space))  # as a kill after the first transaction leaves it
    assert [(one.level, one.count) for one in check(memory._store)] == [("ok", rows)]
    told = [one for one in memory.doctor() if "no longer used" in one.what]
    assert [(one.level, one.count) for one in told] == [("ok", rows)]
    if next_one == "import":
        fill(memory._store, hashing)
        assert list(wrong_vectors(memory._store, HashingProvider())) == []
    else:
        assert not memory.repair().done
    with memory._store.read() as read:
        assert dropping(read) == ()
        left = {one.number for one in spaces(read)}
        assert {int.from_bytes(key[1:5], "big") for key, _ in read.kv.scan(VECTORS.space, ROWS, b"s")} == left


def test_the_real_model_gives_each_text_its_vector(memory: Memory, local: Config) -> None:
    memory.embed()
    provider = provider_of(local)
    assert rows_of(memory._store, provider) == len(texts_of(memory._store))
    assert [one.level for one in check(memory._store)] == ["ok"]
    holding = memory.embedding()
    assert (holding.space, holding.rows, holding.waiting) == (
        provider.space,
        rows_of(memory._store, provider),
        0,
    )
    provider.close()


def test_a_thread_of_the_memory_embeds_what_waits(hashing: Config, wide: Memory) -> None:
    wide.embed_soon()
    until(lambda: waits(wide._store, HashingProvider()) == 0)
    wide.delete([wide.sessions()[0].id])
    wide.undo()
    assert waits(wide._store, HashingProvider()) > 0
    wide.embed_soon()
    until(lambda: waits(wide._store, HashingProvider()) == 0)
    wide.embed_soon()
    wide.close()
    with Memory.open(wide.path) as again:
        assert list(wrong_vectors(again._store, HashingProvider())) == []


def test_forgetting_ends_the_thread_for_as_long_as_it_takes(hashing: Config, wide: Memory) -> None:
    wide.embed_soon()
    assert wide.forget(sessions=[wide.sessions()[0].id]).pending == ()
    until(lambda: waits(wide._store, HashingProvider()) == 0)
    assert list(wrong_vectors(wide._store, HashingProvider())) == []


def test_the_thread_tells_what_it_cannot_go_on_for(wide: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "openai")
    monkeypatch.setenv("TACIT_EMBEDDING_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("TACIT_EMBEDDING_MODEL", "none")
    monkeypatch.setenv("TACIT_EMBEDDING_TIMEOUT", "1s")
    with Memory.open(wide.path) as memory:
        memory.embed_soon()
        embedder = memory._embedder
        assert embedder is not None
        until(lambda: bool(embedder.trouble))
        assert "127.0.0.1" in embedder.trouble


def until(holds) -> None:  # type: ignore[no-untyped-def]
    """Wait until something holds."""
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
