"""The part of the Stats screen that tells whether claims held."""

from __future__ import annotations

from tacit.app.inspector.views.prose import facts, wrapped
from tacit.core.calibration_form import EXPLAINED, NONE_YET, brier, summary
from tacit.core.learn.calibration import Bin, Calibration
from tacit.core.present import count, kind_word, percent
from tacit.core.text import pad
from tacit.widgets.ink import Cell, Line

_BAR = 20


def calibration_lines(found: Calibration | None, width: int) -> list[Line]:
    """What was claimed against what held: in all, by bins, by kind."""
    lines: list[Line] = [[Cell("Did claims hold?", "heading")]]
    if found is None or not found.total.forecasts:
        return [*lines, *wrapped(NONE_YET, width, "muted")]
    lines += wrapped(EXPLAINED, width, "muted")
    lines += facts([("In all", summary(found.total)), ("Brier", brier(found.total))], width)
    lines.append(
        [Cell(f"{'claimed':>9}{'held':>8}  {pad('█ held, │ claimed', _BAR + 2)}{'forecasts':>10}", "muted")]
    )
    lines += [_bin(one) for one in found.bins]
    lines.append([Cell(f"{pad('Kind', 11)}{'forecasts':>10}{'claimed':>9}{'held':>8}{'error':>8}", "muted")])
    for kind, score in found.kinds:
        error = "–" if score.error is None else f"{score.error:.3f}"
        numbers = f"{count(score.forecasts):>10}{percent(score.claimed):>9}{percent(score.held):>8}{error:>8}"
        lines.append([Cell(f"{pad(kind_word(kind), 11)}{numbers}")])
    return lines


def _bin(one: Bin) -> Line:
    """A bar of what held with a mark where the claim stands."""
    held, claimed = round(one.held * _BAR), min(round(one.claimed * _BAR), _BAR)
    cells = ["█" if place < held else "·" for place in range(_BAR + 1)]
    cells[claimed] = "│"
    return [
        Cell(f"{percent(one.claimed):>9}{percent(one.held):>8}  "),
        Cell(pad("".join(cells), _BAR + 2), "accent"),
        Cell(f"{count(one.count):>10}", "muted"),
    ]
