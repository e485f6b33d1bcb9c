"""The server in a process of its own, spoken to by the official client or line by line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import mcp_types as types
from anyio.from_thread import BlockingPortal, start_blocking_portal
from awaited import PATIENCE
from awaited import eventually as eventually
from mcp.client.session import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client
from own_process import environment as environment

SERVER = ("-m", "tacit")
_LONGEST = 300.0
"""Seconds after which a server that a test waits for in vain is killed, so that the test fails."""

HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}}


class Agent:
    """The official client, one call after another."""

    def __init__(self, portal: BlockingPortal, session: ClientSession) -> None:
        self._portal = portal
        self.session = session

    def ask(self, name: str, /, **arguments: Any) -> types.CallToolResult:
        """The result of a tool."""
        return self._portal.call(self.session.call_tool, name, arguments)  # type: ignore[arg-type]

    def tell(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """What a tool that does not fail gives back."""
        result = self.ask(name, **arguments)
        assert not result.is_error, result.content
        assert isinstance(result.structured_content, dict)
        return result.structured_content

    def refused(self, name: str, /, **arguments: Any) -> str:
        """What a tool that fails says."""
        result = self.ask(name, **arguments)
        assert result.is_error, result.structured_content
        (block,) = result.content
        assert isinstance(block, types.TextContent)
        return block.text

    def run(self, method: str, *arguments: Any) -> Any:
        """What a method of the client gives, as ``list_tools``."""
        return self._portal.call(getattr(self.session, method), *arguments)


@contextmanager
def served(
    home: Path, *words: str, client: str = "codex-mcp-client", errors: Path | None = None
) -> Iterator[Agent]:
    """A client of a server on the memory in ``home``."""
    with (
        (errors or Path(os.devnull)).open("a") as errlog,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(_connected(home, words, client, errlog)) as session,
    ):
        yield Agent(portal, session)


@asynccontextmanager
async def _connected(
    home: Path, words: Sequence[str], client: str, errlog: Any
) -> AsyncIterator[ClientSession]:
    started = StdioServerParameters(
        command=sys.executable, args=[*SERVER, *words, "mcp"], env=environment(home), cwd=home
    )
    info = types.Implementation(name=client, version="1.2.3")
    async with (
        stdio_client(started, errlog) as (read, write),
        ClientSession(read, write, client_info=info) as session,
    ):
        await session.initialize()
        yield session


class Raw:
    """A server spoken to in lines of JSON.

    Args:
        home: where the memory lies.
        before: Python that is run in the server's process before it starts, as a fault of a library would.
        words: options before the command.
        around: a command that runs another one, and its options.
    """

    def __init__(
        self, home: Path, before: str = "", words: Sequence[str] = (), around: Sequence[str] = ()
    ) -> None:
        start = f"import sys\n{before}\nfrom tacit.__main__ import main\nmain()"
        self.process = subprocess.Popen(
            [*around, sys.executable, "-c", start, *words, "mcp"],
            env=environment(home),
            cwd=home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.errors = b""
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._patience = threading.Timer(_LONGEST, self.process.kill)
        self._patience.start()
        self._number = 0

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors += line

    def write(self, line: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def read(self) -> Any:
        """The next line that comes back, as JSON."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the server is gone: {self.errors.decode()}"
        return json.loads(line)

    def send(self, method: str, params: dict[str, Any] | None = None) -> int:
        """Send a request; its number."""
        self._number += 1
        message = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params or {}}
        self.write(json.dumps(message).encode() + b"\n")
        return self._number

    def ask(self, method: str, params: dict[str, Any] | None = None) -> Any:
        """Send a request and read the next line."""
        self.send(method, params)
        return self.read()

    def call(self, tool: str, /, **arguments: Any) -> Any:
        """Call a tool and read the next line."""
        return self.ask("tools/call", {"name": tool, "arguments": arguments})

    def hello(self, client: str = "claude-code") -> Self:
        """Shake hands."""
        answer = self.ask("initialize", HELLO | {"clientInfo": {"name": client, "version": "2.0"}})
        assert answer["result"]["serverInfo"]["name"] == "tacit"
        self.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        return self

    def leave(self) -> int:
        """Close stdin, as a client does that ends; the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patience.cancel()
        self.process.kill()
        self.process.wait(PATIENCE)
        self._listener.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
