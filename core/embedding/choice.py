"""Which provider turns text into vectors here, and why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.core.embedding.address import host_of, is_here, is_secret
from tacit.core.embedding.keys import OWN, VARIABLE, key_for
from tacit.core.embedding.provider import EmbeddingError

if TYPE_CHECKING:
    from tacit.core.config import Config
    from tacit.core.embedding.provider import Provider
    from tacit.core.embedding.registry import BuiltModel
    from tacit.core.embedding.remote import Dialect

USUAL = {
    "openai": ("https://api.openai.com/v1", "text-embedding-3-small"),
    "cohere": ("https://api.cohere.com", "embed-v4.0"),
}
"""Where a remote provider is and which of its models is taken, when nothing else is set."""


def provider_of(config: Config) -> Provider:
    """The provider that the settings name, else the local model in use.

    Nothing is sent and no model is loaded before it is asked for vectors.

    Raises:
        EmbeddingError: there is none; the message says why and the hint what to do.
    """
    if config.provider == "hashing":
        from tacit.core.embedding.hashing import DIMENSIONS, HashingProvider

        return HashingProvider(config.dimensions or DIMENSIONS)
    if config.provider in USUAL:
        return _remote(config, config.provider)
    model = _built(config)
    from tacit.core.embedding.local import LocalProvider

    return LocalProvider(model)


def unready(config: Config) -> str:
    """Why there is no provider, with the next step, in one line; empty when there is one.

    Nothing heavy is imported and nothing is sent: a server that is down is found out by asking it.
    """
    try:
        if config.provider in USUAL:
            _settled(config, config.provider)
        elif config.provider != "hashing":
            _built(config)
    except EmbeddingError as error:
        return f"{error.message} {error.hint}".strip()
    return ""


def warning(config: Config) -> str:
    """What a person must know of the provider that is set: texts leave, or vectors have no meaning."""
    if config.provider == "hashing":
        from tacit.core.embedding.hashing import NO_MEANING

        return f"{NO_MEANING[0].upper()}{NO_MEANING[1:]}."
    if config.provider not in USUAL:
        return ""
    url, model = _where(config, config.provider)
    if is_here(url):
        return ""
    return (
        f"Texts leave this machine: titles, prompts, steps and questions are sent, redacted,"
        f" to {host_of(url)} ({config.provider}, {model or 'no model set'}) to be turned into vectors."
    )


def _built(config: Config) -> BuiltModel:
    from tacit.core.embedding.registry import built, compiled

    model = built(config.model)
    if model is not None:
        return model
    if config.model:
        raise EmbeddingError(
            f"The embedding model “{config.model}” is not built.",
            "`memory models list` shows those that are, `memory models build` builds one.",
        )
    ready = compiled()
    if ready:
        raise EmbeddingError("No embedding model is in use.", f"`memory models use {ready[0]}` takes one.")
    raise EmbeddingError("No embedding model is built.", "`memory models build` compiles the packaged one.")


def _where(config: Config, provider: str) -> tuple[str, str]:
    """(address, model) of a remote provider; no model where it has to be set."""
    url, model = USUAL[provider]
    if config.base_url:
        url, model = config.base_url.rstrip("/"), model if host_of(config.base_url) == host_of(url) else ""
    return url, config.model or model


def _settled(config: Config, provider: str) -> tuple[str, str, str]:
    """(address, model, key) of a remote provider that can be asked."""
    url, model = _where(config, provider)
    if not model:
        hint = f"Set it to what {host_of(url)} calls the model: TACIT_EMBEDDING_MODEL=nomic-embed-text"
        raise EmbeddingError("embedding.model is not set.", hint)
    key = key_for(provider, url, config.key_file)
    if not key and host_of(url) == OWN[provider][1]:
        hint = (
            f"Put it into {OWN[provider][0]}, {VARIABLE}, or a file of mode 0600 named by embedding.key_file."
        )
        raise EmbeddingError(f"There is no key for {host_of(url)}.", hint)
    if key and not is_secret(url):
        hint = "Use https in embedding.base_url, or take the key away if the server needs none."
        raise EmbeddingError(f"The key would travel to {host_of(url)} for all to read.", hint)
    return url, model, key


def _remote(config: Config, provider: str) -> Provider:
    from tacit.core.embedding.remote import RemoteProvider

    url, model, key = _settled(config, provider)
    if provider == "openai":
        from tacit.core.embedding.openai import OpenAI

        dialect: Dialect = OpenAI(url, model, config.dimensions)
    else:
        from tacit.core.embedding.cohere import Cohere

        dialect = Cohere(url, model, config.dimensions)
    return RemoteProvider(
        dialect, key, timeout=config.timeout / 1000, batch=config.batch, allow=config.redact_allow
    )
