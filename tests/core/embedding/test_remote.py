"""Remote providers that answer well: order, batches, encodings, what is sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from embedding_server import Server, cohere, openai, serving, vector

from tacit.core.embedding.cohere import Cohere
from tacit.core.embedding.openai import OpenAI
from tacit.core.embedding.remote import BATCH_BYTES, RemoteProvider

KEY = "k-123456"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def asking(
    server: Server, key: str = KEY, *, dimensions: int | None = None, batch: int = 64
) -> RemoteProvider:
    return RemoteProvider(OpenAI(server.url, "m", dimensions), key, timeout=20, batch=batch)


def expected(texts: list[str]) -> np.ndarray:
    rows = np.array([vector(text) for text in texts])
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


TEXTS = [f"text {number} about something" for number in range(150)]


@pytest.mark.parametrize("base64", [True, False])
def test_rows_come_in_the_order_of_the_texts_and_are_of_length_one(server: Server, base64: bool) -> None:
    server.answers = [openai(base64=base64)]
    rows = asking(server).embed(TEXTS)
    assert rows.dtype == np.float32
    assert np.allclose(rows, expected(TEXTS), atol=1e-6)
    assert [len(asked.body["input"]) for asked in server.asked] == [64, 64, 22]


def test_a_request_holds_so_many_bytes_at_most(server: Server) -> None:
    texts = [f"{number:03}" + "x" * 7_000 for number in range(100)]
    assert np.allclose(asking(server, batch=1_000).embed(texts), expected(texts), atol=1e-6)
    sizes = [sum(len(text) for text in asked.body["input"]) for asked in server.asked]
    assert len(sizes) == 3
    assert max(sizes) <= BATCH_BYTES


def test_what_is_sent_to_openai(server: Server) -> None:
    provider = asking(server, dimensions=8)
    provider.embed(["one"], "query")
    (asked,) = server.asked
    assert asked.path == "/v1/embeddings"
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.body == {"model": "m", "input": ["one"], "encoding_format": "base64", "dimensions": 8}


def test_a_server_without_a_key_gets_none(server: Server) -> None:
    asking(server, key="").embed(["one"])
    assert "Authorization" not in server.asked[0].headers
    assert "dimensions" not in server.asked[0].body


def test_an_address_without_a_path_gets_the_usual_one(server: Server) -> None:
    server.answers = [openai(), cohere()]
    bare = server.url.removesuffix("/v1")
    for dialect in (OpenAI(bare, "m", None), Cohere(bare, "m", None)):
        RemoteProvider(dialect, "", timeout=20, batch=8).embed(["one"])
    assert [asked.path for asked in server.asked] == ["/v1/embeddings", "/v2/embed"]


def test_cohere_is_told_what_is_asked_and_what_may_be_found(server: Server) -> None:
    server.answers = [cohere()]
    provider = RemoteProvider(Cohere(server.url, "embed-v4.0", 8), KEY, timeout=20, batch=500)
    rows = np.concatenate([provider.embed(TEXTS), provider.embed(["what?"], "query")])
    assert np.allclose(rows, expected([*TEXTS, "what?"]), atol=1e-6)
    kinds = [(asked.body["input_type"], len(asked.body["texts"])) for asked in server.asked]
    assert kinds == [("search_document", 96), ("search_document", 54), ("search_query", 1)]
    assert server.asked[0].body["output_dimension"] == 8
    assert server.asked[0].headers["Authorization"] == f"Bearer {KEY}"


def test_the_length_is_learned_from_the_first_answer(server: Server) -> None:
    server.answers = [openai(length=12)]
    provider = asking(server)
    assert server.asked == []
    assert provider.dimensions == 12
    assert provider.dimensions == 12
    assert len(server.asked) == 1
    assert provider.embed([]).shape == (0, 12)


def test_two_threads_share_a_provider(server: Server) -> None:
    provider = asking(server, batch=4)
    halves = [TEXTS[:75], TEXTS[75:]]
    found: dict[int, np.ndarray] = {}

    def run(half: int) -> None:
        found[half] = provider.embed(halves[half])

    threads = [threading.Thread(target=run, args=(half,)) for half in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for half in (0, 1):
        assert np.allclose(found[half], expected(halves[half]), atol=1e-6)


def test_odd_texts_arrive_as_something_every_server_can_read(server: Server) -> None:
    odd = ["", "  \n", "a\0b", "half \ud83e of a crab", "🦀" * 5_000, "مرحبا \u202e abc", "x" * 50_000_000]
    rows = asking(server, batch=2).embed(odd)
    assert rows.shape == (len(odd), 8)
    sent = [text for asked in server.asked for text in asked.body["input"]]
    assert sent[:4] == ["nothing", "nothing", "a b", "half ? of a crab"]
    assert sent[4] == "🦀" * 2_000
    assert max(len(text.encode()) for text in sent) <= 8_000


def test_secrets_stay_here(server: Server) -> None:
    token = "ghp_" + "a1B2" * 9
    stored = "deploy with [REDACTED:github-token:3f9a]"
    asking(server).embed([f"why does {token} not work", stored], "query")
    sent = server.asked[0].body["input"]
    assert token not in sent[0]
    assert sent[0].startswith("why does [REDACTED:")
    assert sent[1] == "deploy with [REDACTED:github-token]"


def test_the_same_secret_is_the_same_text_in_every_process(server: Server) -> None:
    question = "why does ghp_" + "a1B2" * 9 + " not work"
    asking(server).embed([question], "query")
    asking(server).embed([question], "query")
    assert server.asked[0].body["input"] == server.asked[1].body["input"]


def test_what_is_allowed_may_leave(server: Server) -> None:
    token = "ghp_" + "a1B2" * 9
    RemoteProvider(OpenAI(server.url, "m", None), KEY, timeout=20, batch=8, allow=(token,)).embed([token])
    assert server.asked[0].body["input"] == [token]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_a_proxy_of_the_environment_gets_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with serving() as proxy:
        monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        asking(server).embed(["one"])
        assert proxy.asked == []
    assert len(server.asked) == 1


def test_a_connection_is_used_again(server: Server) -> None:
    ports = set()
    good = openai()

    def note(handler, body):  # type: ignore[no-untyped-def]
        ports.add(handler.client_address)
        good(handler, body)

    server.answers = [note]
    asking(server, batch=10).embed(TEXTS)
    assert len(server.asked) == 15
    assert len(ports) == 1
