"""Embeddings as OpenAI's interface has them, which Ollama, vLLM, llama.cpp and others speak too."""

from __future__ import annotations

from binascii import Error, a2b_base64
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from tacit.core.embedding.address import host_of
from tacit.core.embedding.remote import Unfit

if TYPE_CHECKING:
    from tacit.core.embedding.provider import Role

_MOST = 2_048


class _Item(Struct):
    index: int
    embedding: str | list[float]


class _Answer(Struct):
    data: list[_Item]


_ANSWER = Decoder(_Answer)


class OpenAI:
    """``POST …/v1/embeddings``.

    Base64 is asked for, as OpenAI's own library does: a quarter of the bytes. Servers that do not know
    it answer with numbers, which is as well.

    Args:
        url: the address of the server, with or without its ``/v1``.
        model: what the server calls the model.
        dimensions: how long the vectors are to be; the model's own length if not given.
    """

    most = _MOST

    def __init__(self, url: str, model: str, dimensions: int | None) -> None:
        self.url = (
            f"{url}/embeddings" if urlsplit(url).path.strip("/") else f"{url.rstrip('/')}/v1/embeddings"
        )
        self.dimensions = dimensions
        self.space = f"openai/{host_of(url)}/{model}" + (f"/{dimensions}" if dimensions else "")
        self._model = model

    def question(self, texts: Sequence[str], _role: Role) -> Mapping[str, Any]:
        """The JSON to send. The interface does not tell questions from documents."""
        wanted: dict[str, Any] = {"model": self._model, "input": texts, "encoding_format": "base64"}
        return wanted | ({"dimensions": self.dimensions} if self.dimensions else {})

    def vectors(self, answer: bytes, number: int) -> Sequence[Any]:
        """One vector for each text, put in order by the ``index`` each carries.

        Raises:
            Unfit: one is missing, there twice, or not written as agreed.
        """
        try:
            items = _ANSWER.decode(answer).data
        except (DecodeError, UnicodeDecodeError, RecursionError):
            raise Unfit("something else than vectors") from None
        if len(items) != number:
            raise Unfit(f"{len(items):,} vectors for {number:,} texts")
        ordered = {item.index: item.embedding for item in items}
        if ordered.keys() != set(range(number)):
            raise Unfit("vectors that do not tell which text is theirs")
        return [_numbers(ordered[index]) for index in range(number)]


def _numbers(written: str | list[float]) -> bytes | list[float]:
    if not isinstance(written, str):
        return written
    try:
        return a2b_base64(written, strict_mode=True)
    except (Error, ValueError):
        raise Unfit("vectors that are no base64") from None
