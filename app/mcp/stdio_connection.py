"""Messages between two descriptors and the SDK's server, with bounds the SDK does not have."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from tacit.app.mcp.limits import LEAVE_SECONDS
from tacit.app.mcp.lines import Lines, read_lines, write_line
from tacit.app.mcp.messages import message_of
from tacit.app.mcp.server import make_server

if TYPE_CHECKING:
    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

    from tacit.app.mcp.open_memory import Held

    Incoming = SessionMessage | Exception

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def run(held: Held, source: int, sink: int) -> int:
    """Serve until the client is gone or a signal comes; the exit code.

    Args:
        held: the memory.
        source: the descriptor that messages come from.
        sink: the one that answers go to.
    """
    return anyio.run(Wire(held, source, sink).serve)


class Wire:
    """One connection."""

    def __init__(self, held: Held, source: int, sink: int) -> None:
        self._held = held
        self._lines = Lines(source)
        self._sink = sink
        self._open: set[str | int] = set()
        """Ids of requests that were read and not answered."""
        self._answered = anyio.Event()
        self._code = 0

    async def serve(self) -> int:
        """Serve; 0 when the client left, 128 and more after a signal."""
        to_server, incoming = anyio.create_memory_object_stream["Incoming"](0)
        outgoing, from_server = anyio.create_memory_object_stream[SessionMessage](0)
        server = make_server(self._held)
        async with anyio.create_task_group() as group:
            group.start_soon(self._watch, group.cancel_scope)
            group.start_soon(self._read, to_server, outgoing.clone(), group.cancel_scope)
            group.start_soon(self._write, from_server, group.cancel_scope)
            await server.run(incoming, outgoing, server.create_initialization_options())
            group.cancel_scope.cancel()
        return self._code

    async def _watch(self, scope: anyio.CancelScope) -> None:
        """End everything on a signal."""
        with anyio.open_signal_receiver(*_SIGNALS) as signals:
            async for number in signals:
                self._code = 128 + number
                scope.cancel()
                return

    async def _read(
        self,
        to_server: MemoryObjectSendStream[Incoming],
        outgoing: MemoryObjectSendStream[SessionMessage],
        scope: anyio.CancelScope,
    ) -> None:
        """Give the server what comes; what is no message is answered here. The end of it ends everything."""
        async with to_server, outgoing:
            async for line in read_lines(self._lines):
                message = message_of(line)
                if isinstance(message, JSONRPCError):
                    await outgoing.send(SessionMessage(message))
                    continue
                self._note(message)
                await to_server.send(SessionMessage(message))
            with anyio.move_on_after(LEAVE_SECONDS):
                while self._open:
                    await self._answered.wait()
        scope.cancel()

    def _note(self, message: object) -> None:
        """Keep which requests are to be answered; one that was cancelled is not."""
        if isinstance(message, JSONRPCRequest):
            self._open.add(message.id)
        elif isinstance(message, JSONRPCNotification) and message.method == "notifications/cancelled":
            self._settle((message.params or {}).get("requestId"))

    def _settle(self, request: object) -> None:
        if isinstance(request, str | int):
            self._open.discard(request)
            self._answered.set()
            self._answered = anyio.Event()

    async def _write(
        self, from_server: MemoryObjectReceiveStream[SessionMessage], scope: anyio.CancelScope
    ) -> None:
        """Write what the server says; a client that no longer reads ends everything."""
        async with from_server:
            async for one in from_server:
                line = one.message.model_dump_json(by_alias=True, exclude_unset=True)
                try:
                    await write_line(self._sink, line.encode("utf-8", "replace") + b"\n")
                except OSError:
                    scope.cancel()
                    return
                if isinstance(one.message, JSONRPCResponse | JSONRPCError):
                    self._settle(one.message.id)
