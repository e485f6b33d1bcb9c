"""The part of the Stats screen that tells whether claims held."""

from __future__ import annotations

import pytest

from tacit.app.inspector.views.stats_calibration import calibration_lines
from tacit.core.learn.calibration import Calibration, Score
from tacit.core.text import cell_width
from tacit.memory import Memory


def text(found: Calibration | None, width: int) -> list[str]:
    return ["".join(cell.text for cell in line) for line in calibration_lines(found, width)]


@pytest.mark.parametrize("width", [60, 80, 140])
def test_it_reads_without_colour_in_any_width(demo: Memory, width: int) -> None:
    found = demo.stats().calibration
    assert found is not None
    lines = text(found, width)
    assert max(map(cell_width, lines)) <= width
    page = "\n".join(lines)
    assert f"{found.total.forecasts} forecasts" in page
    for one in found.bins:
        [line] = [line for line in lines if "│" in line and line.endswith(f" {one.count}")][:1]
        assert line.index("│") < line.rindex(" ")
    assert "recovery" in page


@pytest.mark.parametrize("found", [None, Calibration(Score(0))])
def test_it_says_so_where_nothing_can_be_told(found: Calibration | None) -> None:
    assert "nothing to hold claims against" in " ".join(text(found, 60))
