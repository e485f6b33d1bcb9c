"""A plot of text: points where they belong, a diagonal, axes with numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.widgets.ink import line_width, plain
from tacit.widgets.plot import ROWS, Point, plot_lines


def drawn(points: list[Point], width: int) -> list[str]:
    return [plain(line) for line in plot_lines(points, width, "claimed", "held")]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=10), st.integers(30, 120))
def test_it_fits_and_shows_the_last_point(points: list[tuple[float, float]], width: int) -> None:
    marks = [Point(x, y, letter) for (x, y), letter in zip(points, "abcdefghij", strict=False)]
    lines = plot_lines(marks, width, "claimed", "held")
    assert len(lines) == ROWS + 3
    assert all(line_width(line) <= width for line in lines)
    if marks:
        assert marks[-1].mark in "".join(plain(line)[7:] for line in lines[1 : ROWS + 1])


@pytest.mark.parametrize("width", [40, 58, 100])
def test_corners_and_middle_stand_where_the_axes_say(width: int) -> None:
    corners = [Point(0, 0, "a"), Point(1, 1, "b"), Point(0, 1, "c"), Point(1, 0, "d"), Point(0.5, 0.5, "m")]
    lines = drawn(corners, width)
    assert lines[0] == "held"
    top, middle, bottom = (line for line in lines if "┤" in line)
    assert [line[:6].strip() for line in (top, middle, bottom)] == ["100 %", "50 %", "0 %"]
    assert (top[7], top[-1]) == ("c", "b")
    assert (bottom[7], bottom[-1]) == ("a", "d")
    assert middle[7:].index("m") == (len(middle) - 7) // 2
    axis, names = lines[-2:]
    assert [axis.index("┴"), axis.rindex("┴")] == [7, len(top) - 1]
    assert names.split() == ["0", "%", "claimed", "100", "%"]


def test_the_dots_go_from_corner_to_corner() -> None:
    rows = [line[7:] for line in drawn([], 60)[1 : ROWS + 1]]
    places = [row.index("·") for row in rows]
    assert places == sorted(places, reverse=True)
    assert places[-1] == 0
    assert rows[0].rstrip().endswith("·")
