"""Plain BM25 over a few texts, as a control."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log

_WORD = re.compile(r"[a-z0-9]+")
_K1, _B = 1.5, 0.75


class BM25:
    """Scores every text for a question (Robertson and Zaragoza 2009, with the usual k1 and b)."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = [Counter(_WORD.findall(text.lower())) for text in texts]
        lengths = [counts.total() for counts in self._counts]
        average = sum(lengths) / len(lengths)
        self._norms = [_K1 * (1 - _B + _B * length / average) for length in lengths]
        having = Counter(word for counts in self._counts for word in counts)
        self._weights = {word: log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for word, n in having.items()}

    def order(self, question: str) -> list[int]:
        """The numbers of the texts, best first; those without any of the words are left out."""
        words = [word for word in _WORD.findall(question.lower()) if word in self._weights]
        scores = [
            sum(self._weights[word] * counts[word] * (_K1 + 1) / (counts[word] + norm) for word in words)
            for counts, norm in zip(self._counts, self._norms, strict=True)
        ]
        best = sorted(range(len(scores)), key=lambda number: -scores[number])
        return [number for number in best if scores[number] > 0]
