"""However often somebody speaks of a pattern, it counts once; and what happened is not talked away."""

from __future__ import annotations

from pathlib import Path

import pytest
from offered_stories import AGENT, DAY, LATER, SECOND, Clock, brought, fixing, give, is_sound, recovery

from tacit import Memory
from tacit.core.loop.records import Feedback
from tacit.core.model import Offered

MANY = 60


def offered(memory: Memory) -> Offered | None:
    memory.review()
    return recovery(memory).offered


def agent_says(memory: Memory, said: Feedback, agent: str = AGENT, **where: str) -> None:
    memory.feedback(recovery(memory).id, said, door="mcp", agent=agent, **where)


def test_an_agent_that_says_it_helped_again_and_again_is_heard_once_a_day(memory: Memory, clock: Clock):
    for number in range(MANY):
        clock.at = LATER + number * SECOND
        agent_says(memory, "helped")
    assert offered(memory) == Offered(1, 1, 1, 1)
    assert len(memory.offers(recovery(memory).id)) == 1
    agent_says(memory, "hindered")
    assert offered(memory) == Offered(1, 1, 1, 0)
    clock.at = LATER + DAY
    agent_says(memory, "helped")
    agent_says(memory, "helped", agent="codex")
    assert offered(memory) == Offered(3, 3, 3, 2)
    assert is_sound(memory)


def test_who_does_not_say_where_speaks_of_one_thing_it_was_given_a_day(memory: Memory, clock: Clock):
    for number in range(5):
        give(memory, clock, LATER + number * SECOND, None)
    clock.at = LATER + 10 * SECOND
    for _ in range(MANY):
        agent_says(memory, "helped")
    assert [one.feedback for one in memory.offers(recovery(memory).id)] == ["helped", None, None, None, None]
    assert offered(memory) == Offered(1, 1, 1, 1)


def test_words_that_lie_apart_count_once_a_day_too(memory: Memory, clock: Clock):
    from tacit.core.loop.feedback import free_key
    from tacit.core.loop.records import OWN, Offer
    from tacit.core.tables import OFFERS

    pattern = recovery(memory).id
    for number in range(4):
        at = LATER + number * DAY // 2
        word = Offer(pattern, at, "mcp", OWN, AGENT, feedback="helped", said=at)
        memory._store.write(
            lambda write, word=word: write.put(OFFERS, free_key(write, pattern, word.at), word)
        )
    clock.at = LATER + 3 * DAY
    agent_says(memory, "helped")
    assert offered(memory) == Offered(3, 3, 3, 3)


@pytest.mark.parametrize("given_first", [True, False])
def test_in_a_session_whose_end_is_not_known_it_counts_once(memory: Memory, clock: Clock, given_first: bool):
    told = fixing("told")
    for number in range(4):
        if given_first:
            give(memory, clock, LATER + number * SECOND, told)
        clock.at = LATER + number * SECOND
        agent_says(memory, "helped" if number else "hindered", session=told.one.native)
    assert offered(memory) == Offered(1, 1, 1, 1)
    assert is_sound(memory)


def test_an_episode_that_there_never_was_is_nowhere(memory: Memory, clock: Clock):
    clock.at = LATER
    for number in range(MANY):
        agent_says(memory, "helped", episode=f"e-00000000000{number % 10}")
    assert offered(memory) == Offered(1, 1, 1, 1)


def test_sessions_and_old_tasks_that_an_agent_names_are_no_more_than_its_word_of_the_day(
    memory: Memory, clock: Clock
):
    clock.at, pattern = LATER, recovery(memory).id
    for number, episode in enumerate(memory.episodes() * 2):
        agent_says(memory, "hindered", episode=episode.id)
        agent_says(memory, "hindered", session=f"made-up-{number}")
        memory.offer([pattern], door="mcp", how="search_patterns", agent=AGENT, session=f"given-{number}")
        agent_says(memory, "hindered", session=f"given-{number}")
    assert offered(memory) == Offered(1, 1, 1, 0)
    clock.at += DAY
    agent_says(memory, "helped", session="another")
    assert offered(memory) == Offered(2, 2, 2, 1)
    assert is_sound(memory)


def test_an_episode_that_is_open_is_one_task(memory: Memory, clock: Clock):
    clock.at = LATER
    live = [
        memory.start_episode(f"fix it, {n}", project="work/app", session="own", agent="x") for n in (1, 2)
    ]
    for episode in live * 3:
        agent_says(memory, "helped", agent="x", episode=episode.id)
    assert offered(memory) == Offered(2, 2, 2, 2)


def test_what_a_person_said_stands_whatever_an_agent_says(memory: Memory, clock: Clock, tmp_path: Path):
    told = fixing("told")
    give(memory, clock, told.after[0], told)
    clock.at += SECOND
    agent_says(memory, "helped", session=told.one.native)
    memory.feedback(recovery(memory).id, "hindered", session=told.session)
    clock.at += SECOND
    agent_says(memory, "helped", session=told.one.native)
    give(memory, clock, told.after[0] + 2 * SECOND, told)
    clock.at += SECOND
    agent_says(memory, "helped", session=told.one.native)
    assert offered(memory) == Offered(1, 1, 1, 0)
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 1, 1, 0)
    before = memory.offers(recovery(memory).id)
    memory.undo()
    assert [one.feedback for one in memory.offers(recovery(memory).id)] == ["helped", "helped"]
    assert before != memory.offers(recovery(memory).id)
    assert recovery(memory).offered == Offered(1, 1, 1, 1)
    assert is_sound(memory)


@pytest.mark.parametrize("first", ["word", "transcript"])
@pytest.mark.parametrize("said", ["helped", "hindered", "no-effect"])
def test_an_agent_does_not_talk_away_how_a_use_ended(
    memory: Memory, clock: Clock, tmp_path: Path, first: str, said: Feedback
):
    told = fixing("told")
    give(memory, clock, told.after[0], told)
    if first == "transcript":
        brought(memory, clock, told, tmp_path / "in")
    agent_says(memory, said, session=told.one.native)
    if first == "word":
        brought(memory, clock, told, tmp_path / "in")
    assert offered(memory) == Offered(1, 1, 1, 1)
    ((_, answer),) = memory.given(recovery(memory).id).newest
    assert (answer.result, answer.word) == ("success", None)
    assert is_sound(memory)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("helped", Offered(1, 1, 1, 1)),
        ("hindered", Offered(1, 1, 1, 0)),
        ("no-effect", Offered(1, 0, 0, 0)),
    ],
)
def test_where_nothing_was_seen_what_an_agent_says_counts(
    memory: Memory, clock: Clock, tmp_path: Path, said: Feedback, expected: Offered
):
    told = fixing("told", reads=False)
    give(memory, clock, told.after[0], told)
    agent_says(memory, said, session=told.one.native)
    assert brought(memory, clock, told, tmp_path / "in") == expected


def test_a_word_before_it_was_given_does_not_make_a_use_before_it_one_that_followed(
    memory: Memory, clock: Clock, tmp_path: Path
):
    told = fixing("told")
    clock.at = LATER + 2 * SECOND
    agent_says(memory, "no-effect", session=told.one.native)
    give(memory, clock, told.after[1], told)
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 0, 0, 0)


def test_a_person_who_names_nothing_speaks_of_what_an_agent_spoke_of(memory: Memory, clock: Clock):
    give(memory, clock, LATER, fixing("told"))
    agent_says(memory, "helped")
    memory.feedback(recovery(memory).id, "hindered")
    assert [one.feedback for one in memory.offers(recovery(memory).id)] == ["hindered"]
    assert offered(memory) == Offered(1, 1, 1, 0)


def test_a_persons_first_word_that_an_undo_brings_back_is_still_a_persons(memory: Memory, clock: Clock):
    told = fixing("told")
    give(memory, clock, LATER, told)
    for word in ("hindered", "no-effect"):
        clock.at += SECOND
        memory.feedback(recovery(memory).id, word, session=told.session)  # type: ignore[arg-type]
    memory.undo()
    agent_says(memory, "helped", session=told.one.native)
    assert offered(memory) == Offered(1, 1, 1, 0)


def test_an_agent_that_was_given_nothing_does_not_talk_away_how_a_use_ended_either(
    memory: Memory, clock: Clock, tmp_path: Path
):
    told = fixing("told")
    clock.at = told.after[1]
    agent_says(memory, "hindered", session=told.one.native)
    assert brought(memory, clock, told, tmp_path / "in") == Offered(1, 1, 1, 1)
