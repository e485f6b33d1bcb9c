"""What is claimed of commands, fixes and habits whose true rates are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from known_rates import Rate, episodes, falling, steady, truth
from population import Told, filled, review_again

from tacit.core.learn.calibration import Calibration
from tacit.core.model import Pattern
from tacit.core.tables import PATTERNS

KINDS = ("tool_sequence", "error_recovery", "heuristic")


def learned(folder: Path, count: int, rates: list[Rate]) -> tuple[Calibration, list[Pattern]]:
    told = (Told(*pair) for pair in episodes(1, count, rates))
    with filled(told, folder / "store") as store:
        calibration = review_again(store).calibration
        with store.read() as read:
            rows = [pattern for _, pattern in read.records(PATTERNS) if pattern.head is None]
    assert calibration is not None
    return calibration, rows


@pytest.fixture(scope="module")
def rates() -> list[Rate]:
    return steady(1, 6)


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory, rates: list[Rate]) -> tuple[Calibration, list[Pattern]]:
    return learned(tmp_path_factory.mktemp("steady"), 900, rates)


@pytest.mark.parametrize("kind", KINDS)
def test_claims_of_rates_that_stay_hold_and_beat_the_base_rate(
    kind: str, holding: tuple[Calibration, list[Pattern]]
) -> None:
    score = dict(holding[0].kinds)[kind]  # type: ignore[index]
    assert score.forecasts > 800
    assert score.error is not None
    assert score.brier is not None
    assert score.base_brier is not None
    assert score.error < 0.08, "a rate of three uses claims too much either way"
    assert score.brier < 0.9 * score.base_brier


@pytest.mark.parametrize("kind", KINDS)
def test_the_rates_shown_lie_where_they_should(
    kind: str, holding: tuple[Calibration, list[Pattern]], rates: list[Rate]
) -> None:
    known = [(row, truth(row, rates)) for row in holding[1] if row.kind == kind]
    found = [(row, true) for row, true in known if true is not None]
    assert len({true for _, true in found}) == len(rates), "every rate has its rows"
    for row, true in found:
        assert row.judged < 50 or row.rate == pytest.approx(true, abs=0.15)
    inside = [
        row.low <= true <= row.high for row, true in found if row.low is not None and row.high is not None
    ]
    assert sum(inside) >= 0.8 * len(found)


@pytest.mark.parametrize("kind", KINDS)
def test_claims_of_rates_that_fall_are_told_apart_from_what_held(kind: str, tmp_path: Path) -> None:
    calibration, _ = learned(tmp_path, 600, [falling(0.9, 0.2)] * 6)
    score = dict(calibration.kinds)[kind]  # type: ignore[index]
    assert score.error is not None
    assert score.claimed is not None
    assert score.held is not None
    assert score.error > 0.15
    assert score.claimed > score.held + 0.15
