"""Columns share the width, and the least important ones give way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tacit.widgets.columns import Column, fit, lay
from tacit.widgets.ink import Cell, line_width, plain, spread

COLUMNS = (
    Column("glyph", 1, 9),
    Column("title", 10, 10, grows=3),
    Column("count", 6, 5, right=True),
    Column("where", 8, 2, grows=1),
)


@given(st.integers(10, 200), st.text(), st.text())
def test_a_row_is_as_wide_as_its_columns_and_never_wider_than_the_screen(width: int, a: str, b: str) -> None:
    line = lay(COLUMNS, fit(COLUMNS, width), {"title": Cell(a), "count": Cell(b)})
    assert line_width(line) == width


def test_columns_leave_in_the_order_of_their_importance() -> None:
    assert set(fit(COLUMNS, 60)) == {"glyph", "title", "count", "where"}
    assert set(fit(COLUMNS, 25)) == {"glyph", "title", "count"}
    assert set(fit(COLUMNS, 15)) == {"glyph", "title"}
    assert set(fit(COLUMNS, 4)) == {"title"}


def test_numbers_stand_at_the_right_of_their_column() -> None:
    line = lay(COLUMNS, fit(COLUMNS, 25), {"glyph": Cell("▲"), "title": Cell("abc"), "count": Cell("7")})
    assert plain(line) == "▲ abc                  7"[: len("▲ abc")] + " " * 19 + "7"


def test_the_right_end_of_a_line_goes_when_there_is_no_room() -> None:
    assert plain(spread([Cell("left")], [Cell("right")], 12, "─")) == "left───right"
    assert plain(spread([Cell("left")], [Cell("right")], 8, "─")) == "left────"
