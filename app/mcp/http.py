"""The protocol over HTTP, for clients of this machine that are told where the token lies.

stdout stays empty. Whatever happens, a signal ends the process within two seconds.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, NoReturn

import anyio
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from uvicorn import Config, Server

from tacit.app.commands.logfile import note
from tacit.app.mcp import http_limits as limits
from tacit.app.mcp import library_logs
from tacit.app.mcp.http_gate import Gate
from tacit.app.mcp.http_place import Place, listen, tls_context
from tacit.app.mcp.http_protocol import Protocol
from tacit.app.mcp.http_token import Token, ensure
from tacit.app.mcp.limits import CLOSE_SECONDS
from tacit.app.mcp.server import make_server

if TYPE_CHECKING:
    import ssl

    from tacit.app.mcp.open_memory import Held

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(
    held: Held, *, host: str, port: int, tls: tuple[str, str] | None, token: str, anew: bool
) -> NoReturn:
    """Serve until a signal; ends the process with 128 and its number.

    Args:
        held: the memory.
        host: where to listen.
        port: 0 for any that is free.
        tls: the files of a certificate and its key.
        token: the file of the token, which is made where there is none.
        anew: make a new token in any case.

    Raises:
        Usage: it cannot listen there.
        TacitError: the token cannot be used.
    """
    context = None if tls is None else tls_context(*tls)
    place = listen(host, port, tls=tls is not None)
    ensure(token, anew=anew)
    needed = Token(token)
    _divert()
    library_logs.log_to_file()
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # what is refused is noted where that is done
    note("http", "serving", port=place.port)
    _tell(place, token, "https" if context else "http")
    code = anyio.run(_Serving(held, place, context, needed).run)
    held.close(CLOSE_SECONDS)
    os._exit(code)


def _divert() -> None:
    """Let stdout be stderr, or nothing where that is closed, whatever any library prints."""
    try:
        os.dup2(2, 1)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class _Serving:
    """One server from its start to its end."""

    def __init__(self, held: Held, place: Place, context: ssl.SSLContext | None, token: Token) -> None:
        self._sessions = StreamableHTTPSessionManager(
            make_server(held),
            session_idle_timeout=limits.SESSION_SECONDS,
            max_request_body_size=limits.BODY_BYTES,
            max_sessions=limits.SESSIONS,
        )
        gate = Gate(self._sessions.handle_request, token, place.hosts, "https" if context else "http")
        self._place = place
        self._server = _Quiet(_config(gate, context))
        self._code = 0

    async def run(self) -> int:
        """Serve until a signal comes; 128 and its number."""
        async with anyio.create_task_group() as group:
            async with self._sessions.run():
                group.start_soon(self._server.serve, [self._place.socket])
                await self._signal()
            # The sessions are over, and with them the streams that clients hold open.
            self._server.should_exit = True
        return self._code

    async def _signal(self) -> None:
        with anyio.open_signal_receiver(*_SIGNALS) as signals:
            async for number in signals:
                self._code = 128 + number
                end = threading.Timer(limits.END_SECONDS, os._exit, (self._code,))
                end.daemon = True
                end.start()
                return


class _Quiet(Server):
    """uvicorn without its own way with signals."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Leave them to whoever runs this."""
        return nullcontext()


def _config(gate: Gate, context: ssl.SSLContext | None) -> Config:
    more: dict[str, Any] = {} if context is None else {"ssl_context_factory": lambda *_: context}
    return Config(
        gate,
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        limit_concurrency=limits.CONNECTIONS,
        timeout_keep_alive=limits.KEEP_SECONDS,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=limits.HEAD_BYTES,
        **more,
    )


def _tell(place: Place, token: str, scheme: str) -> None:
    from tacit.app.commands.output import say
    from tacit.core.places import short

    say(f"Serving the memory at {place.url(scheme)} until Ctrl-C.")
    say(f"Clients send the token in {short(token)} as “Authorization: Bearer TOKEN”.", "dim")
