"""What the review lists because of a proof, and where it stands in the list."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from population import Told, by_project, filled, helped, learned, population, review_again

from tacit.core.learn.state import RULES, keep_review, last_review, review_due
from tacit.core.model import Pattern
from tacit.core.tables import PATTERNS

GENERIC = "read *.md|search|read *.md"


def plain_helps(told: Told) -> float:
    """What is planted here holds neither a command nor a failure, and keeps nine failures of ten away."""
    names = told.labels
    held = any(names[at : at + 3] == GENERIC.split("|") for at in range(len(names)))
    return 1 - (1 - by_project(told)) / 10 if held else by_project(told) / 2


def plain(rows: list[Pattern]) -> list[Pattern]:
    return [row for row in rows if {"read *.md", "search"} == set(row.key)]


def test_a_generic_sequence_is_listed_only_while_it_helps_or_harms(tmp_path: Path) -> None:
    rows = plain(learned(population(1, 400, plain_helps, GENERIC), tmp_path / "true"))
    assert [row.verdict for row in rows] == ["helps"]
    assert not plain(learned(population(1, 400, by_project, GENERIC), tmp_path / "null"))


def test_what_is_proven_stands_first_and_only_rows_have_a_verdict(tmp_path: Path) -> None:
    told = population(3, 500, helped, "terraform plan|terraform apply")
    with filled(told, tmp_path / "store") as store:
        state = review_again(store)
        with store.read() as read:
            everything = [pattern for _, pattern in read.records(PATTERNS)]
            listed = [read.get(PATTERNS, key) for _, key in read.scan(PATTERNS, "rank")]
    rows = [row for row in listed if row is not None]
    proven = [row.verdict in {"helps", "harms"} for row in rows]
    assert proven == sorted(proven, reverse=True)
    assert any(proven)
    assert len(rows) == state.listed
    strength = [row.low if row.verdict == "helps" else 1 - (row.high or 0) for row in rows[: sum(proven)]]
    assert strength == sorted(strength, reverse=True)  # type: ignore[type-var]
    assert {row.verdict for row in everything if row.head is not None} == {"unproven"}


def test_a_review_by_other_rules_is_due_again(tmp_path: Path) -> None:
    with filled(population(1, 20, by_project), tmp_path / "store") as store:
        review_again(store)
        with store.read() as read:
            assert not review_due(read)
            state = last_review(read)
        assert state is not None
        assert state.rules == RULES
        store.write(lambda write: keep_review(write, replace(state, rules=RULES - 1)))
        with store.read() as read:
            assert review_due(read)
