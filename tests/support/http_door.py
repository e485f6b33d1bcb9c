"""A server of the memory over HTTP in a process of its own, and ways to speak to it."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3
from awaited import PATIENCE
from going_on import GoingOn
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp_types import Implementation

JSON = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


def initialize(name: str = "test") -> dict[str, Any]:
    """The first message of a client."""
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": name, "version": "1"},
        },
    }


class HttpDoor(GoingOn):
    """``memory mcp --http`` on a free port."""

    def __init__(self, *words: str, home: Path, **more: str) -> None:
        super().__init__("mcp", "--http", "--port", "0", *words, home=home, **more)
        self.until(lambda: len(self.err) >= 2 or self.process.poll() is not None)
        found = [word for word in " ".join(self.err).split() if word.startswith("http")]
        self.url = found[0] if found else ""
        self.host, self.port = urlsplit(self.url).hostname or "", urlsplit(self.url).port or 0
        self.token = (home / "token").read_text(encoding="utf-8").strip() if self.url else ""

    @property
    def headers(self) -> dict[str, str]:
        """What a client that is let in sends."""
        return JSON | {"authorization": f"Bearer {self.token}"}

    def ask(
        self,
        method: str = "POST",
        body: Any = None,
        *,
        path: str = "/mcp",
        without: str = "",
        **headers: str,
    ) -> urllib3.BaseHTTPResponse:
        """One request as a client that is let in would send it, but for what is named."""
        sent = {name: value for name, value in self.headers.items() if name != without} | headers
        url = self.url.removesuffix("/mcp") + path
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return urllib3.request(method, url, body=data, headers=sent, timeout=PATIENCE, retries=False)

    def raw(self, data: bytes, *, seconds: float = PATIENCE) -> bytes:
        """What comes back for bytes on a connection, until the server closes or resets it."""
        found = b""
        with (
            socket.create_connection((self.host, self.port), timeout=seconds) as connection,
            suppress(ConnectionResetError, BrokenPipeError),
        ):
            connection.sendall(data)
            while piece := connection.recv(65536):
                found += piece
        return found

    @asynccontextmanager
    async def client(self, name: str = "test", *, mode: str = "legacy") -> AsyncIterator[Client]:
        """The official client, connected."""
        headers = {"authorization": f"Bearer {self.token}"}
        async with create_mcp_http_client(headers=headers) as http:
            transport = streamable_http_client(self.url, http_client=http)
            who = Implementation(name=name, version="1.0")
            async with Client(transport, client_info=who, mode=mode) as client:
                yield client
