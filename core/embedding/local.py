"""The local provider: a compiled model, run by ONNX Runtime and tokenizers alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from tacit.core.embedding.card import checked, damaged
from tacit.core.embedding.provider import EmbeddingError

if TYPE_CHECKING:
    import numpy as np
    from numpy import float32
    from numpy.typing import NDArray

    from tacit.core.embedding.card import Card
    from tacit.core.embedding.provider import Role
    from tacit.core.embedding.registry import BuiltModel

ROWS = 16
CELLS = 1024
"""At most so many texts, and so many tokens with their padding, go through the model at once."""

SLOW = ["SkipLayerNormFusion"]
"""What ONNX Runtime is told not to do: the fused form takes seven times as long as its two parts."""

THREADS = 4
LETTERS = 32
"""No more than this many characters for each token that fits are looked at."""


class LocalProvider:
    """Turns text into unit vectors in this process. Any number of threads may ask it.

    The model is loaded by the first question.

    Args:
        model: which compiled model; see :func:`tacit.core.embedding.registry.built`.
        threads: how many threads a question may use, up to four by default.
    """

    def __init__(self, model: BuiltModel, threads: int | None = None) -> None:
        self.space = model.space
        self.dimensions = model.dimensions
        self._model = model
        self._threads = threads or min(THREADS, os.cpu_count() or 1)
        self._loading = Lock()
        self._loaded: _Loaded | None = None

    def embed(self, texts: Sequence[str], role: Role = "document") -> NDArray[float32]:
        """The unit vectors ``(n, dimensions)`` float32 of some texts, one row each, in their order.

        Raises:
            EmbeddingError: the compiled model is damaged or does not run here.
        """
        loaded = self._ready()
        try:
            return loaded.embed(texts, self._model.card.prompts.get(role, ""))
        except EmbeddingError:
            raise
        except Exception as error:  # ONNX Runtime raises a class of its own for each kind of failure
            raise _failed(self._model.name, error) from None

    def close(self) -> None:
        """Let go of the model. Closing twice is harmless; the next question would load it again."""
        with self._loading:
            self._loaded = None

    def _ready(self) -> _Loaded:
        with self._loading:
            if self._loaded is None:
                try:
                    self._loaded = _Loaded(self._model, self._threads)
                except ImportError as error:
                    hint = "Install Tacit again: python -m pip install --force-reinstall tacit"
                    raise EmbeddingError(f"Local models need {error.name or error}.", hint) from None
            return self._loaded


class _Loaded:
    """A model in memory."""

    def __init__(self, model: BuiltModel, threads: int) -> None:
        content, words = checked(Path(model.folder), model.card)
        self._card: Card = model.card
        try:
            self._tokenizer = _tokenizer(words, model.card.tokens)
            self._session = _session(content, threads)
        except ImportError:
            raise
        except Exception as error:
            raise damaged(model.name, f"it does not load ({_short(error)})") from None

    def embed(self, texts: Sequence[str], prompt: str) -> NDArray[float32]:
        """The vectors of some texts; those of like length go through the model together."""
        import numpy as np

        vectors = np.empty((len(texts), self._card.dimensions), dtype=np.float32)
        most = self._card.tokens * LETTERS
        whole = [_encodable(prompt + text[:most]) for text in texts]
        rows = [encoded.ids for encoded in self._tokenizer.encode_batch_fast(whole)]
        for part in _parts(rows):
            ids, mask = _padded([rows[number] for number in part], self._card.pad)
            vectors[part] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        if not np.isfinite(vectors).all():
            raise EmbeddingError(
                f"The compiled model {self._card.name} gave numbers that are none.",
                f"`memory models build {self._card.name} --again` builds it anew.",
            )
        return vectors


def _parts(rows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The numbers of the rows that go through the model together, the shortest rows first."""
    part: list[int] = []
    for number in sorted(range(len(rows)), key=lambda number: len(rows[number])):
        if part and (len(part) == ROWS or (len(part) + 1) * len(rows[number]) > CELLS):
            yield part
            part = []
        part.append(number)
    if part:
        yield part


def _padded(rows: Sequence[Sequence[int]], pad: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(ids, mask), both ``(n, longest)``: rows of tokens filled up on the right."""
    import numpy as np

    ids = np.full((len(rows), max(map(len, rows))), pad, dtype=np.int64)
    mask = np.zeros_like(ids)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        mask[number, : len(row)] = 1
    return ids, mask


def _tokenizer(content: bytes, tokens: int) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(content)
    tokenizer.no_padding()
    tokenizer.enable_truncation(tokens)
    return tokenizer


def _session(content: bytes, threads: int) -> Any:
    """A session whose threads sleep when there is nothing to do."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        content, options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW
    )


def _encodable(text: str) -> str:
    """The text without lone surrogates, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode()


def _failed(name: str, error: Exception) -> EmbeddingError:
    hint = f"`memory models build {name} --again` builds it anew; searches go on by words."
    return EmbeddingError(f"The model {name} does not run: {_short(error)}.", hint)


def _short(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0][:200].rstrip(".")
