"""Vectors follow the records: whatever happened, whoever is killed, nothing is lost and nothing doubled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from embedded import Counting, more, right, rows_of, texts_of, waits
from transcript import START, Transcript

from tacit import Memory
from tacit.core.embedding import catching_up, due
from tacit.core.embedding.catching_up import embed_waiting, space_of
from tacit.core.embedding.position import begin_anew, embedding_floor, position
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.embedding.turn import FILE
from tacit.core.errors import StoreFull
from tacit.store.schema import CHANGES
from tacit.store.transaction import Write

SUPPORT = Path(__file__).parents[2] / "support"
DAY = 86_400_000


@pytest.fixture
def provider() -> Counting:
    """One that counts what it is asked."""
    return Counting()


def test_every_text_has_its_vector_and_is_embedded_once(memory: Memory, provider: Counting) -> None:
    texts = texts_of(memory._store)
    done = embed_waiting(memory._store, provider)
    assert (done.done, done.waiting) == (len(texts), 0)
    assert sorted(provider.asked) == sorted(set(texts.values()))
    right(memory, provider)
    asked = len(provider.asked)
    assert embed_waiting(memory._store, provider).done == 0
    assert len(provider.asked) == asked


def test_what_changes_is_followed_and_what_says_the_same_is_not_embedded_again(
    memory: Memory, provider: Counting, tmp_path: Path
) -> None:
    right(memory, provider)
    before = len(provider.asked)
    memory.mark(memory.episodes()[0].id, "failure")
    memory.rebuild()
    right(memory, provider)
    assert len(provider.asked) == before
    memory.import_paths([more(tmp_path / "in", "zebra", 9)])
    assert waits(memory._store, provider) > 0
    right(memory, provider)
    assert sum("zebra" in text for text in provider.asked[before:]) == 2


def test_what_is_deleted_loses_its_vectors_at_once_and_undo_brings_them_back(
    memory: Memory, provider: Counting
) -> None:
    right(memory, provider)
    whole = rows_of(memory._store, provider)
    memory.delete([memory.sessions()[0].id])
    assert rows_of(memory._store, provider) < whole
    right(memory, provider)
    memory.undo()
    right(memory, provider)
    assert rows_of(memory._store, provider) == whole


def test_a_bounded_call_does_so_many_texts_and_the_next_goes_on(memory: Memory, provider: Counting) -> None:
    every = len(texts_of(memory._store))
    calls = 0
    while (one := embed_waiting(memory._store, provider, 3)).waiting:
        assert one.done <= 3
        calls += 1
    assert calls >= every // 4
    assert rows_of(memory._store, provider) == every
    right(memory, provider)


def test_a_record_with_more_texts_than_fit_comes_in_parts(memory: Memory, provider: Counting) -> None:
    one = Transcript("long", start=START + 9 * DAY)
    one.prompt("a long one")
    for number in range(20):
        one.call("Bash", {"command": "x", "description": f"part {number}"}, "ok")
    memory.import_paths([one.save(memory.path.parent / "in")])
    embed_waiting(memory._store, provider, 7)
    assert rows_of(memory._store, provider) == 7
    right(memory, provider)
    assert len(provider.asked) == len(set(provider.asked))


def test_it_can_be_stopped_and_says_how_far_it_is(
    memory: Memory, provider: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "ROUND", 2)
    told: list[tuple[int, int]] = []
    embed_waiting(memory._store, provider, None, lambda *far: told.append(far), lambda: len(told) == 2)
    assert len(told) == 2
    assert rows_of(memory._store, provider) == len(provider.asked) > 0
    embed_waiting(memory._store, provider, None, lambda *far: told.append(far))
    assert told[-1][0] == told[-1][1]
    right(memory, provider)


def test_a_provider_that_fails_in_the_middle_keeps_what_is_done(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "ROUND", 3)
    failing = Counting(fails_at=5)
    with pytest.raises(EmbeddingError):
        embed_waiting(memory._store, failing)
    assert rows_of(memory._store, failing) == len(failing.asked) > 0
    healthy = Counting()
    right(memory, healthy)
    assert not set(healthy.asked) & set(failing.asked)


def test_a_provider_that_gives_something_else_than_vectors_stores_nothing(memory: Memory) -> None:
    class Odd(Counting):
        def embed(self, texts, role="document"):  # type: ignore[no-untyped-def]
            return super().embed(texts, role) * float("nan")

    with pytest.raises(EmbeddingError):
        embed_waiting(memory._store, Odd())
    assert rows_of(memory._store, Odd()) == 0


def test_a_full_disk_keeps_what_is_done(
    memory: Memory, provider: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "ROUND", 3)
    write = memory._store.write
    jobs = 0

    def full(job, **options):  # type: ignore[no-untyped-def]
        nonlocal jobs
        jobs += 1
        if jobs > 2:
            raise StoreFull("The disk is full.", "Free some space.")
        return write(job, **options)

    monkeypatch.setattr(memory._store, "write", full)
    with pytest.raises(StoreFull):
        embed_waiting(memory._store, provider)
    monkeypatch.undo()
    there = rows_of(memory._store, provider)
    assert 0 < there < len(texts_of(memory._store))
    right(memory, Counting())


def test_what_changes_or_goes_while_it_is_embedded_gets_no_wrong_vector(
    memory: Memory, provider: Counting, tmp_path: Path
) -> None:
    sessions = memory.sessions()
    deeds: list[Callable[[], object]] = [
        lambda: memory.delete([sessions[0].id]),
        lambda: memory.import_paths([more(tmp_path / "in", "zebra", 9)]),
        lambda: memory.forget(sessions=[sessions[1].id]),
        memory.undo,
    ]
    for deed in deeds:

        def once(deed: Callable[[], object] = deed) -> None:
            provider.meanwhile = lambda: None
            deed()

        provider.meanwhile = once
        memory._store.write(begin_anew)
        memory._store.write(lambda write: write.put(*_grown(write)))
        embed_waiting(memory._store, provider)
        right(memory, provider)


def _grown(write: Write):  # type: ignore[no-untyped-def]
    """Some episode with one file more, so that there is something to embed."""
    from msgspec.structs import replace

    from tacit.core.tables import EPISODES

    key, episode = next(iter(write.records(EPISODES)))
    return EPISODES, key, replace(episode, files=(f"{len(episode.files)}.py", *episode.files))


def test_nothing_is_embedded_through_a_store_that_is_open_for_reading(
    memory: Memory, provider: Counting
) -> None:
    memory.close()
    with Memory.open(memory.path, readonly=True) as reader:
        assert embed_waiting(reader._store, provider).done == 0
    assert not (memory.path / FILE).exists()


def test_where_the_log_was_cut_every_record_is_looked_at_and_nothing_is_embedded_twice(
    memory: Memory, provider: Counting, tmp_path: Path
) -> None:
    right(memory, provider)
    asked = len(provider.asked)
    memory.import_paths([more(tmp_path / "in", "zebra", 9)])
    memory._store.write(_cut)
    with memory._store.read() as read:
        assert position(read, space_of(read, provider.space)) is None  # type: ignore[arg-type]
    assert waits(memory._store, provider) > 0
    right(memory, provider)
    assert all("zebra" in text for text in provider.asked[asked:] if text.startswith("write"))


def _cut(write: Write) -> None:
    for key, _ in list(write.kv.scan(CHANGES))[:-1]:
        write.kv.delete(CHANGES, key)


def test_a_store_taken_back_from_a_backup_is_recognised(
    memory: Memory, provider: Counting, tmp_path: Path
) -> None:
    from tacit.core.backup_restore import restore_backup

    right(memory, provider)
    made = memory.create_backup(tmp_path / "one.backup")
    memory.import_paths([more(tmp_path / "in", "zebra", 9)])
    right(memory, provider)
    memory.close()
    restore_backup(str(made), str(memory.path))
    with Memory.open(memory.path) as back:
        assert waits(back._store, provider) > 0
        right(back, provider)


def test_the_log_is_kept_for_a_space_that_is_behind(memory: Memory, provider: Counting) -> None:
    with memory._store.read() as read:
        assert embedding_floor(read) > memory.sequence()
    right(memory, provider)
    at = memory.sequence()
    memory.delete([memory.sessions()[0].id])
    with memory._store.read() as read:
        assert embedding_floor(read) <= at < memory.sequence()
    assert memory._store.floor <= at
    right(memory, provider)
    with memory._store.read() as read:
        assert embedding_floor(read) == memory.sequence()
    assert memory._store.floor == memory.sequence()


def test_what_waits_is_never_less_than_what_does(
    memory: Memory, provider: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "LINES", 5)
    assert waits(memory._store, provider) == len({unit[:2] for unit in texts_of(memory._store)})
    for number in range(6):
        embed_waiting(memory._store, provider, 2)
        memory.import_paths([more(tmp_path / "in", f"zebra {number}", 9 + number)])
        left = _unembedded(memory, provider)
        assert waits(memory._store, provider) >= left > 0
    right(memory, provider)


def _unembedded(memory: Memory, provider: Counting) -> int:
    from tacit.core.embedding.texts import sum_of
    from tacit.core.tables import EPISODES, PATTERNS
    from tacit.store.vector_rows import sums_of

    missing = set()
    with memory._store.read() as read:
        space = space_of(read, provider.space)
        assert space is not None
        for (table, key, number), text in texts_of(memory._store).items():
            assert table in {EPISODES.name, PATTERNS.name}
            if sums_of(read, space, table, key).get(number) != sum_of(text):
                missing.add((table, key))
    return len(missing)
