"""Marking an episode: a person's word on how it ended, which overrules all other evidence.

Each call is one step of undo. The episode is judged again and what it contributed replaced, in the
same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from tacit.core.errors import NotFound
from tacit.core.holding import judge_again
from tacit.core.learn.contribution import Exchange
from tacit.core.learn.state import touch
from tacit.core.marks import Mark, Said, history, keep, mark_of
from tacit.core.model import Episode, Label
from tacit.core.tables import EPISODES, key_of
from tacit.core.tombstones import is_buried
from tacit.core.undo_steps import UndoStep, next_number, put_step
from tacit.store.transaction import Write


class Marking(Struct, frozen=True):
    """What a mark changed. ``step`` is 0 where all was so before.

    ``before`` and ``after`` are how the episode ended according to what was known before and now.
    """

    step: int
    id: str
    prompt: str
    before: Label
    after: Label
    mark: Mark | None


def mark_episode(write: Write, episode_id: str, mark: Mark | None, at: int, actor: str) -> Marking:
    """Set the mark of an episode, or clear it, as one step of undo.

    Raises:
        NotFound: somebody deleted the episode a moment ago.
    """
    episode = _alive(write, episode_id)
    old = mark_of(write, episode_id)
    label = episode.outcome.label
    if (old and (old.label, old.note)) == (mark and (mark.label, mark.note)):
        return Marking(0, episode_id, episode.prompt, label, label, old)
    number = next_number(write)
    put_step(write, UndoStep(number, at, actor, "mark" if mark else "unmark", (), marked=(episode_id,)))
    keep(write, episode_id, (*history(write, episode_id), Said(number, mark)))
    _judge_again(write, (episode_id,))
    touch(write)
    after = _alive(write, episode_id).outcome.label
    return Marking(number, episode_id, episode.prompt, label, after, mark)


def take_back(write: Write, exchange: Exchange, step: UndoStep) -> int:
    """Take out what a step said, as part of its undo; what was said before or after it stands.

    Returns:
        Of how many episodes something was taken back.
    """
    found = 0
    for episode_id in step.marked:
        said = history(write, episode_id)
        left = tuple(one for one in said if one.step != step.number)
        if left != said:
            keep(write, episode_id, left)
            judge_again(write, exchange, episode_id)
            found += 1
    return found


def adopt(write: Write, marks: Sequence[tuple[str, Mark]]) -> None:
    """Take the marks of an export over, of episodes that nobody here marked, cleared or deleted."""
    new = [(one, mark) for one, mark in marks if not history(write, one) and not is_buried(write, one)]
    for episode_id, mark in new:
        keep(write, episode_id, (Said(0, mark),))
    _judge_again(write, [episode_id for episode_id, _ in new])
    if new:
        touch(write)


def _alive(write: Write, episode_id: str) -> Episode:
    episode = write.get(EPISODES, key_of(episode_id))
    if episode is None:
        raise NotFound(f"{episode_id} was deleted.", "`memory undo --list` shows what can be taken back.")
    return episode


def _judge_again(write: Write, ids: Sequence[str]) -> None:
    exchange = Exchange(write)
    for episode_id in ids:
        judge_again(write, exchange, episode_id)
    exchange.settle()
