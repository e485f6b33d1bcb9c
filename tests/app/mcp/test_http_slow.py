"""Clients over HTTP that take their time, against the gate and the connection of the real server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from tacit.app.mcp import http_limits, http_protocol
from tacit.app.mcp.http_gate import Gate
from tacit.app.mcp.http_protocol import Protocol
from tacit.app.mcp.http_token import Token, ensure

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[Any]]


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers when it has the whole body."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def speak(tmp_path: Path, what: Speak) -> Any:
    """What a conversation over one connection gives; ``what`` gets the headers of a client that is let in."""
    path = str(tmp_path / "token")
    ensure(path)
    token = Token(path)

    async def run() -> Any:
        gate = Gate(_echo, token, frozenset({"localhost"}), "http")
        config = Config(gate, lifespan="off", log_config=None)
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Protocol(config, ServerState(), {}), "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            value = Path(path).read_text(encoding="utf-8").strip()
            said = await what(reader, writer, f"Host: localhost\r\nAuthorization: Bearer {value}\r\n")
            writer.close()
            return said

    return asyncio.run(asyncio.wait_for(run(), 120))


@pytest.mark.parametrize("head", ["", "POST /mcp HT", "POST /mcp HTTP/1.1\r\nHost: localhost\r\n"])
def test_a_head_that_does_not_come_in_time_ends_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.05)

    async def what(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> bytes:
        writer.write(head.encode())
        return await reader.read()

    assert speak(tmp_path, what) == b""


def test_one_that_comes_byte_by_byte_ends_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.2)

    async def what(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: str) -> int:
        for sent in range(10_000):
            writer.write(b"GET /" if not sent else b"x")
            if reader.at_eof() or reader.exception() is not None or writer.is_closing():
                return sent + 1
            await asyncio.sleep(0.005)
        return 0

    assert speak(tmp_path, what)


def test_the_second_request_of_a_connection_is_waited_for_as_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[Protocol] = []
    wait = Protocol._wait
    monkeypatch.setattr(Protocol, "_wait", lambda self: (waited.append(self), wait(self)))

    async def what(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: str) -> bytes:
        whole = f"GET /mcp HTTP/1.1\r\n{headers}\r\n".encode()
        for _ in range(2):
            writer.write(whole)
            assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
            assert waited[-1]._head is None, "nothing was begun: keeping alive is another matter"
        monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.05)
        writer.write(whole[:-2])
        return await reader.read()

    assert speak(tmp_path, what) == b""


def test_a_body_that_does_not_come_in_time_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    monkeypatch.setattr(http_limits, "BODY_SECONDS", 0.05)

    async def what(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: str) -> bytes:
        writer.write(f"POST /mcp HTTP/1.1\r\n{headers}Content-Length: 5\r\n\r\nab".encode())
        return await reader.readuntil(b"\r\n\r\n")

    assert speak(tmp_path, what).startswith(b"HTTP/1.1 408")
    assert "http refused slow status=408" in (own_home / "tacit" / "tacit.log").read_text(encoding="utf-8")


def test_only_the_very_token_opens(tmp_path: Path) -> None:
    path = tmp_path / "token"
    ensure(str(path))
    token, value = Token(str(path)), path.read_bytes().strip()
    assert token.matches(value)
    for wrong in (b"", value[:-1], value + b"x", value.swapcase(), secrets.token_urlsafe(32).encode()):
        assert not token.matches(wrong)
    path.chmod(0o644)
    assert not token.matches(value)
