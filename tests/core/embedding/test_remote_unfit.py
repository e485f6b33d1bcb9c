"""Remote providers whose answers hold no vectors that can be used."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from embedding_server import Answer, Server, openai, says, serving
from remote_asking import KEY, TEXT, asking, trouble

from tacit.core.embedding.cohere import Cohere
from tacit.core.embedding.openai import OpenAI
from tacit.core.embedding.remote import RemoteProvider


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def spoiled(change: Callable[[list[Any]], Any]) -> Answer:
    return openai(change=change)


def first(value: Any) -> Answer:
    """The vector of one text is something else."""
    return openai(base64=False, change=lambda items: [{**items[0], "embedding": value}, *items[1:]])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (spoiled(lambda items: items[1:]), "1 vectors for 2 texts"),
        (spoiled(lambda items: items * 2), "4 vectors for 2 texts"),
        (spoiled(lambda items: [items[0], items[0]]), "do not tell which text"),
        (spoiled(lambda items: [{**items[0], "index": 7}, items[1]]), "do not tell which text"),
        (spoiled(lambda items: {"a": items}), "something else than vectors"),
        (spoiled(lambda _: None), "something else than vectors"),
        (spoiled(lambda items: [{"index": 0}, items[1]]), "something else than vectors"),
        (first([0.5] * 7), "vectors of different lengths"),
        (first([]), "vectors of different lengths"),
        (first([0.0] * 8), "vectors of zeros"),
        (first([1e300] * 8), "vectors that hold no numbers"),
        (first([float("nan")] * 8), "something else than vectors"),
        (first([None] * 8), "something else than vectors"),
        (first(["1"] * 8), "something else than vectors"),
        (first("not base64!"), "vectors that are no base64"),
        (first(b64encode(b"abc").decode()), "vectors of different lengths"),
        (first(b64encode(b"\x00\x00\xc0\x7f" * 8).decode()), "vectors that hold no numbers"),
        (first(b64encode(b"\x00\x00\x80\x7f" * 8).decode()), "vectors that hold no numbers"),
        (openai(length=20_000), "vectors of 20,000 numbers"),
        (says(b""), "something else than vectors"),
        (says(b"[" * 100_000), "something else than vectors"),
        (says(b"\xff\xfe{}"), "something else than vectors"),
        (says(b"<!doctype html><title>Log in</title>"), "a web page"),
        (says(b'{"data": []}'), "0 vectors for 2 texts"),
    ],
)
def test_an_answer_that_holds_no_fit_vectors_is_refused(server: Server, answer: Answer, said: str) -> None:
    server.answers = [answer]
    assert said in trouble(asking(server.url)).message


@pytest.mark.parametrize(
    "answer",
    [b"{}", b'{"embeddings": {"float": [[1, 2]]}}', b'{"embeddings": [[1, 2], [3, 4]]}', b"<html>", b"nul"],
)
def test_the_same_holds_for_cohere(server: Server, answer: bytes) -> None:
    server.answers = [says(answer)]
    dialect = Cohere(server.url, "m", None)
    assert "answered with" in trouble(RemoteProvider(dialect, KEY, timeout=20, batch=8)).message


def test_vectors_of_another_length_than_before_are_refused(server: Server) -> None:
    server.answers = [openai(), openai(length=9)]
    provider = asking(server.url)
    provider.embed([TEXT])
    assert "vectors of 9 numbers, not 8" in trouble(provider).message


def test_a_server_that_does_not_know_dimensions_is_found_out(server: Server) -> None:
    provider = RemoteProvider(OpenAI(server.url, "m", 4), KEY, timeout=20, batch=8)
    error = trouble(provider)
    assert "vectors of 8 numbers, not 4" in error.message
    assert "embedding.dimensions" in error.hint


def test_one_bad_batch_spoils_the_whole_answer(server: Server) -> None:
    server.answers = [openai(), says(b"{}")]
    trouble(asking(server.url), [TEXT] * 100)
    assert len(server.asked) == 2
