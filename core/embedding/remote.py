"""A provider on another machine, or another program on this one, asked over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from tacit.core.embedding.address import host_of
from tacit.core.embedding.breaker import Breaker, breaker_of
from tacit.core.embedding.outgoing import Outgoing

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from tacit.core.embedding.http import Service
    from tacit.core.embedding.provider import Role

QUESTION_TIME = 5.0
"""Seconds for a question, so that a search soon goes on by words."""

BATCH_BYTES = 250_000
"""Of text in one request; OpenAI takes 300,000 tokens at most, which no tokenizer makes of fewer bytes."""

LONGEST = 16_384
"""Numbers of a vector."""

_ANSWER_BYTES = 30 * LONGEST  # of one vector written as text
_RETRIES = {"query": 1, "document": 4}


class Unfit(ValueError):
    """An answer that holds no vectors that can be used; the message completes "answered with …"."""


class Dialect(Protocol):
    """How one kind of server is asked, and how its answers are read."""

    @property
    def space(self) -> str:
        """The name of its vector space."""
        ...

    @property
    def url(self) -> str:
        """Where requests go."""
        ...

    @property
    def dimensions(self) -> int | None:
        """How long its vectors are to be, where that is asked for."""
        ...

    @property
    def most(self) -> int:
        """Texts it takes in one request."""
        ...

    def question(self, texts: Sequence[str], role: Role) -> Mapping[str, Any]:
        """The JSON to send."""
        ...

    def vectors(self, answer: bytes, number: int) -> Sequence[Any]:
        """One vector for each text, in their order, as sequences of numbers or little-endian f32 bytes.

        Raises:
            Unfit: the answer is not of the form agreed on.
        """
        ...


class RemoteProvider:
    """Unit vectors from a server, batch by batch. Threads may share it.

    Args:
        dialect: how the server is talked to.
        key: its key; empty where it wants none.
        timeout: seconds that one batch may take, its retries included.
        batch: texts in one request.
        allow: what looks like a secret and may leave nevertheless.
        breaker: the one of this server unless another is given.
    """

    def __init__(
        self,
        dialect: Dialect,
        key: str,
        *,
        timeout: float,
        batch: int,
        allow: Sequence[str] = (),
        breaker: Breaker | None = None,
    ) -> None:
        self.space = dialect.space
        self._dialect = dialect
        self._key = key
        self._timeout = timeout
        self._batch = min(batch, dialect.most)
        self._fit = Outgoing(allow)
        self._breaker = breaker or breaker_of(host_of(dialect.url))
        self._dimensions = dialect.dimensions

    @property
    def dimensions(self) -> int:
        """How long a vector is: as set, else as the server's are, which is asked if need be.

        Raises:
            EmbeddingError: it has to be asked and does not answer.
        """
        if self._dimensions is None:
            self.embed(["dimensions"], "query")
        return self._dimensions or 0

    def embed(self, texts: Sequence[str], role: Role = "document") -> NDArray[float32]:
        """One row ``(n, dimensions)`` float32 of length 1 for each text; all of them or none.

        Secrets are taken out and texts cut at 8,000 bytes before they leave.

        Raises:
            EmbeddingError: the server cannot be asked, refuses, or answers with something unusable.
        """
        import numpy as np

        rows = [self._rows(batch, role) for batch in self._batches([self._fit(text) for text in texts])]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimensions), dtype=np.float32)

    def close(self) -> None:
        """End the connections that are open."""
        if "_service" in self.__dict__:
            self._service.close()

    @cached_property
    def _service(self) -> Service:
        from tacit.core.embedding.http import Service

        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        return Service(self._dialect.url, headers)

    def _batches(self, texts: Sequence[str]) -> Iterator[list[str]]:
        batch: list[str] = []
        size = 0
        for text in texts:
            length = len(text.encode())
            if batch and (len(batch) == self._batch or size + length > BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(text)
            size += length
        if batch:
            yield batch

    def _rows(self, texts: list[str], role: Role) -> NDArray[float32]:
        from msgspec.json import encode

        from tacit.core.embedding.refusals import unfit

        body = encode(self._dialect.question(texts, role))
        seconds = min(self._timeout, QUESTION_TIME) if role == "query" else self._timeout
        most = (len(texts) + 1) * _ANSWER_BYTES
        with self._breaker.attempt():
            answer = self._service.ask(body, seconds=seconds, retries=_RETRIES[role], most=most)
            try:
                rows = unit_rows(self._dialect.vectors(answer, len(texts)))
                self._agree(rows.shape[1])
            except Unfit as problem:
                if answer.lstrip()[:1] == b"<":
                    hint = "Check embedding.base_url; perhaps a login or a proxy stands between."
                    raise unfit(self._dialect.url, "a web page", hint) from None
                raise unfit(self._dialect.url, str(problem)) from None
        return rows

    def _agree(self, dimensions: int) -> None:
        """All vectors of a space are of one length."""
        if self._dimensions is None:
            self._dimensions = dimensions
        elif self._dimensions != dimensions:
            raise Unfit(f"vectors of {dimensions} numbers, not {self._dimensions}")


def unit_rows(vectors: Sequence[Any]) -> NDArray[float32]:
    """Vectors as sequences of numbers, or as the bytes of little-endian f32, made rows of length 1.

    Raises:
        Unfit: they differ in length, are empty, too long or zero, or hold what is no number.
    """
    import numpy as np

    lengths = {len(vector) // 4 if isinstance(vector, bytes) else len(vector) for vector in vectors}
    if len(lengths) != 1 or any(isinstance(vector, bytes) and len(vector) % 4 for vector in vectors):
        raise Unfit("vectors of different lengths")
    (length,) = lengths
    if not 0 < length <= LONGEST:
        raise Unfit(f"vectors of {length:,} numbers")
    rows = np.array(
        [np.frombuffer(each, dtype="<f4") if isinstance(each, bytes) else each for each in vectors],
        dtype=np.float64,
    )
    with np.errstate(over="ignore", invalid="ignore"):
        sizes = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(sizes).all():
        raise Unfit("vectors that hold no numbers")
    if not (sizes > 0).all():
        raise Unfit("vectors of zeros")
    unit: NDArray[float32] = (rows / sizes).astype(np.float32)
    return unit
