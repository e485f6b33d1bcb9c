"""Embeddings as Cohere's interface has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import DecodeError, Struct, field
from msgspec.json import Decoder

from tacit.core.embedding.address import host_of
from tacit.core.embedding.remote import Unfit

if TYPE_CHECKING:
    from tacit.core.embedding.provider import Role

_MOST = 96
_INPUT = {"query": "search_query", "document": "search_document"}


class _Embeddings(Struct):
    floats: list[list[float]] = field(name="float")


class _Answer(Struct):
    embeddings: _Embeddings


_ANSWER = Decoder(_Answer)


class Cohere:
    """``POST …/v2/embed``. Questions and documents are told apart.

    Args:
        url: the address of the server, with or without its ``/v2``.
        model: what Cohere calls the model.
        dimensions: how long the vectors are to be; the model's own length if not given.
    """

    most = _MOST

    def __init__(self, url: str, model: str, dimensions: int | None) -> None:
        self.url = f"{url}/embed" if urlsplit(url).path.strip("/") else f"{url.rstrip('/')}/v2/embed"
        self.dimensions = dimensions
        self.space = f"cohere/{host_of(url)}/{model}" + (f"/{dimensions}" if dimensions else "")
        self._model = model

    def question(self, texts: Sequence[str], role: Role) -> Mapping[str, Any]:
        """The JSON to send; a text that is too long for the model is cut by the server."""
        wanted: dict[str, Any] = {
            "model": self._model,
            "texts": texts,
            "input_type": _INPUT[role],
            "embedding_types": ["float"],
            "truncate": "END",
        }
        return wanted | ({"output_dimension": self.dimensions} if self.dimensions else {})

    def vectors(self, answer: bytes, number: int) -> Sequence[Any]:
        """One vector for each text; Cohere keeps their order.

        Raises:
            Unfit: the number differs, or the answer is not of that form.
        """
        try:
            rows = _ANSWER.decode(answer).embeddings.floats
        except (DecodeError, UnicodeDecodeError, RecursionError):
            raise Unfit("something else than vectors") from None
        if len(rows) != number:
            raise Unfit(f"{len(rows):,} vectors for {number:,} texts")
        return rows
