"""What is said of a pattern that was given goes with that offer, counts, and can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from offered_stories import AGENT, DAY, LATER, SECOND, Clock, brought, fixing, give, is_sound, recovery

from tacit import Memory
from tacit.core.errors import NotFound, StoreReadOnly, Usage
from tacit.core.loop.records import Door, Feedback, Offer
from tacit.core.model import Offered


def said(memory: Memory) -> list[tuple[int, str, str | None]]:
    """When and through what it was given, and what was said of it, newest first."""
    return [(one.at, one.how, one.feedback) for one in memory.offers(recovery(memory).id)]


def test_a_word_is_of_the_newest_offer_of_the_last_days_that_nobody_spoke_of(memory: Memory, clock: Clock):
    give(memory, clock, LATER, None)
    give(memory, clock, LATER + DAY, None)
    clock.at = LATER + 2 * DAY
    memory.feedback(recovery(memory).id, "helped")
    assert said(memory) == [(LATER + DAY, "tool-result", "helped"), (LATER, "tool-result", None)]
    memory.feedback(recovery(memory).id, "no-effect")
    assert said(memory) == [(LATER + DAY, "tool-result", "helped"), (LATER, "tool-result", "no-effect")]


def test_where_nothing_was_given_of_late_it_stands_by_itself(memory: Memory, clock: Clock):
    give(memory, clock, LATER, None)
    clock.at = LATER + 8 * DAY
    offer = memory.feedback(recovery(memory).id[:8], "hindered")
    assert (offer.how, offer.door, offer.at, offer.said) == ("feedback", "person", clock.at, clock.at)
    assert said(memory) == [(clock.at, "feedback", "hindered"), (LATER, "tool-result", None)]
    assert recovery(memory).offered == Offered(1, 1, 1, 0)
    assert memory.stats().offers == 1
    assert memory.given(offer.pattern).times == 1
    assert is_sound(memory)


def test_who_thinks_better_of_it_within_a_day_does_not_say_two_things(memory: Memory, clock: Clock):
    pattern = recovery(memory).id
    for word in ("helped", "hindered", "hindered"):
        clock.at += SECOND
        memory.feedback(pattern, cast(Feedback, word))
    assert [one[1:] for one in said(memory)] == [("feedback", "hindered")]
    assert recovery(memory).offered == Offered(1, 1, 1, 0)
    clock.at += DAY
    memory.feedback(pattern, "helped")
    assert [one[2] for one in said(memory)] == ["helped", "hindered"]
    for left in (["hindered"], ["helped"], []):
        assert memory.undo() is not None
        assert [one[2] for one in said(memory)] == left
    assert is_sound(memory)


def test_in_a_session_that_is_named_it_is_of_the_newest_there_and_overrules(memory: Memory, clock: Clock):
    here, there = fixing("here"), fixing("there")
    give(memory, clock, LATER, here)
    give(memory, clock, LATER + SECOND, there)
    clock.at = LATER + 30 * DAY
    for word in ("helped", "hindered"):
        memory.feedback(recovery(memory).id, word, agent=AGENT, session=here.one.native)
    assert said(memory) == [
        (LATER + SECOND, "tool-result", None),
        (LATER, "tool-result", "hindered"),
    ]
    memory.feedback(recovery(memory).id, "no-effect", session=there.session)
    assert said(memory)[0] == (LATER + SECOND, "tool-result", "no-effect")


def test_in_an_episode_that_is_named_it_is_of_the_newest_there(memory: Memory, clock: Clock):
    episode = memory.episodes()[0].id
    give(memory, clock, LATER, None, episode=episode)
    give(memory, clock, LATER + SECOND, None)
    memory.feedback(recovery(memory).id, "helped", door="mcp", episode=episode)
    assert said(memory)[-1] == (LATER, "tool-result", "helped")


def test_an_agent_does_not_speak_of_what_another_one_was_given(memory: Memory, clock: Clock):
    give(memory, clock, LATER, None)
    offer = memory.feedback(recovery(memory).id, "helped", door="mcp", agent="codex")
    assert offer.how == "feedback"
    assert memory.feedback(recovery(memory).id, "helped", door="mcp", agent=AGENT).how == "tool-result"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("helped", Offered(1, 1, 1, 1)),
        ("hindered", Offered(1, 1, 1, 0)),
        ("no-effect", Offered(1, 0, 0, 0)),
    ],
)
@pytest.mark.parametrize("first", ["word", "transcript"])
@pytest.mark.parametrize("reads", [True, False])
def test_a_word_overrules_what_was_observed_whatever_came_first(
    memory: Memory, clock: Clock, tmp_path: Path, word: Feedback, expected: Offered, first: str, reads: bool
):
    told = fixing("told", reads=reads)
    give(memory, clock, told.after[0], told)
    if first == "transcript":
        brought(memory, clock, told, tmp_path / "in")
    memory.feedback(recovery(memory).id, word, agent=AGENT, session=told.one.native)
    if first == "word":
        assert recovery(memory).offered == expected
        brought(memory, clock, told, tmp_path / "in")
    assert recovery(memory).offered == expected
    assert is_sound(memory)


def test_of_several_words_in_one_task_the_last_counts(memory: Memory, clock: Clock, tmp_path: Path):
    told = fixing("told")
    pattern = recovery(memory).id
    for number, word in enumerate(("hindered", "helped")):
        give(memory, clock, told.after[0] + number, told)
        clock.at = told.after[1] + number * SECOND
        memory.feedback(pattern, cast(Feedback, word))
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 1, 1, 1)


def test_undo_takes_a_persons_words_back_one_by_one_after_a_restart(memory: Memory, clock: Clock):
    give(memory, clock, LATER, None)
    pattern = recovery(memory).id
    session = fixing("here").session
    states = [memory.offers(pattern)]
    for word in ("helped", "hindered"):
        clock.at += SECOND
        memory.feedback(pattern, cast(Feedback, word))
        states.append(memory.offers(pattern))
    clock.at += SECOND
    memory.feedback(pattern, "helped", session=session)
    states.append(memory.offers(pattern))
    assert [step.op for step in memory.undo_list()] == ["feedback"] * 3
    path = memory.path
    memory.close()
    with Memory.open(path, clock=clock) as again:
        for state in states[-2::-1]:
            receipt = again.undo()
            assert receipt is not None
            assert (receipt.said, receipt.ids) == (1, (pattern,))
            assert again.offers(pattern) == state
        assert again.undo() is None
        assert recovery(again).offered is None
        assert is_sound(again)


def test_what_an_agent_says_is_no_step_and_stands_again_when_a_persons_word_is_taken_back(
    memory: Memory, clock: Clock
):
    told = fixing("here")
    give(memory, clock, LATER, told)
    pattern = recovery(memory).id
    memory.feedback(pattern, "hindered", door="mcp", agent=AGENT, session=told.one.native)
    before = memory.offers(pattern)
    clock.at += SECOND
    memory.feedback(pattern, "helped", session=told.session)
    clock.at += SECOND
    memory.feedback(pattern, "hindered", door="mcp", agent=AGENT, session=told.one.native)
    assert said(memory)[0][2] == "helped"
    assert len(memory.undo_list()) == 1
    receipt = memory.undo()
    assert receipt is not None
    assert receipt.said == 1
    assert memory.offers(pattern) == before


def test_a_word_that_changed_after_a_step_stands_when_that_is_taken_back(memory: Memory, clock: Clock):
    told = fixing("here")
    give(memory, clock, LATER, told)
    pattern = recovery(memory).id
    memory.feedback(pattern, "helped", session=told.session)
    with Memory.open(memory.path, clock=clock, actor="another") as other:
        clock.at += SECOND
        other.feedback(pattern, "hindered", session=told.session)
    receipt = memory.undo()
    assert receipt is not None
    assert receipt.said == 0
    assert said(memory)[0][2] == "hindered"


def test_saying_the_same_of_the_same_again_changes_nothing(memory: Memory, clock: Clock):
    told = fixing("here")
    give(memory, clock, LATER, told)
    pattern = recovery(memory).id
    first = memory.feedback(pattern, "helped", session=told.session)
    clock.at += SECOND
    assert memory.feedback(pattern, "helped", session=told.session) == first
    assert len(memory.undo_list()) == 1


def test_two_offers_of_one_moment_are_two_also_when_one_is_gone(memory: Memory, clock: Clock):
    pattern = recovery(memory).id
    clock.at = LATER
    memory.feedback(pattern, "helped")
    memory.offer([pattern], door="mcp", how="search_patterns")
    memory.undo()
    memory.offer([pattern], door="mcp", how="recall_error")
    assert sorted(one.how for one in memory.offers(pattern)) == ["recall_error", "search_patterns"]


def test_a_word_makes_a_review_due_and_an_agent_does_not_wait_for_it(memory: Memory, clock: Clock):
    memory.feedback(recovery(memory).id, "helped", door="mcp", agent=AGENT)
    assert memory.review_due()
    assert recovery(memory).offered is None
    memory.review()
    assert recovery(memory).offered == Offered(1, 1, 1, 1)


def test_a_deleted_pattern_has_no_feedback_and_what_was_said_before_comes_back_with_it(
    memory: Memory, clock: Clock
):
    pattern = recovery(memory).id
    memory.feedback(pattern, "helped")
    memory.delete([pattern])
    with pytest.raises(NotFound, match="deleted"):
        memory.feedback(pattern, "helped")
    memory.undo()
    assert recovery(memory).offered == Offered(1, 1, 1, 1)


def test_words_and_ids_that_are_none_are_refused(memory: Memory):
    with pytest.raises(Usage, match="no feedback"):
        memory.feedback(recovery(memory).id, cast(Feedback, "liked"))
    with pytest.raises(Usage, match="no pattern"):
        memory.feedback(memory.episodes()[0].id, "helped")
    with pytest.raises(NotFound):
        memory.feedback("p-zzzz", "helped")
    assert memory.undo_list() == ()


def test_a_memory_that_may_only_be_read_takes_no_word(memory: Memory):
    with Memory.open(memory.path, readonly=True) as reader, pytest.raises(StoreReadOnly):
        reader.feedback(recovery(memory).id, "helped")


def test_it_is_told_newest_first_with_what_came_of_each(memory: Memory, clock: Clock, tmp_path: Path):
    told = fixing("used")
    give(memory, clock, told.after[0], told)
    brought(memory, clock, told, tmp_path / "in")
    unused = fixing("unused", LATER + DAY, reads=False)
    give(memory, clock, unused.after[0], unused)
    brought(memory, clock, unused, tmp_path / "in")
    give(memory, clock, LATER + 2 * DAY, fixing("later", LATER + 2 * DAY))
    memory.feedback(recovery(memory).id, "hindered", session=fixing("nobody").session)
    given = memory.given(recovery(memory).id)
    assert given.times == 3
    assert [(answer.known, answer.result) for _, answer in given.newest] == [
        (True, "failure"),
        (False, None),
        (True, None),
        (True, "success"),
    ]
    assert [isinstance(offer, Offer) for offer, _ in given.newest] == [True] * 4
    assert len(memory.given(recovery(memory).id, 2).newest) == 2


def test_what_a_program_gives_wrongly_is_refused_and_nothing_is_stored(memory: Memory):
    pattern = recovery(memory).id
    wrong = cast(Door, "window")
    with pytest.raises(Usage, match="“window” is no door"):
        memory.offer([pattern], door=wrong, how="mine")
    with pytest.raises(Usage, match="is no door"):
        memory.feedback(pattern, "helped", door=wrong)
    with pytest.raises(Usage, match="is no door"):
        memory.contact(AGENT, wrong)
    for ids in ([pattern, pattern[:6]], pattern, ["p-!!!!!!!!!!!!"]):
        with pytest.raises(Usage, match="is no whole id of a pattern"):
            memory.offer(ids, door="library", how="mine")
    assert memory.offers(pattern) == ()
    assert is_sound(memory)
