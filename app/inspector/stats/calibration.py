"""The block of the Stats screen that tells whether claims held."""

from __future__ import annotations

from tacit.app.inspector.views.prose import facts, heading, wrapped
from tacit.core.calibration_form import EXPLAINED, NONE_YET, brier, summary
from tacit.core.learn.calibration import Bin, Calibration, Score
from tacit.core.present import count, kind_word, percent
from tacit.core.text import pad
from tacit.widgets.ink import Cell, Line
from tacit.widgets.lines_pane import PaneLine
from tacit.widgets.plot import Point, plot_lines

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def calibration(found: Calibration | None, width: int) -> list[PaneLine]:
    """What was claimed against what held: in all, as a plot, by bins, by kind."""
    head = heading("Did claims hold?")
    if found is None or not found.total.forecasts:
        return [head, *map(PaneLine, wrapped(NONE_YET, width, "muted"))]
    lines: list[Line] = wrapped(EXPLAINED, width, "muted")
    lines += facts([("In all", summary(found.total)), ("Brier", brier(found.total))], width)
    lines += plot_lines(_points(found.bins), width, "claimed", "held ↑  · as claimed")
    lines.append([Cell(f"  {'claimed':>16}{'held':>8}{'forecasts':>12}", "muted")])
    lines += [_bin(mark, one) for mark, one in zip(_LETTERS, found.bins, strict=False)]
    lines.append(
        [Cell(f"  {pad('kind', 10)}{'claimed':>7}{'held':>8}{'forecasts':>12}{'error':>8}", "muted")]
    )
    lines += [_kind(kind_word(kind), score) for kind, score in found.kinds]
    return [head, *map(PaneLine, lines)]


def project_calibration(found: Score | None, width: int) -> list[PaneLine]:
    """The same of one project, in a few words."""
    head = heading("Did claims hold?")
    if found is None or not found.forecasts:
        return [head, *map(PaneLine, wrapped(NONE_YET, width, "muted"))]
    return [head, *map(PaneLine, facts([("In all", summary(found)), ("Brier", brier(found))], width))]


def _points(bins: tuple[Bin, ...]) -> list[Point]:
    return [Point(one.claimed, one.held, mark) for mark, one in zip(_LETTERS, bins, strict=False)]


def _bin(mark: str, one: Bin) -> Line:
    """The numbers of a point of the plot."""
    span = f"{round(one.low * 100)}–{round(one.high * 100)} %"
    numbers = f"{pad(span, 9)}{percent(one.claimed):>6}{percent(one.held):>8}{count(one.count):>12}"
    return [Cell(f"{mark} ", "strong"), Cell(numbers)]


def _kind(name: str, score: Score) -> Line:
    error = "–" if score.error is None else f"{score.error:.3f}"
    numbers = f"{percent(score.claimed):>7}{percent(score.held):>8}{count(score.forecasts):>12}{error:>8}"
    return [Cell(f"  {pad(name, 10)}{numbers}")]
