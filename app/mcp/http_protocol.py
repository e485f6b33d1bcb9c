"""HTTP as uvicorn speaks it, with an end to waiting for the head of a request."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from tacit.app.mcp.http_limits import HEAD_SECONDS
from tacit.app.mcp.http_refusals import NOTED


class Protocol(H11Protocol):
    """A connection that is closed where the head of a request does not come in time.

    uvicorn itself waits for ever once the first byte is there, and before it on a new connection.
    """

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Go on waiting until the head is whole."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self._head is None:
            self._wait()

    def send_400_response(self, msg: str) -> None:
        """Note what is no HTTP."""
        NOTED.add(400, "no-http")
        super().send_400_response(msg)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._head = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _give_up(self) -> None:
        self._head = None
        if not self.transport.is_closing():
            NOTED.add(0, "slow-head")
            self.transport.close()
