"""One order out of two: how well words fit and how near the meaning is.

Both are standardised over all that is compared (mean 0, standard deviation 1) and added up: Lee, Analyses
of Multiple Evidence Combination (1997), with z-scores in place of ranges. Ranks alone, as reciprocal rank
fusion takes them, lost what sets the first hit apart from the others.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from math import sqrt

from tacit.core.recall.ranked import Scored
from tacit.core.recall.spots import Spot

MEANING = 1.0
"""What meaning counts for where words count for 1."""


WHOLE = 3.0
"""Added for all words of a query that has several: whoever names them wants them together."""


def fused(
    words: Mapping[Spot, float], meaning: Mapping[Spot, float], whole: Container[Spot] = ()
) -> list[Scored]:
    """All that either side knows, best first.

    Args:
        words: BM25 of what words find; what is missing has none of them, which is 0.
        meaning: cosines; what is missing has no vector, and counts like the farthest that has one.
        whole: what has all words.
    """
    spots = list({**words, **meaning})
    first = _standard([words.get(one, 0.0) for one in spots])
    farthest = min(meaning.values(), default=0.0)
    second = _standard([meaning.get(one, farthest) for one in spots])
    found = []
    for one, by_words, by_meaning in zip(spots, first, second, strict=True):
        parts = [("words", by_words), ("meaning", MEANING * by_meaning)]
        if one in whole:
            parts.append(("all words", WHOLE))
        found.append(scored(one, words.get(one), meaning.get(one), parts))
    return in_order(found)


def by_words(words: Mapping[Spot, float], whole: Container[Spot] = ()) -> list[Scored]:
    """What words find, best first; what has all of them before the others."""
    least = max((score for one, score in words.items() if one not in whole), default=0.0)
    found = []
    for one, score in words.items():
        parts = [("words", score)]
        if one in whole and least:
            parts.append(("all words", least))
        found.append(scored(one, score, None, parts))
    return in_order(found)


def by_meaning(meaning: Mapping[Spot, float]) -> list[Scored]:
    """What is near, nearest first."""
    return in_order([scored(one, None, near, [("meaning", near)]) for one, near in meaning.items()])


def in_order(found: list[Scored]) -> list[Scored]:
    """Best first; what fits equally well always in the same order."""
    return sorted(found, key=lambda one: (-one.score, one.type, one.key, one.step or 0))


def scored(
    one: Spot,
    words: float | None = None,
    meaning: float | None = None,
    parts: Sequence[tuple[str, float]] = (),
) -> Scored:
    """A spot with its score, which is the sum of its parts."""
    score = sum([part for _, part in parts])
    return Scored(one.type, one.key, score, words, meaning, one.step or None, tuple(parts))


def _standard(values: list[float]) -> list[float]:
    if not values:
        return []
    mean = sum(values) / len(values)
    deviation = sqrt(sum((one - mean) ** 2 for one in values) / len(values))
    return [(one - mean) / deviation if deviation else 0.0 for one in values]
