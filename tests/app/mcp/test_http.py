"""The official client over HTTP, against the real process."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import stat
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import pytest
from awaited import eventually
from going_on import GoingOn
from http_door import HttpDoor, initialize
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from tacit import Memory


@pytest.fixture
def home(tmp_path: Path, transcripts: Path) -> Path:
    """A home with a memory that has learned."""
    folder = tmp_path / "home"
    with Memory.open(folder / "store") as memory:
        memory.import_paths([transcripts])
    return folder


@pytest.fixture
def door(home: Path) -> Iterator[HttpDoor]:
    with HttpDoor(home=home) as server:
        yield server


def talk(door: HttpDoor, what: Callable[[Client], Awaitable[Any]], name: str = "test", **more: str) -> Any:
    """What a conversation with one client gives."""

    async def run() -> Any:
        async with door.client(name, **more) as client:
            return await what(client)

    return anyio.run(run)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_official_client_lists_and_calls(door: HttpDoor, mode: str) -> None:
    async def what(client: Client) -> tuple[Any, Any]:
        return await client.list_tools(), await client.call_tool("search_patterns", {"text": "test"})

    tools, found = talk(door, what, mode=mode)
    assert "search_patterns" in [tool.name for tool in tools.tools]
    assert not found.is_error
    assert found.structured_content["patterns"]


def test_it_says_where_it_listens_and_where_the_token_lies_and_never_the_token(
    door: HttpDoor, home: Path
) -> None:
    assert door.url == f"http://127.0.0.1:{door.port}/mcp"
    token = home / "token"
    assert "token" in door.err[1]
    assert len(door.token) == 43
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    talk(door, lambda client: client.list_tools())
    door.ask(without="authorization")
    assert door.end() == 130
    assert door.out == []
    log = (home / "tacit.log").read_text(encoding="utf-8")
    assert door.token not in log + "".join(door.err)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_at_once_also_while_clients_listen(door: HttpDoor, number: int) -> None:
    ended: list[int] = []

    async def run() -> None:
        async with door.client() as client:
            await client.list_tools()
            ended.append(await anyio.to_thread.run_sync(door.end, number))  # the client listens until then

    with suppress(Exception):  # the client may complain that its server has gone
        anyio.run(run)
    assert ended == [128 + number]


def test_each_client_is_known_by_its_own_name_and_all_share_the_memory(door: HttpDoor, home: Path) -> None:
    async def run() -> None:
        async with door.client("claude-code") as one, door.client("codex-mcp-client") as other:
            found = await one.call_tool("search_patterns", {"text": "test"})
            same = await other.call_tool("search_patterns", {"text": "test"})
            assert found.structured_content == same.structured_content
            begun = await one.call_tool("create_episode", {"task": "Make the tests pass"})
            episode = begun.structured_content["episode"]
            step = {"episode": episode, "tool": "bash", "parameters": {"command": "pytest"}}
            assert not (await other.call_tool("add_step", step)).is_error

    anyio.run(run)
    with Memory.open(home / "store", readonly=True) as memory:
        spoke = {("claude-code", "http"), ("codex", "http")}
        eventually(lambda: spoke <= memory.contacts().keys())  # that is noted beside the answers
        assert {at for _, at in memory.contacts()} == {"http"}
    assert door.end() == 130
    with Memory.open(home / "store", readonly=True) as memory:
        pattern = memory.patterns()[0].id
        assert {offer.door for offer in memory.offers(pattern)} <= {"http"}


def test_ten_calls_at_once_are_all_answered(door: HttpDoor) -> None:
    async def what(client: Client) -> list[Any]:
        calls = [client.call_tool("search_patterns", {"text": f"test {number}"}) for number in range(10)]
        return await asyncio.gather(*calls)

    assert [one.is_error for one in talk(door, what)] == [False] * 10


def test_a_tool_that_is_refused_is_a_line_of_the_log(door: HttpDoor, home: Path) -> None:
    async def what(client: Client) -> None:
        with pytest.raises(MCPError):
            await client.call_tool("rm_rf\nforged", {})

    talk(door, what)
    log = (home / "tacit.log").read_text(encoding="utf-8").splitlines()
    assert [line.split(" ", 2)[2] for line in log if " refused " in line] == [
        "mcp refused UnknownTool tool=-"
    ]


def test_a_client_that_leaves_in_the_middle_harms_nobody(door: HttpDoor) -> None:
    session = door.ask(body=initialize()).headers["mcp-session-id"]
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "get_metrics", "arguments": {}},
    }
    body = json.dumps(call).encode()
    lines = [
        b"POST /mcp HTTP/1.1",
        f"Host: 127.0.0.1:{door.port}".encode(),
        f"Mcp-Session-Id: {session}".encode(),
        f"Content-Length: {len(body)}".encode(),
        *(f"{name}: {value}".encode() for name, value in door.headers.items()),
    ]
    request = b"\r\n".join(lines) + b"\r\n\r\n" + body
    for end in (len(request), len(request) - 5, 40):
        for _ in range(5):
            with socket.create_connection((door.host, door.port)) as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.sendall(request[:end])
    found = talk(door, lambda client: client.call_tool("health_check", {}))
    assert not found.is_error
    assert door.process.poll() is None


def test_a_session_ends_when_its_client_says_so_and_none_is_made_up(door: HttpDoor) -> None:
    session = door.ask(body=initialize()).headers["mcp-session-id"]
    ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
    headers = {"mcp-session-id": session, "mcp-protocol-version": "2025-06-18"}
    assert door.ask(body=ping, **headers).status == 200
    assert door.ask("DELETE", **headers).status == 200
    assert door.ask(body=ping, **headers).status == 404
    assert door.ask(body=ping, **{"mcp-session-id": "0" * 32}).status == 404


def test_two_servers_share_a_memory_but_no_port(door: HttpDoor, home: Path) -> None:
    with HttpDoor(home=home) as second:
        assert second.token == door.token
        assert not talk(second, lambda client: client.call_tool("health_check", {})).is_error
    with HttpDoor("--port", str(door.port), home=home) as third:
        assert third.wait() == 2
        assert f"port {door.port} of 127.0.0.1" in third.err[0]
        assert "--port 0" in third.err[1]


def test_ipv6_and_localhost(home: Path) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("there is no IPv6 here")
    with HttpDoor("--host", "::1", home=home) as door:
        assert door.url == f"http://[::1]:{door.port}/mcp"
        assert not talk(door, lambda client: client.call_tool("health_check", {})).is_error
    with HttpDoor("--host", "localhost", home=home) as door:
        assert not talk(door, lambda client: client.call_tool("health_check", {})).is_error


def test_a_new_token_holds_from_the_next_request_on(door: HttpDoor, home: Path) -> None:
    assert door.ask(body=initialize()).status == 200
    with HttpDoor("--new-token", home=home) as second:
        assert second.token != door.token
        assert door.ask(body=initialize()).status == 401
        assert door.ask(body=initialize(), authorization=f"Bearer {second.token}").status == 200
    (home / "token").unlink()
    assert door.ask(body=initialize(), authorization=f"Bearer {second.token}").status == 401


def test_a_token_that_others_may_read_is_not_used(home: Path) -> None:
    token = home / "token"
    token.write_text("x" * 43, encoding="utf-8")
    token.chmod(0o644)
    with HttpDoor(home=home) as door:
        assert door.wait() == 1
        assert "may be read by others" in door.err[0]
    token.chmod(0o600)
    token.write_text("short", encoding="utf-8")
    with HttpDoor(home=home) as door:
        assert door.wait() == 1
        assert "too short" in door.err[0]
    token.unlink()
    token.symlink_to("/etc/hostname")
    with HttpDoor(home=home) as door:
        assert door.wait() == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--host", "0.0.0.0"), "other machines"),
        (("--host", "::"), "other machines"),
        (("--host", "192.0.2.1"), "other machines"),
        (("--host", "no such host"), "no address"),
        (("--tls-cert", "cert.pem"), "go together"),
        (("--tls-cert", "none.pem", "--tls-key", "none.pem"), "cannot be used"),
    ],
)
def test_what_would_let_others_listen_in_is_refused(home: Path, words: tuple[str, ...], why: str) -> None:
    with HttpDoor(*words, home=home) as door:
        assert door.wait() == 2
        assert why in " ".join(door.err)
        assert door.out == []
    assert not (home / "token").exists()


def test_options_of_http_need_it(home: Path) -> None:
    with GoingOn("mcp", "--port", "1", home=home) as plain:
        assert plain.wait() == 2
        assert "--http" in " ".join(plain.err)


def test_readonly_answers_and_changes_nothing(home: Path) -> None:
    with HttpDoor("--readonly", home=home) as door:

        async def what(client: Client) -> tuple[Any, Any]:
            found = await client.call_tool("search_patterns", {"text": "test"})
            return found, await client.call_tool("create_episode", {"task": "x"})

        found, refused = talk(door, what)
        assert not found.is_error
        assert refused.is_error


def test_without_a_memory_it_serves_and_says_so(tmp_path: Path) -> None:
    with HttpDoor(home=tmp_path / "fresh") as door:
        assert not talk(door, lambda client: client.list_tools()).next_cursor
        found = talk(door, lambda client: client.call_tool("search_patterns", {"text": "test"}))
        assert "no memory" in found.content[0].text
    assert not (tmp_path / "fresh" / "store").exists()
