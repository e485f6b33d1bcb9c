"""Which commands go well in a project and which do not, patterns and what is still below support."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden_store import VERSIONS, placed
from transcript import START, Transcript

from tacit import Memory
from tacit.core.errors import Usage
from tacit.core.learn.statistics import wilson
from tacit.core.recall.facts import facts

LATER = START + 20 * 86_400_000


def runs(folder: Path, name: str, *commands: tuple[str, bool], cwd: str = "/home/dev/work/app") -> None:
    """A session that runs commands, each of which goes well or not."""
    one = Transcript(name, cwd=cwd, start=LATER)
    one.prompt(f"see to it, case {name}")
    one.read("README.md")
    for command, well in commands:
        one.bash(command, "done" if well else "it broke", error=not well)
    one.save(folder)


def test_commands_come_by_what_they_are_for_with_their_counts(memory: Memory) -> None:
    page = memory.facts()
    assert (page.total, page.truncated) == (2, False)
    test, lint = page.items
    assert (test.project, test.intent, test.command) == ("work/app", "test", "pytest")
    assert (test.uses, test.judged, test.successes, test.failures, test.episodes) == (4, 4, 3, 1, 4)
    assert (test.rate, (test.low, test.high)) == (0.75, wilson(3, 4))
    assert (lint.intent, lint.command, lint.uses, lint.successes) == ("lint", "ruff check", 8, 4)
    listed = {one.id for one in memory.patterns(kind="heuristic")}
    assert {test.pattern, lint.pattern} == listed


def test_what_fails_is_told_as_such_and_comes_last(memory: Memory, transcripts: Path) -> None:
    runs(transcripts, "bad", *[("tox", False)] * 5, *[("nox", True)] * 5)
    memory.import_paths([transcripts])
    told = [(one.command, one.goes) for one in memory.facts(intent="test").items]
    assert told == [("pytest", "unclear"), ("nox", "well"), ("tox", "badly")]


def test_what_is_below_support_has_no_pattern(memory: Memory, transcripts: Path) -> None:
    runs(transcripts, "few", ("make", True))
    memory.import_paths([transcripts])
    (make,) = memory.facts(intent="build").items
    assert (make.pattern, make.episodes, make.goes) == (None, 1, "unclear")
    assert make.first_used == make.last_used > START


def test_a_run_nobody_can_judge_has_no_rate(memory: Memory, transcripts: Path) -> None:
    runs(transcripts, "hidden", ("make | tail -1", True))
    memory.import_paths([transcripts])
    (make,) = memory.facts(intent="build").items
    assert (make.uses, make.judged, make.rate, make.low, make.goes) == (1, 0, None, None, "unknown")


def test_a_project_is_told_alone_and_the_best_known_first(memory: Memory, transcripts: Path) -> None:
    runs(transcripts, "other", ("pytest", True), cwd="/home/dev/work/other")
    memory.import_paths([transcripts])
    assert [one.project for one in memory.facts().items] == ["work/app", "work/app", "work/other"]
    (other,) = memory.facts("other").items
    assert (other.project, other.uses, other.expected) == ("work/other", 1, None)
    assert memory.facts("nowhere").total == 0


def test_a_limit_cuts_the_list_and_counts_it_all(memory: Memory) -> None:
    page = memory.facts(limit=1)
    assert (page.total, page.truncated, len(page.items)) == (2, True, 1)


def test_an_unknown_intent_names_the_nearest(memory: Memory) -> None:
    with pytest.raises(Usage, match="Did you mean test"):
        memory.facts(intent="tset")


def test_what_was_deleted_is_told_no_more_until_undo(memory: Memory) -> None:
    before = memory.facts()
    gone = before.items[0].pattern
    assert gone is not None
    memory.delete([gone])
    assert [one.command for one in memory.facts().items] == ["ruff check"]
    memory.undo()
    assert memory.facts() == before


def test_a_merged_project_is_found_by_both_names(memory: Memory, transcripts: Path) -> None:
    runs(transcripts, "other", ("pytest", True), cwd="/home/dev/work/other")
    memory.import_paths([transcripts])
    memory.merge_projects("work/other", "work/app")
    (test,) = memory.facts("work/app", "test").items
    assert test.uses == 5
    assert memory.facts("work/other", "test").items == (test,)


def test_the_cost_follows_the_answer(memory: Memory, transcripts: Path) -> None:
    def rows() -> int:
        with memory._store.read() as read:
            facts(read, "work/app")
            return read.rows_read

    before = rows()
    for n in range(12):
        runs(transcripts, f"o{n}", ("pytest", True), ("make", False), cwd="/home/dev/work/other")
    memory.import_paths([transcripts])
    assert rows() <= before + 2, "one more project is one more name to look at"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_store_of_an_older_version_answers_like_one_that_learned_anew(tmp_path: Path, version: int) -> None:
    with Memory.open(placed(version, tmp_path / "store"), clock=lambda: LATER) as memory:
        before = memory.facts()
        assert before.items
        memory.rebuild()
        assert memory.facts() == before
