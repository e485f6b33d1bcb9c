"""The first plan: near-duplicates are found, named, and left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from transcript import START, Transcript

from tacit import Memory
from tacit.core.optimize import edit_distance, general

DAY = 86_400_000


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1), ("abc", "bcd", 2), ("", "ab", 2)],
)
def test_the_edit_distance_counts_actions(one: str, other: str, distance: int):
    assert edit_distance(one, other) == edit_distance(other, one) == distance


def test_kinds_of_file_and_numbers_fall_away():
    assert general("edit *.go failed") == "edit failed"
    assert general("python3.12") == general("python3.13")
    assert general("cargo check") == "cargo check"


def told(folder: Path, name: str, ending: str, number: int) -> Path:
    one = Transcript(f"{name}{number}", start=START + number * DAY)
    one.prompt(f"change {name}")
    one.edit(f"src/a.{ending}")
    one.bash("make check", "error: it broke", error=True)
    one.edit(f"src/a.{ending}")
    one.tests_pass()
    return one.save(folder)


def test_rows_that_differ_in_the_kind_of_file_are_proposed_for_merging(tmp_path: Path):
    for name, ending in (("left", "py"), ("right", "rs")):
        for number in range(4):
            told(tmp_path / "in", name, ending, number)
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([tmp_path / "in"])
        before = memory.patterns()
        (proposal,) = memory.optimize()
        titles = {proposal.keep.title, *(pattern.title for pattern in proposal.drop)}
        assert titles == {f"edit *.{kind} → make check failed → edit *.{kind}" for kind in ("py", "rs")}
        assert "kind of file" in proposal.reason
        assert memory.patterns() == before


def test_nothing_alike_is_an_empty_plan(memory: Memory):
    assert memory.optimize() == ()
