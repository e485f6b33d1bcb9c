"""The address of a remote provider: whether it is one, whose machine it is, how it is shown."""

from __future__ import annotations

from urllib.parse import urlsplit

from tacit.core.errors import Usage


def check_address(url: str, where: str) -> None:
    """Accept an address of a server, without a name or a password in it.

    Raises:
        Usage: it is none. What was written is not repeated: it may hold a secret.
    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not url.isprintable() or " " in url:
        raise Usage(f"{where} is no address.", "It is like http://localhost:11434/v1.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise Usage(
            f"{where} holds more than an address.",
            "Leave out name, password and “?…”; a key stands in TACIT_EMBEDDING_KEY or a file.",
        )


def host_of(url: str) -> str:
    """``api.openai.com``, ``localhost:11434``: where an address leads to."""
    parts = urlsplit(url)
    return parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")


def is_here(url: str) -> bool:
    """Whether an address is this machine's own, so that nothing leaves it."""
    from ipaddress import ip_address

    name = urlsplit(url).hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def is_secret(url: str) -> bool:
    """Whether nobody on the way can read what is sent there."""
    return urlsplit(url).scheme == "https" or is_here(url)
