"""What was deleted, and what nobody can know, is in no number, here and where an export is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from offered_stories import (
    AGENT,
    DAY,
    LATER,
    REFUSED,
    SECOND,
    Clock,
    Told,
    brought,
    fixing,
    give,
    is_sound,
    recovery,
)
from told_beside import during, save, session
from transcript import habit

from tacit import Memory
from tacit.core.model import Offered, Pattern


def tasks(count: int) -> Told:
    """A session of so many such tasks, one right after the other; ``after`` has a moment in each."""
    told = fixing("several")
    del told.after[1]
    for number in range(1, count):
        told.one.prompt(f"fix the parser once more, in place {number}")
        told.one.edit("src/parser.py", refused=REFUSED)
        told.after.append(told.one.at - 5 * SECOND)
        told.one.read("src/parser.py")
        told.one.edit("src/parser.py")
        told.one.tests_pass()
    return told


def taken_back(memory: Memory, clock: Clock, folder: Path) -> Memory:
    """A new memory that took over all that the other one exports."""
    memory.export(folder / "tree")
    fresh = Memory.open(folder / "fresh", clock=clock)
    fresh.background = False
    fresh.import_path(folder / "tree")
    fresh.learn_pending()
    fresh.review()
    return fresh


@pytest.mark.parametrize("word", [False, True])
def test_what_was_given_in_a_deleted_task_stays_behind(
    memory: Memory, clock: Clock, tmp_path: Path, word: bool
):
    told = tasks(3)
    give(memory, clock, told.after[1], told)
    if word:
        memory.feedback(recovery(memory).id, "hindered", door="mcp", agent=AGENT, session=told.one.native)
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 1, 1, 1)
    memory.delete([memory.episodes_of(told.session)[1].id])
    assert recovery(memory).offered is None
    with taken_back(memory, clock, tmp_path) as fresh:
        assert recovery(fresh).offered is None
        assert fresh.offers(recovery(fresh).id) == ()
        assert is_sound(fresh)


@pytest.mark.parametrize("door", ["mcp", "person"])
def test_what_was_said_in_a_deleted_session_counts_in_nothing(
    memory: Memory, clock: Clock, tmp_path: Path, door: str
):
    told = fixing("gone")
    give(memory, clock, told.after[0], told)
    memory.feedback(recovery(memory).id, "hindered", door=door, session=told.session)  # type: ignore[arg-type]
    brought(memory, clock, told, tmp_path / "in")
    memory.delete([told.session])
    assert recovery(memory).offered is None
    assert [answer.known for _, answer in memory.given(recovery(memory).id).newest] == [False]
    with taken_back(memory, clock, tmp_path) as fresh:
        assert recovery(fresh).offered is None
    memory.undo()
    assert recovery(memory).offered is not None
    assert is_sound(memory)


def test_what_was_said_of_the_end_of_a_deleted_task_is_not_said_of_the_one_before_it_elsewhere(
    memory: Memory, clock: Clock, tmp_path: Path
):
    one = session()
    memory.import_paths([save(one, tmp_path / "in", 3)])
    for task, label in ((0, "partial"), (1, "abstained")):
        clock.at = during(one, task)
        memory.tell_outcome(one.native, AGENT, label)  # type: ignore[arg-type]
    memory.learn_pending()
    second = next(found for found in memory.episodes() if found.outcome.label == "abstained")
    clock.at = LATER
    memory.delete([second.id])
    ends = {found.id: found.outcome for found in memory.episodes()}
    with taken_back(memory, clock, tmp_path) as fresh:
        assert {found.id: found.outcome for found in fresh.episodes()} == ends
        assert is_sound(fresh)


def test_a_persons_word_that_comes_later_is_a_persons_elsewhere_too(
    memory: Memory, clock: Clock, tmp_path: Path
):
    told = fixing("told")
    give(memory, clock, LATER, told)
    with taken_back(memory, clock, tmp_path) as fresh:
        memory.feedback(recovery(memory).id, "hindered", session=told.session)
        memory.export(tmp_path / "tree")
        fresh.import_path(tmp_path / "tree")
        pattern = recovery(fresh).id
        fresh.feedback(pattern, "helped", door="mcp", agent=AGENT, session=told.one.native)
        assert [one.feedback for one in fresh.offers(pattern)] == ["hindered"]


def test_offers_of_one_moment_that_are_all_alike_are_as_many_elsewhere(
    memory: Memory, clock: Clock, tmp_path: Path
):
    pattern = recovery(memory).id
    for project in ("work/app", "work/app", "work/shop"):
        memory.offer([pattern], door="mcp", how="search_patterns", project=project)
    memory.feedback(pattern, "helped")
    with taken_back(memory, clock, tmp_path) as fresh:
        for _ in range(2):
            assert sorted(map(str, fresh.offers(pattern))) == sorted(map(str, memory.offers(pattern)))
            fresh.import_path(tmp_path / "tree")
        assert recovery(fresh).offered == recovery(memory).offered == Offered(1, 1, 1, 1)


def test_numbers_of_a_project_that_was_merged_are_the_same_elsewhere(
    memory: Memory, clock: Clock, tmp_path: Path
):
    fact = next(one for one in memory.patterns("kind:fact") if "ruff" in one.title)
    told = fixing("merged")
    clock.at = LATER - SECOND
    memory.offer([fact.id], door="hook", how="prompt", agent=AGENT, session=told.one.native)
    told.one.bash("ruff check .", "All checks passed!")
    other = habit("shop", cwd="/home/dev/work/shop", start=LATER + DAY)
    clock.at = other.at
    memory.import_paths([told.one.save(tmp_path / "in"), other.save(tmp_path / "in")])
    memory.merge_projects("work/app", "work/shop")
    numbers = {one.id: one.offered for one in memory.patterns()}
    assert Offered(1, 1, 1, 1) in numbers.values()
    with taken_back(memory, clock, tmp_path) as fresh:
        assert {one.id: one.offered for one in fresh.patterns()} == numbers
        assert is_sound(fresh)


@pytest.mark.parametrize("again", [False, True])
def test_whether_a_habit_came_again_after_it_was_given_nobody_knows(
    memory: Memory, clock: Clock, tmp_path: Path, again: bool
):
    """What is judged by its task counts once in it, by where it came first."""
    row = next(one for one in memory.patterns("kind:sequence") if "git add" not in one.title)
    one = habit("again", start=LATER)
    at = one.at - 5 * SECOND
    if again:
        one.lines += habit("once more", start=one.at).lines[1:]
    else:
        one.bash("git commit -m done", "[main abc1234] done")
    clock.at = at
    memory.offer([row.id], door="hook", how="tool-result", agent=AGENT, session=one.native)
    for line in one.lines:
        line["sessionId"] = one.native
    clock.at = at + DAY
    memory.import_paths([one.save(tmp_path / "in")])
    found = memory.get(row.id)
    assert isinstance(found, Pattern)
    assert found.offered is None
    ((_, answer),) = memory.given(row.id).newest
    assert answer.episode
    assert not answer.known


@pytest.mark.parametrize(("late", "applied"), [(-1, 1), (0, 1), (1, 0)])
def test_a_use_came_after_an_offer_if_its_last_step_was_not_made_before(
    memory: Memory, clock: Clock, tmp_path: Path, late: int, applied: int
):
    told = fixing("edge")
    give(
        memory, clock, LATER + 50 * SECOND + late, told
    )  # when the edit is made that leaves the error behind
    found = brought(memory, clock, told, tmp_path / "in")
    assert found == Offered(1, applied, applied, applied)


def test_of_several_uses_after_an_offer_the_first_decides(memory: Memory, clock: Clock, tmp_path: Path):
    fact = next(one for one in memory.patterns("kind:fact") if "pytest" in one.title)
    told = fixing("twice", good=False)
    told.one.edit("src/parser.py")
    told.one.tests_pass()
    clock.at = LATER - SECOND
    memory.offer([fact.id], door="hook", how="prompt", agent=AGENT, session=told.one.native)
    brought(memory, clock, told, tmp_path / "in")
    found = memory.get(fact.id)
    assert isinstance(found, Pattern)
    assert found.offered == Offered(1, 1, 1, 0)
