"""A bar chart that can be read without colour."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tacit.widgets.ink import line_width, plain
from tacit.widgets.trend import Week, trend_lines


@st.composite
def weeks(draw: st.DrawFn) -> list[Week]:
    found = []
    for n in range(draw(st.integers(1, 20))):
        uses = draw(st.integers(0, 100_000))
        judged = draw(st.integers(0, uses))
        found.append(Week(f"2026-W{n:02}", uses, judged, draw(st.integers(0, judged))))
    return found


@given(weeks(), st.integers(50, 120))
def test_every_line_is_as_wide_as_the_others_and_fits(rows: list[Week], width: int) -> None:
    lines = trend_lines(rows, width)
    bars = [plain(line[:-1]) for line in lines]
    assert len({len(bar) for bar in bars}) == 1
    assert all(line_width(line) <= width for line in lines)


def test_the_parts_of_a_bar_differ_in_shape_and_stand_in_numbers() -> None:
    (line,) = trend_lines([Week("2026-W06", 4, 3, 2)], 60)
    assert plain(line).split() == ["2026-W06", "██████▒▒▒░░░", "2", "of", "3"]


def test_a_week_without_uses_is_a_gap_and_something_is_never_nothing() -> None:
    small, none = trend_lines([Week("a", 1_000_000, 1, 1), Week("b", 0, 0, 0)], 60)
    assert "█" in plain(small)
    assert not set("█▒░") & set(plain(none))


def test_no_weeks_no_chart() -> None:
    assert trend_lines([], 60) == []
