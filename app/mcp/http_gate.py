"""Who is let in over HTTP: everything that is looked at before the protocol sees a request.

Nothing here ever sends a header of CORS, so that no page in a browser reads an answer.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import anyio
from msgspec import Struct

from tacit.app.mcp import http_limits as limits
from tacit.app.mcp.http_rate import Bucket
from tacit.app.mcp.http_refusals import NOTED

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tacit.app.mcp.http_token import Token

PATH = "/mcp"
METHODS = ("DELETE", "GET", "POST")
_ALLOW = (b"allow", b"DELETE, GET, POST")
_CHALLENGE = (b"www-authenticate", b'Bearer realm="tacit"')


class Refusal(Struct, frozen=True):
    """Why a request is refused, with the status and the header that say so to the client."""

    status: int
    why: str
    header: tuple[bytes, bytes] | None = None


class Gate:
    """The application in front of the protocol's.

    Args:
        app: the protocol's.
        token: what clients have to send.
        hosts: what ``Host`` may be; empty where a certificate names the host.
        scheme: ``http`` or ``https``, for ``Origin``.
    """

    def __init__(self, app: ASGIApp, token: Token, hosts: frozenset[str], scheme: str) -> None:
        self._app = app
        self._token = token
        self._hosts = hosts
        self._scheme = scheme
        self._rate = Bucket(limits.RATE, limits.BURST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        refusal = self._refusal(scope) or await self._too_often(scope)
        if refusal is not None:
            NOTED.add(refusal.status, refusal.why)
            await _answer(send, refusal)
            return
        watched = _Watched(send)
        try:
            await self._app(scope, _in_time(receive), watched.send)
        except TimeoutError:
            if not watched.began:
                NOTED.add(408, "slow")
                await _answer(send, Refusal(408, "slow"))

    def _refusal(self, scope: Scope) -> Refusal | None:
        """Why a request is refused, whoever sends it, or because of that; ``None`` where it is not."""
        host = _only(scope, b"host")
        if host is None or (self._hosts and host.lower() not in self._hosts):
            return Refusal(421, "host")
        if not self._known_origin(scope, host):
            return Refusal(403, "origin")
        if scope["path"] != PATH:
            return Refusal(404, "path")
        if scope["method"] not in METHODS:
            return Refusal(405, "method", _ALLOW)
        return self._stranger(_only(scope, b"authorization") or "")

    def _stranger(self, given: str) -> Refusal | None:
        kind, _, value = given.partition(" ")
        if kind.lower() != "bearer":
            return Refusal(401, "no-token", _CHALLENGE)
        if not self._token.matches(value.strip().encode("latin-1")):
            return Refusal(401, "wrong-token", (_CHALLENGE[0], _CHALLENGE[1] + b', error="invalid_token"'))
        return None

    async def _too_often(self, scope: Scope) -> Refusal | None:
        """Let a client that asks too often wait for its turn, and refuse it where too many wait.

        To end a session takes no turn: one that could not be ended would stay.
        """
        if scope["method"] == "DELETE":
            return None
        wait = self._rate.take(limits.PATIENCE)
        if wait is None:
            return Refusal(429, "rate", (b"retry-after", str(math.ceil(limits.PATIENCE)).encode()))
        if wait:
            await anyio.sleep(wait)
        return None

    def _known_origin(self, scope: Scope, host: str) -> bool:
        """Whether a browser says nothing, or a page of this very server."""
        if not any(name == b"origin" for name, _ in scope["headers"]):
            return True
        origin = _only(scope, b"origin")
        hosts = self._hosts or {host.lower()}
        return origin is not None and origin.lower() in {f"{self._scheme}://{one}" for one in hosts}


class _Watched:
    """What the protocol answers; where that is a refusal it is noted."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.began = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.began = True
            status = message["status"]
            if status >= 400:
                NOTED.add(status, {413: "size", 503: "sessions"}.get(status, "request"))
        await self._send(message)


def _in_time(receive: Receive) -> Receive:
    """The body, which has to come in time; after it the end of the connection, which has not."""
    until = time.monotonic() + limits.BODY_SECONDS
    whole = False

    async def inner() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        with anyio.fail_after(max(0.0, until - time.monotonic())):
            message = await receive()
        whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    return inner


def _only(scope: Scope, name: bytes) -> str | None:
    """The value of a header that comes once, ``None`` where it does not."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin-1").strip() if len(found) == 1 else None


async def _answer(send: Send, refusal: Refusal) -> None:
    """A refusal without a body worth reading."""
    body = f"{refusal.why}\n".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    headers += [refusal.header] if refusal.header else []
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
