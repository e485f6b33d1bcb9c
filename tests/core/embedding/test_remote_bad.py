"""Remote providers that misbehave: each way ends in an error with its cause, its thing and a next step."""

from __future__ import annotations

import logging
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from embedding_server import (
    Answer,
    Server,
    breaks_off,
    drips,
    drips_headers,
    floods,
    hangs,
    hangs_up,
    openai,
    quoting,
    says,
    serving,
)
from remote_asking import KEY, TEXT, asking, trouble

from tacit.core.embedding.breaker import FAILURES, PAUSE
from tacit.core.embedding.openai import OpenAI
from tacit.core.embedding.provider import Role
from tacit.core.embedding.remote import RemoteProvider


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long urllib3 would have slept between two tries."""
    slept: list[float] = []
    clock = SimpleNamespace(sleep=slept.append, time=time.time)
    monkeypatch.setattr("urllib3.util.retry.time", clock)
    return slept


@pytest.mark.parametrize(
    ("status", "said", "hint"),
    [
        (400, "refused the request (400)", "embedding.dimensions"),
        (401, "does not accept the key", "embedding.key_file"),
        (403, "does not accept the key", "TACIT_EMBEDDING_KEY"),
        (404, "knows no such model or address", "embedding.model"),
        (413, "refused the request (413)", "embedding.batch"),
        (429, "asked too often (429)", "go by words"),
        (500, "in trouble itself (500)", "go by words"),
        (503, "in trouble itself (503)", "go by words"),
        (204, "refused the request (204)", "embedding.model"),
    ],
)
@pytest.mark.usefixtures("waits")
def test_every_refusal_says_what_to_do(server: Server, status: int, said: str, hint: str) -> None:
    server.answers = [quoting(status)]
    error = trouble(asking(server.url))
    assert f"127.0.0.1:{server.server_port}" in error.message
    assert said in error.message
    assert hint in error.hint


@pytest.mark.parametrize(("status", "tries"), [(400, 1), (401, 1), (404, 1), (302, 1), (429, 5), (502, 5)])
def test_what_may_pass_is_tried_again_with_growing_waits(
    server: Server, waits: list[float], status: int, tries: int
) -> None:
    server.answers = [says(b"", status)]
    trouble(asking(server.url))
    assert len(server.asked) == tries
    if tries > 1:
        assert [1 <= waits[0] < 1.5, 2 <= waits[1] < 2.5, 4 <= waits[2] < 4.5] == [True] * 3


def test_a_server_that_recovers_is_not_an_error(server: Server, waits: list[float]) -> None:
    server.answers = [says(b"", 503), says(b"", 429, Retry_After="3"), hangs_up, breaks_off, openai()]
    assert asking(server.url).embed([TEXT]).shape == (1, 8)
    assert len(server.asked) == 5
    assert waits[0] == 3


def test_a_question_is_tried_twice_only(server: Server, waits: list[float]) -> None:
    server.answers = [says(b"", 500)]
    trouble(asking(server.url), [TEXT], "query")
    assert len(server.asked) == 2
    assert waits == []


@pytest.mark.parametrize("wait", ["120", "Fri, 31 Dec 2099 23:59:59 GMT"])
def test_nobody_waits_longer_than_there_is_time(server: Server, waits: list[float], wait: str) -> None:
    server.answers = [says(b"", 429, Retry_After=wait)]
    error = trouble(asking(server.url))
    assert len(server.asked) == 1
    assert waits == []
    assert ("wait 120 s" in error.message) == (wait == "120")


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("wait", ["soon", "-1", "9" * 400, "Fri, 99 Foo 9999999999 99:99:99 GMT", "\x1b[2J"])
def test_a_wait_that_makes_no_sense_is_no_failure_of_ours(server: Server, wait: str) -> None:
    server.answers = [says(b"", 429, Retry_After=wait)]
    assert "asked too often (429)" in trouble(asking(server.url)).message


def test_an_empty_account_is_told_as_such(server: Server, waits: list[float]) -> None:
    server.answers = [says(b'{"error": {"code": "insufficient_quota"}}', 429)]
    assert "no quota left" in trouble(asking(server.url)).message
    assert len(waits) < 5


@pytest.mark.parametrize("answer", [hangs, drips, drips_headers])
@pytest.mark.parametrize("role", ["query", "document"])
def test_a_server_that_takes_its_time_keeps_nobody(server: Server, answer: Answer, role: Role) -> None:
    server.answers = [answer, openai()]
    assert "did not answer within 0.3 s" in trouble(asking(server.url, 0.3), role=role).message


def test_a_question_waits_for_five_seconds_at_most(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tacit.core.embedding.remote.QUESTION_TIME", 0.2)
    server.answers = [hangs]
    assert "within 0.2 s" in trouble(asking(server.url, 3_600), [TEXT], "query").message


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("answer", [breaks_off, hangs_up])
def test_an_answer_that_is_cut_off_is_told(server: Server, answer: Answer) -> None:
    server.answers = [answer]
    assert "broke off in the middle" in trouble(asking(server.url)).message


def test_an_answer_without_end_is_not_taken_in(server: Server) -> None:
    server.answers = [floods]
    assert "far more than vectors" in trouble(asking(server.url)).message


def test_a_redirect_is_not_followed(server: Server) -> None:
    with serving() as other:
        server.answers = [says(b"", 307, Location=f"{other.url}/embeddings?key={KEY}")]
        error = trouble(asking(server.url))
        assert f"127.0.0.1:{other.server_port}; that is not followed" in error.message
        assert other.asked == []


@pytest.mark.parametrize(
    "location", ["http://[", "http://a\x1b[2J.org/", f"http://{KEY}@x\u202e.org", "//" + "a" * 999]
)
def test_a_redirect_to_nonsense_is_told_plainly(server: Server, location: str) -> None:
    server.answers = [says(b"", 308, Location=location.encode().decode("latin-1"))]
    assert "another place" in trouble(asking(server.url)).message


def test_a_server_that_is_not_there_is_told_at_once(waits: list[float]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = trouble(asking(f"http://127.0.0.1:{free.getsockname()[1]}/v1"))
    assert "cannot be reached" in error.message
    assert "Start it" in error.hint
    assert waits == []


def test_a_name_that_nobody_has_is_told_at_once(waits: list[float]) -> None:
    assert "cannot be found" in trouble(asking("https://models.invalid/v1")).message
    assert waits == []


def test_a_server_without_encryption_is_told(server: Server) -> None:
    error = trouble(asking(server.url.replace("http://", "https://")))
    assert "is not secure" in error.message
    assert server.asked == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here to make a certificate")
def test_a_certificate_that_nobody_vouches_for_is_refused(server: Server, tmp_path: Path) -> None:
    made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    names = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    subprocess.run(["openssl", *made.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    assert "self-signed certificate" in trouble(asking(server.url.replace("http://", "https://"))).message
    assert server.asked == []


@pytest.mark.usefixtures("waits")
def test_neither_key_nor_text_is_ever_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers = [quoting(500), hangs_up, quoting(401)]
    trouble(asking(server.url))
    assert caplog.records
    assert KEY not in caplog.text
    assert TEXT not in caplog.text


def test_five_failures_pause_it_and_one_answer_ends_that(server: Server) -> None:
    now = [1_000]
    server.answers = [says(b"{}")]
    provider = asking(server.url, clock=lambda: now[0])
    for _ in range(FAILURES):
        trouble(provider)
    assert "paused until" in trouble(provider).message
    assert len(server.asked) == FAILURES
    now[0] += PAUSE
    server.answers = [openai()]
    provider.embed([TEXT])
    provider.embed([TEXT])
    assert len(server.asked) == FAILURES + 2


def test_all_providers_of_a_process_share_the_pause_of_a_server(server: Server) -> None:
    server.answers = [says(b"{}")]
    for _ in range(FAILURES):
        trouble(RemoteProvider(OpenAI(server.url, "m", None), KEY, timeout=120, batch=8))
    other = RemoteProvider(OpenAI(server.url, "another", None), KEY, timeout=120, batch=8)
    assert "paused until" in trouble(other).message


def test_it_can_be_closed_twice_and_asked_again(server: Server) -> None:
    provider = asking(server.url)
    provider.close()
    provider.embed([TEXT])
    provider.close()
    provider.close()
    assert provider.embed([TEXT]).shape == (1, 8)
