"""Doing what was proposed, as one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import compress
from typing import TypeVar

from tacit.core.decisions import Decision, decide
from tacit.core.deletion import Receipt, label_of, plan_removal, take_out
from tacit.core.ids import parse_id
from tacit.core.learn.state import touch
from tacit.core.model import Pattern, Session
from tacit.core.optimize_ground import behind, is_pinned, last_use, pinned_ids
from tacit.core.optimize_retain import busy_sessions, is_dear
from tacit.core.proposals import Proposal
from tacit.core.tables import PATTERNS, SESSIONS, key_of
from tacit.core.tombstones import is_buried
from tacit.core.undo_steps import UndoStep, next_number, put_step
from tacit.store.reading import Read
from tacit.store.transaction import Write

T = TypeVar("T")

Told = Callable[[int, int], None]
"""Hears how many parts of the work are done, of how many; what it raises ends it."""


def untold(_done: int, _total: int) -> None:
    """Nobody wants to know."""


def apply(write: Write, proposals: Sequence[Proposal], at: int, actor: str, told: Told = untold) -> Receipt:
    """Do all that still holds, as one step of undo; nothing is one where nothing holds.

    ``told`` hears of each proposal when it is looked at, and of each thing that goes.
    """
    pinned, busy = pinned_ids(write), busy_sessions(write)
    steps = _Steps(told, 2 * len(proposals))
    hold = [steps.did(holds(write, one, pinned, busy)) for one in proposals]
    good = list(compress(proposals, hold))
    left_out = tuple(one.id for one, held in zip(proposals, hold, strict=True) if not held)
    things = [thing for one in good for thing in one.drop]
    ids = tuple(thing.id for thing in things)
    if not good:
        return Receipt(0, ids, "optimize", left_out=left_out)
    number = next_number(write)
    decided = dict(_decisions(number, good))
    for pattern_id, decision in decided.items():
        decide(write, pattern_id, decision)
        steps.did(True)
    gone = [thing for thing in things if thing.id not in decided]
    receipt = plan_removal(write, gone)
    removed = take_out(write, gone, told=lambda: steps.did(None))
    put_step(write, UndoStep(number, at, actor, "optimize", removed, decided=tuple(decided)))
    touch(write)
    return Receipt(
        step=number,
        ids=ids,
        label=label_of(things),
        patterns=receipt.patterns,
        sessions=receipt.sessions,
        episodes=receipt.episodes,
        hidden=receipt.hidden,
        merged=sum(len(one.drop) for one in good if one.op == "merge"),
        archived=sum(one.op == "archive" for one in good),
        left_out=left_out,
    )


class _Steps:
    """Counts what is done; a proposal that takes many things is more than one step, of a total that grows."""

    def __init__(self, told: Told, total: int) -> None:
        self._told, self._total, self._done = told, total, 0

    def did(self, what: T) -> T:
        """One more is done."""
        self._done += 1
        self._told(self._done, max(self._done, self._total))
        return what


def holds(read: Read, proposal: Proposal, pinned: frozenset[str], busy: frozenset[str]) -> bool:
    """Whether all it is about is there as it was when proposed, and nothing of it is pinned or ``busy``."""
    whole = (proposal.keep, *proposal.drop)
    return bool(proposal.drop) and all(
        one is None or _as_it_was(read, one, proposal.seen, pinned, busy) for one in whole
    )


def _as_it_was(
    read: Read, thing: Pattern | Session, seen: int, pinned: frozenset[str], busy: frozenset[str]
) -> bool:
    if is_buried(read, thing.id):
        return False
    if isinstance(thing, Session):
        session = read.get(SESSIONS, key_of(thing.id))
        numbers = frozenset(map(parse_id, pinned))
        if session is None or session.ended != thing.ended:
            return False
        return not is_dear(read, session, numbers, busy)
    now = read.get(PATTERNS, key_of(thing.id))
    if now is None or _numbers(now) != _numbers(thing) or is_pinned(now, pinned):
        return False
    return not seen or last_use(now, behind(read, now)) <= seen


def _numbers(pattern: Pattern) -> tuple[object, ...]:
    """What a proposal rests on."""
    one = pattern
    return one.listed, one.uses, one.judged, one.successes, one.last_used, one.verdict, one.variant_ids


def _decisions(number: int, proposals: Sequence[Proposal]) -> Iterator[tuple[str, Decision]]:
    """What is decided of each of the rows they take; nothing of those that are deleted."""
    for one in proposals:
        for thing in one.drop:
            if one.op == "merge" and one.keep is not None:
                yield thing.id, Decision(number, "merge", into=one.keep.id)
            elif one.op == "archive":
                yield thing.id, Decision(number, "archive", seen=one.seen)
