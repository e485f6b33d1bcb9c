"""Search by words and meaning: what it finds, what must hold, and what it does without a model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from library import episode, fill, opened, put_episode
from numpy import float32
from numpy.typing import NDArray

from tacit import Memory
from tacit.core import texts
from tacit.core.config import Config, load
from tacit.core.embedding import spaces
from tacit.core.embedding.choice import warning
from tacit.core.embedding.hashing import HashingProvider
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.errors import Usage
from tacit.core.query import judge, parse
from tacit.core.recall.hybrid import ranked
from tacit.core.recall.ranked import Mode, Scored
from tacit.core.recall.spots import TABLE_OF
from tacit.core.search import Search
from tacit.core.tables import STEPS, body_of, key_of, step_key
from tacit.core.words import step_words
from tacit.store.reading import Read
from tacit.store.store import Store

HOSTILE = ("\x00\x1b[2J", "😀😀", "\u202eשלום", "日本語", "x" * 50_000, "word " * 20_000, "\ud800", "%s{}*?[")


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")
    return load()


@pytest.fixture
def store(tmp_path: Path, hashing: Config) -> Iterator[Store]:
    """Three hundred units, in the index and embedded."""
    with opened(tmp_path / "store") as made:
        fill(made, 300)
        texts.rebuild_text(made)
        spaces.fill(made, hashing)
        yield made


def test_without_a_model_words_answer_and_the_note_says_why(memory: Memory) -> None:
    found = memory.search("lint")
    assert found.mode == "lexical"
    assert "memory models build" in found.note
    assert found.total > 0


@pytest.mark.parametrize("mode", ["hybrid", "vector"])
def test_with_vectors_both_sides_tell(store: Store, hashing: Config, mode: str) -> None:
    found = ranked(store, hashing, "unique77 parser", mode=mode)  # type: ignore[arg-type]
    assert (found.mode, found.note, found.waiting) == (mode, warning(hashing), 0)
    assert all(one.meaning is None or -1.01 < one.meaning < 1.01 for one in found.hits)
    assert any(one.meaning is not None for one in found.hits)
    assert (mode == "hybrid") == any(one.words is not None for one in found.hits)


def test_the_limit_and_the_total(store: Store, hashing: Config) -> None:
    every = ranked(store, hashing, "parser", mode="lexical", limit=None)
    assert every.total == len(every.hits) > 200
    some = ranked(store, hashing, "parser", mode="lexical", limit=7)
    assert (some.total, some.hits) == (every.total, every.hits[:7])
    assert ranked(store, hashing, "parser", limit=0).hits == ()
    assert ranked(store, hashing, "parser", limit=7).total >= every.total


def test_what_must_hold_holds_before_the_cut(store: Store, hashing: Config) -> None:
    wanted = {one.id for one in ranked(store, hashing, "parser", mode="lexical", limit=None).hits[-9:]}

    def rare(_: Read, one: Scored) -> bool:
        return one.id in wanted

    for mode in ("hybrid", "lexical"):
        found = ranked(store, hashing, "parser", mode=mode, limit=5, accept=rare)  # type: ignore[arg-type]
        assert len(found.hits) == 5
        assert {one.id for one in found.hits} <= wanted
        assert found.total >= len(wanted)


def test_types_are_kept_apart(store: Store, hashing: Config) -> None:
    for name in ("pattern", "session", "episode", "step"):
        found = ranked(store, hashing, "parser token", types=(name,), limit=None)  # type: ignore[arg-type]
        assert {one.type for one in found.hits} == {name}


def test_an_older_vector_answers_for_no_other_text(tmp_path: Path, hashing: Config) -> None:
    with opened(tmp_path / "store") as store:
        store.write(lambda write: put_episode(write, episode(1, "zebras in the savanna"), []))
        spaces.fill(store, hashing)
    with opened(tmp_path / "store") as store:
        store.write(lambda write: put_episode(write, episode(1, "compilers and linkers"), []))
    with opened(tmp_path / "store", readonly=True) as reader:
        found = ranked(reader, hashing, "zebras in the savanna", mode="vector")
        assert found.waiting == 1
        assert found.hits == ()


class Broken(HashingProvider):
    """Gives what it should not."""

    what = "down"

    def embed(self, texts: object, role: str = "document") -> NDArray[float32]:
        """Fails as it is told to."""
        if self.what == "down":
            raise EmbeddingError("The provider is down.", "Start it.")
        rows = np.ones((1, 3 if self.what == "wide" else self.dimensions), np.float32)
        return rows * np.nan if self.what == "nan" else rows


@pytest.mark.parametrize("what", ["down", "nan", "wide"])
def test_a_provider_that_fails_leaves_the_answer_to_words(
    store: Store, hashing: Config, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(spaces, "provider_of", lambda _: Broken())
    monkeypatch.setattr(Broken, "what", what)
    found = ranked(store, hashing, "parser")
    assert found.mode == "lexical"
    assert found.note
    assert found.hits == ranked(store, hashing, "parser", mode="lexical").hits


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_answered(store: Store, hashing: Config, text: str) -> None:
    for mode in ("hybrid", "lexical", "vector"):
        found = ranked(store, hashing, text, mode=mode)  # type: ignore[arg-type]
        assert len(found.hits) <= 20


def test_diverse_hits_are_hits_and_differ_more(store: Store, hashing: Config) -> None:
    plain = ranked(store, hashing, "parser token build", limit=10)
    mixed = ranked(store, hashing, "parser token build", limit=10, diverse=0.7)
    assert mixed.hits[0] == plain.hits[0]
    assert mixed.total == plain.total
    assert set(mixed.hits) != set(plain.hits)


# The query language


def test_fields_quotes_and_negations_hold_and_words_rank(memory: Memory) -> None:
    every = memory.search("parser lint edit", None)
    assert every.total == len(every.items)
    assert {hit.type for hit in every.items} >= {"pattern", "episode", "step"}
    assert {hit.type for hit in memory.search("lint kind:sequence", None).items} <= {"pattern"}
    quoted = memory.search('"mise run" lint', None)
    assert all("mise run" in hit.excerpt for hit in quoted.items)
    without = memory.search("edit -lint", None)
    assert not any("lint" in hit.excerpt for hit in without.items)
    assert without.total < memory.search("edit", None).total
    assert len(memory.search("lint limit:2", None).items) == 2


@pytest.mark.parametrize("text", ["", "kind:sequence", "-lint"])
def test_without_anything_to_look_for_it_is_a_mistake(memory: Memory, text: str) -> None:
    with pytest.raises(Usage):
        memory.search(text)


@pytest.mark.parametrize(
    "wrong",
    [{"types": ("nope",)}, {"mode": "nope"}, {"limit": -1}, {"diverse": 7.0}, {"diverse": float("nan")}],
)
def test_what_cannot_be_asked_is_a_mistake_and_no_empty_answer(memory: Memory, wrong: dict[str, Any]) -> None:
    with pytest.raises(Usage):
        memory.search("parser", **wrong)


def test_an_order_makes_no_sense(memory: Memory) -> None:
    with pytest.raises(Usage, match="best first"):
        memory.search("lint sort:uses")


def test_hits_of_an_episode_that_read_the_same_are_shown_once(tmp_path: Path) -> None:
    with Memory.open(tmp_path / "store") as memory:
        memory._store.write(lambda write: put_episode(write, episode(1, "an epoch"), ["refused to edit"] * 5))
        assert len(memory.search("refused", 10).items) == 1
        assert memory.search("refused", 10).total == 5
        assert len(memory.search("refused", None).items) == 5


@pytest.mark.parametrize(
    "query",
    [
        "kind:heuristic",
        "file:src/f3.py",
        "project:one",
        "uses:>=2",
        '"parser"',
        "-token",
        "outcome:unknown",
        "used:<9000d",
    ],
)
@pytest.mark.parametrize("mode", ["hybrid", "lexical", "vector"])
def test_a_filtered_answer_is_the_unfiltered_one_without_the_rest(
    store: Store, hashing: Config, query: str, mode: Mode
) -> None:
    plan = parse(query)
    asked = Search(store, hashing, parse(f"{query} parser build"), mode=mode)
    whole = Search(store, hashing, parse("parser build"), mode=mode)
    with store.read() as read:
        found = asked.run(read, None, 0)
        every = whole.run(read, None, 0)
        fits = judge(plan, 0)
        holding = {
            (hit.id, hit.step)
            for hit in every.items
            if (record := read.get(TABLE_OF[hit.type], key_of(hit.id))) is not None
            and fits(record, None if hit.step is None else _words(read, record, hit.step))
        }
    assert 0 < len(holding) <= len(every.items)
    assert {(hit.id, hit.step) for hit in found.items} == holding
    assert found.total == len(holding)


def _words(read: Read, record: Any, number: int) -> str:
    step = read.get(STEPS, step_key(body_of(record.id, record.session), number))
    assert step is not None
    return step_words(step)
