"""Trends on rates that are known: what rises is found, what does not is left alone, too little is unknown."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import prod
from pathlib import Path
from random import Random

import pytest
from known_rates import episodes, falling, steady
from population import Told
from told_episodes import learned, told

from tacit.core.recall.trends import LEAST_EPISODES, STEADY, WINDOW, Trend, Trends, trend_of, trends
from tacit.core.recall.trends_slope import beta_tail, slope_of, t_quantile
from tacit.core.tables import PATTERNS
from tacit.store.reading import Read


def exact_p(weeks: list[int], good: list[int]) -> float:
    """Two-sided mid-p over every way to deal out the successes."""
    middle = sum(weeks) / len(weeks)
    seen = abs(sum(weeks[place] - middle for place, one in enumerate(good) if one))
    ways = [
        abs(sum(weeks[one] - middle for one in own)) for own in combinations(range(len(weeks)), sum(good))
    ]
    return sum((way > seen + 1e-9) + (abs(way - seen) <= 1e-9) / 2 for way in ways) / len(ways)


def test_p_is_near_that_of_dealing_out_the_ends_in_every_way():
    """Nearest where it matters: never much smaller than the exact one where that is small."""
    random = Random("permutations")
    compared = 0
    while compared < 60:
        size = random.randrange(8, 17)
        weeks = sorted(random.randrange(9) for _ in range(size))
        good = [int(random.random() < 0.3 + 0.05 * week) for week in weeks]
        slope = slope_of([((week, 1, one), 1) for week, one in zip(weeks, good, strict=True)])
        if slope is None:
            continue
        compared += 1
        exact = exact_p(weeks, good)
        assert slope.p == pytest.approx(exact, abs=0.15)
        assert slope.p > exact / 2 - 0.005
        assert (slope.low > 0 or slope.high < 0) is (slope.p < 0.05)


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.7062), (2, 4.3027), (5, 2.5706), (10, 2.2281), (30, 2.0423), (200, 1.9719)],
)
def test_quantiles_are_those_of_the_tables(freedom: int, quantile: float):
    assert t_quantile(freedom) == pytest.approx(quantile, abs=1e-4)


def test_the_beta_distribution_is_that_of_its_closed_forms():
    for place in range(1, 20):
        x = place / 20
        assert beta_tail(x, 1, 3) == pytest.approx((1 - x) ** 3)
        assert beta_tail(x, 4, 1) == pytest.approx(1 - x**4)
        assert beta_tail(x, 2.5, 2.5) == pytest.approx(1 - beta_tail(1 - x, 2.5, 2.5))


def test_several_uses_of_one_episode_are_one_piece_of_evidence():
    """Five runs in each of eight episodes tell as little as one run in each."""
    single = slope_of([((week, 1, int(week > 3)), 1) for week in range(8)])
    runs = slope_of([((week, 5, 5 * int(week > 3)), 1) for week in range(8)])
    assert single is not None
    assert runs is not None
    assert runs.p == pytest.approx(single.p)
    assert runs.slope == pytest.approx(single.slope)


def by_key(read: Read, part: str) -> list[Trend]:
    rows = [one for _, one in read.records(PATTERNS) if one.listed and any(part in key for key in one.key)]
    return [trend_of(read, one) for one in rows]


def test_a_rise_that_was_planted_is_found_and_a_fall_as_well(tmp_path: Path):
    rising, dropping = falling(0.25, 0.9), falling(0.9, 0.25)
    made = [Told(*pair) for pair in episodes(1, 400, [rising, dropping])]
    with learned(made, tmp_path / "store") as store, store.read() as read:
        found = trends(read)
    facts = [one for one in found.patterns if one.pattern is not None and one.pattern.kind == "heuristic"]
    assert sorted(one.word for one in facts) == ["falling", "rising"]
    told_first = [one.word in {"rising", "falling"} for one in found.patterns]
    assert told_first == sorted(told_first, reverse=True)
    for one in found.patterns:
        assert one.change is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low <= one.change <= one.high
        assert (one.word == "rising") <= (one.change > 0)


@pytest.fixture(scope="module")
def unchanging(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Trends, list[Trend]]]:
    """Twelve stores in which no rate changes: their trends, and that of each command by itself."""
    found = []
    for seed in range(12):
        made = [Told(*pair) for pair in episodes(seed, 150, steady(seed, 5))]
        with learned(made, tmp_path_factory.mktemp("steady") / "store") as store, store.read() as read:
            found.append((trends(read), by_key(read, "lint-")))
    return found


def test_nothing_rises_or_falls_where_no_rate_changes(unchanging: list[tuple[Trends, list[Trend]]]):
    """At a false discovery rate of 10 % one store in ten shows anything at all."""
    assert all(len(found.patterns) >= 10 for found, _ in unchanging)
    shown = [found for found, _ in unchanging if found.patterns[0].word in {"rising", "falling"}]
    assert len(shown) <= 3


def test_a_single_pattern_is_told_to_change_in_one_of_twenty_where_none_does(
    unchanging: list[tuple[Trends, list[Trend]]],
):
    alone = [one for _, rows in unchanging for one in rows if one.p is not None]
    assert len(alone) >= 60
    assert sum(one.word in {"rising", "falling"} for one in alone) <= 0.1 * len(alone)


def test_too_few_judged_episodes_or_one_week_are_unknown(tmp_path: Path):
    few = [told(n, ("plan", "apply"), good=n > 3, day=7 * n) for n in range(LEAST_EPISODES - 1)]
    unjudged = [told(50 + n, ("plan", "apply"), good=None, day=7 * n) for n in range(9)]
    week = [told(100 + n, ("dig", "fill"), good=n > 9, day=n / 5) for n in range(18)]
    with learned([*few, *unjudged, *week], tmp_path / "store") as store, store.read() as read:
        one, other = by_key(read, "plan")[0], by_key(read, "dig")[0]
        assert trends(read).few == 2
    assert (one.word, one.episodes, one.change) == ("unknown", LEAST_EPISODES - 1, None)
    assert (other.word, other.episodes, other.change, other.p) == ("unknown", 18, None, None)
    assert sum(week.uses for week in one.weeks) == 16


def test_steady_is_said_only_where_the_whole_interval_is_small(tmp_path: Path):
    always = [told(n, ("plan", "apply"), day=n) for n in range(60)]
    some = [told(100 + n, ("dig", "fill"), good=n % 2 == 0, day=2 * n) for n in range(12)]
    with learned([*always, *some], tmp_path / "store") as store, store.read() as read:
        sure, unsure = by_key(read, "plan")[0], by_key(read, "dig")[0]
    assert (sure.word, sure.change) == ("steady", 0)
    assert sure.high is not None
    assert 0 < sure.high <= STEADY, "sixty successes do not say that nothing changed at all"
    assert unsure.word == "unknown"
    assert unsure.high is not None
    assert unsure.high > STEADY


@pytest.mark.parametrize("good", [True, False])
@pytest.mark.parametrize("days", [[*range(12)], [*range(30)], [*range(0, 40, 4), *range(40, 52)]])
def test_where_all_ended_alike_a_change_past_the_interval_would_have_shown(
    tmp_path: Path, days: list[int], good: bool
):
    """A line that leads further away from the end they all had gives that end in one of forty cases."""
    made = [told(n, ("plan", "apply"), good=good, day=day) for n, day in enumerate(days)]
    with learned(made, tmp_path / "store") as store, store.read() as read:
        found = by_key(read, "plan")[0]
    assert found.low is not None
    assert found.high is not None
    weeks = [week.start for week in found.weeks for _ in range(week.uses)]
    places = [(at - weeks[0]) / (weeks[-1] - weeks[0]) for at in weeks]
    away, back = (-found.low, found.high) if good else (found.high, -found.low)
    assert prod(1 - away * place for place in places) <= 0.025 + 1e-9
    assert prod(1 - back * (1 - place) for place in places) <= 0.025 + 1e-9
    assert (found.word == "steady") is (max(away, back) <= STEADY)


def test_weeks_without_uses_are_there_and_the_average_moves_over_four(tmp_path: Path):
    days = [0, 1, 2, 30, 31, 60]
    made = [told(n, ("plan", "apply"), good=n < 3, day=day) for n, day in enumerate(days)]
    with learned(made, tmp_path / "store") as store, store.read() as read:
        weeks = by_key(read, "plan")[0].weeks
    starts = [week.start for week in weeks]
    assert {later - start for start, later in pairwise(starts)} == {7 * 86_400_000}
    assert sum(week.uses for week in weeks) == len(days)
    for place, week in enumerate(weeks):
        near = weeks[max(0, place - WINDOW + 1) : place + 1]
        judged = sum(one.judged for one in near)
        assert week.average == (sum(one.successes for one in near) / judged if judged else None)


def test_a_project_has_its_own_trend_and_that_of_its_episodes(tmp_path: Path):
    made = [
        told(n, ("plan", "apply"), good=(n > 20) is (project == "alder"), project=project, day=2 * n)
        for n in range(40)
        for project in ("alder", "birch")
    ]
    with learned(made, tmp_path / "store") as store, store.read() as read:
        words = {name: trends(read, name).patterns[0].word for name in ("alder", "birch")}
        overall = {name: trends(read, name).overall for name in ("alder", "birch", None)}
        nowhere = trends(read, "cedar")
    assert words == {"alder": "rising", "birch": "falling"}
    assert (overall["alder"].word, overall["birch"].word) == ("rising", "falling")
    assert overall[None].word in {"steady", "unknown"}
    assert overall[None].episodes == 80
    assert (nowhere.patterns, nowhere.overall.episodes, nowhere.overall.weeks) == ((), 0, ())
