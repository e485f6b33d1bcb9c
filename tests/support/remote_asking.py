"""Asking a remote provider in a test, and what must hold of its every error."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tacit.core.embedding.breaker import Breaker
from tacit.core.embedding.openai import OpenAI
from tacit.core.embedding.provider import EmbeddingError, Role
from tacit.core.embedding.remote import RemoteProvider

KEY = "k-a1b2c3d4e5f6"
TEXT = "the private question"


def asking(url: str, seconds: float = 20, *, clock: Callable[[], int] = lambda: 0) -> RemoteProvider:
    """A provider with a breaker of its own."""
    guard = Breaker("it", clock)
    return RemoteProvider(OpenAI(url, "m", None), KEY, timeout=seconds, batch=64, breaker=guard)


def trouble(
    provider: RemoteProvider, texts: list[str] | None = None, role: Role = "document"
) -> EmbeddingError:
    """The error, once it is sure that it is of one line, has a next step and gives nothing away."""
    with pytest.raises(EmbeddingError) as caught:
        provider.embed(texts or [TEXT, "another"], role)
    error = caught.value
    said = f"{error.message} {error.hint}"
    assert error.hint
    assert said.isprintable()
    assert KEY not in said
    assert TEXT not in said
    return error
