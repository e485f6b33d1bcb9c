"""Verdicts on generated episodes whose truth is known.

Everything from the contribution on is real: extractors, store, review. ``python -m benchmarks.run null``
does the same with hundreds of seeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from population import (
    PLANTED,
    PLANTED_MARK,
    Told,
    by_length,
    by_project,
    committed,
    harmed,
    helped,
    learned,
    more_in_longer,
    population,
    reviewed,
    runs,
    shuffled,
)

from tacit.core.model import Pattern

SEEDS = range(20)


def proven(told: Sequence[Told], folder: Path) -> list[Pattern]:
    return [pattern for pattern in learned(told, folder) if pattern.verdict in {"helps", "harms"}]


def rate(told: Sequence[Told], label: str, *, holding: bool) -> float:
    """The plain success rate of the judged episodes that do, or do not, hold a step."""
    ends = [one.episode.outcome.label for one in told if (label in names(one)) is holding]
    return ends.count("success") / len(ends)


def names(told: Told) -> list[str]:
    return [step.actions[0].label for step in told.steps]


def test_outcomes_dealt_out_anew_within_project_and_length_show_a_verdict_in_at_most_four_of_twenty(
    tmp_path: Path,
) -> None:
    shown = [
        seed
        for seed in SEEDS
        if proven(shuffled(population(seed, 500, by_project), seed), tmp_path / str(seed))
    ]
    assert len(shown) <= 4, shown


def test_a_planted_effect_is_found_in_nineteen_of_twenty(tmp_path: Path) -> None:
    found = 0
    for seed in SEEDS:
        chance, verdict = (helped, "helps") if seed % 2 else (harmed, "harms")
        rows = proven(population(seed, 500, chance, PLANTED), tmp_path / str(seed))
        found += any(PLANTED_MARK in row.key and row.verdict == verdict for row in rows)
        for row in rows:
            assert row.expected is not None
            assert (row.successes > row.expected) is (row.verdict == "helps")
            assert row.sessions >= 3
    assert found >= 19


@pytest.mark.parametrize("seed", range(4))
def test_the_commit_that_decides_gets_no_verdict_though_it_goes_with_success(
    seed: int, tmp_path: Path
) -> None:
    told = committed(seed, 500)
    assert rate(told, "git commit", holding=True) > rate(told, "git commit", holding=False) + 0.5
    rows = learned(told, tmp_path / "store")
    assert [row for row in rows if "git commit" in row.key], "midway commits are patterns"
    for row in rows:
        if {"git add", "git diff", "git commit"} & set(row.key):
            assert row.verdict not in {"helps", "harms"}, row


@pytest.mark.parametrize("seed", range(4))
def test_what_only_long_episodes_hold_gets_no_verdict(seed: int, tmp_path: Path) -> None:
    told = population(seed, 600, by_length, PLANTED, more_in_longer)
    assert rate(told, PLANTED_MARK, holding=True) < rate(told, PLANTED_MARK, holding=False) - 0.1
    rows = learned(told, tmp_path / "store")
    assert [row for row in rows if PLANTED_MARK in row.key]
    assert not [row for row in rows if PLANTED_MARK in row.key and row.verdict in {"helps", "harms"}]


def test_claims_about_steady_rates_hold(tmp_path: Path) -> None:
    rates = [0.15, 0.5, 0.7, 0.95]
    told = runs(1, 1_500, [lambda _, rate=rate: rate for rate in rates])  # type: ignore[misc]
    calibration = reviewed(told, tmp_path / "store").calibration
    assert calibration is not None
    score = dict(calibration.kinds)["heuristic"]
    noise = sum(rate * (1 - rate) for rate in rates) / len(rates)
    assert score.forecasts > 1_300
    assert score.error is not None
    assert score.error < 0.05
    assert score.brier is not None
    assert score.base_brier is not None
    assert noise * 0.9 < score.brier < noise * 1.15 < score.base_brier


def test_claims_about_rates_that_fall_do_not_hold(tmp_path: Path) -> None:
    told = runs(1, 600, [lambda at: 0.95 if at < 0.5 else 0.1] * 2)
    calibration = reviewed(told, tmp_path / "store").calibration
    assert calibration is not None
    score = dict(calibration.kinds)["heuristic"]
    assert score.error is not None
    assert score.error > 0.2
    assert score.claimed is not None
    assert score.held is not None
    assert score.claimed > score.held + 0.2
