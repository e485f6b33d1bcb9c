"""One remote server, asked for one thing at a time, which never keeps anyone waiting.

urllib3 does the sending, the retries with backoff and jitter, and obeys ``Retry-After``. It limits each
wait for the network; a server that sends a byte now and then, or a name that is never resolved, passes
that by. So a request runs in a thread of its own, and who asked goes on when the time is over.

Nothing is followed elsewhere: neither a redirect nor a proxy named in the environment gets a text or key.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any, Self

import urllib3
from urllib3.exceptions import HTTPError, InvalidHeader, MaxRetryError, ProtocolError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse

from tacit.core.embedding.refusals import TooLarge, TooLong, refused, unreachable

CONNECT = 5.0
"""Seconds to reach the server."""

_AGAIN = (408, 409, 425, 429, 500, 502, 503, 504, 529)
_BACKOFF, _JITTER, _LONGEST_WAIT = 0.5, 0.5, 20.0
_CHUNK = 65_536
_KEPT = 8  # connections kept open, as many threads can ask without opening new ones
_GRACE = 0.25  # seconds the request has to say itself that its time is over


class Service:
    """A server at an address.

    Args:
        url: where requests go.
        headers: sent with each, the key among them; never shown.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": "tacit",
            **headers,
        }
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=_KEPT)

    def ask(self, body: bytes, *, seconds: float, retries: int, most: int) -> bytes:
        """What the server answers to a JSON body, at most ``most`` bytes, within ``seconds``.

        Raises:
            EmbeddingError: it did not answer, or with something else than success.
        """
        box: list[bytes | BaseException] = []
        until = time.monotonic() + seconds

        def run() -> None:
            try:
                box.append(self._ask(body, until, retries, most))
            except BaseException as error:
                box.append(error)

        thread = threading.Thread(target=run, name="tacit-embedding", daemon=True)
        thread.start()
        thread.join(seconds + _GRACE)
        if not box:
            raise unreachable(self._url, TooLong(), seconds)
        if isinstance(box[0], bytes):
            return box[0]
        if isinstance(box[0], HTTPError):
            raise unreachable(self._url, box[0], seconds) from None
        raise box[0] from None

    def close(self) -> None:
        """End the connections that are not in use."""
        self._pool.clear()

    def _ask(self, body: bytes, until: float, retries: int, most: int) -> bytes:
        patience = _Patience.for_all(until, retries)
        while True:
            left = max(until - time.monotonic(), 0.01)
            response = self._pool.request(
                "POST",
                self._url,
                body=body,
                headers=self._headers,
                retries=patience,
                redirect=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=min(CONNECT, left), read=left, total=left),
            )
            try:
                return self._answer(response, until, most)
            except (ProtocolError, ReadTimeoutError) as error:
                used = response.retries
                patience = used if isinstance(used, _Patience) else patience
                patience = patience.increment("POST", self._url, error=error)
                patience.sleep()
            finally:
                response.close()

    def _answer(self, response: BaseHTTPResponse, until: float, most: int) -> bytes:
        """The body of a good answer; the words of a bad one are never repeated, they may quote ours."""
        if response.status != 200:
            start = _read(response, until, _CHUNK, cut=True)
            raise refused(self._url, response.status, response.headers, start)
        body = _read(response, until, most)
        response.release_conn()
        return body


class _Patience(urllib3.Retry):
    """urllib3's retries, which give up at once when the next one would come too late."""

    until = float("inf")

    @classmethod
    def for_all(cls, until: float, retries: int) -> Self:
        """Retries of whatever may pass; an address that nobody answers at, or whom nobody trusts, may not."""
        made = cls(
            total=retries,
            connect=0,
            other=0,
            allowed_methods=None,
            status_forcelist=_AGAIN,
            raise_on_status=False,
            backoff_factor=_BACKOFF,
            backoff_jitter=_JITTER,
            backoff_max=_LONGEST_WAIT,
        )
        made.until = until
        return made

    def new(self, **changed: Any) -> Self:
        made = super().new(**changed)
        made.until = self.until
        return made

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> Self:
        made = super().increment(method, url, response, error, _pool, _stacktrace)
        wait = (made.get_retry_after(response) if response else None) or made.get_backoff_time()
        if time.monotonic() + wait >= self.until:
            raise MaxRetryError(_pool, url or "", error or TooLong())
        return made

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        try:
            return super().get_retry_after(response)
        except (InvalidHeader, ValueError, OverflowError):
            return None


def _read(response: BaseHTTPResponse, until: float, most: int, *, cut: bool = False) -> bytes:
    """The body as it comes in, with an eye on the clock and on its size."""
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_CHUNK, decode_content=False):
        parts.append(part)
        size += len(part)
        if size > most:
            if cut:
                break
            raise TooLarge
        if time.monotonic() > until:
            raise TooLong
    return b"".join(parts)
