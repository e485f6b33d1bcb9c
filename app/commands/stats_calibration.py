"""``memory stats --calibration``: whether what patterns claimed held afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tacit.core.learn.calibration import Bin, Calibration, Score


def calibration_page(found: Calibration | None) -> list[str]:
    """The table: in all, by what was claimed, by kind, by project."""
    from tacit.app.commands.page import facts, heading, paragraph
    from tacit.core.calibration_form import EXPLAINED, NONE_YET, brier, summary
    from tacit.core.present import kind_word

    if found is None or not found.total.forecasts:
        return paragraph(NONE_YET)
    lines = paragraph(EXPLAINED)
    lines += ["", *facts((("in all", summary(found.total)), ("Brier score", brier(found.total))))]
    lines += [*heading("By what was claimed"), *_bins(found.bins)]
    lines += [
        *heading("By kind"),
        *_scores("kind", [(kind_word(kind), score) for kind, score in found.kinds]),
    ]
    return [*lines, *heading("By project"), *_scores("project", found.projects)]


def _bins(bins: Sequence[Bin]) -> list[str]:
    from tacit.app.commands.table import Column, table
    from tacit.core.present import count, percent

    rows = [
        (
            f"{round(one.low * 100)}–{round(one.high * 100)} %",
            percent(one.claimed),
            percent(one.held),
            count(one.count),
        )
        for one in bins
    ]
    heads = ("range", "claimed", "held", "forecasts")
    return table([Column(head, right=True) for head in heads], rows, indent="  ")


def _scores(what: str, rows: Sequence[tuple[str, Score]]) -> list[str]:
    from tacit.app.commands.table import Column, table
    from tacit.core.present import count, percent

    cells = [
        (
            count(score.forecasts),
            percent(score.claimed),
            percent(score.held),
            _digits(score.error),
            _digits(score.brier),
            _digits(score.base_brier),
            name,
        )
        for name, score in rows
    ]
    heads = ("forecasts", "claimed", "held", "error", "brier", "base")
    return table((*(Column(head, right=True) for head in heads), Column(what)), cells, indent="  ")


def _digits(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
