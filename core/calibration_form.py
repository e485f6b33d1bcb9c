"""How claims held, as JSON and as the words both doors share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.core.jsonform import SCHEMA, Json, rounded, without_hash

if TYPE_CHECKING:
    from tacit.core.learn.calibration import Calibration, Score

NONE_YET = (
    "No use of a listed pattern was judged after it was learned: there is nothing to hold claims against."
)
EXPLAINED = (
    "Before each judged use of a listed pattern, its success rate so far is a claim; the use shows whether "
    "it held."
)


def calibration_json(calibration: Calibration | None) -> Json:
    """Claimed against held; ``total`` has ``null`` for what nobody can know."""
    from tacit.core.learn.calibration import Calibration, Score

    found = calibration or Calibration(Score(0))
    return {
        "schema": SCHEMA,
        "calibration": {
            **_score(found.total),
            "bins": [
                {
                    "low": one.low,
                    "high": one.high,
                    "forecasts": one.count,
                    "claimed": rounded(one.claimed),
                    "held": rounded(one.held),
                }
                for one in found.bins
            ],
            "kinds": [{"kind": kind, **_score(score)} for kind, score in found.kinds],
            "projects": [{"project": without_hash(name), **_score(score)} for name, score in found.projects],
        },
    }


def summary(score: Score) -> str:
    """``claimed 71 %, held 68 %; off by 4 % (mean over bins)`` and so on, as a sentence."""
    from tacit.core.present import percent, plural

    return (
        f"{plural(score.forecasts, 'forecast')}: claimed {percent(score.claimed)} on average, "
        f"{percent(score.held)} held; expected calibration error {_digits(score.error)}"
    )


def brier(score: Score) -> str:
    """``0.182 against 0.214 of the base rate: better``."""
    if score.brier is None or score.base_brier is None:
        return ""
    better = "better" if score.brier < score.base_brier else "no better"
    base = f"{_digits(score.base_brier)} for always saying the base rate"
    return f"{_digits(score.brier)} against {base}: {better}"


def _score(score: Score) -> Json:
    return {
        "forecasts": score.forecasts,
        "claimed": rounded(score.claimed),
        "held": rounded(score.held),
        "error": rounded(score.error),
        "brier": rounded(score.brier),
        "base_brier": rounded(score.base_brier),
    }


def _digits(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
