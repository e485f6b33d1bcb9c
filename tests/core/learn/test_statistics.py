import pytest

from tacit.core.learn.statistics import Z95, interval, rate, wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.277533),
        (10, 10, 0.722467, 1.0),
        (1, 10, 0.017876, 0.404150),
        (4, 7, 0.250458, 0.841780),
        (81, 263, 0.255289, 0.366210),
    ],
)
def test_wilson_intervals(successes, n, low, high):
    assert wilson(successes, n) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(("successes", "n"), [(1, 3), (4, 7), (50, 51), (500, 1000)])
def test_the_bounds_solve_the_score_equation(successes, n):
    for bound in wilson(successes, n):
        distance = (successes / n - bound) ** 2
        assert distance == pytest.approx(Z95**2 * bound * (1 - bound) / n)


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="no count"):
        wilson(3, 2)


def test_a_rate_of_nothing_is_none():
    assert rate(0, 0) is None
    assert interval(0, 0) == (None, None)
    assert rate(1, 4) == 0.25
