"""How a question is turned into a vector: as it was written, first of all, and what is said of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from embedding_server import Answer, Server, hangs, openai, serving
from library import episode, opened, put_episode

from tacit import Memory
from tacit.core.config import load
from tacit.core.embedding import spaces
from tacit.core.embedding.hashing import NO_MEANING
from tacit.core.query_spoken import spoken
from tacit.core.recall.hybrid import ranked


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A remote provider that the settings name."""
    with serving() as made:
        monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "openai")
        monkeypatch.setenv("TACIT_EMBEDDING_MODEL", "m")
        monkeypatch.setenv("TACIT_EMBEDDING_BASE_URL", made.url)
        yield made


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("the Cat and the hat", "the Cat and the hat"),
        ("the the kind:recovery uses:>5 the", "the the the"),
        ('why "exit status" -not -"so said" -(a b (c)) then', "why exit status then"),
        ('(red OR blue) ~"so it" compile error: x', "red blue so it compile error: x"),
        ("-(a) b", "b"),
        ("kind:recovery -x", ""),
    ],
)
def test_free_text_is_what_a_person_wrote(query: str, said: str) -> None:
    assert spoken(query) == said


def test_the_vector_is_that_of_the_words_as_they_were_written(memory: Memory, server: Server) -> None:
    with Memory.open(memory.path, clock=memory.clock) as asked:
        asked.embed()
        found = asked.search("the lint of the parser kind:sequence")
        assert found.mode == "hybrid"
        assert server.asked[-1].body["input"] == ["the lint of the parser"]
        asked.search("lint of the parser kind:sequence")
        assert server.asked[-1].body["input"] == ["lint of the parser"]


@pytest.mark.parametrize("waiting", [hangs, openai()])
def test_the_question_comes_before_what_waits_and_what_waits_has_no_more_time(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, waiting: Answer
) -> None:
    config = load()
    with opened(tmp_path / "store") as store:
        store.write(lambda write: put_episode(write, episode(1, "zebras in the savanna"), []))
        spaces.fill(store, config)
        store.write(lambda write: put_episode(write, episode(2, "compilers and linkers"), []))
        monkeypatch.setattr("tacit.core.embedding.remote.QUESTION_TIME", 0.5)
        before = len(server.asked)
        server.answers = [openai(), waiting]
        found = ranked(store, config, "zebras")
    assert [len(one.body["input"]) for one in server.asked[before:]] == [1, 1]
    assert server.asked[before].body["input"] == ["zebras"]
    assert found.mode == "hybrid"
    assert found.waiting == (1 if waiting is hangs else 0)
    assert ("did not answer within 0.5 s" in found.note) == (waiting is hangs)


def test_answers_by_vectors_without_meaning_say_so(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")
    with Memory.open(memory.path, clock=memory.clock) as asked:
        asked.embed()
        assert NO_MEANING[1:] in asked.search("lint").note
        assert asked.search("lint", mode="lexical").note == ""
