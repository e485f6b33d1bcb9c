"""The plan of upkeep: what is proposed, why, and what never is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from upkeep_story import DAY, LAST, changed, story

from tacit import Memory
from tacit.core.optimize_merge import edit_distance, general

Opened = Callable[[int], Memory]
"""The memory of the story, so many days after it ended."""


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Opened]:
    found: list[Memory] = []

    def at(days: int) -> Memory:
        found.append(Memory.open(tmp_path / "store", clock=lambda: LAST + days * DAY))
        found[-1].import_paths([story(tmp_path / "in")])
        return found[-1]

    yield at
    for one in found:
        one.close()


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1), ("abc", "bcd", 2), ("", "ab", 2)],
)
def test_the_edit_distance_counts_actions(one: str, other: str, distance: int):
    assert edit_distance(one, other) == edit_distance(other, one) == distance


def test_kinds_of_file_and_numbers_are_told_apart_only_within_a_row():
    assert general(["read *.go", "edit *.go failed"]) == general(["read *.rs", "edit *.rs failed"])
    assert general(["read *.go", "edit *.go"]) != general(["read *.go", "edit *.rs"])
    assert general(["python3.12"]) == general(["python3.13"])
    assert general(["python2 failed", "python3"]) != general(["python3 failed", "python3"])
    assert general(["cargo check"]) == ["cargo check"]


def test_rows_that_differ_in_the_kind_of_file_are_proposed_for_merging(told: Opened):
    memory = told(1)
    before = memory.patterns()
    (proposal,) = memory.optimize()
    titles = {one.title for one in (proposal.keep, *proposal.drop)}
    assert titles == {f"edit *.{kind} → make check failed → edit *.{kind}" for kind in ("py", "rs")}
    assert proposal.keep.rank < proposal.drop[0].rank
    assert "kind of file" in proposal.reason
    assert proposal.gain == "1 row fewer, 4 more uses behind one"
    assert proposal.id == f"merge:{proposal.drop[0].id}"
    assert memory.patterns() == before


def test_what_went_worse_than_expected_and_faded_is_proposed_for_dropping(told: Opened):
    memory = told(100)
    (proposal,) = memory.optimize(["drop"])
    (row,) = proposal.drop
    assert row.title == "edit *.sql → psql → edit *.sql"
    assert proposal.reason.startswith("0 of 3 went well, 3.0 expected; too few uses to prove anything")
    assert told(80).optimize(["drop"]) == (), "it has not faded yet"


def test_what_was_not_used_for_long_is_proposed_for_archiving(told: Opened):
    memory = told(200)
    rows = {one.drop[0].title for one in memory.optimize() if one.op == "archive"}
    merged = {one.id for one in memory.optimize() if one.op == "merge"}
    assert len(merged) == 1
    assert "edit *.sql → psql → edit *.sql" in rows, "putting away goes before dropping"
    assert not any("make check failed" in title for title in rows), "those are to be merged"
    assert len(rows) == len(memory.patterns()) - 2
    assert told(100).optimize(["archive"]) == ()


def test_each_row_is_in_one_proposal_and_operations_come_in_their_order(told: Opened):
    plan = told(400).optimize()
    ids = [thing.id for one in plan for thing in (one.keep, *one.drop) if thing is not None]
    assert len(ids) == len(set(ids))
    ops = [one.op for one in plan]
    assert ops == sorted(ops, key=["merge", "archive", "drop", "retain"].index)


def test_what_is_pinned_is_in_no_proposal(told: Opened):
    memory = told(200)
    rows = [one.id for one in memory.patterns()]
    memory.pin(rows[:3])
    plan = memory.optimize()
    assert plan
    assert not {thing.id for one in plan for thing in (one.keep, *one.drop) if thing} & set(rows[:3])
    memory.pin(rows)
    assert memory.optimize() == ()


def test_what_is_used_again_is_not_proposed(told: Opened, tmp_path: Path):
    memory = told(200)
    title = "edit *.py → make check failed → edit *.py"
    before = [one for one in memory.optimize(["archive"]) if one.drop[0].title == title]
    memory.import_paths([changed(tmp_path / "more", "left", "py", 200)])
    after = [one for one in memory.optimize(["archive"]) if one.drop[0].title == title]
    assert (len(before), len(after)) == (1, 0)


def test_nothing_alike_is_an_empty_plan(memory: Memory):
    assert memory.optimize() == ()


def test_the_real_samples_are_planned_over(samples: Path, tmp_path: Path):
    source = samples / "claude-code"
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([source])
        newest = max(one.last_used for one in memory.patterns())
    for days, some in ((1, False), (400, True)):
        with Memory.open(tmp_path / "store", clock=lambda days=days: newest + days * DAY) as memory:
            plan = memory.optimize()
            assert bool([one for one in plan if one.op == "archive"]) is some
            if some:
                assert memory.apply(plan).step
                assert memory.patterns() == ()
                assert memory.optimize(["archive"]) == ()
                memory.undo()
                assert memory.optimize() == plan
