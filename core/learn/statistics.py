"""Rates with their uncertainty. A rate of nothing is ``None``, never a made-up number."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054
"""The two-sided 95 % quantile of the normal distribution."""


def wilson(successes: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of ``successes`` out of ``n`` (Wilson 1927); (0, 1) where n is 0.

    Raises:
        ValueError: there are more successes than trials, or a negative count.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no count of successes")
    if n == 0:
        return 0.0, 1.0
    share = successes / n
    square = z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return low, high


def rate(successes: int, judged: int) -> float | None:
    """Successes ÷ judged, ``None`` while nothing is judged."""
    return successes / judged if judged else None


def interval(successes: int, judged: int) -> tuple[float | None, float | None]:
    """The 95 % interval of a rate, ``(None, None)`` while nothing is judged."""
    return wilson(successes, judged) if judged else (None, None)
