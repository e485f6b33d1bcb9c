"""What was given to an agent is held against what it then did, whatever was stored first."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from offered_stories import DAY, LATER, SECOND, Clock, brought, fixing, give, is_sound, opened, recovery
from transcript import habit

from tacit import Memory
from tacit.core.ids import format_id
from tacit.core.learn.actions import tool_of
from tacit.core.learn.place import Place, place_of
from tacit.core.learn.statistics import wilson
from tacit.core.model import Offered, Pattern
from tacit.core.tables import OFFERS, PATTERNS


def all_patterns(memory: Memory) -> dict[str, Pattern]:
    """Every stored pattern, rows and what stands behind them."""
    with memory._store.read() as read:
        return {one.id: one for _, one in read.records(PATTERNS)}


def test_a_recovery_that_was_given_and_used_is_an_application(memory: Memory, clock: Clock, tmp_path: Path):
    told = fixing("used")
    give(memory, clock, told.after[0], told)
    assert recovery(memory).offered is None
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 1, 1, 1)
    assert is_sound(memory)


def test_one_that_was_not_used_is_known_and_no_application(memory: Memory, clock: Clock, tmp_path: Path):
    told = fixing("unused", reads=False)
    give(memory, clock, told.after[0], told)
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 0, 0, 0)


def test_a_use_that_was_over_before_is_no_application(memory: Memory, clock: Clock, tmp_path: Path):
    told = fixing("before")
    give(memory, clock, told.after[1], told)
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 0, 0, 0)


def test_what_is_given_at_the_prompt_is_used_anywhere_in_the_task(
    memory: Memory, clock: Clock, tmp_path: Path
):
    told = fixing("prompted")
    give(memory, clock, LATER - SECOND, told, how="prompt")
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 1, 1, 1)


def test_a_task_counts_once_by_the_first_time_it_was_given(memory: Memory, clock: Clock, tmp_path: Path):
    told = fixing("often")
    for at in (*told.after, told.after[0] + SECOND):
        give(memory, clock, at, told)
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 1, 1, 1)


def test_of_several_tasks_each_counts(memory: Memory, clock: Clock, tmp_path: Path):
    for number, reads in enumerate((True, True, False)):
        told = fixing(f"n{number}", LATER + number * DAY, reads=reads)
        give(memory, clock, told.after[0], told)
        found = brought(memory, clock, told, tmp_path / "in")
    assert found == Offered(3, 2, 2, 2)
    state = memory.stats().offered
    assert state == found
    assert memory.stats().offers == 3


def test_a_session_that_is_stored_only_up_to_it_is_not_known(memory: Memory, clock: Clock, tmp_path: Path):
    told = fixing("grows")
    give(memory, clock, told.after[1] + 25 * SECOND, told)
    assert brought(memory, clock, told, tmp_path / "in") is None
    told.one.edit("src/parser.py", refused="File has not been read yet. Read it first before writing to it.")
    told.one.read("src/parser.py")
    told.one.edit("src/parser.py")
    told.one.tests_pass()
    found = brought(memory, clock, told, tmp_path / "in")
    assert found == Offered(1, 1, 1, 1)
    assert is_sound(memory)


def test_what_is_given_does_not_make_a_review_due_until_its_session_is_stored_past_it(
    memory: Memory, clock: Clock, tmp_path: Path
):
    told = fixing("late")
    give(memory, clock, told.after[0], told)
    assert not memory.review_due()
    brought(memory, clock, told, tmp_path / "in")
    other = fixing("late too", LATER + DAY)
    clock.at = other.one.at
    memory.import_paths([other.one.save(tmp_path / "in")])
    give(memory, clock, other.after[0], other)
    assert memory.review_due()
    memory.review()
    assert recovery(memory).offered == Offered(2, 2, 2, 2)
    assert is_sound(memory)


def test_offers_and_transcripts_in_any_order_make_the_same_patterns(tmp_path: Path):
    tolds = [fixing("a", LATER), fixing("b", LATER + DAY, reads=False), fixing("c", LATER + 2 * DAY)]
    deeds = [("give", one) for one in tolds] + [("import", one) for one in tolds]
    found = []
    for number, order in enumerate(itertools.islice(itertools.permutations(deeds), 0, 720, 120)):
        clock = Clock()
        with opened(tmp_path / str(number), clock) as memory:
            for deed, told in order:
                if deed == "give":
                    give(memory, clock, told.after[0], told)
                else:
                    brought(memory, clock, told, tmp_path / str(number) / told.one.name)
            memory.review()
            found.append(all_patterns(memory))
            assert is_sound(memory)
    assert found[0][next(iter(found[0]))] is not None
    assert all(one == found[0] for one in found)
    assert any(one.offered == Offered(3, 2, 2, 2) for one in found[0].values())


@pytest.mark.parametrize("what", ["episode", "session"])
def test_deleting_takes_the_application_away_and_undo_brings_it_back(
    memory: Memory, clock: Clock, tmp_path: Path, what: str
):
    told = fixing("gone")
    told.one.prompt("now something else entirely, please do that")
    told.one.read("src/lexer.py")
    told.one.edit("src/lexer.py")
    told.one.tests_pass()
    give(memory, clock, told.after[0], told)
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 1, 1, 1)
    before = all_patterns(memory)
    (first, second) = memory.episodes_of(told.session)
    for chosen in ([told.session], [first.id]) if what == "session" else ([first.id], [first.id, second.id]):
        memory.delete(chosen)
        assert recovery(memory).offered is None
        assert is_sound(memory)
        memory.undo()
        assert all_patterns(memory) == before


def test_what_was_given_in_a_deleted_task_does_not_pass_to_the_one_before_it(
    memory: Memory, clock: Clock, tmp_path: Path
):
    told = fixing("first")
    told.one.prompt("fix the parser once more, in the other place")
    told.one.edit("src/parser.py", refused="File has not been read yet. Read it first before writing to it.")
    at = told.one.at - 5 * SECOND
    told.one.read("src/parser.py")
    told.one.edit("src/parser.py")
    told.one.tests_pass()
    give(memory, clock, at, told)
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 1, 1, 1)
    memory.delete([memory.episodes_of(told.session)[1].id])
    assert recovery(memory).offered is None


def test_learning_all_anew_gives_the_same(memory: Memory, clock: Clock, tmp_path: Path):
    for number in range(3):
        told = fixing(f"n{number}", LATER + number * DAY, reads=number != 1)
        give(memory, clock, told.after[0], told)
        brought(memory, clock, told, tmp_path / "in")
    before = all_patterns(memory)
    memory.rebuild()
    assert all_patterns(memory) == before
    assert is_sound(memory)


def test_a_deleted_pattern_waits_with_its_offers(memory: Memory, clock: Clock, tmp_path: Path):
    one = recovery(memory)
    told = fixing("waits")
    give(memory, clock, told.after[0], told)
    memory.delete([one.id])
    clock.at = told.one.at
    memory.import_paths([told.one.save(tmp_path / "in")])
    assert is_sound(memory)
    memory.undo()
    assert recovery(memory).offered == Offered(1, 1, 1, 1)


def test_an_end_nobody_can_judge_is_used_and_not_judged(memory: Memory, clock: Clock, tmp_path: Path):
    row = next(one for one in memory.patterns("kind:sequence"))
    told = fixing("judged")
    clock.at = LATER - SECOND
    memory.offer([row.id], door="hook", how="prompt", agent="claude-code", session=told.one.native)
    one = told.one
    one.bash("ruff check .", "x.py:1:1: F401 `os` imported but unused\nFound 1 error.", error=True)
    clock.at = one.at
    memory.import_paths([one.save(tmp_path / "in")])
    pattern = memory.get(row.id)
    assert isinstance(pattern, Pattern)
    assert pattern.offered is not None
    assert pattern.offered.known == 1
    (episode,) = memory.episodes_of(told.session)
    used = [use for use in memory.evidence(row.id) if use.episode == episode.id]
    assert pattern.offered.applied == len(used)


def test_what_a_mark_says_of_the_task_is_what_its_uses_came_to(memory: Memory, clock: Clock, tmp_path: Path):
    row = next(one for one in memory.patterns("kind:sequence") if "git add" not in one.title)
    told = fixing("marked")
    told.one = habit("marked", start=LATER)
    clock.at = LATER - SECOND
    memory.offer([row.id], door="hook", how="prompt", agent="claude-code", session=told.one.native)
    clock.at = told.one.at
    memory.import_paths([told.one.save(tmp_path / "in")])

    def offered() -> Offered | None:
        pattern = memory.get(row.id)
        assert isinstance(pattern, Pattern)
        return pattern.offered

    assert offered() == Offered(1, 1, 1, 1)
    (episode,) = memory.episodes_of(told.session)
    memory.mark(episode.id, "failure")
    assert offered() == Offered(1, 1, 1, 0)
    memory.mark(episode.id, "unknown")
    assert offered() == Offered(1, 1, 0, 0)
    memory.undo()
    memory.undo()
    assert offered() == Offered(1, 1, 1, 1)
    assert is_sound(memory)


def test_an_offer_of_what_is_not_there_is_none(memory: Memory):
    assert memory.offer([format_id("p", 5)], door="mcp", how="search_patterns") == 0
    with memory._store.read() as read:
        assert read.count(OFFERS, "total") == 0


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        ("mcp__tacit__recall_error", "ask"),
        ("mcp__plugin_tacit_tacit__search_patterns", "ask"),
        ("mcp_tacit_search_patterns", "ask"),
        ("tacit__project_facts", "ask"),
        ("tacit-search_patterns", "ask"),
        ("tacit_search_patterns", "ask"),
        ("mcp__tacitus__search_files", "search"),
        ("mcp__other__tacit", "other"),
    ],
)
def test_asking_the_memory_is_no_deed_of_which_anything_is_learned(tool: str, kind: str):
    assert tool_of(tool) == kind


def test_from_five_judged_uses_on_they_sort_it_inside_its_group(memory: Memory, clock: Clock):
    pattern = recovery(memory)
    place = place_of(pattern.rank)
    assert place is not None
    assert place.then == pattern.low
    for number in range(5):
        assert place_of(recovery(memory).rank) == place
        clock.at = LATER + number * DAY
        memory.feedback(pattern.id, "hindered")
    after = recovery(memory)
    assert place_of(after.rank) == Place("recovery", place.first, wilson(0, 5)[0])
    assert (after.low, after.judged, after.rate) == (pattern.low, pattern.judged, pattern.rate)
    for _ in range(5):
        memory.undo()
    assert recovery(memory) == pattern


def test_what_was_given_of_a_fact_stays_with_it_when_its_project_is_merged(
    memory: Memory, clock: Clock, tmp_path: Path
):
    fact = next(one for one in memory.patterns("kind:fact") if one.key[2] == "pytest")
    other = fixing("shop")
    other.one.cwd = "/home/dev/work/shop"
    other.one.lines = [line | {"cwd": other.one.cwd} for line in other.one.lines]
    told = fixing("given", LATER + DAY)
    clock.at = told.after[0]
    memory.offer([fact.id], door="hook", how="prompt", agent="claude-code", session=told.one.native)
    clock.at = told.one.at
    memory.import_paths([one.one.save(tmp_path / "in") for one in (other, told)])
    memory.merge_projects("work/app", "work/shop")
    merged = next(one for one in memory.patterns("kind:fact") if one.key[2] == "pytest")
    assert merged.id != fact.id
    assert merged.offered == Offered(1, 1, 1, 1)
    assert memory.given(merged.id).times == 1
    assert is_sound(memory)
    memory.undo()
    again = memory.get(fact.id)
    assert isinstance(again, Pattern)
    assert again.offered == Offered(1, 1, 1, 1)
