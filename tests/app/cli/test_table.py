"""The layout of tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.app.commands.rows import short_ids
from tacit.app.commands.table import Cell, Column, table
from tacit.core.text import cell_width, clean, squeeze


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")


def test_columns_take_what_they_need_and_the_last_the_rest(narrow: None) -> None:
    lines = table(
        (Column("a"), Column("b", right=True), Column("text")), [("x", "12", "y" * 80), ("long", "1", "z")]
    )
    assert lines[0] == "A      B  TEXT"
    assert lines[1] == f"x     12  {'y' * 29}…"
    assert lines[2] == "long   1  z"


def test_columns_give_way_by_priority(narrow: None) -> None:
    columns = (Column("a"), Column("b", drop=1), Column("c", drop=2), Column("text"))
    rows = [("1234567890", "bb", "cc", "t" * 60)]
    assert table(columns, rows)[0].split() == ["A", "TEXT"]


def test_wide_characters_keep_the_columns_straight(narrow: None) -> None:
    lines = table((Column("a"), Column("b")), [("日本", "x"), ("abc", "y")])
    assert cell_width(lines[1]) == cell_width(lines[2]) + 0 == 7


def test_a_cell_is_one_clean_line(narrow: None) -> None:
    assert table((Column("a"),), [("x\ny\x1b[31m",)])[1] == "x y␛[31m"
    assert "\x1b" not in table((Column("a"),), [(Cell("x", "red"),)])[1]


def test_the_end_of_a_long_title_stays_visible() -> None:
    title = "ModuleNotFoundError: No module named <name> → edit → test"
    short = squeeze(title, 40)
    assert short.endswith("… → edit → test")
    assert cell_width(short) == 40
    assert squeeze(title, 100) == title


@given(st.lists(st.text(max_size=30).map(clean), min_size=1, max_size=5), st.integers(20, 90))
def test_squeezing_never_makes_longer(parts: list[str], room: int) -> None:
    title = " → ".join(parts)
    assert cell_width(squeeze(title, room)) <= cell_width(title)


def test_short_ids_stay_apart() -> None:
    assert short_ids(["p-aaaaaaaaaaaa", "p-aaaaaaabbbbb"]) == ["p-aaaaaaaa", "p-aaaaaaab"]
    assert short_ids(["p-aaaaaaaaaaaa", "p-aaaaaaaaaaaa"]) == ["p-aaaaaa", "p-aaaaaa"]
