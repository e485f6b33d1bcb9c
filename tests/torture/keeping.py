"""What upkeep does again and again: pins, proposals, merges of projects, learning, and taking it all back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tacit.core.aliases import alias_key
from tacit.core.errors import Usage

if TYPE_CHECKING:
    from actors import Actor


def keeper(actor: Actor) -> None:
    """One of these; what was pinned, applied or merged is taken back now and then."""
    deed = actor.random.choices((_undo, _pin, _apply, _merge, _learn, _rebuild), (6, 6, 4, 3, 4, 1))[0]
    deed(actor)


def _undo(actor: Actor) -> None:
    actor.journal.note("undo")
    receipt = actor.memory.undo()
    actor.journal.note("undone", step=receipt and receipt.step)


def _pin(actor: Actor) -> None:
    """A pattern is pinned, or its pin taken away."""
    patterns = actor.memory.patterns()
    if not patterns:
        return
    chosen = [actor.random.choice(patterns).id]
    pinned = actor.random.random() < 0.7
    actor.journal.note("decide", ids=chosen)
    receipt = actor.memory.pin(chosen) if pinned else actor.memory.unpin(chosen)
    if receipt.step:
        actor.journal.note("decided", ids=receipt.ids, step=receipt.step)


def _apply(actor: Actor) -> None:
    """Some of what is proposed is done, as far as it still holds."""
    plan = actor.memory.optimize()
    some = actor.random.sample(plan, min(len(plan), actor.random.randint(1, 3)))
    actor.journal.note("decide", ids=[thing.id for one in some for thing in one.drop])
    receipt = actor.memory.apply(some)
    if receipt.step:
        actor.journal.note("decided", ids=receipt.ids, step=receipt.step)


def _merge(actor: Actor) -> None:
    """A project becomes part of another one."""
    names = [one.name for one in actor.memory.projects()]
    if len(names) < 2:
        return
    source, target = actor.random.sample(names, 2)
    actor.journal.note("decide", ids=[])
    try:
        merged = actor.memory.merge_projects(source, target)
    except Usage as error:  # a step that was taken back meanwhile has joined them
        actor.journal.note("refused", why="Usage", what=str(error))
        return
    place = alias_key(merged.source).hex()
    actor.journal.note("decided", ids=[place], step=merged.step)


def _learn(actor: Actor) -> None:
    actor.journal.note("learned", count=actor.memory.learn_pending())


def _rebuild(actor: Actor) -> None:
    actor.journal.note("rebuilt", count=actor.memory.rebuild())
