"""What a person does with episodes that wait ends as with episodes that were learned from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from waiting import Told, contributed, evidence_of, exported, store_later, waits

from tacit import Memory
from tacit.core.learn.queue import drain


def held(memory: Memory) -> list[str]:
    return sorted(one.id for one in memory.episodes())


DEEDS: dict[str, Callable[[Memory], object]] = {
    "mark": lambda memory: memory.mark(held(memory)[1], "failure"),
    "mark and clear": lambda memory: (
        memory.mark(held(memory)[1], "failure"),
        memory.unmark(held(memory)[1]),
    ),
    "delete an episode": lambda memory: memory.delete([held(memory)[2]]),
    "delete a session": lambda memory: memory.delete([min(one.id for one in memory.sessions())]),
    "delete and undo": lambda memory: (memory.delete([held(memory)[2]]), memory.undo()),
    "mark and undo": lambda memory: (memory.mark(held(memory)[0], "failure"), memory.undo()),
    "delete and purge": lambda memory: (memory.delete([held(memory)[2]]), memory.purge_trash()),
    "forget": lambda memory: memory.forget(sessions=[memory.episodes()[0].session]),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_a_person_does_with_waiting_episodes_ends_as_with_learned_ones(
    deed: str, later: Memory, at_once: Memory, tmp_path: Path
):
    DEEDS[deed](later)
    assert [one for one in later.doctor() if one.level == "damage"] == []
    assert sum(waits(later, one) for one in held(later)) == later.waiting()
    later.learn_pending()
    DEEDS[deed](at_once)
    assert evidence_of(later) == evidence_of(at_once)
    assert exported(later, tmp_path / "a") == exported(at_once, tmp_path / "b")


def test_a_mark_learns_from_its_episode_at_once(later: Memory):
    one = later.episodes()[0].id
    later.mark(one, "failure")
    assert (waits(later, one), contributed(later, one)) == (False, True)
    assert later.waiting() == len(later.episodes()) - 1


def test_what_was_deleted_waits_no_longer_and_is_learned_from_when_it_comes_back(later: Memory):
    one = later.episodes()[0].id
    later.delete([one])
    assert not waits(later, one)
    later.undo()
    assert (waits(later, one), contributed(later, one)) == (False, True)


def at_the_last_moment(memory: Memory, deed: Callable[[], object]) -> Callable[[], bool]:
    """Asked by who learns: does something after everything was derived, before it is stored."""
    asked = 0

    def ask() -> bool:
        nonlocal asked
        asked += 1
        if asked == 1 + memory.waiting():
            deed()
        return False

    return ask


def test_an_episode_that_was_told_anew_since_it_was_read_is_left_for_the_next_batch(
    later: Memory, told: list[Told], direct: Memory
):
    session, episode, steps = next(one for one in told if len(one[2]) > 5)
    short = replace(episode, steps=episode.steps - 1, digest="shorter")
    store_later(later, [(session, short, steps[:-1])])
    ask = at_the_last_moment(later, lambda: store_later(later, [(session, episode, steps)]))
    number = later.waiting()
    assert drain(later._store, limit=1, cancelled=ask) == number - 1
    assert waits(later, episode.id)
    assert drain(later._store) == 1
    assert evidence_of(later) == evidence_of(direct)


def test_what_another_one_learned_from_meanwhile_is_not_learned_from_again(later: Memory, direct: Memory):
    number = later.waiting()
    learned: list[int] = []
    ask = at_the_last_moment(later, lambda: learned.append(drain(later._store)))
    assert (drain(later._store, cancelled=ask), learned) == (0, [number])
    assert evidence_of(later) == evidence_of(direct)


@pytest.mark.parametrize(
    "deed", ["mark", "delete an episode", "delete a session", "delete and undo", "forget"]
)
def test_what_a_person_does_while_it_is_being_learned_from_stands(deed: str, later: Memory, at_once: Memory):
    drain(later._store, cancelled=at_the_last_moment(later, lambda: DEEDS[deed](later)))
    later.learn_pending()
    DEEDS[deed](at_once)
    assert evidence_of(later) == evidence_of(at_once)
