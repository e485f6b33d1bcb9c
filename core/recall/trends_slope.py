"""Whether a rate rises or falls: a permutation test of its trend, and the interval of its slope.

The units are episodes in order of their weeks; each brings how much better it went than the rate of all
lets expect. Where nothing changes, any order of them is as likely. The correlation of week and surplus is
held against all orders by the approximation of E. J. G. Pitman ("Significance tests which may be applied to
samples from any populations. II", JRSS Suppl. 4 (1937), 225-232): its square follows a beta distribution
with 1/2 and (units - 2) / 2, which has the right first moments for any data, two values only and few units
included. With one judged use an episode it is the trend test of Cochran (Biometrics 10 (1954), 417-451) and
Armitage (Biometrics 11 (1955), 375-386); several uses of one episode are one unit, since they end alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import exp, lgamma, log, sqrt

from msgspec import Struct

Unit = tuple[float, float, int]
"""Time, in weeks; judged uses; and successes: of one episode."""


class Slope(Struct, frozen=True):
    """How a rate changes.

    ``slope`` is in shares of 1 a week, ``low`` and ``high`` its 95 % interval; ``p`` is two-sided.
    """

    slope: float
    low: float
    high: float
    p: float


def slope_of(rows: Sequence[tuple[Unit, int]]) -> Slope | None:
    """The trend of a rate, of units with how many there are of each.

    ``None`` where all end alike or at one time, or with fewer than four units.
    """
    count = sum(times for _, times in rows)
    judged = sum(times * unit[1] for unit, times in rows)
    if count < 4 or not judged:
        return None
    rate = sum(times * unit[2] for unit, times in rows) / judged
    middle = sum(times * unit[0] for unit, times in rows) / count
    size = judged / count
    across = along = both = 0.0
    for (time, tried, good), times in rows:
        early, surplus = time - middle, (good - rate * tried) / size
        along += times * early * early
        across += times * surplus * surplus
        both += times * early * surplus
    if along < 1e-12 or across < 1e-12:
        return None
    square = min(1.0, both * both / (along * across))
    slope = both / along
    error = sqrt((1 - square) * across / along / (count - 2))
    half = t_quantile(count - 2) * error
    return Slope(slope, slope - half, slope + half, beta_tail(square, 0.5, (count - 2) / 2))


def beta_tail(x: float, a: float, b: float) -> float:
    """The chance of ``x`` or more under a beta distribution.

    The continued fraction of W. H. Press et al., "Numerical Recipes" (3rd ed., 2007), section 6.4.
    """
    if x <= 0:
        return 1.0
    if x >= 1:
        return 0.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return 1.0 - front * _fraction(x, a, b) / a
    return front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    one, d = 1.0, 1.0 - (a + b) * x / (a + 1)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    h = d
    for m in range(1, 300):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + part * d
            one = 1.0 + part / one
            d = 1.0 / (d if abs(d) > tiny else tiny)
            one = one if abs(one) > tiny else tiny
            h *= d * one
        if abs(d * one - 1.0) < 1e-12:
            break
    return h


@lru_cache(maxsize=1024)
def t_quantile(freedom: int) -> float:
    """The two-sided 95 % quantile of Student's t, by bisection."""
    low, high = 1.9, 13.0
    for _ in range(40):
        middle = (low + high) / 2
        if beta_tail(middle * middle / (freedom + middle * middle), 0.5, freedom / 2) > 0.05:
            low = middle
        else:
            high = middle
    return (low + high) / 2
