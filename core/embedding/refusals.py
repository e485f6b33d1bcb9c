"""What a person is told when a remote provider does not do what it was asked.

A server's own words are never repeated: they may quote the key or the texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from tacit.core.embedding.address import host_of, is_here
from tacit.core.embedding.keys import VARIABLE
from tacit.core.embedding.provider import EmbeddingError

_LATER = "Try again later; searches go by words meanwhile."
_ADDRESS = "Check embedding.base_url."
_SETTINGS = "Look at embedding.model, embedding.dimensions and embedding.batch."


class TooLong(HTTPError):
    """The time is over."""


class TooLarge(HTTPError):
    """The answer is larger than any answer to that question can be."""


_CAUSES: tuple[tuple[tuple[type[HTTPError], ...], str, str], ...] = (
    ((NameResolutionError,), "cannot be found", f"{_ADDRESS} {_LATER}"),
    ((NewConnectionError,), "cannot be reached", f"Check the network; proxies are not used. {_LATER}"),
    ((ConnectTimeoutError, ReadTimeoutError, TooLong), "did not answer within {seconds:g} s", _LATER),
    ((TooLarge,), "answered with far more than vectors", _ADDRESS),
    ((ProtocolError,), "broke off in the middle of its answer", _LATER),
)
"""Why no answer came, the more special first, with what to do."""


def refused(url: str, status: int, headers: Mapping[str, str], body: bytes) -> EmbeddingError:
    """What another status than 200 means. Of the body only known words are looked for."""
    host = host_of(url)
    if 300 <= status < 400:
        there = _elsewhere(url, headers.get("Location", ""))
        message = f"{host} sends requests on to {there}; that is not followed."
        return EmbeddingError(message, "If that is right, set embedding.base_url to it.")
    if status in {401, 403}:
        hint = f"Check the key: in {VARIABLE}, in embedding.key_file, or in the provider's own variable."
        return EmbeddingError(f"{host} does not accept the key, or wants one ({status}).", hint)
    if status == 404:
        hint = "Check embedding.model and embedding.base_url."
        return EmbeddingError(f"{host} knows no such model or address (404).", hint)
    if status == 429:
        return _too_often(host, headers, body)
    if status >= 500:
        return EmbeddingError(f"{host} is in trouble itself ({status}).", _LATER)
    return EmbeddingError(f"{host} refused the request ({status}).", _SETTINGS)


def unreachable(url: str, error: HTTPError, seconds: float) -> EmbeddingError:
    """What it means that no answer came, or not a whole one."""
    host = host_of(url)
    cause: BaseException = (error.reason or error) if isinstance(error, MaxRetryError) else error
    if isinstance(cause, SSLError):
        hint = "Check embedding.base_url; a server without a certificate is asked by http://."
        return EmbeddingError(f"The connection to {host} is not secure: {_distrust(cause)}.", hint)
    unknown = (f"could not be asked ({type(cause).__name__})", _ADDRESS)
    message, hint = next(((said, do) for kinds, said, do in _CAUSES if isinstance(cause, kinds)), unknown)
    if isinstance(cause, NewConnectionError) and is_here(url):
        hint = f"Start it, or check embedding.base_url. {_LATER}"
    return EmbeddingError(f"{host} {message.format(seconds=seconds)}.", hint)


def unfit(url: str, what: str, hint: str = _SETTINGS) -> EmbeddingError:
    """A good status, but no vectors that can be used."""
    return EmbeddingError(f"{host_of(url)} answered with {what}.", hint)


def _too_often(host: str, headers: Mapping[str, str], body: bytes) -> EmbeddingError:
    if b"insufficient_quota" in body:
        return EmbeddingError(f"The account at {host} has no quota left (429).", "Look at its billing page.")
    wait = headers.get("Retry-After", "")
    when = f"; it says to wait {int(wait)} s" if wait.isascii() and wait.isdecimal() and len(wait) < 7 else ""
    return EmbeddingError(f"{host} is asked too often (429){when}.", _LATER)


def _elsewhere(url: str, location: str) -> str:
    """The host of a redirect; nothing more of what a server wrote."""
    try:
        host = host_of(urljoin(url, location)).rpartition("@")[2]
    except ValueError:
        return "another place"
    sound = host.isascii() and host.replace("-", "").replace(".", "").replace(":", "").isalnum()
    return host if sound and len(host) <= 100 else "another place"


def _distrust(error: SSLError) -> str:
    """OpenSSL's own short reason, as ``self-signed certificate``."""
    inner = error.args[0] if error.args else error
    said = getattr(inner, "verify_message", None) or getattr(inner, "reason", None) or "no TLS"
    return str(said).replace("_", " ").lower()
