"""What somebody tries over HTTP who has no token, or bad intentions, or a hand on its file."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from http_door import HttpDoor, initialize

from tacit.app.mcp.http_token import Token, ensure, read
from tacit.core.errors import TacitError


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpDoor]:
    with HttpDoor(home=tmp_path_factory.mktemp("attacked")) as server:
        yield server


def status(door: HttpDoor, head: str, body: bytes = b"") -> int:
    """What is said to a request that closes its connection."""
    said = door.raw(f"{head}Connection: close\r\n\r\n".encode("latin-1") + body)
    return int(said.split()[1])


def own(
    door: HttpDoor, line: str = "POST /mcp HTTP/1.1", host: str = "127.0.0.1:{port}", more: str = ""
) -> str:
    """The head of a request that has the token."""
    body = "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
    named = f"Host: {host}\r\n".replace("{port}", str(door.port)) if host else ""
    return f"{line}\r\n{named}Authorization: Bearer {door.token}\r\n{body}{more}"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1.:{port}", "localhost.:{port}", "127.1:{port}", "2130706433:{port}", "0.0.0.0:{port}",
        "0:{port}", "[::1%lo]:{port}", "[::ffff:127.0.0.1]:{port}", "::1:{port}",
        "127.0.0.1:{port}@evil.example",
        "evil.example:{port}", "user@127.0.0.1:{port}", "127.0.0.1:{port}, evil.example", "127.0.0.1:0{port}",
        "127.0.0.1:{port}/", "",
    ],
)  # fmt: skip
def test_no_other_name_of_this_machine_or_another_is_let_in(door: HttpDoor, host: str) -> None:
    body = json.dumps(initialize()).encode()
    line = "POST /mcp HTTP/1.1" if host else "POST /mcp HTTP/1.0"
    assert status(door, own(door, line, host, f"Content-Length: {len(body)}\r\n"), body) in {400, 421}


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/mcp", "http://127.0.0.1:{port}/mcp", "//evil.example/mcp", "/mcp/../mcp/x",
        "/mcp/..", "/./mcp", "/mcp%00", "/mcp;x", "/MCP", "*", "/mcp%2f", "/x/../mcp",
    ],
)  # fmt: skip
def test_only_the_very_path_is_served(door: HttpDoor, target: str) -> None:
    said = status(door, own(door, f"POST {target.replace('{port}', str(door.port))} HTTP/1.1"))
    assert said in {400, 404}


@pytest.mark.parametrize(
    "more",
    [
        "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: localhost\r\nX-Forwarded-Proto: http\r\n",
        "Forwarded: for=127.0.0.1;host=localhost\r\n",
        "X-Original-URL: /mcp\r\nX-HTTP-Method-Override: DELETE\r\n",
    ],
)
def test_what_a_proxy_would_say_changes_nothing(door: HttpDoor, more: str) -> None:
    stranger = f"POST /mcp HTTP/1.1\r\nHost: evil.example\r\n{more}"
    assert status(door, stranger) == 421
    nobody = f"POST /mcp HTTP/1.1\r\nHost: localhost:{door.port}\r\n{more}"
    assert status(door, nobody) == 401


def test_the_token_counts_in_its_header_alone(door: HttpDoor) -> None:
    head = f"Host: localhost:{door.port}\r\nCookie: token={door.token}\r\nX-Token: {door.token}\r\n"
    assert status(door, f"POST /mcp?access_token={door.token} HTTP/1.1\r\n{head}") == 401
    for wrong in (door.token[:-1], door.token + "x", door.token.swapcase(), f"{door.token},{door.token}"):
        assert door.ask(body=initialize(), authorization=f"Bearer {wrong}").status == 401


def test_an_answer_says_no_more_of_the_server_than_it_must(door: HttpDoor) -> None:
    said = [
        door.raw(b"\0\r\n\r\n"),
        door.raw(f"GET / HTTP/1.1\r\nHost: localhost:{door.port}\r\nConnection: close\r\n\r\n".encode()),
        door.raw(
            f"{own(door, 'POST /mcp HTTP/1.1')}Connection: close\r\nContent-Length: 1\r\n\r\n{{".encode()
        ),
    ]
    for one in said:
        head = one.partition(b"\r\n\r\n")[0].lower()
        assert not any(
            name in head for name in (b"\nserver:", b"\ndate:", b"x-powered", b"set-cookie", b"allow-origin")
        )
        assert not any(
            word in one.lower() for word in (b"uvicorn", b"starlette", b"python", b"h11", b"traceback")
        )


def test_a_websocket_is_not_opened(door: HttpDoor) -> None:
    asked = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    asked += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"
    head = f"GET /mcp HTTP/1.1\r\nHost: localhost:{door.port}\r\n"
    said = door.raw(f"{head}{asked}\r\nGET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert said.startswith(b"HTTP/1.1 401")
    assert b"101 Switching" not in said


def test_a_body_is_read_as_it_is(door: HttpDoor) -> None:
    packed = gzip.compress(b" " * 50_000_000 + json.dumps(initialize()).encode())
    assert len(packed) < 100_000
    assert 400 <= door.ask(body=packed, **{"content-encoding": "gzip"}).status < 500
    smuggled = own(door, more="Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")
    said = door.raw(f"{smuggled}\r\n0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n".encode())
    assert said.count(b"HTTP/1.1 200") == 0
    assert door.ask(body=initialize()).status == 200


def test_a_session_has_an_id_of_the_servers_own(door: HttpDoor) -> None:
    wanted = "0123456789abcdef0123456789abcdef"
    asked = {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}}
    version = {"mcp-protocol-version": "2025-06-18"}
    assert door.ask(body=asked, **{"mcp-session-id": wanted}, **version).status == 404
    begun = door.ask(body=initialize(), **{"mcp-session-id": wanted})
    assert begun.status == 404 or begun.headers["mcp-session-id"] != wanted
    first, second = (door.ask(body=initialize()).headers["mcp-session-id"] for _ in range(2))
    assert len({first, second, wanted}) == 3
    stolen = door.ask(body=asked, without="authorization", **{"mcp-session-id": first}, **version)
    assert stolen.status == 401
    for odd in ("../x", "a" * 5_000, "\t", f"{first}, {second}"):
        assert 400 <= door.ask(body=asked, **{"mcp-session-id": odd}, **version).status < 500


def made(path: Path, mode: int = 0o600, text: str = "x" * 43) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_token_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ensure(str(tmp_path / "data" / "token"))
    finally:
        os.umask(before)
    path = tmp_path / "data" / "token"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert len(read(str(path))) == 43
    first = read(str(path))
    ensure(str(path))
    assert read(str(path)) == first
    ensure(str(path), anew=True)
    assert read(str(path)) != first


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o610])
def test_a_token_that_others_could_read_or_write_opens_nothing(tmp_path: Path, mode: int) -> None:
    path = made(tmp_path / "token")
    token = Token(str(path))
    assert token.matches(b"x" * 43)
    path.chmod(mode)
    assert not token.matches(b"x" * 43)
    with pytest.raises(TacitError, match="may be read by others"):
        Token(str(path))


def test_what_is_no_file_of_ours_is_no_token(tmp_path: Path) -> None:
    aim, link = made(tmp_path / "aim"), tmp_path / "link"
    link.symlink_to(aim)
    pipe, folder, short = tmp_path / "pipe", tmp_path / "folder", made(tmp_path / "short", text="x" * 31)
    os.mkfifo(pipe, 0o600)
    folder.mkdir(0o700)
    for path in (link, pipe, folder, short, tmp_path / "none"):
        with pytest.raises(TacitError, match="cannot be used"):
            Token(str(path))
    ensure(str(link), anew=True)
    assert (link.is_symlink(), aim.read_text()) == (False, "x" * 43)


def test_a_link_put_in_the_place_of_a_token_lets_nobody_in(tmp_path: Path) -> None:
    path, other = made(tmp_path / "token"), made(tmp_path / "other", text="y" * 43)
    token = Token(str(path))
    path.unlink()
    path.symlink_to(other)
    assert not token.matches(b"y" * 43)
    assert not token.matches(b"x" * 43)
    assert not token.matches(b"")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_token_that_somebody_else_put_there_opens_nothing(tmp_path: Path) -> None:
    path = made(tmp_path / "token")
    os.chown(path, 65534, 65534)
    with pytest.raises(TacitError, match="belongs to somebody else"):
        Token(str(path))


@pytest.mark.parametrize("path", ["missing/token", "token"])
def test_a_token_that_cannot_be_written_is_told_of(tmp_path: Path, path: str) -> None:
    (tmp_path / "missing").write_text("a file")
    (tmp_path / "token").mkdir()
    (tmp_path / "token" / "x").write_text("")
    with pytest.raises(TacitError, match="cannot be used"):
        ensure(str(tmp_path / path), anew=True)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["missing", "token"]
