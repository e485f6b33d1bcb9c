"""Where the server listens: on this machine alone, unless what goes over the wire is encrypted."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from typing import TYPE_CHECKING

from msgspec import Struct

from tacit.core.errors import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES = ("127.0.0.1", "localhost", "[::1]")


class Place(Struct, frozen=True):
    """A socket that listens, and what clients call it.

    ``hosts`` are the values that a ``Host`` header may have, empty where the certificate says who it is.
    """

    socket: socket.socket
    host: str
    port: int
    hosts: frozenset[str]

    def url(self, scheme: str) -> str:
        """What a client is told."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}/mcp"


def listen(host: str, port: int, *, tls: bool) -> Place:
    """Listen at an address.

    Args:
        host: an address or a name.
        port: 0 for any that is free.
        tls: whether what is said there is encrypted; without it only this machine may be told.

    Raises:
        Usage: it is no address of this machine, another machine could listen in, or the port is taken.
    """
    family, address = _address(host)
    loopback = ipaddress.ip_address(address[0].partition("%")[0]).is_loopback
    if not loopback and not tls:
        raise Usage(
            f"{host} can be reached from other machines, and what is said there would not be encrypted.",
            "Leave --host out, or give --tls-cert and --tls-key.",
        )
    made = _bound(family, (address[0], port, *address[2:]), host)
    at = made.getsockname()[1]
    names = {*_NAMES, _bracketed(address[0])} if loopback else set()
    return Place(made, host, at, frozenset(_with_port(names, at, tls=tls)))


def tls_context(cert: str, key: str) -> ssl.SSLContext:
    """The context of a certificate and its key.

    Raises:
        Usage: they cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key, password="")  # one with a passphrase is refused, not asked for
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        raise Usage(
            f"The certificate {cert} with the key {key} cannot be used: {why}.",
            "Both are PEM files, and the key has no passphrase.",
        ) from None
    return context


def _address(host: str) -> tuple[int, tuple[str, ...]]:
    """The first address of a host, as a socket wants it."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise Usage(f"{host} is no address of this machine.", "127.0.0.1 and ::1 are.") from None
    return family, tuple(address)  # type: ignore[arg-type]


def _bound(family: int, address: Sequence[object], host: str) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(tuple(address))
        made.listen(128)
    except OSError as error:
        made.close()
        raise Usage(
            f"Nothing can listen at port {address[1]} of {host}: {error.strerror}.",
            "Another server may be there. --port 0 takes one that is free.",
        ) from None
    made.setblocking(False)
    return made


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _with_port(names: set[str], port: int, *, tls: bool) -> set[str]:
    """The names with the port, and without it where that is the usual one."""
    plain = names if port == (443 if tls else 80) else set()
    return {f"{name}:{port}" for name in names} | plain
