"""Whether a pattern's episodes end otherwise than like episodes without it: a stratified exact test.

Within a stratum (see :mod:`tacit.core.learn.strata`) the successes among the pattern's episodes follow
a hypergeometric distribution when the pattern means nothing; the statistic is their sum over the
strata, conditional on all margins. Tests that could never be small are left out beforehand
(R. E. Tarone, Biometrics 46 (1990), 515–522).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import erfc, exp, lgamma, sqrt

from msgspec import Struct

LEVEL = 0.10
"""The share of false verdicts aimed at, and the largest smallest-possible p of a pattern that is tested."""

LEAST_USES = 5
"""Judged episodes below which a pattern is not tested."""

_LEAST_CELL = 5.0
_MANY = 400
"""Judged episodes above which the normal approximation is taken, if every expected cell allows it."""


class Stratum(Struct, frozen=True, array_like=True):
    """The margins of one stratum and what was seen in it.

    ``judged`` episodes of which ``successes`` succeeded; ``uses`` of them hold the pattern, ``hits``
    of these succeeded.
    """

    judged: int
    successes: int
    uses: int
    hits: int

    @property
    def telling(self) -> bool:
        """Whether it can come out one way or the other, whatever was seen in it."""
        return 0 < self.uses < self.judged and 0 < self.successes < self.judged


class Comparison(Struct, frozen=True):
    """A two-sided mid-p value, the smallest these margins allow, and which way it points.

    ``helps`` is ``None`` where what was seen is just what chance leads to expect.
    """

    p: float
    least: float
    helps: bool | None


_NOTHING = Comparison(1.0, 1.0, None)


def expected_hits(strata: Iterable[Stratum]) -> float | None:
    """How many of the pattern's judged episodes should have succeeded, going by the others.

    Uses × success rate of the stratum's other judged episodes, summed. A stratum without others says
    nothing: what was seen there is taken as expected, so that the sum compares with all successes.
    ``None`` where no stratum has others.
    """
    total = 0.0
    compared = False
    for one in strata:
        others = one.judged - one.uses
        compared = compared or others > 0
        total += one.uses * (one.successes - one.hits) / others if others else one.hits
    return total if compared else None


def compare(strata: Sequence[Stratum]) -> Comparison:
    """Test a pattern against its strata; those that can only come out one way are left aside."""
    telling = [one for one in strata if one.telling]
    if not telling:
        return _NOTHING
    seen = sum(one.hits for one in telling)
    mean = sum(one.uses * one.successes / one.judged for one in telling)
    helps = None if abs(seen - mean) < 1e-9 else seen > mean
    if sum(one.uses for one in telling) > _MANY and all(map(_is_large, telling)):
        return Comparison(_mantel_haenszel(telling, seen, mean), 0.0, helps)
    low, chances = _distribution(telling)
    at = seen - low
    below, equal = sum(chances[:at]), chances[at]
    above = max(0.0, 1.0 - below - equal) if below > 0.5 else sum(chances[at + 1 :])
    p = min(1.0, 2 * min(below + equal / 2, above + equal / 2))
    return Comparison(p, min(1.0, chances[0], chances[-1]), helps)


def exact(strata: Iterable[Stratum]) -> float:
    """The two-sided p without the mid correction: among labels dealt at random it is below x in at most x.

    Twice the smaller tail, what was seen included, at most 1. It costs the number of uses squared.
    """
    telling = [one for one in strata if one.telling]
    if not telling:
        return 1.0
    low, chances = _distribution(telling)
    at = sum(one.hits for one in telling) - low
    return min(1.0, 2 * sum(chances[: at + 1]), 2 * sum(chances[at:]))


def discovered(values: Sequence[float], family: int) -> list[int]:
    """The places of the p values that survive the correction in a family of so many tests.

    That of Y. Benjamini and Y. Hochberg (JRSS B 57 (1995), 289-300) at :data:`LEVEL`; the smallest p first.
    """
    tested = sorted((p, place) for place, p in enumerate(values))
    last = 0
    for rank, (p, _) in enumerate(tested, 1):
        if p <= LEVEL * rank / max(family, rank):
            last = rank
    return [place for _, place in tested[:last]]


def _distribution(strata: Iterable[Stratum]) -> tuple[int, list[float]]:
    """The least possible sum of hits, and the chance of each sum from there on."""
    low = 0
    chances = [1.0]
    for one in strata:
        least, own = _hypergeometric(one)
        low += least
        chances = _convolved(chances, own)
    return low, chances


def _hypergeometric(one: Stratum) -> tuple[int, list[float]]:
    failures = one.judged - one.successes
    least, most = max(0, one.uses - failures), min(one.uses, one.successes)
    whole = _choose(one.judged, one.uses)
    chances = [
        exp(_choose(one.successes, hits) + _choose(failures, one.uses - hits) - whole)
        for hits in range(least, most + 1)
    ]
    return least, chances


def _convolved(one: list[float], other: list[float]) -> list[float]:
    out = [0.0] * (len(one) + len(other) - 1)
    for place, chance in enumerate(one):
        for step, more in enumerate(other, place):
            out[step] += chance * more
    return out


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _is_large(one: Stratum) -> bool:
    share = one.uses / one.judged
    failures = one.judged - one.successes
    cells = (
        one.successes * share,
        failures * share,
        one.successes * (1 - share),
        failures * (1 - share),
    )
    return min(cells) >= _LEAST_CELL


def _mantel_haenszel(strata: Iterable[Stratum], seen: int, mean: float) -> float:
    """The p of the chi² with one degree of freedom (N. Mantel and W. Haenszel, JNCI 22 (1959), 719–748)."""
    variance = sum(
        one.uses
        * (one.judged - one.uses)
        * one.successes
        * (one.judged - one.successes)
        / (one.judged**2 * (one.judged - 1))
        for one in strata
    )
    return erfc(abs(seen - mean) / sqrt(2 * variance)) if variance else 1.0
