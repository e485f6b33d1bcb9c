"""Texts that are nearly the same as an earlier one, among very many, within seconds.

How alike two texts are is the Jaccard index of their sets of shingles, runs of three words::

    likeness(A, B) = |A ∩ B| / |A ∪ B|        (the "resemblance" of Broder 1997, with w = 3)

Two texts are near duplicates from 0.7 on: of two texts of 20 words that differ in one, 15 of 21 shingles
are in both (0.71). Few pairs are compared at all. Of each text the least value of its shingles under 80
hash functions is taken; two texts agree in one of them with a chance that is their likeness (Broder et al.
1998). The 80 are cut into 20 bands of 4, and whoever agrees in a whole band is looked at
(Indyk and Motwani 1998; Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, section 3.4): two
texts as alike as *s* with a chance of ``1 - (1 - s**4)**20``, which is 0.996 at 0.7 and 0.15 at 0.3. Each
pair that is looked at is then compared exactly, so that chance can hide a near duplicate and invent none.

The same texts in the same order give the same answer on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from numpy import int64, uint64
    from numpy.typing import NDArray

THRESHOLD = 0.7
"""Two texts this alike or more are near duplicates."""

SHINGLE = 3
"""Words of a shingle; a shorter text has none, and is like no other."""

_CHARACTERS = 40_000
"""So many characters at the start of a text are compared."""

BANDS = 20
ROWS = 4
LOOKED_AT = 4
"""So many earlier texts are compared with one, those first that agree in the most bands."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
"""A run of letters, digits and underscores; a character of a script that puts no blanks between words."""

_SEED = 0x9E37_79B9_7F4A_7C15
_PART = 1 << 21
"""Shingles whose least values are worked out at a time: 16 MB of numbers."""
_SETS = 4_096


class Alike(Struct, frozen=True):
    """A text is nearly the same as an earlier one. Both are named by their place among all."""

    text: int
    earlier: int
    likeness: float


def near_duplicates(texts: Sequence[str], threshold: float = THRESHOLD) -> list[Alike]:
    """Each text that is nearly the same as an earlier one, which is itself like none before it.

    So every pair is truly alike: no chain of small changes joins texts that differ.

    Args:
        texts: all of them; equal ones are as alike as can be.
        threshold: from which likeness on, above 0.
    """
    shingles = _shingles(texts)
    taken = lru_cache(_SETS)(lambda place: frozenset(shingles.of(place).tolist()))
    found: dict[int, Alike] = {}
    for text, others in _candidates(shingles):
        first = {found[other].earlier if other in found else other for other in others}
        best = max(
            (Alike(text, other, jaccard(taken(text), taken(other))) for other in sorted(first)),
            key=lambda one: one.likeness,
        )
        if best.likeness >= threshold:
            found[text] = best
    return list(found.values())


def jaccard(one: frozenset[Any], other: frozenset[Any]) -> float:
    """The share of what is in both among what is in either; 0 where both are empty."""
    both = len(one & other)
    either = len(one) + len(other) - both
    return both / either if either else 0.0


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """The shingles of one text, for those who compare few."""
    found = words(text)
    return frozenset(zip(*(found[n:] for n in range(SHINGLE)), strict=False))


def words(text: str) -> list[str]:
    """The words of a text that count, without case."""
    return _WORD.findall(text[:_CHARACTERS].casefold())


class _Shingles(Struct, frozen=True):
    """The shingles of all texts behind one another; those of text *n* end where those of *n + 1* start."""

    values: NDArray[uint64]
    starts: NDArray[int64]

    def of(self, place: int) -> NDArray[uint64]:
        return self.values[self.starts[place] : self.starts[place + 1]]


def _shingles(texts: Sequence[str]) -> _Shingles:
    """Every run of words as one number. Words are numbered as they first come, so no seed is in it."""
    from array import array

    import numpy as np

    numbers: dict[str, int] = {}
    flat, lengths = array("Q"), array("q")
    for text in texts:
        found = words(text)
        flat.extend([numbers.setdefault(word, len(numbers)) for word in found])
        lengths.append(len(found))
    every = np.frombuffer(flat, np.uint64) if flat else np.empty(0, np.uint64)
    long = np.frombuffer(lengths, np.int64) if lengths else np.empty(0, np.int64)
    kept = np.maximum(long - SHINGLE + 1, 0)
    starts = np.concatenate(([0], np.cumsum(kept)))
    firsts = np.repeat(np.cumsum(long) - long - starts[:-1], kept) + np.arange(starts[-1])
    values = np.zeros(len(firsts), np.uint64)
    for n in range(SHINGLE):
        values = _mixed(values + every[firsts + n])
    return _Shingles(values, starts)


def _mixed(values: NDArray[uint64]) -> NDArray[uint64]:
    """Numbers spread over all 64 bits: the last steps of SplitMix64 (Steele, Lea and Flood 2014)."""
    import numpy as np

    values = values + np.uint64(_SEED)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
    return values ^ (values >> np.uint64(31))


def _candidates(shingles: _Shingles) -> Iterator[tuple[int, list[int]]]:
    """Each text with the earlier ones to compare it with, by place; those without any are left out."""
    import numpy as np

    place = np.flatnonzero(np.diff(shingles.starts))
    if len(place) < 2:
        return
    pairs, bands = np.empty(0, np.int64), np.empty(0, np.int64)
    for keys in _bands(shingles, place):
        met = _meeting(keys)
        pairs, at = np.unique(np.concatenate((pairs, met)), return_inverse=True)
        bands = np.bincount(at, np.concatenate((bands, np.ones(len(met), np.int64)))).astype(np.int64)
    later, earlier = pairs >> 32, pairs & 0xFFFF_FFFF
    order = np.lexsort((earlier, -bands, later))
    later, earlier = place[later[order]], place[earlier[order]]
    edges = [0, *(np.flatnonzero(np.diff(later)) + 1).tolist(), len(later)]
    for start, end in pairwise(edges):
        if start < end:
            yield int(later[start]), earlier[start : min(end, start + LOOKED_AT)].tolist()


def _bands(shingles: _Shingles, place: NDArray[int64]) -> Iterator[NDArray[uint64]]:
    """Of each band, the number that stands for it in each text that has shingles."""
    import numpy as np

    starts = shingles.starts[place]
    parts = _parts(starts, len(shingles.values))
    for band in range(BANDS):
        keys = np.zeros(len(place), np.uint64)
        for row in range(ROWS):
            mask, factor = _mixed(np.array([band * ROWS + row, -1 - band * ROWS - row]).astype(np.uint64))
            keys = _mixed(keys + _least(shingles.values, starts, parts, mask, factor | np.uint64(1)))
        yield keys


def _parts(starts: NDArray[int64], total: int) -> list[tuple[int, int]]:
    """Runs of whole texts, by their places in ``starts``, each of about ``_PART`` shingles."""
    import numpy as np

    cuts = np.unique(np.searchsorted(starts, np.arange(0, total, _PART)))
    return list(zip(cuts.tolist(), [*cuts[1:].tolist(), len(starts)], strict=True))


def _least(
    values: NDArray[uint64],
    starts: NDArray[int64],
    parts: list[tuple[int, int]],
    mask: uint64,
    factor: uint64,
) -> NDArray[uint64]:
    """The least value of each text under the hash function ``(value ^ mask) * factor``."""
    import numpy as np

    found = []
    for first, last in parts:
        end = starts[last] if last < len(starts) else len(values)
        part = (values[starts[first] : end] ^ mask) * factor
        found.append(np.minimum.reduceat(part, starts[first:last] - starts[first]))
    return np.concatenate(found)


def _meeting(keys: NDArray[uint64]) -> NDArray[int64]:
    """Pairs that agree, as ``later << 32 | earlier``: each with the first like it and the one before it."""
    import numpy as np

    order = np.argsort(keys, kind="stable").astype(np.int64)
    same = keys[order[1:]] == keys[order[:-1]]
    heads = np.concatenate(([True], ~same))
    first = order[np.maximum.accumulate(np.where(heads, np.arange(len(order)), 0))]
    later = order[1:][same]
    return np.concatenate((later << 32 | order[:-1][same], later << 32 | first[1:][same]))
