"""Who is not let in over HTTP, what they are told, and the line the log has of it."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from awaited import eventually
from http_door import HttpDoor, initialize

from tacit.app.mcp import http_limits as limits
from tacit.app.mcp.http_rate import Bucket
from tacit.app.mcp.http_token import Token, ensure


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("refusing")


@pytest.fixture(scope="module")
def door(home: Path) -> Iterator[HttpDoor]:
    with HttpDoor(home=home) as server:
        yield server


def lines(home: Path) -> list[str]:
    log = home / "tacit.log"
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def refused(home: Path, before: int) -> list[str]:
    """What the log says of the requests since then, without time and process."""
    return [line.split(" ", 2)[2] for line in lines(home)[before:]]


@pytest.mark.parametrize(
    ("headers", "status", "why"),
    [
        ({"authorization": ""}, 401, "no-token"),
        ({"authorization": "Basic eDp5"}, 401, "no-token"),
        ({"authorization": "Bearer"}, 401, "wrong-token"),
        ({"authorization": "Bearer " + "x" * 43}, 401, "wrong-token"),
        ({"authorization": "Bearer \xff\xfe"}, 401, "wrong-token"),
        ({"host": "evil.example"}, 421, "host"),
        ({"host": "127.0.0.1"}, 421, "host"),
        ({"host": "127.0.0.1:1"}, 421, "host"),
        ({"host": "127.0.0.1.evil.example:{port}"}, 421, "host"),
        ({"origin": "http://evil.example"}, 403, "origin"),
        ({"origin": "null"}, 403, "origin"),
        ({"origin": "http://127.0.0.1:1"}, 403, "origin"),
        ({"origin": "https://127.0.0.1:{port}"}, 403, "origin"),
    ],
)
def test_a_stranger_is_refused_and_noted(
    door: HttpDoor, home: Path, headers: dict[str, str], status: int, why: str
) -> None:
    before = len(lines(home))
    sent = {name: value.replace("{port}", str(door.port)) for name, value in headers.items()}
    answer = door.ask(body=initialize(), **sent)
    assert answer.status == status
    assert refused(home, before) == [f"http refused {why} status={status}"]
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert not any(name.lower().startswith("access-control") for name in answer.headers)
    assert b"jsonrpc" not in answer.data


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_this_machine_by_any_of_its_names_is_let_in(door: HttpDoor, name: str) -> None:
    host = f"{name}:{door.port}"
    assert door.ask(body=initialize(), host=host).status == 200
    answer = door.ask(body=initialize(), host=host, origin=f"http://{host}")
    assert answer.status == 200
    assert not any(header.lower().startswith("access-control") for header in answer.headers)


def test_no_page_of_a_browser_is_ever_allowed(door: HttpDoor) -> None:
    for origin in (f"http://127.0.0.1:{door.port}", "http://evil.example"):
        asked = {"access-control-request-method": "POST", "origin": origin}
        answer = door.ask("OPTIONS", without="authorization", **asked)
        assert answer.status in {403, 405}
        assert not any(name.lower().startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "HEAD", "PATCH", "TRACE"])
def test_other_methods_are_refused(door: HttpDoor, method: str) -> None:
    answer = door.ask(method)
    assert answer.status == 405
    assert answer.headers["allow"] == "DELETE, GET, POST"


@pytest.mark.parametrize(
    "path", ["/", "/mcp/", "/mcp/x", "/..%2fmcp", "//mcp", "/.well-known/oauth-protected-resource"]
)
def test_there_is_one_path(door: HttpDoor, path: str) -> None:
    assert door.ask(body=initialize(), path=path).status == 404


def test_a_header_that_comes_twice_is_refused(door: HttpDoor) -> None:
    head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\nConnection: close\r\n"
    token = f"Authorization: Bearer {door.token}\r\n"
    own = f"Origin: http://127.0.0.1:{door.port}\r\n"
    for more, status in ((token * 2, b"401"), (own * 2 + token, b"403"), ("Host: localhost\r\n", b"400")):
        assert door.raw(f"{head}{more}\r\n".encode()).split()[1] == status
    assert door.raw(b"POST /mcp HTTP/1.0\r\n" + token.encode() + b"\r\n").split()[1] == b"421"


@pytest.mark.parametrize(
    "data", [b"\0\0\0\0\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + b"\0" * 200]
)
def test_what_is_no_http_is_refused_and_noted(door: HttpDoor, home: Path, data: bytes) -> None:
    before = len(lines(home))
    assert door.raw(data).startswith(b"HTTP/1.1 400")
    assert refused(home, before) == ["http refused no-http status=400"]


def test_a_head_that_is_too_long_is_refused(door: HttpDoor) -> None:
    head = b"POST /mcp HTTP/1.1\r\nX: " + b"x" * (2 * limits.HEAD_BYTES)
    assert door.raw(head).startswith(b"HTTP/1.1 4")


def test_a_body_that_is_too_long_is_refused_before_it_is_read(door: HttpDoor, home: Path) -> None:
    before = len(lines(home))
    head = (
        f"POST /mcp HTTP/1.1\r\nHost: localhost:{door.port}\r\nAuthorization: Bearer {door.token}\r\n"
        f"Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
    )
    said = door.raw(f"{head}Connection: close\r\nContent-Length: 1000001\r\n\r\n".encode())
    assert said.startswith(b"HTTP/1.1 413")
    assert refused(home, before) == ["http refused size status=413"]
    chunk = b"%x\r\n" % 600_000 + b" " * 600_000 + b"\r\n"
    said = door.raw(f"{head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + 2 * chunk)
    assert said[:12] in {b"HTTP/1.1 413", b""}  # the rest of it may be reset before the answer is read
    assert refused(home, before) == 2 * ["http refused size status=413"]
    body = json.dumps(initialize()).encode()
    assert door.ask(body=body + b" " * (limits.BODY_BYTES - len(body))).status == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"jsonrpc":"2.0"}', b"\xff"])
def test_what_is_no_message_is_an_error_and_the_server_goes_on(door: HttpDoor, body: bytes) -> None:
    answer = door.ask(body=body)
    assert 400 <= answer.status < 500
    assert "Traceback" not in answer.data.decode(errors="replace")
    assert door.ask(body=initialize()).status == 200


def flood(door: HttpDoor, count: int, head: str) -> list[bytes]:
    """The first lines of what comes back for one request on each of so many connections at once."""

    async def one() -> bytes:
        reader, writer = await asyncio.open_connection(door.host, door.port)
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        said = await reader.read()
        writer.close()
        return said

    async def all_of_them() -> list[bytes]:
        return await asyncio.gather(*(one() for _ in range(count)))

    return asyncio.run(all_of_them())


def slower(folder: Path) -> dict[str, str]:
    """The environment of a server that lets so few through that the slowest machine asks it more."""
    limits = "from tacit.app.mcp import http_limits as limits\nlimits.RATE, limits.REFUSALS_NOTED = 5.0, 1\n"
    (folder / "sitecustomize.py").write_text(limits, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def test_a_flood_waits_its_turn_and_what_would_wait_long_is_told_when_to_come(tmp_path: Path) -> None:
    with HttpDoor(home=tmp_path) as door:
        head = f"GET /mcp HTTP/1.1\r\nHost: localhost:{door.port}\r\nAuthorization: Bearer {door.token}\r\n"
        few = flood(door, limits.BURST + 20, head)
        assert [said for said in few if b"HTTP/1.1 429" in said] == []
    with HttpDoor(home=tmp_path, **slower(tmp_path)) as door:
        head = f"GET /mcp HTTP/1.1\r\nHost: localhost:{door.port}\r\nAuthorization: Bearer {door.token}\r\n"
        for _ in range(20):
            late = [said for said in flood(door, limits.CONNECTIONS - 6, head) if b"HTTP/1.1 429" in said]
            if late:
                break
        assert late
        assert all(b"retry-after: 2" in said for said in late)
        assert door.ask("DELETE", **{"mcp-session-id": "0" * 32}).status == 404
        eventually(lambda: door.ask(body=initialize()).status == 200)


def test_of_many_strangers_some_are_noted_and_the_others_counted(tmp_path: Path) -> None:
    with HttpDoor(home=tmp_path, **slower(tmp_path)) as door:
        said = flood(door, 200, f"GET /mcp HTTP/1.1\r\nHost: localhost:{door.port}\r\n")
        assert [one for one in said if b"HTTP/1.1 401" not in one] == []
        assert len([line for line in lines(tmp_path) if "no-token" in line]) < 200

        def told() -> bool:
            door.ask(without="authorization")
            return "not_noted=" in "".join(lines(tmp_path))

        eventually(told)


def test_too_many_sessions_are_refused_until_one_ends(tmp_path: Path) -> None:
    with HttpDoor(home=tmp_path) as door:
        pool = urllib3.HTTPConnectionPool(door.host, door.port, retries=False, timeout=120)

        def open_one() -> urllib3.BaseHTTPResponse:
            body = json.dumps(initialize()).encode()
            return pool.request("POST", "/mcp", body=body, headers=door.headers)

        opened = [open_one() for _ in range(limits.SESSIONS)]
        assert {answer.status for answer in opened} == {200}
        assert open_one().status == 503
        assert lines(tmp_path)[-1].endswith("http refused sessions status=503")
        assert door.ask("DELETE", **{"mcp-session-id": opened[0].headers["mcp-session-id"]}).status == 200
        assert open_one().status == 200
        pool.close()


def test_over_tls_only_tls_is_understood(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    words = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
        f"-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout {key} -out {cert}"
    )
    made = subprocess.run(words.split(), capture_output=True, check=False)
    if made.returncode:
        pytest.skip("openssl makes no certificate here")
    given = ("--host", "0.0.0.0", "--tls-cert", str(cert), "--tls-key", str(key))
    with HttpDoor(*given, home=tmp_path / "home") as door:
        assert door.url.startswith("https://0.0.0.0:")
        pool = urllib3.HTTPSConnectionPool(
            "localhost", door.port, ssl_context=ssl.create_default_context(cafile=str(cert)), retries=False
        )
        ask = {"body": json.dumps(initialize()).encode(), "timeout": 20}
        assert pool.request("POST", "/mcp", headers=door.headers, **ask).status == 200
        own = {"origin": f"https://localhost:{door.port}"}
        assert pool.request("POST", "/mcp", headers=door.headers | own, **ask).status == 200
        other = {"origin": "https://evil.example"}
        assert pool.request("POST", "/mcp", headers=door.headers | other, **ask).status == 403
        assert pool.request("POST", "/mcp", **ask).status == 401
        pool.close()
        assert b"401" not in _plainly(door)


def _plainly(door: HttpDoor) -> bytes:
    """What somebody hears who does not encrypt."""
    try:
        return door.raw(b"GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n")
    except OSError:
        return b""


def test_a_bucket_lets_a_burst_through_and_then_a_rate() -> None:
    now = [0.0]
    bucket = Bucket(10.0, 3, clock=lambda: now[0])
    assert [bucket.take() for _ in range(4)] == [0.0, 0.0, 0.0, None]
    assert [bucket.take(0.25) for _ in range(3)] == [pytest.approx(0.1), pytest.approx(0.2), None]
    assert bucket.take() is None
    now[0] += 0.35
    assert [bucket.take(), bucket.take()] == [0.0, None]
    now[0] += 100.0
    assert [bucket.take() for _ in range(4)] == [0.0, 0.0, 0.0, None]


def test_of_many_that_make_the_first_token_all_have_the_same(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    path = str(tmp_path / "data" / "token")

    def one(_: int) -> bytes:
        ensure(path)
        return Path(path).read_bytes()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(8)))) == 1
    assert [entry.name for entry in (tmp_path / "data").iterdir()] == ["token"]
    token = Token(path)
    assert token.matches(Path(path).read_bytes().strip())
    assert not token.matches(b"")
