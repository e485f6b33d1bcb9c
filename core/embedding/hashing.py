"""Vectors without meaning, for tests: hashed words and pieces of words.

THESE VECTORS HAVE NO MEANING. Two texts are near when they share letters, not when they say the same:
"car" is far from "automobile" and near to "carpet". Nothing chooses this provider by itself; it is
there when ``embedding.provider`` names it, and every answer made with it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from tacit.core.embedding.provider import Role

DIMENSIONS = 256
NO_MEANING = "the hashing provider is in use: its vectors have no meaning, they compare letters"
"""Said wherever an answer was made with these vectors."""

_WORD = re.compile(r"\w+")
_PIECE = 3
_WHOLE = 2.0  # a whole word weighs as much as two of its pieces


class HashingProvider:
    """Deterministic unit vectors from letters alone. They have no meaning; see the module.

    Args:
        dimensions: how long a vector is.
    """

    def __init__(self, dimensions: int = DIMENSIONS) -> None:
        self.dimensions = dimensions
        self.space = f"hashing/{dimensions}"

    def embed(self, texts: Sequence[str], role: Role = "document") -> NDArray[float32]:  # noqa: ARG002
        """One row ``(n, dimensions)`` float32 of length 1 for each text, the same on every machine.

        Each feature adds to one place, with a sign, both taken from its hash (Weinberger et al. 2009,
        "Feature Hashing for Large Scale Multitask Learning").
        """
        import numpy as np

        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for feature, weight in _features(text):
                number = int.from_bytes(blake2b(feature.encode("utf-8", "replace"), digest_size=8).digest())
                row[(number >> 1) % self.dimensions] += weight if number & 1 else -weight
        rows[~rows.any(axis=1), 0] = 1.0
        unit: NDArray[float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def close(self) -> None:
        """Nothing is held."""


def _features(text: str) -> Iterator[tuple[str, float]]:
    """Words and their pieces of three letters, with their weights."""
    for word in _WORD.findall(text.lower()):
        yield word, _WHOLE
        framed = f"<{word}>"
        for at in range(len(framed) - _PIECE + 1):
            yield framed[at : at + _PIECE], 1.0
