"""A session that was recorded live gives way to the transcript of the same session.

Its episodes leave the counts. What was said of how they ended stays as said beside the transcript; a mark of
a person moves to the transcript's episode, and what a person deleted or forgot of it is deleted or
forgotten there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from tacit.core.chores import owe
from tacit.core.deletion import take_out as delete
from tacit.core.erasing import Eraser
from tacit.core.holding import episodes_of, judge_again
from tacit.core.learn.contribution import Exchange
from tacit.core.learn.waiting import take_out
from tacit.core.live.heads import drop, open_heads
from tacit.core.live.succession import live_of, word_of
from tacit.core.loop.outcomes import drop as drop_word
from tacit.core.loop.outcomes import keep, told_in
from tacit.core.loop.records import ToldOutcome
from tacit.core.loop.spans import buried_tellings, successor
from tacit.core.marks import history
from tacit.core.marks import keep as keep_marks
from tacit.core.model import Episode, Session
from tacit.core.tables import EPISODES, SESSIONS, body_of, key_of
from tacit.core.tellings import Spent, erase, erase_telling
from tacit.core.tombstones import is_forgotten, lift
from tacit.core.undo_steps import Removed, UndoStep, put_step, strip_steps, undo_steps
from tacit.store.transaction import Write


def take_over(write: Write, exchange: Exchange, session: Session) -> bool:
    """Let a transcript's session, which is stored whole, take the place of the one recorded live beside it.

    Whether there was one. Judge what the session tells anew afterwards.
    """
    live = live_of(session.agent, session.native)
    held = episodes_of(write, live)
    thrown = list(buried_tellings(write, live))
    heads = [head for head in open_heads(write) if head.session == live]
    if write.get(SESSIONS, key_of(live)) is None and not heads:
        return False
    for episode in (*held, *thrown):
        keep(write, word_of(episode, session.id))
        _erase(write, exchange, episode)
    for head in heads:
        keep(write, ToldOutcome(session.id, head.active, None, "", head.id))
        drop(write, head.id, Spent())
    erase(write, SESSIONS, key_of(live), Spent())
    for episode in held:
        _hand_on_marks(write, exchange, episode.id)
    exchange.settle()
    for episode in thrown:
        _hand_on_deletion(write, episode.id)
    return True


def forget_again(write: Write, session: Session) -> bool:
    """Forget what a transcript's session tells of episodes recorded live that were forgotten.

    Whether there was anything. Call it when all else of the session is stored and settled.
    """
    gone = [one for one in told_in(write, session.id) if one.live and is_forgotten(write, one.live)]
    if not gone:
        return False
    eraser = Eraser(write)
    eraser.erase((), filter(None, [successor(write, one.live) for one in gone]))
    eraser.finish()
    for one in gone:
        drop_word(write, one)
    owe(write)
    return True


def _erase(write: Write, exchange: Exchange, episode: Episode) -> None:
    spent = Spent()
    if write.get(EPISODES, key_of(episode.id)) is not None:
        exchange.replace(episode.id, None)
    take_out(write, episode.id)
    erase(write, EPISODES, key_of(episode.id), spent)
    erase_telling(write, body_of(episode.id, episode.session), spent)


def _hand_on_marks(write: Write, exchange: Exchange, live_id: str) -> None:
    """Let what a person said of an episode be said of what it became, unless they said something there."""
    said = history(write, live_id)
    if not said:
        return
    after = successor(write, live_id)
    keep_marks(write, live_id, ())
    if after is None or history(write, after):
        strip_steps(write, lambda step, one: one == live_id and one in step.marked)
        return
    keep_marks(write, after, said)
    _rename(write, lambda step: replace(step, marked=tuple(_as(one, live_id, after) for one in step.marked)))
    judge_again(write, exchange, after)


def _hand_on_deletion(write: Write, live_id: str) -> None:
    """Let what a person deleted be deleted as what it became, and come back with the same undo."""
    lift(write, live_id)
    after = successor(write, live_id)
    episode = None if after is None else write.get(EPISODES, key_of(after))
    if episode is None:
        strip_steps(write, lambda _, one: one == live_id)
        return
    delete(write, [episode])
    _rename(write, lambda step: replace(step, removed=_removed_as(step.removed, live_id, episode.id)))


def _removed_as(removed: Iterable[Removed], old: str, new: str) -> tuple[Removed, ...]:
    return tuple(replace(one, id=_as(one.id, old, new)) for one in removed)


def _rename(write: Write, renamed: Callable[[UndoStep], UndoStep]) -> None:
    for step in undo_steps(write):
        if (other := renamed(step)) != step:
            put_step(write, other)


def _as(one: str, old: str, new: str) -> str:
    return new if one == old else one
