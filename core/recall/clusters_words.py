"""Words of patterns: what tells a group from the others, and vectors of words where no model is ready.

Weights are tf-idf (G. Salton and C. Buckley, "Term-weighting approaches in automatic text retrieval", Inf.
Process. Manage. 24 (1988), 513-523): how many titles of a group have a word, times the logarithm of how rare
it is among all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

NAMED = 3
"""Words of a label: those that at least half of a group's titles have, of a loose group a quarter."""

_FEW = 2

_WORD = re.compile(r"[^\W\d_][\w.+-]*[\w+]")
_MARK = re.compile(r"<\w+>|§\d+|\[REDACTED:[^\]]*\]")
_COMMON = frozenset(
    ("after", "in", "of", "the", "and", "not", "has", "been", "it", "to", "is", "for", "with", "failed", "ok")
)


def words_of(title: str) -> list[str]:
    """The words of a title in order, lower case; marks, numbers and what says nothing are left out."""
    plain = _MARK.sub(" ", title).casefold()
    return [word for word in _WORD.findall(plain) if word not in _COMMON]


def labels_of(groups: Sequence[Sequence[str]]) -> list[str]:
    """A label for each group of titles: the words most of its titles have and few of the others."""
    told = [[set(words_of(title)) for title in group] for group in groups]
    spread = Counter(word for group in told for title in group for word in title)
    total = sum(map(len, groups))
    return [_label(group, spread, total, titles) for group, titles in zip(told, groups, strict=True)]


def _label(told: Sequence[set[str]], spread: Counter[str], total: int, titles: Sequence[str]) -> str:
    own = Counter(word for title in told for word in title)
    weights = {word: times * log((1 + total) / spread[word]) for word, times in own.items()}
    shared = [word for word in weights if own[word] * 2 >= len(told)]
    if len(shared) < _FEW:
        shared = [word for word in weights if own[word] * 4 >= len(told)] or list(weights)
    best = sorted(shared, key=lambda word: (-weights[word], word))[:NAMED]
    order = {word: place for place, word in reversed(list(enumerate(_in_order(titles))))}
    return " ".join(sorted(best, key=lambda word: order[word])) or (titles[0] if titles else "")


def _in_order(titles: Sequence[str]) -> list[str]:
    return [word for title in titles for word in words_of(title)]


def word_vectors(titles: Sequence[str]) -> NDArray[float32]:
    """(n, words) float32 of unit length: tf-idf of the words of each title; zero for one without any."""
    import numpy as np

    told = [Counter(words_of(title)) for title in titles]
    spread = Counter(word for title in told for word in title)
    place = {word: number for number, word in enumerate(sorted(spread))}
    vectors = np.zeros((len(titles), max(1, len(place))), np.float32)
    for row, title in enumerate(told):
        for word, times in title.items():
            vectors[row, place[word]] = times * log((1 + len(titles)) / spread[word])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1).astype(np.float32)
    return vectors
