"""BM25, as tantivy reckons it: for texts that are not in the index, in the measure of those that are.

Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with k1 = 1.2 and b = 0.75. The length
of a text counts as precisely as the index keeps it, in one byte.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from math import log

from msgspec import Struct

from tacit.store.text_runs import terms
from tacit.store.text_words import Asked, words

K1, B = 1.2, 0.75

BEGUN = 0.5
"""What a run that begins as asked counts for, as a share of its rarity; a word itself counts up to 2.2."""


class Statistics(Struct, frozen=True):
    """How many texts there are, how many words they have on average, and how many have each one asked."""

    texts: int
    average: float
    words: dict[str, int]
    beginnings: dict[str, int]


class Counted(Struct, frozen=True):
    """What of a query a text has: how often each word, which beginnings; and the words in all."""

    words: dict[str, int]
    beginnings: frozenset[str]
    length: int


def whole(asked: Asked, found: Counted) -> bool:
    """Whether a text has all that tells, word by word or as the beginnings of its runs."""
    if len(asked.telling) < 2:
        return False
    begun = bool(asked.beginnings) and len(found.beginnings) == len(asked.beginnings)
    return begun or asked.telling <= found.words.keys()


def rarity(texts: int, having: int) -> float:
    """The inverse document frequency of a word that ``having`` of the texts have."""
    return log(1 + (max(texts - having, 0) + 0.5) / (having + 0.5))


def counted(asked: Asked, text: str) -> Counted:
    """What a text has of a query."""
    runs = f" {terms(text)}"
    begun = frozenset(one for one in asked.beginnings if f" {one}" in runs)
    every = words(text)
    counts = Counter(every)
    return Counted({one: counts[one] for one in asked.words if one in counts}, begun, len(every))


def fits(asked: Asked, found: Counted) -> bool:
    """Whether a text has something that tells; every text where nothing is asked."""
    return not asked or bool(found.beginnings) or not asked.telling.isdisjoint(found.words)


def score(found: Counted, known: Statistics) -> float:
    """How well a text fits, 0 and up."""
    norm = K1 * (1 - B + B * _kept(found.length) / max(known.average, 1e-9))
    total = sum(BEGUN * rarity(known.texts, known.beginnings[one]) for one in found.beginnings)
    for word, often in found.words.items():
        total += rarity(known.texts, known.words[word]) * (K1 + 1) * often / (often + norm)
    return total


def gathered(asked: Asked, found: Collection[Counted]) -> Statistics:
    """The statistics of texts that are all there are."""
    held: Counter[str] = Counter()
    begun: Counter[str] = Counter()
    for one in found:
        held.update(one.words.keys())
        begun.update(one.beginnings)
    return Statistics(
        len(found),
        sum(one.length for one in found) / max(len(found), 1),
        {word: held[word] for word in asked.words},
        {one: begun[one] for one in asked.beginnings},
    )


def _lengths() -> Sequence[int]:
    """The lengths that a byte can stand for: exact up to 40, then in steps of an eighth of a power of two."""
    steps = range(256 - 24)
    return [*range(24), *(24 + (at if at < 8 else (at & 7 | 8) << (at >> 3) - 1) for at in steps)]


_LENGTHS = _lengths()


def _kept(length: int) -> int:
    return _LENGTHS[bisect_right(_LENGTHS, length) - 1]
