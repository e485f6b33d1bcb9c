"""Whether claims hold where the truth is known: generated commands, fixes and habits with rates of their own.

The episodes of ``tests/support/known_rates.py`` go through the real contribution, a real store and the
real review; what calibration says is held against what was put in.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import fmean

from benchmarks.measure import WORK, Line, lines_table
from tacit.core.learn.calibration import Calibration, Score
from tacit.core.model import Kind, Pattern
from tacit.core.tables import PATTERNS
from tests.support import known_rates as known
from tests.support.population import Told, filled, review_again

_RATES = 24
_SEED = 1
_EARLY, _LATE = 0.9, 0.3


def report(episodes: int) -> list[str]:
    """Steady rates: claims by kind and bin, and how many intervals hold the truth. Then falling ones."""
    WORK.mkdir(exist_ok=True)
    rates = known.steady(_SEED, _RATES)
    steady, rows = _learned(episodes, rates)
    falling, _ = _learned(episodes, [known.falling(_EARLY, _LATE)] * _RATES)
    lines = [
        *_scores("steady rates", steady, 0.05, least=False),
        *_truths(rows, rates),
        *_scores(f"rates that fall from {_EARLY:.0%} to {_LATE:.0%}", falling, 0.1, least=True),
    ]
    return [
        f"{episodes:,} episodes, {_RATES} commands, fixes and habits with rates of 5 to 95 %, seed {_SEED}.",
        lines_table(lines, "Brier score / of the base rate"),
        "Steady rates, claimed → held (forecasts): " + _bins(steady),
        "Falling rates, claimed → held (forecasts): " + _bins(falling),
    ]


def _learned(episodes: int, rates: list[known.Rate]) -> tuple[Calibration, list[Pattern]]:
    told = (Told(*pair) for pair in known.episodes(_SEED, episodes, rates))
    with tempfile.TemporaryDirectory(dir=WORK) as folder, filled(told, Path(folder) / "store") as store:
        calibration = review_again(store).calibration
        assert calibration is not None
        with store.read() as read:
            return calibration, [pattern for _, pattern in read.records(PATTERNS) if pattern.head is None]


def _scores(name: str, found: Calibration, aim: float, *, least: bool) -> list[Line]:
    """The calibration error in all and by kind; ``least`` where it must be seen that claims do not hold."""
    total = _score(f"{name}: error of all claims", found.total)
    met = found.total.error is not None and (found.total.error >= aim) is least
    return [
        total._replace(aim=f"{'≥' if least else '<'} {aim}", met=met),
        *(_score(f"{name}: of kind {kind}", score) for kind, score in found.kinds),
    ]


def _score(name: str, score: Score) -> Line:
    if score.error is None or score.brier is None or score.base_brier is None:
        return Line(name, "no forecast")
    said = f"{score.error:.3f} ({score.forecasts:,} forecasts)"
    return Line(name, said, f"{score.brier:.3f} / {score.base_brier:.3f}", score.brier / score.base_brier)


def _truths(rows: list[Pattern], rates: list[known.Rate]) -> list[Line]:
    """Of the rows with one true rate: how many intervals hold it, and how far the rates are off."""
    held: dict[Kind, list[bool]] = defaultdict(list)
    off: dict[Kind, list[float]] = defaultdict(list)
    for row in rows:
        true = known.truth(row, rates)
        if true is not None and row.rate is not None and row.low is not None and row.high is not None:
            held[row.kind].append(row.low <= true <= row.high)
            off[row.kind].append(row.rate - true)
    return [
        Line(
            f"95 % intervals that hold the true rate: {kind}",
            f"{fmean(held[kind]):.3f} ({len(held[kind])} rows), rates off by {fmean(off[kind]):+.3f}",
        )
        for kind in sorted(held)
    ]


def _bins(found: Calibration) -> str:
    return ", ".join(f"{one.claimed:.2f} → {one.held:.2f} ({one.count:,})" for one in found.bins)
