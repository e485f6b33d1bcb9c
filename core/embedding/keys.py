"""The key of a remote provider: from the environment or a file only its owner can read."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from shlex import quote

from tacit.core.embedding.address import host_of
from tacit.core.embedding.provider import EmbeddingError
from tacit.core.places import short

VARIABLE = "TACIT_EMBEDDING_KEY"
"""Sent to whatever server ``embedding.base_url`` names."""

OWN = {"openai": ("OPENAI_API_KEY", "api.openai.com"), "cohere": ("COHERE_API_KEY", "api.cohere.com")}
"""A provider's own variable, and the only host it is ever sent to."""

_LONGEST = 4_096


def key_for(provider: str, url: str, path: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """The key for a provider at an address; empty where there is none.

    ``TACIT_EMBEDDING_KEY`` comes first, then the file, then the provider's own variable, which other
    programs use too and which therefore goes to the provider's own host alone.

    Raises:
        EmbeddingError: the file cannot be used, or what was found cannot be a key.
    """
    if environ.get(VARIABLE):
        return _checked(environ[VARIABLE], VARIABLE)
    if path:
        return _checked(_read(path), short(path))
    variable, host = OWN[provider]
    if environ.get(variable) and host_of(url) == host:
        return _checked(environ[variable], variable)
    return ""


def _read(path: str) -> str:
    """The text of a key file, refused when others can read it too."""
    shown = short(path)
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        hint = "It is named by embedding.key_file; TACIT_EMBEDDING_KEY in the environment does as well."
        raise EmbeddingError(f"The key file {shown} cannot be read: {error.strerror}.", hint) from None
    try:
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            raise EmbeddingError(f"The key file {shown} is no file.", "Name a file that holds the key alone.")
        if status.st_mode & 0o077:
            hint = f"Run `chmod 600 {quote(path)}`; if others had access, make a new key."
            raise EmbeddingError(f"The key file {shown} can be read or changed by others.", hint)
        return os.read(number, _LONGEST + 1).decode("utf-8", "replace")
    finally:
        os.close(number)


def _checked(text: str, where: str) -> str:
    """A key that fits into a header. What is wrong is told without showing it."""
    key = text.strip()
    if not key:
        raise EmbeddingError(f"{where} holds no key.", "Put the provider's key into it, and nothing else.")
    if len(key) > _LONGEST or not key.isascii() or not key.isprintable() or " " in key:
        raise EmbeddingError(
            f"What {where} holds cannot be a key.", "It is one word of plain letters, digits and signs."
        )
    return key
